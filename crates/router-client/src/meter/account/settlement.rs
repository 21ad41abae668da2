//! Settlement of an account: the usage, its source, and the cost of a request that has ended.

use std::{sync::Arc, time::Instant};

use cost_model::{
    Bill, Charged, Cost, Counts, Facts, Outcome, Query, Reached, Receipt, Unpriced, UsageSource,
    charge, day_of, service_tier,
};
use http::StatusCode;
use llm_types::{Billed, Provider, ProviderError, ReportedUsage, Tokens, Usd};

use super::{Account, millis};
use crate::{meter::estimate, routing::strategy::CallEnd};

/// What the calls of a request came to that another one followed.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// What they cost, as far as it is known or can be estimated.
    cost: Usd,
    /// What budgets are charged for them.
    charged: Usd,
    /// The largest of these charges.
    most: Charged,
    /// Which of the receipt's attempts is the call that was made last.
    pub(super) called: usize,
}

// === impl Before ===

impl Before {
    fn add(&mut self, cost: Usd, charged: Charged) {
        self.cost = self.cost + cost;
        self.charged = self.charged + charged.amount;
        if charged.amount > self.most.amount {
            self.most = charged;
        }
    }
}

// === impl Account ===

impl Account {
    /// The call that has failed came to this, and another one follows.
    pub(super) fn close_attempt(&mut self) {
        if self.deployment.is_none() {
            return;
        }
        let (usage, _, cost) = self.cost();
        let charged = self.charge(usage.as_ref(), &cost);
        let estimate = self.estimate(&cost, charged);
        self.before.add(estimate, charged);
        let bill =
            Bill { usage, cost: cost.total(), charged: charged.amount, charged_by: charged.rule };
        self.bill(bill);
    }

    /// What the request is charged if no other call follows.
    pub(crate) fn charged_so_far(&mut self) -> Usd {
        let (usage, _, cost) = self.cost();
        self.before.charged + self.charge(usage.as_ref(), &cost).amount
    }

    fn bill(&mut self, bill: Bill) {
        let called = self.before.called;
        if let Some(attempt) = Arc::make_mut(&mut self.receipt).attempts.get_mut(called) {
            attempt.bill = Some(Box::new(bill));
        }
    }

    /// What a call cost that another one followed. Where the model is not known, its prompt is priced
    /// at the highest rates of what can have served it: the sum is then an estimate, and none too low.
    fn estimate(&self, cost: &Cost, charged: Charged) -> Usd {
        let prompt = || {
            let limits = self.recorder.charge_limits(&self.receipt);
            let prompt = limits.ceiling?.of_counted(self.counted.prompt?, Tokens(0));
            // Not more than budgets are charged for it, and not less than is known for certain.
            Some(prompt.min(charged.amount).max(cost.known()))
        };
        cost.total().or_else(prompt).unwrap_or_else(|| cost.known())
    }

    /// The receipt as it will stay.
    pub(crate) fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        let (usage, usage_source, cost) = self.cost();
        self.count_tokens(usage.as_ref());
        let charged = self.charge(usage.as_ref(), &cost);
        let (cost, charged) = self.with_before(usage.as_ref(), cost, charged);
        let now = Instant::now();
        if let Some(call) = self.in_flight.take() {
            call.end(end_of(&outcome), now);
        }
        let duration_ms = millis(now - self.started);
        let contradictory = self.usage.take().and_then(Result::err);
        let receipt = Arc::make_mut(&mut self.receipt);
        receipt.timings.duration_ms = duration_ms;
        receipt.usage_contradictory = contradictory;
        (receipt.charged, receipt.charged_by) = (charged.amount, Some(charged.rule));
        (receipt.usage, receipt.usage_source, receipt.cost) = (usage, usage_source, cost);
        receipt.outcome = outcome;
        // Before `settled`, which writes the entry with its texts.
        if self.recorder.keeps_answers() {
            self.recorder.answered(self.delivered.read());
        }
        self.recorder.settled(Arc::clone(&self.receipt));
        Arc::clone(&self.receipt)
    }

    /// The whole request's cost and charge, of which those of its last call are a part.
    fn with_before(
        &mut self,
        usage: Option<&ReportedUsage>,
        cost: Cost,
        charged: Charged,
    ) -> (Cost, Charged) {
        // With a single attempt the request's own cost says the same as its bill would.
        if self.receipt.attempts.len() < 2 || self.deployment.is_none() {
            return (cost, charged);
        }
        let usage = usage.cloned();
        let (total, Charged { amount, rule }) = (cost.total(), charged);
        self.bill(Bill { usage, cost: total, charged: amount, charged_by: rule });
        let before = &self.before;
        let rule = if before.most.amount > amount { before.most.rule } else { rule };
        (cost.after(before.cost), Charged { amount: before.charged + amount, rule })
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
        let known = self.usage.as_ref().and_then(|usage| usage.as_ref().ok()).cloned();
        match known {
            Some(usage) => {
                let cost = self.priced(&usage);
                (Some(usage), UsageSource::Reported, cost)
            }
            None if self.reached <= Reached::Door => (None, UsageSource::Missing, Cost::nothing()),
            None => {
                let usage = self.counted();
                let cost = self.priced(&usage).estimated();
                (Some(usage), UsageSource::Estimated, cost)
            }
        }
    }

    /// What budgets are charged for the call that has ended.
    fn charge(&self, usage: Option<&ReportedUsage>, cost: &Cost) -> Charged {
        let billable = usage.and_then(|usage| usage.billable().ok()).unwrap_or_default();
        let mut facts = Facts {
            reached: self.reached,
            served: self.receipt.served.is_some(),
            counts: Counts::Reported,
            prompt: billable.prompt,
            output: billable.output,
            elapsed: self.called.elapsed(),
            answers: self.answers,
            ceiling: None,
            reserved: None,
            cost,
        };
        if let Some(counted) = self.counted.prompt {
            facts.counts = Counts::Counted;
            facts.prompt = estimate::billed_prompt(self.dialect, &self.prompt, counted);
        }
        // Mostly the cost is known, and then nothing else is looked at.
        if facts.is_settled() {
            return charge(&facts);
        }
        let limits = self.recorder.charge_limits(&self.receipt);
        charge(&Facts { ceiling: limits.ceiling.as_ref(), reserved: limits.reserved, ..facts })
    }

    /// The usage with which the stream began, where it reports a prompt.
    pub(super) fn reported_prompt(&self) -> Option<ReportedUsage> {
        let begun = self.begun.as_ref()?;
        let usable = begun.prompt_tokens > Some(Tokens(0)) && begun.billable().is_ok();
        usable.then(|| begun.clone())
    }

    /// Counts prompt and answer here.
    fn counted(&mut self) -> ReportedUsage {
        let said = || estimate::text_tokens(self.delivered.read());
        let output = self.counted.answer.unwrap_or_else(said);
        let total = |prompt: Tokens| prompt.0.checked_add(output.0).map(Tokens);
        if let Some(begun) = self.reported_prompt() {
            // The upstream has told how long the prompt is, and what of it was cached.
            return ReportedUsage {
                completion_tokens: Some(output),
                total_tokens: begun.prompt_tokens.and_then(total),
                completion_tokens_details: None,
                ..begun
            };
        }
        let counted = self.counted.prompt;
        let prompt = counted.unwrap_or_else(|| estimate::prompt_tokens(self.dialect, &self.prompt));
        self.counted.prompt = Some(prompt);
        ReportedUsage {
            prompt_tokens: Some(prompt),
            completion_tokens: Some(output),
            total_tokens: total(prompt),
            ..ReportedUsage::default()
        }
    }

    fn priced(&self, usage: &ReportedUsage) -> Cost {
        let Some(deployment) = &self.deployment else { return Cost::unknown(Unpriced::NoUsage) };
        let book = self.shared.prices.current();
        let query = Query {
            served: deployment.priced_as(self.receipt.served.as_deref(), &book),
            sku: &deployment.sku,
            tier: service_tier(self.receipt.service_tier.as_deref()),
            day: day_of(self.receipt.at),
            routed: deployment.router,
            fixed: deployment.fixed_price.as_ref(),
        };
        match usage.billable() {
            Ok(usage) => book.cost(&query, &usage),
            Err(error) => Cost::unknown(error.into()),
        }
    }
}

/// How a call ended whose request has this outcome.
fn end_of(outcome: &Outcome) -> CallEnd {
    match outcome {
        Outcome::Completed => CallEnd::Completed,
        Outcome::ClientGone => CallEnd::Abandoned,
        Outcome::Refused { status, .. } => {
            StatusCode::from_u16(*status).map_or(CallEnd::Failed, CallEnd::Refused)
        }
        Outcome::Failed { .. } | Outcome::Interrupted | Outcome::Open => CallEnd::Failed,
    }
}

/// An error with its causes, for the receipt; callers see the first line only.
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

/// How far a call came that ended so. The provider knows for which refusals it charges. `accepted`: its
/// answer had begun with a status of 200, so that a server that fails afterwards may have worked on it.
pub(super) fn reached(error: &ProviderError, accepted: bool, provider: &dyn Provider) -> Reached {
    let ProviderError::Refused(refusal) = error else {
        // The answer was whole, and is none.
        if matches!(error, ProviderError::NoAnswer { .. }) {
            return Reached::Prompt;
        }
        return if error.was_sent() { Reached::MaybeOutput } else { Reached::Nothing };
    };
    match provider.billed(refusal, accepted) {
        Billed::Nothing => Reached::Door,
        Billed::Prompt => Reached::Prompt,
        Billed::MaybeAnswer => Reached::MaybeOutput,
    }
}
