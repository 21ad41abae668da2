//! Entries of the audit, written in the transaction of the change that they record.

mod fields;
mod list;
mod sign_ins;

use serde_json::Value;
use uuid::{ContextV7, Uuid};

pub(super) use self::fields::Fields;
pub use self::{
    list::{AuditEntry, AuditFilter, AuditPage},
    sign_ins::RefusedSignIns,
};
use super::{Store, StoreError};
use crate::db::{Conflict, Flag, Int, Step, Stored, Table, Text, columns, insert_one};

/// Who changes something, from where and when, as the audit records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBy {
    /// [`ChangedBy::OPERATOR`], `key:` with the key's id, [`ChangedBy::GATEWAY`] or [`ChangedBy::NOBODY`].
    pub actor: String,
    /// The key's alias.
    pub alias: Option<String>,
    /// Whether it is done with a session of the admin UI.
    pub session: bool,
    /// The client's address.
    pub ip: Option<String>,
    /// When, in microseconds since 1970.
    pub now: i64,
    /// Names the audit's first entry of this change.
    pub audit_id: String,
}

columns!(AuditEntry {
    "id" => id: Text,
    "at" => at: Int,
    "actor" => actor: Text,
    "actor_alias" => alias: Text,
    "session" => session: Flag,
    "ip" => ip: Text,
    "action" => action: Text,
    "subject" => subject: Text,
    "before_json" => before: Text,
    "after_json" => after: Text,
});

static AUDIT: Table =
    Table { name: "audit", columns: AuditEntry::COLUMNS, conflict: Conflict::Refuse };

/// The same for an entry that grows: it replaces what it was.
static GROWING: Table = Table {
    name: "audit",
    columns: AuditEntry::COLUMNS,
    conflict: Conflict::Sql(
        "(id) DO UPDATE SET before_json = excluded.before_json, after_json = excluded.after_json",
    ),
};

/// What was done to what, with what was before and is after it.
#[derive(Debug)]
pub(super) struct Done<'a> {
    pub(super) action: &'a str,
    pub(super) subject: &'a str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

// === impl ChangedBy ===

impl ChangedBy {
    /// The master key, or any program on this machine where there is none.
    pub const OPERATOR: &str = "operator";
    /// The gateway itself.
    pub const GATEWAY: &str = "gateway";
    /// A client that has shown no valid key.
    pub const NOBODY: &str = "nobody";

    /// Somebody of whom no more is known.
    #[must_use]
    pub fn new(actor: impl Into<String>, now: i64) -> Self {
        let (actor, audit_id) = (actor.into(), id_at(now));
        Self { actor, alias: None, session: false, ip: None, now, audit_id }
    }

    /// The step that records a change.
    pub(super) fn audit(&self, done: Done<'_>) -> Step {
        self.audit_as(&self.audit_id, done)
    }

    /// The same for a change of several records: each has an entry of its own.
    pub(super) fn audit_as(&self, id: &str, done: Done<'_>) -> Step {
        Step::One(insert_one(&AUDIT, &self.entry(id, done)))
    }

    /// The same for an entry that is written again as it grows.
    pub(super) fn audit_again(&self, done: Done<'_>) -> Step {
        Step::One(insert_one(&GROWING, &self.entry(&self.audit_id, done)))
    }

    fn entry(&self, id: &str, done: Done<'_>) -> AuditEntry {
        let Done { action, subject, before, after } = done;
        AuditEntry {
            id: id.to_owned(),
            at: self.now,
            actor: self.actor.clone(),
            alias: self.alias.clone(),
            session: self.session,
            ip: self.ip.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            before,
            after,
        }
    }
}

impl<'a> Done<'a> {
    pub(super) fn new(action: &'a str, subject: &'a str) -> Self {
        Self { action, subject, before: None, after: None }
    }

    pub(super) fn before(self, before: &Value) -> Self {
        Self { before: Some(before.to_string()), ..self }
    }

    pub(super) fn after(self, after: &Value) -> Self {
        Self { after: Some(after.to_string()), ..self }
    }
}

// === impl Store: the audit ===

impl Store {
    /// Records what was done outside the store, such as another price table in use.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record(
        &self,
        by: &ChangedBy,
        (action, subject): (&str, &str),
        (before, after): (&Value, &Value),
    ) -> Result<(), StoreError> {
        let done = Done::new(action, subject).before(before).after(after);
        Ok(self.db.transact(vec![by.audit(done)]).await?)
    }
}

/// A new id of an entry, which sorts by its time.
pub(super) fn id_at(now: i64) -> String {
    let seconds = u64::try_from(now.div_euclid(1_000_000)).unwrap_or(0);
    let nanos = u32::try_from(now.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    // Microseconds are a part of the id, so that ids of one millisecond sort by time as well.
    let context = ContextV7::new().with_additional_precision();
    Uuid::new_v7(uuid::Timestamp::from_unix(&context, seconds, nanos)).to_string()
}
