//! Member of a model group: a configured deployment, with what its answers have shown so far.

use std::{ops::Deref, sync::Arc};

use super::router_pool::PoolState;
use crate::config::{AddedModel, Configured};

/// A deployment of the configuration or of the API, as requests find it.
#[derive(Debug)]
pub(crate) struct Member {
    configured: Configured,
    /// Which models have served so far, and whether one outside of `router_models` has.
    pub(super) pool: PoolState,
}

/// A deployment that was added by API and can be used, with what its operator should know of it.
#[derive(Debug)]
pub(crate) struct Added {
    pub(crate) configured: Arc<Member>,
    /// Settings that may not be as meant, each one line.
    pub(crate) warnings: Vec<String>,
    /// The keys that have no effect: `litellm_params.weight`.
    pub(crate) ignored: Vec<String>,
}

// === impl Member ===

impl Member {
    pub(crate) fn new(configured: Configured) -> Self {
        Self { configured, pool: PoolState::default() }
    }
}

impl Deref for Member {
    type Target = Configured;

    fn deref(&self) -> &Configured {
        &self.configured
    }
}

impl From<AddedModel> for Added {
    fn from(added: AddedModel) -> Self {
        let AddedModel { configured, warnings, ignored } = added;
        Self { configured: Arc::new(Member::new(configured)), warnings, ignored }
    }
}
