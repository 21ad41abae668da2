//! Pools of routers that were widened by an answer from outside their `router_models`, until an
//! operator narrows them again.

use super::{ChangedBy, Store, StoreError, audit::Done, directory::raise};
use crate::db::{
    Conflict, DbError, Int, Statement, Step, Stored, Table, Text, columns, insert_one, read_all,
};

/// A router that a model outside its `router_models` has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WidenedPool {
    /// The deployment's id.
    pub deployment_id: String,
    /// Its `router_models` as they were configured then. Other ones are not widened.
    pub router_models: String,
    /// The model that answered.
    pub served: String,
    /// The request that it answered.
    pub request_id: String,
    /// When, in microseconds since 1970.
    pub at: i64,
}

columns!(WidenedPool {
    "deployment_id" => deployment_id: Text,
    "router_models" => router_models: Text,
    "served" => served: Text,
    "request_id" => request_id: Text,
    "at" => at: Int,
});

/// The first answer is kept.
static WIDENED_POOLS: Table = Table {
    name: "widened_pools",
    columns: WidenedPool::COLUMNS,
    conflict: Conflict::Sql("(deployment_id, router_models) DO NOTHING"),
};

const NARROW: &str = "DELETE FROM widened_pools WHERE deployment_id = $1 AND router_models = $2";

// === impl Store: widened pools ===

impl Store {
    /// Records that a pool is widened, unless that is known. Every gateway follows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn widen_pool(&self, pool: &WidenedPool, by: &ChangedBy) -> Result<(), StoreError> {
        let subject = format!("model:{}", pool.deployment_id);
        let done = Done::new("widen_pool", &subject);
        let steps = vec![
            Step::One(insert_one(&WIDENED_POOLS, pool).expecting(1)),
            by.audit(done.before(&pool.narrow()).after(&pool.wide())),
            raise(),
        ];
        match self.db.transact(steps).await {
            // It is widened already, and the audit has the first answer that did it.
            Err(DbError::Touched { .. }) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Narrows a pool again: its `router_models` count from now on. Returns whether it was widened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn narrow_pool(
        &self,
        pool: &WidenedPool,
        by: &ChangedBy,
    ) -> Result<bool, StoreError> {
        let key = vec![(&pool.deployment_id).into(), (&pool.router_models).into()];
        let subject = format!("model:{}", pool.deployment_id);
        let done = Done::new("narrow_pool", &subject);
        let steps = vec![
            Step::One(Statement::new(NARROW, key).expecting(1)),
            by.audit(done.before(&pool.wide()).after(&pool.narrow())),
            raise(),
        ];
        match self.db.transact(steps).await {
            Err(DbError::Touched { .. }) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }

    pub(super) async fn widened_pools(&self) -> Result<Vec<WidenedPool>, StoreError> {
        let sql = WIDENED_POOLS.select() + " ORDER BY deployment_id, router_models";
        Ok(read_all(self.db.query(sql, vec![]).await?)?)
    }
}

// === impl WidenedPool ===

impl WidenedPool {
    /// As the audit shows it.
    fn wide(&self) -> serde_json::Value {
        let Self { router_models, served, request_id, at, .. } = self;
        let by = serde_json::json!({ "served": served, "request_id": request_id, "at": at });
        serde_json::json!({ "router_models": router_models, "widened_by": by })
    }

    /// The same without what has widened it.
    fn narrow(&self) -> serde_json::Value {
        serde_json::json!({ "router_models": self.router_models })
    }
}

#[cfg(test)]
mod tests {
    use super::WidenedPool;
    use crate::store::{
        AuditFilter, ChangedBy,
        backend::{Backend, on_both},
    };

    on_both!(a_pool_is_widened_until_it_is_narrowed);

    async fn a_pool_is_widened_until_it_is_narrowed(on: Backend) {
        let store = on.store().await;
        let pool = |served: &str| WidenedPool {
            deployment_id: "d1".to_owned(),
            router_models: "openai/*, gpt-5-nano".to_owned(),
            served: served.to_owned(),
            request_id: "r1".to_owned(),
            at: 7,
        };
        let (first, later) = (pool("grok-4"), pool("claude-haiku-4-5"));
        let revision = store.revision().await.unwrap();
        let gateway = || ChangedBy::new(ChangedBy::GATEWAY, 8);
        store.widen_pool(&first, &gateway()).await.unwrap();
        store.widen_pool(&later, &gateway()).await.unwrap();
        let other = WidenedPool { router_models: "openai/*".to_owned(), ..later.clone() };
        store.widen_pool(&other, &gateway()).await.unwrap();
        let known = store.directory().await.unwrap();
        assert_eq!(known.widened, [other.clone(), first.clone()]);
        assert!(known.revision > revision);
        let ann = ChangedBy::new("ann", 9);
        assert!(store.narrow_pool(&later, &ann).await.unwrap());
        assert!(!store.narrow_pool(&later, &ChangedBy::new("ann", 9)).await.unwrap());
        let after = store.directory().await.unwrap();
        assert_eq!(after.widened, [other]);
        assert!(after.revision > known.revision);
        let kept = store.audit(&AuditFilter::default(), (None, 10)).await.unwrap().entries;
        assert_eq!(kept[0].id, ann.audit_id);
        let told: Vec<_> =
            kept.iter().map(|entry| (&*entry.actor, &*entry.action, &*entry.subject)).collect();
        let widened = ("gateway", "widen_pool", "model:d1");
        assert_eq!(told, [("ann", "narrow_pool", "model:d1"), widened, widened]);
    }
}
