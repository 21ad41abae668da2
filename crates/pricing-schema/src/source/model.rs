//! A model and its prices, as they are written.

use super::{Evidence, Text, present, required};
use crate::money::Money;
use pricing_data::{Cloud, Confidence, Day, DeploymentType, Kind, ServiceTier, Zone};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One model and its prices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Canonical name, in Azure's spelling.
    pub id: String,
    /// Who made it; optional in an overlay.
    pub vendor: Option<String>,
    /// What it answers; optional in an overlay, which defaults to a chat model.
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
    /// The cloud; defaults to public.
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
    /// Set where they took the place of wrong ones.
    pub corrected: Option<CorrectedRates>,
    /// How sure they are.
    pub confidence: Option<Text<Confidence>>,
    /// For each rate, or `*` for all, where it was read.
    #[serde(default)]
    pub evidence: BTreeMap<String, Vec<Evidence>>,
}

/// When rates took the place of wrong ones, and of which.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedRates {
    /// The day on which that was.
    pub on: Text<Day>,
    /// The wrong rates; `null`: there was no price.
    #[serde(deserialize_with = "required")]
    pub was: Option<RatesEntry>,
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
    /// Prompt tokens written to the cache for twelve hours; no meter of Azure's is known.
    #[serde(default, deserialize_with = "present")]
    pub cache_write_12h: Option<Option<Money>>,
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
