//! Port through which the models of the store reach the deployments.

use std::fmt;

use ledger::{StoredModel, WidenedPool};

/// The receiver of the models that were added by API and of widened router pools. What it holds in
/// memory follows the store.
pub(crate) trait StoredModels: fmt::Debug + Send + Sync {
    /// Accepts all models and widened pools, as the store has them at a revision.
    fn replace(&self, models: Vec<StoredModel>, widened: &[WidenedPool], revision: i64);

    /// Accepts a model that was stored, before everything is read again.
    fn put(&self, model: &StoredModel);

    /// Forgets a model that was deleted from the store.
    fn remove(&self, id: &str);

    /// The pools that were widened here and are not stored yet.
    fn widened_unstored(&self) -> Vec<WidenedPool>;
}
