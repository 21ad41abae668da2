//! Sessions of the admin UI. They are in the store, so that they outlive a restart and hold at
//! every gateway.

use super::{ChangedBy, Store, StoreError, audit::Done};
use crate::db::{
    Conflict, DbError, Int, Statement, Step, Stored, Table, Text, columns, insert_one, read_all,
};

/// Somebody who has signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie, which is kept nowhere.
    pub id: String,
    /// The key that signed in; `None`: the operator's master key.
    pub key_id: Option<String>,
    /// What proves that the operator's master key is still the same.
    pub bound: Option<String>,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it ends, in microseconds since 1970.
    pub expires_at: i64,
}

columns!(Session {
    "id" => id: Text,
    "key_id" => key_id: Text,
    "bound" => bound: Text,
    "created_at" => created_at: Int,
    "expires_at" => expires_at: Int,
});

static SESSIONS: Table =
    Table { name: "sessions", columns: Session::COLUMNS, conflict: Conflict::Refuse };

/// The most sessions of one key, or of the operator.
const MOST: i64 = 100;
/// Ends the oldest sessions of the user who signed in as `$2`, except for the new one.
const END_OLDEST: &str = "DELETE FROM sessions WHERE COALESCE(key_id, '') = $1 AND id <> $2 \
    AND id NOT IN (SELECT id FROM sessions WHERE COALESCE(key_id, '') = $1 AND id <> $2 \
    ORDER BY created_at DESC, id LIMIT $3)";

// === impl Store: sessions ===

impl Store {
    /// Adds a session. Beyond a hundred of one key, or of the operator, the oldest end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_session(&self, session: &Session, by: &ChangedBy) -> Result<(), StoreError> {
        let Session { id, key_id, expires_at, .. } = session;
        let whose = key_id.as_deref().unwrap_or_default();
        // One less, as the new session is not counted.
        let oldest = vec![whose.into(), id.into(), (MOST - 1).into()];
        let put = Step::One(insert_one(&SESSIONS, session));
        let end = Step::One(Statement::new(END_OLDEST, oldest));
        let subject = subject(id);
        let until = serde_json::json!({ "expires_at": expires_at });
        let signed_in = by.audit(Done::new("sign_in", &subject).after(&until));
        Ok(self.db.transact(vec![put, end, signed_in]).await?)
    }

    /// A session that has not ended at `now`, in microseconds since 1970.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn session(&self, id: &str, now: i64) -> Result<Option<Session>, StoreError> {
        let sql = SESSIONS.select() + " WHERE id = $1 AND expires_at > $2";
        Ok(read_all(self.db.query(sql, vec![id.into(), now.into()]).await?)?.pop())
    }

    /// Ends a session, if it exists.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_session(&self, id: &str, by: &ChangedBy) -> Result<(), StoreError> {
        let delete = Statement::new("DELETE FROM sessions WHERE id = $1", vec![id.into()]);
        let signed_out = by.audit(Done::new("sign_out", &subject(id)));
        match self.db.transact(vec![Step::One(delete.expecting(1)), signed_out]).await {
            // It has ended already, and a second sign-out is not recorded.
            Err(DbError::Touched { .. }) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Forgets sessions that have ended at `now`, in microseconds since 1970.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_sessions_before(&self, now: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM sessions WHERE expires_at <= $1";
        let delete = Statement::new(delete, vec![now.into()]);
        Ok(self.db.transact(vec![Step::One(delete)]).await?)
    }
}

/// A session as the audit names it: by the beginning of its id.
fn subject(id: &str) -> String {
    format!("session:{}", id.chars().take(16).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::store::{
        ChangedBy,
        backend::{Backend, on_both},
    };

    fn by() -> ChangedBy {
        ChangedBy::new("ann", 1)
    }

    on_both!(a_session_is_there_until_it_ends, the_oldest_of_many_end);

    async fn the_oldest_of_many_end(on: Backend) {
        let store = on.store().await;
        let session = |id: String, key_id: Option<&str>, created_at| Session {
            id,
            key_id: key_id.map(str::to_owned),
            created_at,
            expires_at: 1_000,
            ..Session::default()
        };
        let there = async |id: &str| store.session(id, 0).await.unwrap().is_some();
        for nth in 0..102 {
            store.put_session(&session(format!("a{nth}"), Some("a"), nth), &by()).await.unwrap();
        }
        store.put_session(&session("b".to_owned(), Some("b"), 0), &by()).await.unwrap();
        store.put_session(&session("operator".to_owned(), None, 0), &by()).await.unwrap();
        // By a clock that went backwards it is the oldest, and there all the same.
        store.put_session(&session("new".to_owned(), Some("a"), 0), &by()).await.unwrap();
        assert!(!there("a0").await && !there("a1").await && !there("a2").await);
        assert!(there("a3").await && there("a101").await && there("new").await);
        assert!(there("b").await && there("operator").await);
    }

    async fn a_session_is_there_until_it_ends(on: Backend) {
        let store = on.store().await;
        let session = |id: &str, expires_at| Session {
            id: id.to_owned(),
            key_id: (id == "b").then(|| "k".to_owned()),
            bound: (id == "a").then(|| "m".to_owned()),
            created_at: 1,
            expires_at,
        };
        let (one, other) = (session("a", 10), session("b", 20));
        store.put_session(&one, &by()).await.unwrap();
        store.put_session(&other, &by()).await.unwrap();
        // No other session takes its place.
        assert!(store.put_session(&one, &by()).await.is_err());
        let there = on.again().await;
        assert_eq!(there.session("a", 9).await.unwrap().as_ref(), Some(&one));
        assert_eq!(there.session("b", 9).await.unwrap().as_ref(), Some(&other));
        assert_eq!(there.session("a", 10).await.unwrap(), None);
        store.delete_sessions_before(10).await.unwrap();
        assert_eq!(there.session("a", 0).await.unwrap(), None);
        there.delete_session("b", &by()).await.unwrap();
        assert_eq!(store.session("b", 0).await.unwrap(), None);
    }
}
