//! Entries of the audit: who changed what, written in the transaction of the change.

use crate::db::{Statement, Step};

/// Who changes something, and the entry of the audit that records it.
#[derive(Clone, Copy, Debug)]
pub struct ChangedBy<'a> {
    /// As the audit names them.
    pub actor: &'a str,
    /// When, in microseconds since 1970.
    pub now: i64,
    /// Names the audit's entry.
    pub audit_id: &'a str,
}

const AUDIT: &str = "INSERT INTO audit (id, at, actor, action, subject, before_json, after_json) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

impl ChangedBy<'_> {
    /// The step that records a change, with what was before and is after it as JSON.
    pub(super) fn audit(&self, action: &str, subject: &str, (before, after): (&str, &str)) -> Step {
        let mut args = vec![self.audit_id.into(), self.now.into(), self.actor.into()];
        args.extend([action.into(), subject.into(), before.into(), after.into()]);
        Step::One(Statement::new(AUDIT, args))
    }
}
