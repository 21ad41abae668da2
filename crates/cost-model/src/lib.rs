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
//! Nothing here is rounded, guessed or clamped. What cannot be priced says why ([`Unpriced`]).

mod book;
mod charge;
mod cost;
mod explain;
mod name;
mod overlay;
mod quote;
mod receipt;
mod sku;
mod unpriced;

pub use book::{FixedPrice, Found, Match, PriceBook, PriceCard, Query};
pub use cost::{Cost, CostStatus, FeeCost, Line, ModelCost, PriceUsed};
pub use overlay::OverlayError;
pub use quote::{Priced, Quote, QuoteRequest, QuoteUsage};
pub use receipt::{Attempt, Outcome, Receipt, Timings, UsageSource};
pub use sku::{Sku, SkuError, day, day_of, service_tier};
pub use unpriced::Unpriced;

pub use pricing_data::{
    Day, DeploymentType, Model, Price, Rates, RoutingFee, ServiceTier, Tier, Zone,
};
