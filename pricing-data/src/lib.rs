//! Azure model prices as data: every model that Azure Model Router can answer with, its
//! effective-dated prices per SKU and service tier, and the routing fee.
//!
//! # Should I use this crate?
//!
//! Yes, when you want the figures and nothing else: it has no dependencies, allocates nothing and
//! does no arithmetic. For the cost of a request, use `cost-model`, which picks the price for a SKU,
//! tier and day, and says so when there is none.
//!
//! Prices are whole **microdollars per million tokens**, which is the same number as
//! **picodollars per token**: `2_500_000` is $2.50 per million tokens.
//!
//! ```
//! let nano = pricing_data::find("GPT-4.1-nano").expect("it is in the table");
//! assert_eq!(nano.id, "gpt-4.1-nano");
//! assert_eq!(nano.prices[0].tiers[0].rates.input, 100_000); // $0.10 per million
//! ```
//!
//! The table has a [`VERSION`] and a [`DATE`]: code that stores a cost can also store which table it came
//! from.
//!
//! ```
//! use pricing_data::{DATE, Day, VERSION};
//!
//! assert!(DATE >= Day(20261130));
//! let (date, content) = VERSION.split_once('+').expect("the day, and a hash of the content");
//! assert_eq!(date, DATE.to_string());
//! assert_eq!(content.len(), 12);
//! ```
//!
//! # How the data is made
//!
//! `cargo xtask pricing` generates the tables from `sources/*.json`, where each figure stands with
//! its evidence; `SOURCES.md` explains how to change one. Without the feature `table` (on by default)
//! the crate is its types alone, which is what the generator needs.

#[cfg(feature = "table")]
#[rustfmt::skip] // one price a line reads better
mod generated;
mod names;
mod rules;
mod types;

#[cfg(feature = "table")]
pub use generated::{BILLING_RULES, DATE, MODELS, ROUTER, TOOLS, VERSION, ZONES};
pub use names::{InvalidDay, UnknownName};
pub use rules::{BillingRule, OutsideCompletion, Provider};
pub use types::*;

/// The model whose id, snapshot or alias is `name`, ASCII case ignored. Does not allocate.
///
/// This is an exact match: no prefix is stripped and no date removed (that is `cost-model`'s job).
#[cfg(feature = "table")]
#[must_use]
pub fn find(name: &str) -> Option<&'static Model> {
    // Answers name models in lower case, and whole words are compared sooner than bytes.
    let found = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        generated::NAMES.binary_search_by(|(key, _)| cmp_ignore_case(key, name))
    } else {
        generated::NAMES.binary_search_by_key(&name, |(key, _)| key)
    };
    found.ok().map(|found| &MODELS[generated::NAMES[found].1])
}

/// Compares a lower-case key with a name of any case.
#[cfg(feature = "table")]
fn cmp_ignore_case(key: &str, name: &str) -> std::cmp::Ordering {
    key.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}
