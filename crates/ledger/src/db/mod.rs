//! One dialect of SQL for both databases: numbered placeholders, whole numbers and text. Everything
//! that is special to a database is in this room.

mod cells;
mod error;
mod migrate;
mod postgres;
mod sqlite;
mod value;

use std::sync::Arc;

pub(crate) use cells::{CellRef, Cells, Kind, Table, clipped};
pub use error::DbError;
pub use postgres::PostgresUrl;
pub(crate) use postgres::{Changes, Postgres};
pub(crate) use sqlite::Sqlite;
pub(crate) use value::{Row, Statement, Value, storable};

/// An open database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// One part of a transaction.
#[derive(Debug)]
pub(crate) enum Step {
    /// One statement.
    One(Statement),
    /// A query whose rows nobody else may change until the transaction ends; the steps after it see
    /// what others have done before.
    Lock(Statement),
    /// Rows for a table.
    Many(&'static Table, Cells),
}

// === impl Db ===

impl Db {
    /// Reads.
    pub(crate) async fn query(
        &self,
        sql: impl Into<std::borrow::Cow<'static, str>>,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, DbError> {
        let statement = Statement::new(sql, args);
        match self {
            Self::Sqlite(sqlite) => sqlite.query(statement).await,
            Self::Postgres(postgres) => postgres.query(statement).await,
        }
    }

    /// Reads what may take long, such as a report: it is ended when its time is over, and when nobody
    /// waits for it any more, and nothing else waits for it.
    pub(crate) async fn report(
        &self,
        sql: impl Into<std::borrow::Cow<'static, str>>,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, DbError> {
        let statement = Statement::new(sql, args);
        match self {
            Self::Sqlite(sqlite) => sqlite.report(statement).await,
            Self::Postgres(postgres) => postgres.report(statement).await,
        }
    }

    /// What follows a table's name so that one of its indexes is used. SQLite knows nothing of how
    /// many rows a value has, and would take any.
    pub(crate) fn by_index(&self, index: &str) -> String {
        match self {
            Self::Sqlite(_) => format!(" INDEXED BY {index}"),
            // It keeps statistics, and chooses by them.
            Self::Postgres(_) => String::new(),
        }
    }

    /// Does all of it, or nothing.
    pub(crate) async fn transact(&self, steps: impl Into<Arc<[Step]>>) -> Result<(), DbError> {
        let steps = steps.into();
        match self {
            Self::Sqlite(sqlite) => sqlite.transact(steps).await,
            Self::Postgres(postgres) => postgres.transact(&steps).await,
        }
    }
}
