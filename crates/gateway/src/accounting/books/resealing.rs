//! Storage of models whose credentials were encrypted again.

use ledger::{ChangedBy, StoreError, StoredModel};

use super::Books;

impl Books {
    /// Stores models whose credentials were encrypted again. While other gateways use the store this is
    /// left to a later start: an earlier version could not decrypt them.
    pub(crate) async fn store_resealed(&self, models: &[StoredModel]) {
        match self.try_to_store(models).await {
            Ok(0) => {}
            Ok(models) => tracing::info!(models, "credentials of models were encrypted again"),
            Err(error) => {
                let error = anyhow::Error::new(error);
                tracing::warn!(
                    "credentials of models could not be encrypted again: {error:#}; the next start tries it"
                );
            }
        }
    }

    async fn try_to_store(&self, models: &[StoredModel]) -> Result<usize, StoreError> {
        let others = self.store.instances().await?;
        if models.is_empty() || others.iter().any(|other| other.id != self.instance()) {
            return Ok(0);
        }
        for model in models {
            self.store.put_model(model, &ChangedBy::new(ChangedBy::GATEWAY, self.now())).await?;
        }
        self.refresh().await?;
        Ok(models.len())
    }
}
