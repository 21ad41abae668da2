//! The directory: keys, teams and users; and deployments that were added through the API.
//!
//! Every change raises the revision in the same transaction, so that each gateway sees that there is
//! something new by one small query.

mod edit;
mod owners;
mod records;

pub use self::edit::Edit;
use super::{ChangedBy, ReplacedKey, Store, StoreError};
use crate::{
    db::{Cells, Statement, Step, Stored, Table, read_all},
    key::{BudgetTerms, Key, StoredModel, Team, User, budget_window::BudgetWindow},
    store::{WidenedPool, audit::Fields},
};

/// All of them at one time.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// How often there was a change.
    pub revision: i64,
    /// By no order.
    pub keys: Vec<Key>,
    /// By no order.
    pub teams: Vec<Team>,
    /// By no order.
    pub users: Vec<User>,
    /// By no order.
    pub models: Vec<StoredModel>,
    /// Keys that were replaced and may still work.
    pub replaced: Vec<ReplacedKey>,
    /// Routers that were answered from outside their `router_models`.
    pub widened: Vec<WidenedPool>,
}

/// Something with an id that has a table of its own.
trait Record: Stored {
    const TABLE: &'static Table;
    /// One of them, in names of the audit's actions.
    const NOUN: &'static str;
    /// What the ids of its budgets begin with; `None`: it has none.
    const BUDGET: Option<&'static str>;
    fn id(&self) -> &str;
    fn terms(&self) -> BudgetTerms {
        BudgetTerms::default()
    }
    fn windows(&self) -> &[BudgetWindow] {
        &[]
    }
    /// As the audit shows it.
    fn fields(&self) -> Fields {
        let mut cells = Cells::with_capacity(Self::COLUMNS.len(), 1);
        self.put(&mut cells);
        Fields::of(Self::COLUMNS, &cells)
    }
}

const RAISE: &str = "UPDATE revision SET value = value + 1 WHERE id = 1";

// === impl Store: the directory ===

impl Store {
    /// Everything, and the revision that it is of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn directory(&self) -> Result<Directory, StoreError> {
        // Read first: a change in between is seen again rather than missed.
        let revision = self.revision().await?;
        Ok(Directory {
            revision,
            keys: self.all().await?,
            teams: self.all().await?,
            users: self.all().await?,
            models: self.all().await?,
            replaced: self.replaced_keys().await?,
            widened: self.widened_pools().await?,
        })
    }

    /// How often there was a change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revision(&self) -> Result<i64, StoreError> {
        let mut rows = self.db.query("SELECT value FROM revision WHERE id = 1", vec![]).await?;
        Ok(rows.pop().map(|mut row| row.int()).transpose()?.unwrap_or(0))
    }

    /// Adds a key, or replaces the one of its id.
    ///
    /// # Errors
    /// When the alias is another key's, or the database refuses.
    pub async fn put_key(&self, key: &Key, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::PutKey(key)], by).await
    }

    /// Adds a team, or replaces the one of its id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_team(&self, team: &Team, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::PutTeam(team)], by).await
    }

    /// Adds a user, or replaces the one of that id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_user(&self, user: &User, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::PutUser(user)], by).await
    }

    /// Adds a model, or replaces the one of its id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_model(&self, model: &StoredModel, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::PutModel(model)], by).await
    }

    /// Deletes a key, and the keys that still work as it. Its entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_key(&self, id: &str, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::DeleteKey(id)], by).await
    }

    /// Deletes a model. Its entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_model(&self, id: &str, by: &ChangedBy) -> Result<(), StoreError> {
        self.edit(&[Edit::DeleteModel(id)], by).await
    }

    async fn all<T: Record>(&self) -> Result<Vec<T>, StoreError> {
        Ok(read_all(self.db.query(T::TABLE.select(), vec![]).await?)?)
    }

    /// Replaces a key with another one, which takes over the budget with what is spent of it.
    /// What was leased of it is free again: requests of the old key that are in flight are charged to
    /// the new key's budget when they end, and so are later corrections. The audit says which key was
    /// replaced by which. The old key works as the new one `until` then, in microseconds since 1970, if it
    /// shall.
    ///
    /// # Errors
    /// When there is no such key, the alias is another key's, or the database refuses. Nothing is
    /// changed then.
    pub async fn replace_key(
        &self,
        old: &str,
        key: &Key,
        until: Option<i64>,
        by: &ChangedBy,
    ) -> Result<(), StoreError> {
        self.edit(&[Edit::ReplaceKey { old, key, until }], by).await
    }

    async fn one<T: Record>(&self, id: &str) -> Result<Option<T>, StoreError> {
        let sql = T::TABLE.select() + " WHERE id = $1";
        Ok(read_all(self.db.query(sql, vec![id.into()]).await?)?.pop())
    }
}

pub(super) fn raise() -> Step {
    Step::One(Statement::new(RAISE, vec![]))
}

/// The same where nothing has changed since `seen`.
fn raise_from(seen: i64) -> Step {
    let sql = "UPDATE revision SET value = value + 1 WHERE id = 1 AND value = $1";
    Step::One(Statement::new(sql, vec![seen.into()]).expecting(1))
}
