//! PostgreSQL: a small pool of connections with their prepared statements.
//!
//! An outage shows within seconds and is over by itself: each attempt is bounded in time, what does
//! not answer is thrown away, and while the server cannot be reached it is asked once a second.

mod bulk;
mod connect;
mod listen;
mod tls;
mod url;
mod value;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use deadpool_postgres::{Client, Object, Pool, PoolError, TimeoutType, Transaction};
use futures_util::future::join_all;
use tokio_postgres::{error::SqlState, types::ToSql};

pub(crate) use self::listen::Changes;
pub use self::url::PostgresUrl;
use super::{DbError, Dialect, Row, Statement, Step, migrate};
use bulk::Bulk;

/// A database on a server.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    url: Arc<PostgresUrl>,
    /// When it could not be reached. A std mutex: held for a comparison.
    unreachable: Arc<Mutex<Option<Instant>>>,
}

/// How long a statement or a transaction may take, without the wait for a connection. The server
/// itself gives up a little earlier.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long every call fails at once after the server was unreachable, before one tries again.
const AWAY: Duration = Duration::from_secs(1);
/// How often a transaction is repeated that stood in another's way.
const REPEATS: usize = 5;

// === impl Postgres ===

impl Postgres {
    /// Connects, and brings the tables up to date. Connections live on the runtime of the caller.
    pub(crate) async fn open(url: PostgresUrl) -> Result<Self, DbError> {
        let url = Arc::new(url);
        let pool = connect::pool(&url)?;
        let this = Self { pool, url, unreachable: Arc::default() };
        let mut client = this.client().await?;
        migrate::postgres(&mut client).await?;
        drop(client);
        Ok(this)
    }

    pub(crate) async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        let lent = Lent(Some(self.client().await?));
        let Some(client) = &lent.0 else { return Err(DbError::Closed) };
        let found = tokio::time::timeout(PATIENCE, query(client, &statement)).await;
        match found {
            Ok(found) => {
                lent.give_back();
                found
            }
            Err(_) => {
                // Closed and not returned to the pool: the server may still be busy with the query.
                drop(lent);
                Err(self.too_late())
            }
        }
    }

    /// The same for what may take long: the server ends it by its time limit.
    pub(crate) async fn report(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        match self.query(statement).await {
            // The server ends it by the connection's `statement_timeout`.
            Err(DbError::Postgres(error)) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                Err(DbError::TooLong)
            }
            found => found,
        }
    }

    pub(crate) async fn transact(&self, steps: &[Step]) -> Result<(), DbError> {
        let mut repeats = 0;
        loop {
            let mut client = self.client().await?;
            let done = tokio::time::timeout(PATIENCE, transact(&mut client, steps)).await;
            let done = done.unwrap_or_else(|_| {
                // Not back into the pool: the server may still be busy with it.
                drop(Object::take(client));
                Err(self.too_late())
            });
            match done {
                Err(error) if repeats < REPEATS && in_the_way(&error) => repeats += 1,
                done => return done,
            }
        }
    }

    /// Callers that wait in turn fail at once, and do not wait as long again.
    fn too_late(&self) -> DbError {
        *self.unreachable() = Some(Instant::now());
        DbError::TimedOut { server: self.url.server() }
    }

    /// What changes in the database from now on, as it happens.
    pub(crate) async fn changes(&self) -> Result<Changes, DbError> {
        Changes::listen(&self.url).await
    }

    async fn client(&self) -> Result<Client, DbError> {
        let server = || self.url.server();
        // All callers at once would each wait for the same timeout.
        if self.unreachable().is_some_and(|since| since.elapsed() < AWAY) {
            return Err(DbError::Away { server: server() });
        }
        match self.pool.get().await {
            Ok(client) => {
                *self.unreachable() = None;
                Ok(client)
            }
            // The server is reachable, but all connections to it are in use.
            Err(PoolError::Timeout(TimeoutType::Wait)) => {
                Err(DbError::TimedOut { server: server() })
            }
            Err(error) => {
                *self.unreachable() = Some(Instant::now());
                Err(match error {
                    PoolError::Backend(source) => DbError::Unreachable { server: server(), source },
                    _ => DbError::TimedOut { server: server() },
                })
            }
        }
    }

    fn unreachable(&self) -> MutexGuard<'_, Option<Instant>> {
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use. If it is dropped before its answer has arrived, it is closed and does not
/// return to the pool: the next caller would wait behind a query that nobody needs. The server ends
/// that query when it sees that the connection is closed.
struct Lent(Option<Client>);

// === impl Lent ===

impl Lent {
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}

async fn query(client: &Client, statement: &Statement) -> Result<Vec<Row>, DbError> {
    let types = value::types(&statement.args);
    let prepared = client.prepare_typed_cached(&statement.sql, &types).await?;
    let rows = client.query(&prepared, &value::borrowed(&statement.args)).await?;
    rows.iter().map(value::row).collect()
}

/// Does all of it, or nothing: a transaction that is dropped is undone.
async fn transact(client: &mut Client, steps: &[Step]) -> Result<(), DbError> {
    let transaction = client.transaction().await?;
    let mut ready = Vec::with_capacity(steps.len());
    for step in steps {
        // Prepared first: after the first time this costs no round trip.
        ready.push(Ready::prepare(&transaction, step).await?);
    }
    // Sent one after the other without waiting for answers, which come in the same order: a
    // transaction takes three round trips however long it is.
    let done = join_all(ready.iter().map(|step| step.execute(&transaction))).await;
    for (touched, step) in done.into_iter().zip(steps) {
        let found = touched.map_err(db_error)?;
        if let Step::One(Statement { expect: Some(expected), .. }) = step
            && *expected != found
        {
            // The transaction is dropped, which undoes it.
            return Err(DbError::Touched { expected: *expected, found });
        }
    }
    Ok(transaction.commit().await?)
}

/// A step with its prepared statement.
struct Ready<'a> {
    prepared: tokio_postgres::Statement,
    args: Args<'a>,
}

enum Args<'a> {
    One(&'a Statement),
    Many(Bulk<'a>),
}

impl<'a> Ready<'a> {
    async fn prepare(transaction: &Transaction<'_>, step: &'a Step) -> Result<Self, DbError> {
        let (prepared, args) = match step {
            Step::One(one) => {
                let types = value::types(&one.args);
                (transaction.prepare_typed_cached(&one.sql, &types).await?, Args::One(one))
            }
            Step::Lock(one) => {
                let sql = Dialect::Postgres.locking(&one.sql);
                let (sql, types) = (sql.as_deref().unwrap_or(&one.sql), value::types(&one.args));
                (transaction.prepare_typed_cached(sql, &types).await?, Args::One(one))
            }
            Step::Many(table, cells) => {
                let prepared = transaction.prepare_cached(&Dialect::Postgres.insert(table)).await?;
                (prepared, Args::Many(Bulk::of(table, cells)))
            }
        };
        Ok(Self { prepared, args })
    }

    /// Tells how many rows it has touched.
    async fn execute(&self, transaction: &Transaction<'_>) -> Result<u64, tokio_postgres::Error> {
        let args: Vec<&(dyn ToSql + Sync)> = match &self.args {
            Args::One(one) => value::borrowed(&one.args),
            Args::Many(bulk) => bulk.columns(),
        };
        transaction.execute(&self.prepared, &args).await
    }
}

fn db_error(error: tokio_postgres::Error) -> DbError {
    match error.as_db_error() {
        Some(refused) if *refused.code() == SqlState::UNIQUE_VIOLATION => {
            DbError::Duplicate(refused.message().to_owned())
        }
        _ => DbError::Postgres(error),
    }
}

/// Whether two transactions have waited for each other, or could not both be done: nothing of this
/// one is done, and it may be tried again.
fn in_the_way(error: &DbError) -> bool {
    let DbError::Postgres(error) = error else { return false };
    let ways = [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];
    error.code().is_some_and(|code| ways.contains(code))
}
