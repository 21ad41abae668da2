//! The cost of an answer that was received by other means than this client.

use cost_model::{Cost, PriceBook, Query, Sku, Unpriced, day_of, service_tier};
use jiff::Timestamp;
use llm_types::chat::ChatCompletion;

/// The cost of an answer of Azure Model Router on Global Standard, at the prices of its day.
///
/// For another SKU, or an answer that was not routed, use [`CompletionCost`].
///
/// ```
/// let answer = serde_json::from_str(r#"{
///     "model": "gpt-4.1-nano-2025-04-14", "created": 1763769600,
///     "usage": {"prompt_tokens": 21, "completion_tokens": 15, "total_tokens": 36}
/// }"#)?;
/// let cost = router_client::completion_cost(&answer);
/// assert_eq!(cost.total().unwrap().to_string(), "0.00001104");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn completion_cost(answer: &ChatCompletion) -> Cost {
    CompletionCost::default().of(answer)
}

/// How an answer was got, as far as its cost depends on it.
#[derive(Clone, Debug)]
pub struct CompletionCost {
    /// The deployment's SKU.
    pub sku: Sku,
    /// Whether a router chose the model.
    pub routed: bool,
    /// The prices.
    pub book: PriceBook,
}

impl CompletionCost {
    /// The cost of one answer.
    #[must_use]
    pub fn of(&self, answer: &ChatCompletion) -> Cost {
        let Some(usage) = &answer.usage else { return Cost::unknown(Unpriced::NoUsage) };
        let created = i64::try_from(answer.created).ok();
        let Some(at) = created.and_then(|seconds| Timestamp::from_second(seconds).ok()) else {
            return Cost::unknown(Unpriced::NoUsage);
        };
        let query = Query {
            served: &answer.model,
            sku: &self.sku,
            tier: service_tier(answer.service_tier.as_deref()),
            day: day_of(at),
            routed: self.routed,
            fixed: None,
        };
        match usage.counts.billable() {
            Ok(usage) => self.book.cost(&query, &usage),
            Err(error) => Cost::unknown(error.into()),
        }
    }
}

impl Default for CompletionCost {
    fn default() -> Self {
        Self { sku: Sku::global(), routed: true, book: PriceBook::builtin() }
    }
}
