//! Gate of a deployment's own limits, counted like those of keys: in Redis for all gateways, or in
//! this process.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use ledger::Limits;
use llm_types::{Clock, ProviderError};
use router_client::Gate;

use super::{Counter, OverLimit, Places, SharedCounters, spend};

/// The limits of one deployment, the same for all workers.
#[derive(Debug)]
pub(crate) struct DeploymentGate {
    limited: [(Limits, Arc<Counter>); 1],
    shared: Option<Arc<SharedCounters>>,
    clock: Arc<dyn Clock>,
}

// === impl DeploymentGate ===

impl DeploymentGate {
    pub(crate) fn new(
        limits: Limits,
        counter: Arc<Counter>,
        shared: Option<Arc<SharedCounters>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { limited: [(limits, counter)], shared, clock }
    }
}

#[async_trait]
impl Gate for DeploymentGate {
    async fn pass(&self) -> Result<(), ProviderError> {
        let now = self.clock.now().as_microsecond();
        let taken = Places::take(&self.limited, self.shared.as_deref(), now).await;
        // The place is left at once: a deployment has no limit of requests in flight.
        taken.map(drop).map_err(|OverLimit { limit, what, wait, .. }| ProviderError::AtLimit {
            limit: format!("{limit} {what}"),
            wait: Duration::from_secs(wait.unwrap_or(1)),
        })
    }

    fn spend(&self, tokens: u64) {
        let [(_, counter)] = &self.limited;
        spend(counter, tokens, self.shared.as_deref(), self.clock.now().as_microsecond());
    }
}
