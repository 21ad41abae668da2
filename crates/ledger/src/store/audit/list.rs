//! Pages of the audit, newest first, and the retention of its entries.

use super::AUDIT;
use crate::{
    db::{DbError, Statement, Step, Value, read_all},
    store::{Store, StoreError},
};

/// One entry of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditEntry {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who did it, see [`super::ChangedBy::actor`].
    pub actor: String,
    /// The key's alias then.
    pub alias: Option<String>,
    /// Whether with a session of the admin UI.
    pub session: bool,
    /// The client's address.
    pub ip: Option<String>,
    /// What was done: `update_key`.
    pub action: String,
    /// To what: its kind, a colon and its id.
    pub subject: String,
    /// What it was before, as JSON.
    pub before: Option<String>,
    /// What it is after that, as JSON.
    pub after: Option<String>,
}

/// Which entries; all that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// From when on, in microseconds since 1970.
    pub from: Option<i64>,
    /// Until when, which is not part of it.
    pub to: Option<i64>,
    /// Who: as [`AuditEntry::actor`], or a key's alias.
    pub actor: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// The kind of what it was done to.
    pub kind: Option<String>,
    /// Its id, of any kind.
    pub subject: Option<String>,
    /// The client's address.
    pub ip: Option<String>,
}

/// Some entries, and where the next page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The newest first.
    pub entries: Vec<AuditEntry>,
    /// The id before which the next page is; `None` on the last one.
    pub next: Option<String>,
}

/// So many are deleted in one transaction.
const BATCH: i64 = 1_000;

/// The keys that followed each replaced key. A charge of the old key finds the budget of the new
/// one by these entries, so [`OLD`] keeps them as long as the window of their time is still open in
/// that budget.
const NEEDED: &str = "WITH RECURSIVE heirs(first, id) AS ( \
    SELECT subject, REPLACE(after_json, '\"', '') FROM audit WHERE action = 'replace_key' \
    UNION SELECT heirs.first, REPLACE(audit.after_json, '\"', '') FROM heirs \
        JOIN audit ON audit.subject = heirs.id AND audit.action = 'replace_key')";
const OLD: &str = "SELECT id FROM audit WHERE at < $1 \
    AND (action <> 'replace_key' OR NOT EXISTS (SELECT 1 FROM heirs \
        JOIN budgets ON budgets.id = heirs.id OR budgets.owner = heirs.id \
        WHERE heirs.first = audit.subject \
        AND budgets.window_start <= audit.at AND (budgets.reset_at IS NULL OR budgets.reset_at > $2))) \
    ORDER BY id LIMIT $3";

// === impl Store: pages of the audit ===

impl Store {
    /// A page of at most `limit` entries, those before an id if there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        (before, limit): (Option<&str>, u32),
    ) -> Result<AuditPage, StoreError> {
        let (mut sql, mut args) = filter.clause();
        if let Some(before) = before {
            args.push(before.into());
            sql.push_str(&format!(" AND id < ${}", args.len()));
        }
        // One more than the page shows whether another page follows.
        args.push((i64::from(limit) + 1).into());
        let limited =
            format!("{} WHERE {sql} ORDER BY id DESC LIMIT ${}", AUDIT.select(), args.len());
        let mut entries: Vec<AuditEntry> = read_all(self.db.query(limited, args).await?)?;
        let more = entries.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            entries.pop();
        }
        let next = entries.last().filter(|_| more).map(|last| last.id.clone());
        Ok(AuditPage { entries, next })
    }

    /// Deletes some of the entries from before a time; returns how many. Replacements of keys are kept as
    /// long as charges of their budgets' windows follow them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_audit_before(&self, time: i64, now: i64) -> Result<u64, StoreError> {
        let args = vec![time.into(), now.into(), BATCH.into()];
        let old = self.db.query(format!("{NEEDED} {OLD}"), args).await?;
        let deleted = u64::try_from(old.len()).unwrap_or(0);
        let delete = old.into_iter().map(|mut row| {
            let id: Value = row.text()?.as_str().into();
            Ok(Step::One(Statement::new("DELETE FROM audit WHERE id = $1", vec![id])))
        });
        self.db.transact(delete.collect::<Result<Vec<_>, DbError>>()?).await?;
        Ok(deleted)
    }
}

// === impl AuditFilter ===

impl AuditFilter {
    /// The condition, which is never empty, with its arguments.
    fn clause(&self) -> (String, Vec<Value>) {
        let mut args: Vec<Value> = Vec::new();
        let mut all = vec!["1 = 1".to_owned()];
        let mut and = |value: Value, condition: &dyn Fn(usize) -> String| {
            args.push(value);
            all.push(condition(args.len()));
        };
        if let Some(from) = self.from {
            and(from.into(), &|from| format!("at >= ${from}"));
        }
        if let Some(to) = self.to {
            and(to.into(), &|to| format!("at < ${to}"));
        }
        if let Some(actor) = &self.actor {
            and(actor.into(), &|actor| format!("(actor = ${actor} OR actor_alias = ${actor})"));
        }
        if let Some(action) = &self.action {
            and(action.into(), &|action| format!("action = ${action}"));
        }
        if let Some(kind) = &self.kind {
            and(kind.into(), &|kind| {
                let kind = format!("CAST(${kind} AS TEXT)");
                format!("substr(subject, 1, length({kind}) + 1) = {kind} || ':'")
            });
        }
        if let Some(subject) = &self.subject {
            and(subject.into(), &|id| {
                let id = format!("CAST(${id} AS TEXT)");
                format!("substr(subject, length(subject) - length({id})) = ':' || {id}")
            });
        }
        if let Some(ip) = &self.ip {
            and(ip.into(), &|ip| format!("ip = ${ip}"));
        }
        (all.join(" AND "), args)
    }
}
