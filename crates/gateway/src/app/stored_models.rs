//! Deployments as the receiver of the store's models: the accounting calls them through a trait.

use ledger::{StoredModel, WidenedPool};

use crate::{accounting::StoredModels, deployments::Deployments};

impl StoredModels for Deployments {
    fn replace(&self, models: Vec<StoredModel>, widened: &[WidenedPool], revision: i64) {
        self.replace(models, revision);
        self.follow_pools(widened);
    }

    fn put(&self, model: &StoredModel) {
        self.put(model);
    }

    fn remove(&self, id: &str) {
        self.remove(id);
    }

    fn widened_unstored(&self) -> Vec<WidenedPool> {
        let set = self.current();
        set.serving.iter().filter_map(|member| member.widened_unstored()).collect()
    }
}
