//! `INSERT` and `SELECT` statements of a table, from the list of its columns.

use super::Kind;

/// A table, with the columns that a row is inserted with.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// What identifies a row comes first.
    pub(crate) columns: &'static [(&'static str, Kind)],
    pub(crate) conflict: Conflict,
}

/// What happens to a row that exists already.
#[derive(Debug)]
pub(crate) enum Conflict {
    /// The database refuses the new one.
    Refuse,
    /// The new one replaces it. The first column identifies it.
    Replace,
    /// The new one replaces it as long as the condition `when` holds, except for the columns in
    /// `keeps`. The first column identifies it.
    Update { keeps: &'static [&'static str], when: &'static str },
    /// What follows `ON CONFLICT`.
    Sql(&'static str),
}

// === impl Table ===

impl Table {
    /// Its columns, for a query.
    pub(crate) fn names(&self) -> String {
        let names: Vec<String> =
            self.columns.iter().map(|(name, _)| format!("{}.{name}", self.name)).collect();
        names.join(", ")
    }

    /// The query for all its columns.
    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.names(), self.name)
    }

    /// The statement that inserts `rows`, which is SQL.
    pub(crate) fn insert(&self, rows: &str) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        format!("INSERT INTO {} ({names}) {rows}{}", self.name, self.on_conflict())
    }

    /// The statement that inserts one row, whose values are the arguments.
    pub(crate) fn insert_one(&self) -> String {
        let numbers: Vec<String> = (1..=self.columns.len()).map(|nth| format!("${nth}")).collect();
        self.insert(&format!("VALUES ({})", numbers.join(", ")))
    }

    fn on_conflict(&self) -> String {
        match self.conflict {
            Conflict::Refuse => String::new(),
            Conflict::Replace => self.update(&[]),
            Conflict::Update { keeps, when } => format!("{} WHERE {when}", self.update(keeps)),
            Conflict::Sql(sql) => format!(" ON CONFLICT {sql}"),
        }
    }

    fn update(&self, keeps: &[&str]) -> String {
        let Some(((id, _), rest)) = self.columns.split_first() else { return String::new() };
        let changed = rest.iter().map(|(name, _)| name).filter(|name| !keeps.contains(name));
        let set: Vec<_> = changed.map(|name| format!("{name} = excluded.{name}")).collect();
        format!(" ON CONFLICT ({id}) DO UPDATE SET {}", set.join(", "))
    }
}
