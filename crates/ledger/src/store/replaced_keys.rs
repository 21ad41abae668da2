//! Keys that were replaced and still work for a while. They count as their successor, and are
//! blocked and deleted with it.

use super::Store;
use crate::{
    db::{DbError, Row, Statement, Step},
    store::StoreError,
};

/// A key that was replaced and still works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedKey {
    /// SHA-256 of the key, in hex.
    pub id: String,
    /// The key as which it works.
    pub key_id: String,
    /// Until when, in microseconds since 1970.
    pub expires_at: i64,
}

const PUT: &str = "INSERT INTO replaced_keys (id, key_id, expires_at) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, expires_at = excluded.expires_at";

// === impl Store: replaced keys ===

impl Store {
    /// All of them, those that have expired since among them.
    pub(super) async fn replaced_keys(&self) -> Result<Vec<ReplacedKey>, StoreError> {
        let rows =
            self.db.query("SELECT id, key_id, expires_at FROM replaced_keys", vec![]).await?;
        Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
    }
}

/// What replaces `old` by `new`: those that `old` has replaced work as `new`, and `old` itself does until
/// then, if it shall. Those that have expired `now` are forgotten.
pub(super) fn replace(old: &str, new: &str, until: Option<i64>, now: i64) -> Vec<Step> {
    let one = |sql: &str, args| Step::One(Statement::new(sql.to_owned(), args));
    let mut steps = vec![
        one("DELETE FROM replaced_keys WHERE expires_at <= $1", vec![now.into()]),
        one("UPDATE replaced_keys SET key_id = $1 WHERE key_id = $2", vec![new.into(), old.into()]),
    ];
    steps.extend(until.map(|until| one(PUT, vec![old.into(), new.into(), until.into()])));
    steps
}

/// Forgets those that work as a key that is deleted.
pub(super) fn remove(key_id: &str) -> Step {
    let sql = "DELETE FROM replaced_keys WHERE key_id = $1";
    Step::One(Statement::new(sql, vec![key_id.into()]))
}

fn read(mut row: Row) -> Result<ReplacedKey, DbError> {
    Ok(ReplacedKey { id: row.text()?, key_id: row.text()?, expires_at: row.int()? })
}
