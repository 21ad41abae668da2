//! A price file as it is written: serde types, one for each object of `pricing-data.schema.json`.
//! They check only the shape; `check` decides whether it makes sense.

mod model;
mod router;
mod rule;
mod tool;

pub use model::*;
pub use router::*;
pub use rule::*;
pub use tool::*;

use crate::money::Money;
use pricing_data::{Day, Zone};
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// One price file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Its name, for messages.
    #[serde(skip)]
    pub name: String,
    /// For editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// `pricing-data/1`.
    pub format: Format,
    /// `USD`.
    pub currency: Currency,
    /// `per_1M_tokens`.
    pub unit: Unit,
    /// The table's version, of a file that holds all of it: the day of its content, a `+`, and a hash.
    pub version: Option<String>,
    /// What the evidence of this and all other files of the same set refers to.
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
    /// The regions of each data zone.
    #[serde(default)]
    pub zones: BTreeMap<Text<Zone>, Vec<String>>,
    /// The models and their prices.
    #[serde(default)]
    pub models: Vec<ModelEntry>,
    /// The prices of tools that Azure runs beside a model.
    #[serde(default)]
    pub tools: Vec<ToolEntry>,
    /// The router's fee and pools.
    pub router: Option<RouterEntry>,
    /// How tokens are billed where an answer's counts leave that open.
    #[serde(default)]
    pub billing_rules: Vec<BillingRuleEntry>,
}

/// The version of the format.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Format {
    /// The only one so far.
    #[serde(rename = "pricing-data/1")]
    V1,
}

/// The currency of all amounts.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Currency {
    /// US dollars.
    #[serde(rename = "USD")]
    Usd,
}

/// What amounts are for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Unit {
    /// A million tokens.
    #[serde(rename = "per_1M_tokens")]
    PerMillionTokens,
}

/// Where figures were read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What kind of place it is; decides how sure a figure can be.
    pub kind: SourceKind,
    /// Its short name.
    pub title: String,
    /// Where it is found.
    pub url: Option<String>,
    /// When it was read.
    pub retrieved: Text<Day>,
    /// On what terms its figures may be used.
    pub licence: Option<String>,
    /// What else to know of it.
    pub note: Option<String>,
}

/// What kind of place a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum SourceKind {
    RetailMeter,
    VendorPage,
    VendorBlog,
    VendorDocs,
    ThirdPartyDataset,
    Derived,
    Invoice,
}

/// Where a figure was read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// A key of `sources`.
    pub source: String,
    /// Azure's `meterName`, verbatim.
    pub meter: Option<String>,
    /// Azure's `meterId`.
    pub meter_id: Option<String>,
    /// What exactly was read there, or how it was derived.
    pub note: Option<String>,
}

/// A value that is written as a JSON string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

/// A field that may be `null` but must be there; serde alone would take its absence for `null`.
fn required<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// A field whose absence differs from `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Money>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
