//! Credentials of stored models that an earlier version, or another key, has encrypted: they are
//! encrypted again with the current one.

use ledger::StoredModel;

use super::{Deployments, Entry};

impl Deployments {
    /// The stored models whose credentials can be decrypted and are not encrypted as they would be now,
    /// with their credentials encrypted again.
    pub(crate) fn resealed(&self) -> Vec<StoredModel> {
        let set = self.current();
        set.stored.iter().filter_map(|stored| self.sealed_again(&stored.model)).collect()
    }

    /// The model as it would be sealed now; `None` if it is, or cannot be.
    fn sealed_again(&self, model: &StoredModel) -> Option<StoredModel> {
        let vault = &self.vault;
        let mut entry = Entry::of(model).ok()?;
        // Keys below `<<` are kept until the operator writes them differently.
        if Entry::merged(model) || !entry.is_old(vault, &model.id) {
            return None;
        }
        entry.open(vault, &model.id).ok()?;
        entry.seal(vault, model).ok()?;
        let params = serde_json::to_string(&entry.params).ok()?;
        Some(StoredModel { params, ..model.clone() })
    }
}
