//! One SQL for both databases: numbered placeholders, whole numbers and text. Everything that is
//! special to a database is in this room; the SQL in which they differ is in `dialect`.

mod cells;
mod dialect;
mod error;
mod migrate;
pub(crate) mod migrations;
mod postgres;
mod record;
mod sqlite;
mod table;
mod value;

use std::sync::Arc;

pub(crate) use cells::{CellRef, Cells, Kind, clipped};
pub(crate) use dialect::Dialect;
pub use error::DbError;
pub use postgres::PostgresUrl;
pub(crate) use postgres::{Changes, Postgres};
pub(crate) use record::{Flag, Form, Int, Json, Name, Stored, Text, columns, insert_one, read_all};
pub(crate) use sqlite::Sqlite;
pub(crate) use table::{Conflict, Table};
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

    /// Where its SQL differs from the other's.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
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
