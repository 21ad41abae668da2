//! A price file as it is written: serde types, one for each object of `pricing-data.schema.json`.
//! What they accept is only shaped rightly; whether it makes sense is for `check`.

use crate::Money;
use pricing_data::{Cloud, Confidence, Day, DeploymentType, Kind, ServiceTier, Zone};
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
    /// What the evidence of this and all other files of the same set refers to.
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
    /// The regions of each data zone.
    #[serde(default)]
    pub zones: BTreeMap<Text<Zone>, Vec<String>>,
    /// The models and their prices.
    #[serde(default)]
    pub models: Vec<ModelEntry>,
    /// The router's fee and pools.
    pub router: Option<RouterEntry>,
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

/// One model and its prices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Canonical name, in Azure's spelling.
    pub id: String,
    /// Who made it; optional in an overlay.
    pub vendor: Option<String>,
    /// What it answers; optional in an overlay, where it is a chat model unless said otherwise.
    pub kind: Option<Text<Kind>>,
    /// Its other names; optional in an overlay.
    #[serde(rename = "match")]
    pub names: Option<Names>,
    /// How Azure's deployments spell it.
    pub azure: Option<AzureName>,
    /// What fits into it.
    #[serde(default)]
    pub limits: Limits,
    /// The day it is, or was, retired.
    pub retired_on: Option<Text<Day>>,
    /// How it is billed, where that is not by Azure's meters.
    pub billing: Option<String>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Its prices.
    pub prices: Vec<PriceEntry>,
}

/// The names of a model beside its id.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Exact dated ids that share its prices.
    pub snapshots: Vec<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// What becomes of a dated id that is not listed.
    pub unlisted_snapshots: Unlisted,
}

/// What becomes of a dated id that is not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlisted {
    /// It takes the model's prices, marked as inferred.
    Inherit,
    /// It is an unknown model: its snapshots have had prices of their own.
    #[default]
    Reject,
}

/// How Azure's deployments spell a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureName {
    /// The model's `format`.
    pub format: Option<String>,
    /// The model's `version`.
    pub version: Option<String>,
}

/// What fits into a model, in tokens.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Prompt and answer together.
    pub context_window: Option<u32>,
    /// The prompt.
    pub max_input: Option<u32>,
    /// The answer.
    pub max_output: Option<u32>,
}

/// One price of a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceEntry {
    /// What it applies to.
    #[serde(rename = "for")]
    pub selector: Selector,
    /// First day it applies; `null` where that is not known.
    #[serde(deserialize_with = "required")]
    pub from: Option<Text<Day>>,
    /// First day it no longer applies; `null` while it stands.
    #[serde(deserialize_with = "required")]
    pub until: Option<Text<Day>>,
    /// The day somebody must look at it again.
    pub review_by: Option<Text<Day>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// The rates by prompt length.
    pub tiers: Vec<TierEntry>,
}

/// What a price applies to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// The SKU.
    pub deployment: Text<DeploymentType>,
    /// The data zone, for data-zone SKUs.
    pub zone: Option<Text<Zone>>,
    /// The regions: all of them for a regional SKU, the exceptions in a data zone.
    #[serde(default)]
    pub regions: Vec<String>,
    /// The cloud; public unless said otherwise.
    pub cloud: Option<Text<Cloud>>,
    /// The service tier.
    pub service_tier: Text<ServiceTier>,
}

/// The rates for prompts longer than a bound, and why we believe them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierEntry {
    /// Applies when the prompt has more tokens than this.
    pub prompt_tokens_over: u32,
    /// The rates; `null` where no price is published for this length.
    #[serde(deserialize_with = "required")]
    pub rates: Option<RatesEntry>,
    /// How sure they are.
    pub confidence: Option<Text<Confidence>>,
    /// For each rate, or `*` for all, where it was read.
    #[serde(default)]
    pub evidence: BTreeMap<String, Vec<Evidence>>,
}

/// Rates. For the doubly optional ones, absent and `null` (no such meter) are different things.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatesEntry {
    /// Prompt tokens that are neither read from nor written to the cache.
    pub input: Money,
    /// Prompt tokens read from the cache.
    #[serde(default, deserialize_with = "present")]
    pub cached_input: Option<Option<Money>>,
    /// Prompt tokens written to the cache.
    #[serde(default, deserialize_with = "present")]
    pub cache_write: Option<Option<Money>>,
    /// Prompt tokens written to the cache for an hour.
    #[serde(default, deserialize_with = "present")]
    pub cache_write_1h: Option<Option<Money>>,
    /// Answer tokens, reasoning included.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Option<Money>>,
    /// Prompt tokens of audio.
    #[serde(default, deserialize_with = "present")]
    pub audio_input: Option<Option<Money>>,
    /// Answer tokens of audio.
    #[serde(default, deserialize_with = "present")]
    pub audio_output: Option<Option<Money>>,
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

/// The router's fee and pools.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouterEntry {
    /// Names under which it is deployed or asked for.
    pub aliases: Vec<String>,
    /// The day it is retired.
    pub retired_on: Option<Text<Day>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Its fee over time.
    pub fees: Vec<FeeEntry>,
    /// Its pools over time.
    #[serde(default)]
    pub pools: Vec<PoolEntry>,
}

/// The fee for routing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeEntry {
    /// The SKU it is for; `null`: all.
    #[serde(deserialize_with = "required")]
    pub deployment: Option<Text<DeploymentType>>,
    /// First day it applies.
    pub from: Text<Day>,
    /// First day it no longer applies; `null` while it stands.
    #[serde(deserialize_with = "required")]
    pub until: Option<Text<Day>>,
    /// The fee for a million prompt tokens.
    pub per_1m_prompt_tokens: Money,
    /// How sure it is.
    pub confidence: Option<Text<Confidence>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where it was read.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// A pool as of a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolEntry {
    /// The router's version.
    pub version: String,
    /// The day this was so.
    pub as_of: Text<Day>,
    /// How many models the source counts.
    pub size: usize,
    /// Whether all of them are listed.
    pub complete: bool,
    /// Ids of models.
    pub models: Vec<String>,
    /// Ids of models that are probably in it too.
    #[serde(default)]
    pub inferred: Vec<String>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where it was read.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
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
