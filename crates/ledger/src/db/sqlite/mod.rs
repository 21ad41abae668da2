//! SQLite: one writing thread and a few reading threads.
//!
//! A connection of SQLite blocks, so each has a thread of its own that takes jobs in turn; they
//! end when the last [`Sqlite`] is dropped.

mod interrupt;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, ffi, types::ValueRef};
use tokio::sync::oneshot;

use crate::private_files;

use self::interrupt::Interruptible;

use super::{Cells, DbError, Dialect, Row, Statement, Step, Table, Value, cells::CellRef, migrate};

/// A database in a file.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    writer: Lane,
    readers: Lane,
    /// For what may take long, so that lists and changes never wait for it.
    reports: Lane,
}

/// Threads that do jobs on a connection each.
#[derive(Clone, Debug)]
struct Lane(mpsc::Sender<Job>);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// For lists, sessions, and what changes of keys look at first.
const READERS: usize = 3;
/// For reports: more would take the time of requests.
const REPORTERS: usize = 2;
/// How long a report may take, its turn included.
const LONG: Duration = Duration::from_secs(30);
/// How long another process may hold the file, such as somebody's `sqlite3`.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements kept ready on each connection.
const STATEMENTS: usize = 64;

// === impl Sqlite ===

impl Sqlite {
    /// Opens the file, which is made when it is missing, and brings its tables up to date. Nobody else may
    /// read it from then on.
    pub(crate) async fn open(path: &Path) -> Result<Self, DbError> {
        // Before SQLite makes the file, which others could read until it is closed to them.
        private_files::new_database(path);
        // The writer first: readers cannot bring it up to date.
        let writer = Lane::start(path, 1, "ledger-write")?;
        // Also an older file, and those that SQLite has made beside it.
        private_files::close_database(path);
        writer.run(migrate::sqlite).await?;
        let readers = Lane::start(path, READERS, "ledger-read")?;
        Ok(Self { writer, readers, reports: Lane::start(path, REPORTERS, "ledger-report")? })
    }

    pub(crate) async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.readers.run(move |connection| run(connection, &statement)).await
    }

    /// A query that may take long. It ends when its time is over, and when nobody waits for it.
    pub(crate) async fn report(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        self.reports.run_within(LONG, move |connection| run(connection, &statement)).await
    }

    pub(crate) async fn transact(&self, steps: Arc<[Step]>) -> Result<(), DbError> {
        let work = move |connection: &Connection| {
            for step in steps.iter() {
                match step {
                    Step::One(statement) => drop(run(connection, statement)?),
                    // One transaction writes at a time, so nothing can change in between.
                    Step::Lock(_) => {}
                    Step::Many(table, rows) => put(connection, table, rows)?,
                }
            }
            Ok(())
        };
        self.writer.run(move |connection| in_transaction(connection, work)).await
    }
}

// === impl Lane ===

impl Lane {
    fn start(path: &Path, threads: usize, name: &str) -> Result<Self, DbError> {
        let (sender, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let mut connection = connect(path)?;
            let jobs = Arc::clone(&jobs);
            // The lock is let go with the job in hand, so that the other threads take the next
            // ones.
            let next = move || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || {
                    while let Ok(job) = next() {
                        job(&mut connection);
                    }
                })
                .map_err(|_| DbError::Closed)?;
        }
        Ok(Self(sender))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let (reply, answer) = oneshot::channel();
        // Nobody may be waiting any more: a change is made all the same.
        let job: Job = Box::new(move |connection| drop(reply.send(work(connection))));
        self.0.send(job).map_err(|_| DbError::Closed)?;
        answer.await.map_err(|_| DbError::Closed)?
    }

    /// The same for what can be interrupted: when its time is over, or when this is dropped.
    async fn run_within<T: Send + 'static>(
        &self,
        within: Duration,
        work: impl FnOnce(&mut Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let (reply, answer) = oneshot::channel();
        let job = Interruptible::default();
        let waiting = job.waiting();
        let work = move |connection: &mut Connection| drop(reply.send(work(connection)));
        let job: Job = Box::new(move |connection| job.run(connection, work));
        self.0.send(job).map_err(|_| DbError::Closed)?;
        let answered = tokio::time::timeout(within, answer).await;
        // Interrupts the query if it is still running, or takes it out of the queue.
        drop(waiting);
        answered.map_err(|_| DbError::TooLong)?.map_err(|_| DbError::Closed)?
    }
}

fn connect(path: &Path) -> Result<Connection, DbError> {
    // Each connection belongs to one thread, so SQLite's own mutex is not needed.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.execute_batch(
            // Pages of 8 KiB cost a tenth less CPU per entry than those of 4 KiB.
            // `FULL`: what is committed leaves the spool, so that it must survive a loss of power.
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA temp_store = MEMORY;",
        )?;
        Ok(connection)
    };
    open().map_err(|source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => DbError::NotADatabase(path.to_owned()),
        _ => DbError::Open { path: path.to_owned(), source },
    })
}

/// Does `work` with the file held for writing, and undoes all of it when it fails.
fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> Result<T, DbError>,
) -> Result<T, DbError> {
    // A lock that is taken later, at the first write, can fail without a way to wait for it.
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let transaction = connection.transaction_with_behavior(behavior)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

fn run(connection: &Connection, statement: &Statement) -> Result<Vec<Row>, DbError> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    for (index, value) in statement.args.iter().enumerate() {
        match value {
            Value::Int(number) => prepared.raw_bind_parameter(index + 1, number)?,
            Value::Text(text) => prepared.raw_bind_parameter(index + 1, text)?,
        }
    }
    let width = prepared.column_count();
    let mut rows = Vec::new();
    let mut found = prepared.raw_query();
    while let Some(row) = found.next().map_err(db_error)? {
        let values = (0..width).map(|column| value(row.get_ref(column)?));
        rows.push(Row::new(values.collect::<Result<_, DbError>>()?));
    }
    // `changes` counts only once the statement is reset.
    drop(found);
    let touched = connection.changes();
    match statement.expect {
        Some(expected) if expected != touched => Err(DbError::Touched { expected, found: touched }),
        _ => Ok(rows),
    }
}

/// Puts rows into a table, one by one. What a row has in common with the one before it is bound
/// already: SQLite copies each text that it is given, and most columns of most rows are alike.
fn put(connection: &Connection, table: &Table, rows: &Cells) -> Result<(), DbError> {
    let mut prepared = connection.prepare_cached(&Dialect::Sqlite.insert(table))?;
    for row in 0..rows.len() {
        for column in 0..table.columns.len() {
            // Never of the first row: the cached statement may have the values of an earlier batch.
            if rows.is_as_above(row, column) {
                continue;
            }
            match rows.get(row, column) {
                CellRef::Null => prepared.raw_bind_parameter(column + 1, None::<i64>)?,
                CellRef::Int(number) => prepared.raw_bind_parameter(column + 1, number)?,
                CellRef::Text(text) => prepared.raw_bind_parameter(column + 1, text)?,
            }
        }
        prepared.raw_execute().map_err(db_error)?;
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> Result<Value, DbError> {
    match value {
        ValueRef::Null => Ok(Value::Int(None)),
        ValueRef::Integer(number) => Ok(Value::Int(Some(number))),
        ValueRef::Text(text) => Ok(Value::Text(Some(String::from_utf8_lossy(text).into_owned()))),
        ValueRef::Real(_) => {
            Err(DbError::Column { expected: "a number or text", found: "a float" })
        }
        ValueRef::Blob(_) => Err(DbError::Column { expected: "a number or text", found: "bytes" }),
    }
}

fn db_error(error: rusqlite::Error) -> DbError {
    match &error {
        rusqlite::Error::SqliteFailure(code, Some(message))
            if code.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE
                || code.extended_code == ffi::SQLITE_CONSTRAINT_PRIMARYKEY =>
        {
            DbError::Duplicate(message.clone())
        }
        _ => DbError::Sqlite(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query that would take years.
    fn endless() -> Statement {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                   SELECT COUNT(*) FROM n WHERE i < 0";
        Statement::new(sql, Vec::new())
    }

    async fn answers(sqlite: &Sqlite) {
        let one = sqlite.report(Statement::new("SELECT 1", Vec::new())).await.unwrap();
        assert_eq!(one.len(), 1);
    }

    #[tokio::test]
    async fn a_query_that_takes_too_long_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("books")).await.unwrap();
        for _ in 0..2 * REPORTERS {
            let long = |connection: &mut Connection| run(connection, &endless());
            let ended = sqlite.reports.run_within(Duration::from_millis(20), long).await;
            assert!(matches!(ended, Err(DbError::TooLong)), "{ended:?}");
        }
        answers(&sqlite).await;
    }

    #[tokio::test]
    async fn an_abandoned_query_is_ended_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("books")).await.unwrap();
        // The first of them run, the others wait for their turn.
        for _ in 0..3 {
            let mut all: Vec<_> =
                (0..3 * REPORTERS).map(|_| Box::pin(sqlite.report(endless()))).collect();
            for report in &mut all {
                let begun = tokio::time::timeout(Duration::from_millis(5), report).await;
                assert!(begun.is_err(), "{begun:?}");
            }
            // Lists go on meanwhile.
            sqlite.query(Statement::new("SELECT 1", Vec::new())).await.unwrap();
            drop(all);
            answers(&sqlite).await;
        }
    }
}
