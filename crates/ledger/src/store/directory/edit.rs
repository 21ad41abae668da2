//! Edits of keys, teams, users and models: several in one transaction, each with its audit entry.

use serde_json::{Map, Value};

use super::{Record, raise_from};
use crate::{
    db::{Cells, DbError, Statement, Step},
    key::{Key, StoredModel, Team, User, calendar::Calendar},
    store::{
        ChangedBy, Store, StoreError,
        audit::{Done, Fields, id_at},
        budget_windows, budgets, replaced_keys,
    },
};

/// One change. What is put is added, or replaces the record of its id; entries stay whatever is deleted.
#[derive(Clone, Copy, Debug)]
pub enum Edit<'a> {
    /// Adds or replaces a key.
    PutKey(&'a Key),
    /// The same, if its team and its user exist or are added with it.
    PutOwnedKey(&'a Key),
    /// Adds or replaces a team.
    PutTeam(&'a Team),
    /// Adds or replaces a user.
    PutUser(&'a User),
    /// Adds or replaces a model.
    PutModel(&'a StoredModel),
    /// Deletes a key by its id.
    DeleteKey(&'a str),
    /// Deletes a team by its id, with its keys.
    DeleteTeam(&'a str),
    /// Deletes a user by their id, with their keys, and takes them out of their teams.
    DeleteUser(&'a str),
    /// Deletes the keys that a user has in a team.
    DeleteKeysIn {
        /// The team's id.
        team: &'a str,
        /// The user's id.
        user: &'a str,
    },
    /// Deletes a model by its id.
    DeleteModel(&'a str),
    /// Replaces a key with another one, see [`Store::replace_key`].
    ReplaceKey {
        /// The id of the other one.
        old: &'a str,
        /// The new key.
        key: &'a Key,
        /// Until when the other one works as this one, in microseconds since 1970, if it does.
        until: Option<i64>,
    },
}

/// How often a change is computed again because another gateway has changed something meanwhile.
const TRIES: usize = 100;

// === impl Store: changes ===

impl Store {
    /// Makes changes together, or none of them, and records each in the audit with what was there before.
    ///
    /// # Errors
    /// When a key that is to be replaced or a key's owner is not there, an alias is another key's, or the
    /// database refuses.
    pub async fn edit(&self, edits: &[Edit<'_>], by: &ChangedBy) -> Result<(), StoreError> {
        // Only this edit moves what was spent and leased.
        let _money = if edits.iter().any(|edit| matches!(edit, Edit::ReplaceKey { .. })) {
            Some(self.money.lock().await)
        } else {
            None
        };
        // Always after `money`: all take the two locks in this order.
        let _turn = self.changing.lock().await;
        let mut tries = TRIES;
        loop {
            let revision = self.revision().await?;
            let belongings = self.belongings(edits, by).await?;
            let mut all: Vec<Edit<'_>> = edits.to_vec();
            all.extend(belongings.edits());
            // A transaction that changes several budgets locks them in the order of their names.
            all.sort_by_cached_key(Edit::subject);
            let mut steps = Vec::new();
            for (nth, edit) in all.iter().enumerate() {
                // The first entry has the id that the caller knows; further ones get their own.
                let id = if nth == 0 { by.audit_id.clone() } else { id_at(by.now) };
                steps.extend(
                    self.edit_steps(*edit, &ChangedBy { audit_id: id, ..by.clone() }).await?,
                );
            }
            // Where another change came between, what was read is no longer true.
            steps.push(raise_from(revision));
            match self.db.transact(steps).await {
                // `Touched` at the same revision means that a key to replace does not exist: no try
                // helps then.
                Err(DbError::Touched { .. }) if tries > 1 && self.revision().await? != revision => {
                    tries -= 1;
                }
                done => return Ok(done?),
            }
        }
    }

    async fn edit_steps(&self, edit: Edit<'_>, by: &ChangedBy) -> Result<Vec<Step>, StoreError> {
        match edit {
            Edit::PutKey(key) | Edit::PutOwnedKey(key) => {
                self.put_steps(key, key.updated_at, by).await
            }
            Edit::PutTeam(team) => self.put_steps(team, team.updated_at, by).await,
            Edit::PutUser(user) => self.put_steps(user, user.updated_at, by).await,
            Edit::PutModel(model) => self.put_steps(model, model.updated_at, by).await,
            Edit::DeleteKey(id) => self.delete_steps::<Key>(id, by).await,
            Edit::DeleteTeam(id) => self.delete_steps::<Team>(id, by).await,
            Edit::DeleteUser(id) => self.delete_steps::<User>(id, by).await,
            Edit::DeleteModel(id) => self.delete_steps::<StoredModel>(id, by).await,
            // These are changes of their own.
            Edit::DeleteKeysIn { .. } => Ok(Vec::new()),
            Edit::ReplaceKey { old, key, until } => self.replace_steps(old, (key, until), by).await,
        }
    }

    async fn put_steps<T: Record>(
        &self,
        record: &T,
        now: i64,
        by: &ChangedBy,
    ) -> Result<Vec<Step>, StoreError> {
        let before = self.one::<T>(record.id()).await?.map(|before| before.fields());
        let mut steps = put(record, now, &self.calendar);
        steps.push(recorded::<T>(record.id(), before.as_ref(), Some(&record.fields()), by));
        Ok(steps)
    }

    /// Nothing is recorded of what was not there.
    async fn delete_steps<T: Record>(
        &self,
        id: &str,
        by: &ChangedBy,
    ) -> Result<Vec<Step>, StoreError> {
        let sql = format!("DELETE FROM {} WHERE id = $1", T::TABLE.name);
        let mut steps = vec![Step::One(Statement::new(sql, vec![id.into()]))];
        if let Some(kind) = T::BUDGET {
            steps.extend(budget_windows::remove(kind, id));
        }
        if T::NOUN == Key::NOUN {
            steps.push(replaced_keys::remove(id));
        }
        if let Some(before) = self.one::<T>(id).await? {
            steps.push(recorded::<T>(id, Some(&before.fields()), None, by));
        }
        Ok(steps)
    }

    async fn replace_steps(
        &self,
        old: &str,
        (key, until): (&Key, Option<i64>),
        by: &ChangedBy,
    ) -> Result<Vec<Step>, StoreError> {
        let (subject, new) = (format!("key:{old}"), format!("key:{}", key.id));
        let gone = Statement::new("DELETE FROM keys WHERE id = $1", vec![old.into()]);
        // Another caller may have replaced or deleted the key meanwhile.
        let mut steps = vec![Step::One(gone.expecting(1))];
        // Before `put`, which would make a new budget with nothing spent.
        steps.extend(budget_windows::hand_over("key", old, &key.id));
        steps.extend(put(key, key.updated_at, &self.calendar));
        steps.extend(replaced_keys::replace(old, &key.id, until, by.now));
        let replaced = Done::new(budgets::REPLACED, &subject);
        let replaced = replaced.before(&subject.as_str().into()).after(&new.as_str().into());
        steps.push(by.audit(replaced));
        // Any other difference, such as its budget, is recorded as a change of its own.
        let before = self.one::<Key>(old).await?.map(|before| before.fields());
        let by = ChangedBy { audit_id: id_at(by.now), ..by.clone() };
        steps.push(recorded::<Key>(&key.id, before.as_ref(), Some(&key.fields()), &by));
        Ok(steps)
    }
}

// === impl Edit ===

impl Edit<'_> {
    /// What is changed: its kind and id.
    fn subject(&self) -> String {
        let (noun, id) = match self {
            Self::PutKey(key) | Self::PutOwnedKey(key) => (Key::NOUN, &*key.id),
            Self::PutTeam(team) => (Team::NOUN, &*team.id),
            Self::PutUser(user) => (User::NOUN, &*user.id),
            Self::PutModel(model) => (StoredModel::NOUN, &*model.id),
            Self::DeleteKey(id) | Self::ReplaceKey { old: id, .. } => (Key::NOUN, *id),
            Self::DeleteTeam(id) | Self::DeleteKeysIn { team: id, .. } => (Team::NOUN, *id),
            Self::DeleteUser(id) => (User::NOUN, *id),
            Self::DeleteModel(id) => (StoredModel::NOUN, *id),
        };
        format!("{noun}:{id}")
    }
}

/// Adds a record, or replaces the one of its id.
fn put<T: Record>(record: &T, now: i64, calendar: &Calendar) -> Vec<Step> {
    let mut cells = Cells::with_capacity(T::COLUMNS.len(), 1);
    record.put(&mut cells);
    let mut steps = vec![Step::Many(T::TABLE, cells)];
    if let Some(kind) = T::BUDGET {
        let owned = budget_windows::Owned { kind, id: record.id(), windows: record.windows() };
        steps.extend(owned.ensure(&record.terms(), now, calendar));
    }
    steps
}

/// The entry of the audit that says what became of a record.
fn recorded<T: Record>(
    id: &str,
    before: Option<&Fields>,
    after: Option<&Fields>,
    by: &ChangedBy,
) -> Step {
    let [before, after] = Fields::changed(before, after);
    let (action, subject) =
        (action(T::NOUN, before.as_ref(), after.as_ref()), format!("{}:{id}", T::NOUN));
    let mut done = Done::new(&action, &subject);
    done.before = before.map(|fields| Value::Object(fields).to_string());
    done.after = after.map(|fields| Value::Object(fields).to_string());
    by.audit(done)
}

/// `create_key`, `block_key` and so on, by what is different.
fn action(
    noun: &str,
    before: Option<&Map<String, Value>>,
    after: Option<&Map<String, Value>>,
) -> String {
    let blocks = |after: &Map<String, Value>| {
        // A change of other fields beside it is an update.
        let alone = after.len() == 1 && before.is_some_and(|before| before.len() == 1);
        after.get("blocked").and_then(Value::as_bool).filter(|_| alone)
    };
    let verb = match (before, after) {
        (None, _) => "create",
        (_, None) => "delete",
        (_, Some(after)) => match blocks(after) {
            Some(true) => "block",
            Some(false) => "unblock",
            None => "update",
        },
    };
    format!("{verb}_{noun}")
}
