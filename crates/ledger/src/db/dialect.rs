//! The SQL in which the two databases differ. All other SQL of this crate works in both.

use super::{Kind, Table};

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

// === impl Dialect ===

impl Dialect {
    /// What follows a table's name so that one of its indexes is used.
    pub(crate) fn by_index(self, index: &str) -> String {
        match self {
            // It knows nothing of how many rows a value has, and would use any index.
            Self::Sqlite => format!(" INDEXED BY {index}"),
            // It keeps statistics, and decides by them.
            Self::Postgres => String::new(),
        }
    }

    /// The query whose rows nobody else may change until the transaction ends; `None` if there is
    /// no need for one.
    pub(super) fn locking(self, query: &str) -> Option<String> {
        match self {
            // One transaction writes at a time, so nothing can change in between.
            Self::Sqlite => None,
            Self::Postgres => Some(format!("{query} FOR UPDATE")),
        }
    }

    /// The statement that puts rows into a table: in SQLite one row each time, whose values are the
    /// arguments; in PostgreSQL all at once, with one array for each column.
    pub(super) fn insert(self, table: &Table) -> String {
        match self {
            Self::Sqlite => table.insert_one(),
            Self::Postgres => {
                let array = |(number, (_, kind)): (usize, &(&str, Kind))| {
                    let of = if kind.is_number() { "bigint" } else { "text" };
                    format!("${number}::{of}[]")
                };
                let arrays: Vec<String> = (1..).zip(table.columns).map(array).collect();
                table.insert(&format!("SELECT * FROM UNNEST({})", arrays.join(", ")))
            }
        }
    }
}
