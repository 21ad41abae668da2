//! Migrations of the tables. Two instances may start at once: one waits for the other.

use deadpool_postgres::Client;
use rusqlite::{Connection, TransactionBehavior};

use super::{
    DbError, Dialect,
    migrations::{MIGRATIONS, views},
};

const VERSION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";

/// Brings a SQLite database up to date.
pub(super) fn sqlite(connection: &mut Connection) -> Result<(), DbError> {
    // `Immediate` takes the write lock at once: two starts must not both read the same version.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(VERSION_TABLE)?;
    let found: i64 = transaction.query_row(VERSION, [], |row| row.get(0))?;
    for (version, sql) in missing(found, Dialect::Sqlite)? {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO schema_version VALUES ($1)", [version])?;
    }
    // The views name columns of the tables, so they follow each migration.
    if found < known() {
        for sql in views(Dialect::Sqlite) {
            transaction.execute_batch(sql)?;
        }
    }
    // All versions in one transaction: a crash in between leaves the old tables.
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
    // A migration may take longer than the ten seconds that a statement has otherwise.
    // Any number that nobody else uses: "fareway" in ASCII.
    let turn = "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(28804946287452537)";
    transaction.batch_execute(turn).await?;
    // `CREATE TABLE IF NOT EXISTS` needs the right to create even where the table exists.
    let exists = "SELECT to_regclass('schema_version') IS NOT NULL";
    if !transaction.query_one(exists, &[]).await?.get::<_, bool>(0) {
        transaction.batch_execute(VERSION_TABLE).await?;
    }
    let found: i64 = transaction.query_one(VERSION, &[]).await?.get(0);
    for (version, sql) in missing(found, Dialect::Postgres)? {
        transaction.batch_execute(sql).await?;
        transaction.execute("INSERT INTO schema_version VALUES ($1)", &[&version]).await?;
    }
    // Only after a migration: a user who may not create views can start the gateway otherwise.
    if found < known() {
        for sql in views(Dialect::Postgres) {
            transaction.batch_execute(sql).await?;
        }
    }
    Ok(transaction.commit().await?)
}

/// The migrations that a database of version `found` lacks, with their versions.
fn missing(
    found: i64,
    dialect: Dialect,
) -> Result<impl Iterator<Item = (i64, &'static str)>, DbError> {
    // An older program would write rows without the meaning that later tables give them.
    if found > known() {
        return Err(DbError::Newer { known: known(), found });
    }
    let all = (1..).zip(MIGRATIONS.iter().map(move |migration| migration.sql(dialect)));
    Ok(all.filter(move |(version, _)| *version > found))
}

/// The version of the tables that this program makes.
const fn known() -> i64 {
    MIGRATIONS.len() as i64
}
