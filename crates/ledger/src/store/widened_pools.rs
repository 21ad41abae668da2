//! Pools of routers that were widened by an answer from outside their `router_models`, until an
//! operator narrows them again.

use super::{ChangedBy, Store, StoreError, directory::raise};
use crate::db::{DbError, Row, Statement, Step};

/// A router that a model outside its `router_models` has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
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

const ALL: &str = "SELECT deployment_id, router_models, served, request_id, at FROM widened_pools \
     ORDER BY deployment_id, router_models";

/// The first answer is kept.
const WIDEN: &str = "INSERT INTO widened_pools (deployment_id, router_models, served, request_id, at) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (deployment_id, router_models) DO NOTHING";

const NARROW: &str = "DELETE FROM widened_pools WHERE deployment_id = $1 AND router_models = $2";

// === impl Store: widened pools ===

impl Store {
    /// Records that a pool is widened. Every gateway follows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn widen_pool(&self, pool: &WidenedPool) -> Result<(), StoreError> {
        let texts = [&pool.deployment_id, &pool.router_models, &pool.served, &pool.request_id];
        let mut args: Vec<_> = texts.into_iter().map(Into::into).collect();
        args.push(pool.at.into());
        Ok(self.db.transact(vec![Step::One(Statement::new(WIDEN, args)), raise()]).await?)
    }

    /// Narrows a pool again: its `router_models` count from now on. Returns whether it was widened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn narrow_pool(
        &self,
        pool: &WidenedPool,
        by: &ChangedBy<'_>,
    ) -> Result<bool, StoreError> {
        let before = serde_json::json!({
            "router_models": pool.router_models,
            "widened_by": { "served": pool.served, "request_id": pool.request_id, "at": pool.at },
        });
        let after = serde_json::json!({ "router_models": pool.router_models });
        let (before, after) = (before.to_string(), after.to_string());
        let key = vec![(&pool.deployment_id).into(), (&pool.router_models).into()];
        let steps = vec![
            Step::One(Statement::new(NARROW, key).expecting(1)),
            by.audit("narrow", &pool.deployment_id, (&before, &after)),
            raise(),
        ];
        match self.db.transact(steps).await {
            Err(DbError::Touched { .. }) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }

    pub(super) async fn widened_pools(&self) -> Result<Vec<WidenedPool>, StoreError> {
        let rows = self.db.query(ALL, vec![]).await?.into_iter();
        Ok(rows.map(read).collect::<Result<_, _>>()?)
    }
}

fn read(mut row: Row) -> Result<WidenedPool, DbError> {
    Ok(WidenedPool {
        deployment_id: row.text()?,
        router_models: row.text()?,
        served: row.text()?,
        request_id: row.text()?,
        at: row.int()?,
    })
}

#[cfg(test)]
mod tests {
    use super::WidenedPool;
    use crate::{
        ChangedBy,
        store::backend::{Backend, on_both},
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
        store.widen_pool(&first).await.unwrap();
        store.widen_pool(&later).await.unwrap();
        let other = WidenedPool { router_models: "openai/*".to_owned(), ..later.clone() };
        store.widen_pool(&other).await.unwrap();
        let known = store.directory().await.unwrap();
        assert_eq!(known.widened, [other.clone(), first.clone()]);
        assert!(known.revision > revision);
        let by = |audit_id| ChangedBy { actor: "ann", now: 9, audit_id };
        assert!(store.narrow_pool(&later, &by("a1")).await.unwrap());
        assert!(!store.narrow_pool(&later, &by("a2")).await.unwrap());
        let after = store.directory().await.unwrap();
        assert_eq!(after.widened, [other]);
        assert!(after.revision > known.revision);
        let sql = "SELECT id, actor, action, subject FROM audit ORDER BY id";
        let mut rows = store.db.query(sql, vec![]).await.unwrap();
        assert_eq!(rows.len(), 1);
        let row: Vec<_> = (0..4).map(|_| rows[0].text().unwrap()).collect();
        assert_eq!(row, ["a1", "ann", "narrow", "d1"]);
    }
}
