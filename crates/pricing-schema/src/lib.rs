//! The JSON format of price files, and the rules they must keep.
//!
//! The same format serves the published table (`pricing-data/sources/*.json`, many files that are
//! checked together) and an operator's overlay with negotiated prices (one file, read at start).
//! An overlay need not prove its figures, see [`Strictness::Overlay`]. The whole published table is
//! also written as one file ([`bundle`]), which an older program reads in place of the one that is
//! built into it ([`read_published`]).
//!
//! ```
//! # fn main() -> Result<(), Vec<pricing_schema::SchemaError>> {
//! let overlay = r#"{
//!   "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
//!   "models": [{ "id": "gpt-4.1-nano", "prices": [{
//!     "for": { "deployment": "global_standard", "service_tier": "standard" },
//!     "from": "2026-01-01", "until": null,
//!     "tiers": [{ "prompt_tokens_over": 0,
//!       "rates": { "input": "0.09", "cached_input": "0.02", "cache_write": null, "output": "0.36" }
//!     }]
//!   }] }]
//! }"#;
//! let table = pricing_schema::read_overlay(overlay, "our-prices.json")?;
//! assert_eq!(table.models[0].prices[0].tiers[0].rates.input, 90_000); // microdollars per million
//! # Ok(())
//! # }
//! ```

mod bundle;
mod check;
mod convert;
mod error;
mod id;
mod money;
mod parse;
mod published;
mod shared;
pub mod source;

pub use bundle::bundle;
pub use check::check;
pub use error::{Rule, SchemaError};
pub use id::fingerprint;
pub use money::{InvalidMoney, Money};
pub use parse::parse;
pub use published::{Published, read_published};
pub use shared::Strictness;
pub use source::SourceFile;

use pricing_data::{BillingRule, Model, Router, ToolPrice, Zone};

/// What price files say, in the types of the generated table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The models, by id.
    pub models: Vec<Model>,
    /// The router, if one of the files describes it.
    pub router: Option<Router>,
    /// The prices of tools that Azure runs beside a model.
    pub tools: Vec<ToolPrice>,
    /// The regions of the data zones, if one of the files lists them.
    pub zones: Vec<(Zone, Vec<String>)>,
    /// How tokens are billed where an answer's counts leave that open, in the order of the files.
    pub billing_rules: Vec<BillingRule>,
}

/// Reads an operator's overlay; `file` is its name in messages and as the prices' source.
///
/// # Errors
///
/// All that is wrong with it; only the first thing when it is not even shaped like a price file.
pub fn read_overlay(text: &str, file: &str) -> Result<Table, Vec<SchemaError>> {
    let source = parse(text, file).map_err(|error| vec![error])?;
    if source.version.is_some() {
        return Err(vec![published::no_overlay(file)]);
    }
    check(&[source], Strictness::Overlay)
}
