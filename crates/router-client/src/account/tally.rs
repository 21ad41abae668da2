//! What a request comes to, once it has ended: its usage, where that comes from, and its cost.

use std::sync::Arc;

use cost_model::{Cost, Outcome, Query, Receipt, Unpriced, UsageSource, day_of, service_tier};
use llm_types::{ProviderError, ReportedUsage, Tokens};

use super::Account;
use crate::estimate;

// === impl Account ===

impl Account {
    /// The receipt as it will stay.
    pub(crate) fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        let (usage, usage_source, cost) = self.cost();
        self.count_tokens(usage.as_ref());
        let duration_ms = self.elapsed_ms();
        let receipt = Arc::make_mut(&mut self.receipt);
        receipt.timings.duration_ms = duration_ms;
        (receipt.usage, receipt.usage_source, receipt.cost) = (usage, usage_source, cost);
        receipt.outcome = outcome;
        if self.recorder.keeps_answers() {
            self.recorder.answered(self.delivered.read());
        }
        self.recorder.settled(Arc::clone(&self.receipt));
        Arc::clone(&self.receipt)
    }

    /// Tells the deployment's gate what the request has come to.
    fn count_tokens(&self, usage: Option<&ReportedUsage>) {
        let gate = self.deployment.as_ref().and_then(|deployment| deployment.gate.as_ref());
        if let Some(gate) = gate
            && let Some(Ok(usage)) = usage.map(ReportedUsage::billable)
        {
            gate.spend(usage.prompt.0.saturating_add(usage.generated().0));
        }
    }

    fn cost(&mut self) -> (Option<ReportedUsage>, UsageSource, Cost) {
        match self.usage.take() {
            Some(Ok(usage)) => {
                let cost = self.priced(&usage);
                (Some(usage), UsageSource::Reported, cost)
            }
            Some(Err(error)) => (None, UsageSource::Reported, Cost::unknown(error.into())),
            None if !self.at_work => (None, UsageSource::Missing, Cost::nothing()),
            None => {
                let usage = self.counted();
                let cost = self.priced(&usage).estimated();
                (Some(usage), UsageSource::Estimated, cost)
            }
        }
    }

    /// Counts prompt and answer here.
    fn counted(&mut self) -> ReportedUsage {
        let prompt = estimate::prompt_tokens(&self.prompt);
        let output = estimate::text_tokens(self.delivered.read());
        ReportedUsage {
            prompt_tokens: Some(prompt),
            completion_tokens: Some(output),
            total_tokens: Some(Tokens(prompt.0 + output.0)),
            ..ReportedUsage::default()
        }
    }

    fn priced(&self, usage: &ReportedUsage) -> Cost {
        let Some(deployment) = &self.deployment else { return Cost::unknown(Unpriced::NoUsage) };
        let query = Query {
            served: deployment.priced_as(self.receipt.served.as_deref(), &self.shared.book),
            sku: &deployment.sku,
            tier: service_tier(self.receipt.service_tier.as_deref()),
            day: day_of(self.receipt.at),
            routed: deployment.router,
            fixed: deployment.fixed_price.as_ref(),
        };
        match usage.billable() {
            Ok(usage) => self.shared.book.cost(&query, &usage),
            Err(error) => Cost::unknown(error.into()),
        }
    }
}

/// An error with its causes, for the receipt; callers are told the first line only.
pub(crate) fn reason(error: &ProviderError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Whether an upstream may charge for a call that ended so. A prompt that is filtered or too long,
/// and a request that timed out there, are charged for (Azure's guide to cost management).
pub(super) fn may_cost(error: &ProviderError) -> bool {
    let ProviderError::Refused(refusal) = error else { return error.was_sent() };
    let evaluated =
        matches!(refusal.code.as_deref(), Some("content_filter" | "context_length_exceeded"));
    evaluated || refusal.status == http::StatusCode::REQUEST_TIMEOUT
}

/// Whether the upstream itself failed, rather than refusing the request.
pub(super) fn is_servers_fault(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused(refusal) if refusal.status.is_server_error())
}
