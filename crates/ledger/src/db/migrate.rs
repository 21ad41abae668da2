//! Migrations of the tables. Two instances may start at once: one waits for the other.

use deadpool_postgres::Client;
use rusqlite::{Connection, TransactionBehavior};

use super::DbError;

/// All versions of the tables, in order; what has been released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_tables.sql"),
    include_str!("migrations/0002_facets.sql"),
    include_str!("migrations/0003_sessions.sql"),
    include_str!("migrations/0004_provider_ids.sql"),
    include_str!("migrations/0005_wide_sums.sql"),
    include_str!("migrations/0006_held.sql"),
    include_str!("migrations/0007_widened_pools.sql"),
    include_str!("migrations/0008_client_ip.sql"),
    include_str!("migrations/0009_counted_names.sql"),
    include_str!("migrations/0010_audit.sql"),
    include_str!("migrations/0011_answer_ids.sql"),
    include_str!("migrations/0012_budget_limits.sql"),
    include_str!("migrations/0013_replaced_keys.sql"),
];
/// Created again whenever the tables have changed: `requests`, for people.
const SQLITE_VIEW: &str = include_str!("migrations/requests.sqlite.sql");
const POSTGRES_VIEW: &str = include_str!("migrations/requests.postgres.sql");
const POSTGRES_COLUMNS: &str = include_str!("migrations/columns.postgres.sql");
/// Tells those who listen that something has changed.
const POSTGRES_NOTIFY: &str = include_str!("migrations/notify.postgres.sql");

const VERSION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";

/// Brings a SQLite database up to date.
pub(super) fn sqlite(connection: &mut Connection) -> Result<(), DbError> {
    // `Immediate` takes the write lock at once: two starts must not both read the same version.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(VERSION_TABLE)?;
    let found: i64 = transaction.query_row(VERSION, [], |row| row.get(0))?;
    for (version, sql) in missing(found)? {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO schema_version VALUES ($1)", [version])?;
    }
    if found < known() {
        transaction.execute_batch(SQLITE_VIEW)?;
    }
    Ok(transaction.commit()?)
}

/// Brings a PostgreSQL database up to date. A user that may not make tables is enough where they
/// are.
pub(super) async fn postgres(client: &mut Client) -> Result<(), DbError> {
    let encoding: String = client.query_one("SHOW server_encoding", &[]).await?.get(0);
    if encoding != "UTF8" {
        return Err(DbError::Encoding(encoding));
    }
    let transaction = client.transaction().await?;
    // Any number that nobody else uses: "fareway" in ASCII.
    let turn = "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(28804946287452537)";
    transaction.batch_execute(turn).await?;
    // `CREATE TABLE IF NOT EXISTS` needs the right to create even where the table exists.
    let exists = "SELECT to_regclass('schema_version') IS NOT NULL";
    if !transaction.query_one(exists, &[]).await?.get::<_, bool>(0) {
        transaction.batch_execute(VERSION_TABLE).await?;
    }
    let found: i64 = transaction.query_one(VERSION, &[]).await?.get(0);
    for (version, sql) in missing(found)? {
        transaction.batch_execute(&of_postgres(sql)).await?;
        transaction.execute("INSERT INTO schema_version VALUES ($1)", &[&version]).await?;
    }
    if found < known() {
        for sql in [POSTGRES_VIEW, POSTGRES_COLUMNS, POSTGRES_NOTIFY] {
            transaction.batch_execute(sql).await?;
        }
    }
    Ok(transaction.commit().await?)
}

/// The tables as PostgreSQL makes them: it knows no row ids, and sorts text by a language unless
/// configured otherwise.
fn of_postgres(sql: &str) -> String {
    sql.replace(") WITHOUT ROWID;", ");").replace(" TEXT", " TEXT COLLATE \"C\"")
}

/// The migrations that a database of version `found` lacks, with their versions.
fn missing(found: i64) -> Result<impl Iterator<Item = (i64, &'static str)>, DbError> {
    if found > known() {
        return Err(DbError::Newer { known: known(), found });
    }
    Ok((1..).zip(MIGRATIONS.iter().copied()).filter(move |(version, _)| *version > found))
}

/// The version of the tables that this program makes.
const fn known() -> i64 {
    MIGRATIONS.len() as i64
}
