//! Those who may ask: keys, teams and users; and models that were added by API.
//!
//! Every change raises the revision in the same transaction, so that each gateway sees that there is
//! something new by one small query.

mod records;

use super::{ChangedBy, Store, StoreError, budgets};
use crate::{
    BudgetTerms, Key, StoredModel, Team, User, WidenedPool,
    db::{Cells, DbError, Row, Statement, Step, Table},
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
    /// Routers that were answered from outside their `router_models`.
    pub widened: Vec<WidenedPool>,
}

/// Something with an id that has a table of its own.
trait Record: Sized {
    const TABLE: &'static Table;
    /// What the ids of its budgets begin with; `None`: it has none.
    const BUDGET: Option<&'static str>;
    fn id(&self) -> &str;
    fn terms(&self) -> BudgetTerms {
        BudgetTerms::default()
    }
    fn cells(&self, to: &mut Cells);
    fn read(row: &mut Row) -> Result<Self, DbError>;
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
    pub async fn put_key(&self, key: &Key) -> Result<(), StoreError> {
        self.put(key, key.updated_at).await
    }

    /// Adds a team, or replaces the one of its id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_team(&self, team: &Team) -> Result<(), StoreError> {
        self.put(team, team.updated_at).await
    }

    /// Adds a user, or replaces the one of that id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_user(&self, user: &User) -> Result<(), StoreError> {
        self.put(user, user.updated_at).await
    }

    /// Adds a model, or replaces the one of its id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_model(&self, model: &StoredModel) -> Result<(), StoreError> {
        self.put(model, model.updated_at).await
    }

    /// Deletes a key. Its entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_key(&self, id: &str) -> Result<(), StoreError> {
        self.delete::<Key>(id).await
    }

    /// Deletes a team. Its entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_team(&self, id: &str) -> Result<(), StoreError> {
        self.delete::<Team>(id).await
    }

    /// Deletes a user. Their entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_user(&self, id: &str) -> Result<(), StoreError> {
        self.delete::<User>(id).await
    }

    /// Deletes a model. Its entries stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_model(&self, id: &str) -> Result<(), StoreError> {
        self.delete::<StoredModel>(id).await
    }

    async fn all<T: Record>(&self) -> Result<Vec<T>, StoreError> {
        let sql = format!("SELECT {} FROM {}", T::TABLE.names(), T::TABLE.name);
        let rows = self.db.query(sql, vec![]).await?;
        Ok(rows.into_iter().map(|mut row| T::read(&mut row)).collect::<Result<_, _>>()?)
    }

    /// Puts a key in the place of another one, whose budget it takes over with what is spent of it.
    /// What was leased of it is free again: requests of the old key that are in flight are charged to
    /// the new key's budget when they end, and so are later corrections. The audit says which key was
    /// replaced by which.
    ///
    /// # Errors
    /// When there is no such key, the alias is another key's, or the database refuses. Nothing is
    /// changed then.
    pub async fn replace_key(
        &self,
        old: &str,
        key: &Key,
        by: &ChangedBy<'_>,
    ) -> Result<(), StoreError> {
        let gone = "DELETE FROM keys WHERE id = $1";
        let mut steps = vec![Step::One(Statement::new(gone, vec![old.into()]).expecting(1))];
        steps.extend(budgets::hand_over(&format!("key:{old}"), &format!("key:{}", key.id)));
        steps.extend(put(key, key.updated_at));
        let json = |id: &str| serde_json::Value::from(format!("key:{id}")).to_string();
        let (before, after) = (json(old), json(&key.id));
        steps.push(by.audit(budgets::REPLACED, &format!("key:{old}"), (&before, &after)));
        let _turn = self.money.lock().await;
        Ok(self.db.transact(steps).await?)
    }

    async fn put<T: Record>(&self, record: &T, now: i64) -> Result<(), StoreError> {
        Ok(self.db.transact(put(record, now)).await?)
    }

    async fn delete<T: Record>(&self, id: &str) -> Result<(), StoreError> {
        let sql = format!("DELETE FROM {} WHERE id = $1", T::TABLE.name);
        let mut steps = vec![Step::One(Statement::new(sql, vec![id.into()]))];
        if let Some(kind) = T::BUDGET {
            steps.extend(budgets::remove(&format!("{kind}:{id}")));
        }
        steps.push(raise());
        Ok(self.db.transact(steps).await?)
    }
}

/// Adds a record, or replaces the one of its id.
fn put<T: Record>(record: &T, now: i64) -> Vec<Step> {
    let mut cells = Cells::with_capacity(T::TABLE.columns.len(), 1);
    record.cells(&mut cells);
    let mut steps = vec![Step::Many(T::TABLE, cells)];
    if let Some(kind) = T::BUDGET {
        let id = format!("{kind}:{}", record.id());
        steps.push(budgets::ensure(&id, &record.terms(), now));
    }
    steps.push(raise());
    steps
}

pub(super) fn raise() -> Step {
    Step::One(Statement::new(RAISE, vec![]))
}
