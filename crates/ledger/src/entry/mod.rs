//! Entries of the ledger, and their conversion to rows: some fields are columns, others JSON in
//! `detail`.

pub(crate) mod caller;
mod detail;
mod repricing;
pub(crate) mod row;
mod row_decoder;
pub(crate) mod row_values;
mod token_counts;

use std::borrow::Cow;

use cost_model::{Cost, CostStatus, Outcome, Receipt};
use llm_types::{Tokens, Usd};

use self::detail::Detail;
pub use self::repricing::DeploymentPrice;
pub(crate) use self::repricing::{Anew, Prices};
pub use self::row_decoder::RowError;
use crate::entry::{
    caller::Who,
    row::{EntryRow, clipped},
};

/// A receipt in the ledger, with who made it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it was and what it cost.
    pub receipt: Receipt,
    /// Who made it.
    pub who: Who,
    /// The gateway that took it.
    pub instance: String,
    /// What was reserved for it while it was open.
    pub reserved: Usd,
    /// What its budgets were charged.
    pub charged: Usd,
    /// The cost that it had before it was repriced; `None` where it never was.
    pub original: Option<Original>,
}

/// What a request cost at the prices that were known when it was settled.
#[derive(Clone, Debug)]
pub struct Original {
    /// The cost that was booked first.
    pub cost: Cost,
    /// When it was last repriced, in microseconds since 1970.
    pub repriced_at: i64,
    /// The entry of the audit that records it.
    pub audit_id: String,
}

/// What the ledger adds to a receipt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Booked<'a> {
    /// The gateway that took the request.
    pub instance: &'a str,
    /// What is reserved for it while it is open.
    pub reserved: Usd,
    /// What its budgets are charged.
    pub charged: Usd,
    /// Its budgets with the beginnings of their windows, in microseconds since 1970, as JSON:
    /// `[["key:…",1767225600000000],…]`.
    pub budgets: Option<&'a str>,
}

/// More tokens than this, reported in one request, are in no column and no sum.
const MOST_TOKENS: i64 = 1_000_000_000;

// === impl EntryRow ===

impl<'a> EntryRow<'a> {
    /// The row of a receipt, open or settled.
    #[must_use]
    pub fn of(receipt: &'a Receipt, who: &'a Who, booked: &Booked<'a>) -> Self {
        let timings = &receipt.timings;
        let row = Self {
            id: (&*receipt.id).into(),
            at: receipt.at.as_microsecond(),
            instance: booked.instance.into(),
            asked: clipped(&receipt.asked),
            api: receipt.api.map(|api| api.name().into()),
            deployment: (&*receipt.deployment).into(),
            deployment_id: (&*receipt.deployment_id).into(),
            stream: receipt.stream,
            // Beyond nine million dollars: the most that a column holds, rather than nothing.
            reserved_pico: picos(booked.reserved).unwrap_or(i64::MAX),
            charged_pico: picos(booked.charged).unwrap_or(i64::MAX),
            budgets: booked.budgets.map(Cow::from),
            headers_ms: timings.upstream_headers_ms.map(millis),
            first_content_ms: timings.first_content_ms.map(millis),
            duration_ms: millis(timings.duration_ms),
            tags: (!who.tags.is_empty())
                .then(|| serde_json::to_string(&who.tags).unwrap_or_default().into()),
            detail: Detail::of(receipt, who).to_json(),
            ..Self::default()
        };
        row.copied_from(receipt, who).ended(&receipt.outcome).used(receipt).cost(receipt)
    }

    fn ended(mut self, outcome: &'a Outcome) -> Self {
        self.outcome = outcome.kind().into();
        match outcome {
            Outcome::Refused { status, code } => {
                self.status_code = Some(i64::from(*status));
                self.error = code.as_deref().map(clipped);
            }
            Outcome::Failed { reason } => self.error = Some(clipped(reason)),
            Outcome::Open | Outcome::Completed | Outcome::ClientGone | Outcome::Interrupted => {}
        }
        self
    }

    fn used(mut self, receipt: &Receipt) -> Self {
        self.usage_source = receipt.usage_source.as_str().into();
        let Some(usage) = &receipt.usage else { return self };
        let count = |tokens: Tokens| i64::try_from(tokens.0).ok();
        match usage.billable() {
            Ok(billed) => {
                self.prompt_tokens = count(billed.prompt);
                self.cached_tokens = count(billed.cached_input);
                let written = billed.cache_write.0.saturating_add(billed.cache_write_1h.0);
                self.cache_write_tokens = count(Tokens(written));
                self.output_tokens = count(billed.generated());
            }
            // As far as a stream has come, or as it was reported, contradictions and all. What no request
            // can have stays in the receipt alone: a few of those would be more than a sum holds.
            Err(_) => {
                let count = |tokens: Tokens| count(tokens).filter(|count| *count <= MOST_TOKENS);
                self.prompt_tokens = usage.prompt_tokens.and_then(count);
                self.output_tokens = usage.completion_tokens.and_then(count);
            }
        }
        self
    }

    fn cost(mut self, receipt: &Receipt) -> Self {
        let cost = &receipt.cost;
        self.cost_status = cost.status.as_str().into();
        self.fee_pico = cost.routing_fee().and_then(picos);
        self.cost_pico = cost.total().and_then(picos);
        match picos(cost.known()) {
            Some(known) => self.known_pico = known,
            // No request costs nine million dollars: what says so is not believed, and not hidden.
            None => self.cost_status = CostStatus::Unpriced.as_str().into(),
        }
        self
    }

    /// The same without what can be long, for when there is no room: who, what and how much stays.
    #[must_use]
    pub fn in_short(&self) -> EntryRow<'_> {
        let short = |text: &Option<Cow<'_, str>>| {
            text.as_deref().map(|text| Cow::Owned(text[..text.floor_char_boundary(200)].to_owned()))
        };
        let detail: Result<Detail<'_>, _> = serde_json::from_str(&self.detail);
        let detail = detail.map(|detail| detail.in_short().to_json().into_owned());
        EntryRow {
            served: short(&self.served),
            error: short(&self.error),
            end_user: short(&self.end_user),
            session_id: short(&self.session_id),
            answer_id: short(&self.answer_id),
            tags: None,
            metadata: None,
            detail: detail.unwrap_or_default().into(),
            prompt: None,
            answer: None,
            ..self.clone()
        }
    }
}

/// Whole picodollars, as far as a column holds them: up to nine million dollars.
fn picos(usd: Usd) -> Option<i64> {
    i64::try_from(usd.picos()).ok()
}

fn millis(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
