//! Keys that were replaced and still work for a while. They count as their successor, and are
//! blocked and deleted with it.

use super::Store;
use crate::{
    db::{Conflict, Int, Statement, Step, Stored, Table, Text, columns, insert_one, read_all},
    store::StoreError,
};

/// A key that was replaced and still works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplacedKey {
    /// SHA-256 of the key, in hex.
    pub id: String,
    /// The key as which it works.
    pub key_id: String,
    /// Until when, in microseconds since 1970.
    pub expires_at: i64,
}

columns!(ReplacedKey {
    "id" => id: Text,
    "key_id" => key_id: Text,
    "expires_at" => expires_at: Int,
});

static REPLACED_KEYS: Table =
    Table { name: "replaced_keys", columns: ReplacedKey::COLUMNS, conflict: Conflict::Replace };

// === impl Store: replaced keys ===

impl Store {
    /// All of them, those that have expired since among them.
    pub(super) async fn replaced_keys(&self) -> Result<Vec<ReplacedKey>, StoreError> {
        Ok(read_all(self.db.query(REPLACED_KEYS.select(), vec![]).await?)?)
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
    steps.extend(until.map(|expires_at| {
        let replaced = ReplacedKey { id: old.to_owned(), key_id: new.to_owned(), expires_at };
        Step::One(insert_one(&REPLACED_KEYS, &replaced))
    }));
    steps
}

/// Forgets those that work as a key that is deleted.
pub(super) fn remove(key_id: &str) -> Step {
    let sql = "DELETE FROM replaced_keys WHERE key_id = $1";
    Step::One(Statement::new(sql, vec![key_id.into()]))
}
