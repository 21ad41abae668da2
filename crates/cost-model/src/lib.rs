//! Exact, itemised cost of a chat request on Azure: the served model's price and the routing fee,
//! times the tokens that are billed.
//!
//! Take this crate alone when all you want is the right price of an answer that you already have:
//!
//! ```
//! use cost_model::{PriceBook, Query, Sku, day};
//! use llm_types::ReportedUsage;
//!
//! let usage: ReportedUsage = serde_json::from_str(
//!     r#"{"prompt_tokens": 3254, "completion_tokens": 163, "total_tokens": 3417,
//!         "prompt_tokens_details": {"cached_tokens": 3200}}"#,
//! )?;
//! let cost = PriceBook::builtin().cost(
//!     &Query::new("gpt-5-mini-2025-08-07", &Sku::global(), day(2026, 3, 26)).routed(),
//!     &usage.billable()?,
//! );
//! assert_eq!(cost.total().unwrap().to_string(), "0.00087506");
//! println!("{}", cost.explain());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How a cost is computed
//!
//! 1. **Usage** is brought to disjoint counts by [`llm_types::ReportedUsage::billable`]: cached and
//!    written tokens are parts of the prompt, reasoning is part of the output. Tokens that the total
//!    counts and the completion does not are *hidden* (xAI's grok). Counts that contradict each
//!    other are an error; none is ever clamped.
//! 2. **The model** is the one that *served*, as the answer names it. Its name must be in the
//!    price table, ASCII case ignored ([`Match::Exact`]); or be there without blanks and a
//!    provider's prefix ([`Match::Normalised`]); or without one date at its end, where the model
//!    lends its price to snapshots that are not listed ([`Match::SnapshotSuffixStripped`], and the
//!    cost is `inferred`). A name that merely begins like a listed one is another model.
//! 3. **The price** is the one row of that model for the deployment's [`Sku`], the service tier of
//!    the answer and the UTC day of the request. An operator's own rows ([`PriceBook::with_overlay`])
//!    come first. There is no fallback to another SKU, tier, day or region.
//! 4. **The tier** of that row follows from the length of the whole prompt, cached tokens included,
//!    and prices the whole request.
//! 5. **The lines** are tokens times rate: uncached input, cached input, cache write, output. Where
//!    Azure has no meter for cached or written tokens they are billed as input. A rate of dollars
//!    per million with six decimals is a whole number of picodollars per token, so a line is a
//!    product of two whole numbers and the total their sum. Nothing is rounded.
//! 6. **The routing fee**, when a router chose the model, is its own price times *all* prompt tokens,
//!    cached ones included, and comes on top.
//! 7. **Hidden tokens** are billed as the [`BillingRule`] of the served model's family says. Where the
//!    rule is known from evidence and not published, the cost is `inferred` and
//!    [`Cost::upper_bound`] is the total if they were billed after all, until the operator confirms
//!    the rule ([`PriceBook::confirming`]). Without a rule they count as output, and the cost is
//!    `estimated`.
//! 8. **The status** says how sure the total is, see [`CostStatus`]. A part without a price says why
//!    ([`Unpriced`]), and then there is no total: unknown is never written as zero.
//!
//! [`Cost::explain`] writes the sum out so that it can be checked by hand.

mod budget_charge;
mod calculation;
mod ceiling;
mod cost;
mod explain;
mod model_index;
mod name;
mod overlay;
mod price_book;
mod prices;
mod published_table;
mod quote;
mod receipt;
mod review;
mod sku;
mod spread;
mod stored_cost;
mod unpriced;

pub use budget_charge::{ChargeRule, Charged, Counts, FASTEST_OUTPUT, Facts, Reached, charge};
pub use ceiling::{Candidates, Ceiling, CeilingQuery};
pub use cost::hidden_reasoning::{HiddenCost, RuleUsed};
pub use cost::{Cost, CostStatus, FeeCost, Line, ModelCost, PriceUsed};
pub use overlay::OverlayError;
pub use price_book::{FixedPrice, Found, Match, PriceBook, PriceCard, Query, UnknownRule};
pub use prices::Prices;
pub use quote::{Priced, Quote, QuoteRequest, QuoteUsage};
pub use receipt::{Attempt, Bill, Outcome, Receipt, Timings, UsageSource};
pub use sku::{Sku, SkuError, day, day_of, service_tier};
pub use spread::{Candidate, Spread};
pub use stored_cost::StoredCost;
pub use unpriced::Unpriced;

pub use pricing_data::{
    BillingRule, Correction, Day, DeploymentType, Kind, Model, Pool, Price, Rates, RoutingFee,
    ServiceTier, Tier, Zone,
};
pub use pricing_data::{DATE as TABLE_DATE, VERSION as TABLE_VERSION};
