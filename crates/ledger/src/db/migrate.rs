//! Brings the tables up to date. Safe when two instances start at once: one waits for the other.

use rusqlite::{Connection, TransactionBehavior};

use super::DbError;

/// All versions of the tables, in order; what has been released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_tables.sql")];
/// Made anew by each migration: `requests`, for people.
const SQLITE_VIEW: &str = include_str!("migrations/requests.sqlite.sql");

const VERSION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";

/// Brings a SQLite database up to date.
pub(super) fn sqlite(connection: &mut Connection) -> Result<(), DbError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(VERSION_TABLE)?;
    let found: i64 = transaction.query_row(VERSION, [], |row| row.get(0))?;
    for (version, sql) in missing(found)? {
        transaction.execute_batch(sql)?;
        transaction.execute_batch(SQLITE_VIEW)?;
        transaction.execute("INSERT INTO schema_version VALUES ($1)", [version])?;
    }
    Ok(transaction.commit()?)
}

/// The migrations that a database of version `found` lacks, with their versions.
fn missing(found: i64) -> Result<impl Iterator<Item = (i64, &'static str)>, DbError> {
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(DbError::Newer { known, found });
    }
    Ok((1..).zip(MIGRATIONS.iter().copied()).filter(move |(version, _)| *version > found))
}
