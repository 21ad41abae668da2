//! JSON shape of a stored model: without its secrets, and with warnings about its settings.

use jiff::Timestamp;
use ledger::StoredModel;
use serde::Serialize;
use utoipa::ToSchema;

use crate::deployments::{Added, Entry, MASK, Object, is_secret, text};

/// A model as stored, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRow {
    model_id: String,
    model_name: String,
    /// Secrets are masked.
    litellm_params: Object,
    model_info: Object,
    blocked: bool,
    /// The URL that is called.
    url: String,
    created_at: Option<Timestamp>,
    created_by: Option<String>,
    updated_at: Option<Timestamp>,
    updated_by: Option<String>,
    /// Possible mistakes, and fields without effect.
    warnings: Vec<String>,
}

/// `litellm_params` as they are shown.
pub(crate) fn masked(mut params: Object) -> Object {
    for (key, value) in &mut params {
        if is_secret(key) {
            *value = text(MASK);
        }
    }
    params
}

/// Warnings about a model's settings.
pub(crate) fn warnings(added: &Added) -> Vec<String> {
    let ignored = added.ignored.iter().map(|key| {
        let kept = if key.starts_with("litellm_params.") { ", and is not kept" } else { "" };
        format!("`{key}` is unknown and has no effect{kept}")
    });
    added.warnings.iter().cloned().chain(ignored).collect()
}

// === impl ModelRow ===

impl ModelRow {
    pub(crate) fn new(model: StoredModel, entry: Entry, added: &Added) -> Self {
        let time = |micros| Timestamp::from_microsecond(micros).ok();
        Self {
            model_id: model.id,
            model_name: model.group,
            litellm_params: masked(entry.params),
            model_info: entry.info,
            blocked: model.blocked,
            url: added.configured.deployment.provider.endpoint().to_owned(),
            created_at: time(model.created_at),
            created_by: model.created_by,
            updated_at: time(model.updated_at),
            updated_by: model.updated_by,
            warnings: warnings(added),
        }
    }
}
