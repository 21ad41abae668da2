//! Credentials of stored models that an earlier version, or another key, has sealed: they are sealed again.

use ledger::{ChangedBy, StoreError, StoredModel};

use super::Books;
use crate::deployments::Entry;

impl Books {
    /// Seals credentials again that can be opened and are not sealed as they would be now. While other
    /// gateways use the store this is left to a later start: an earlier version could not open them.
    pub(crate) async fn seal_again(&self) {
        match self.try_to_seal().await {
            Ok(0) => {}
            Ok(models) => tracing::info!(models, "credentials of models were encrypted again"),
            Err(error) => {
                let error = anyhow::Error::new(error);
                tracing::warn!("credentials of models are encrypted again another time: {error:#}");
            }
        }
    }

    async fn try_to_seal(&self) -> Result<usize, StoreError> {
        let set = self.deployments.current();
        let models: Vec<_> =
            set.stored.iter().filter_map(|stored| self.sealed_again(&stored.model)).collect();
        let others = self.store.instances().await?;
        if models.is_empty() || others.iter().any(|other| other.id != self.instance()) {
            return Ok(0);
        }
        for model in &models {
            self.store.put_model(model, &ChangedBy::new(ChangedBy::GATEWAY, self.now())).await?;
        }
        self.refresh().await?;
        Ok(models.len())
    }

    /// The model as it would be sealed now; `None` where it is, or cannot be.
    fn sealed_again(&self, model: &StoredModel) -> Option<StoredModel> {
        let vault = &self.deployments.vault;
        let mut entry = Entry::of(model).ok()?;
        // What is below `<<` is kept until somebody writes it in another way.
        if Entry::merged(model) || !entry.is_old(vault, &model.id) {
            return None;
        }
        entry.open(vault, &model.id).ok()?;
        entry.seal(vault, model).ok()?;
        let params = serde_json::to_string(&entry.params).ok()?;
        Some(StoredModel { params, ..model.clone() })
    }
}
