//! The shape of a price table. `Cow` lets the generated tables be constants, and an operator's
//! overlay, read at run time, be the same types.

use std::borrow::Cow;

/// A calendar day, UTC, written `yyyymmdd`: `Day(20260801)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

/// How a deployment is sold; part of the deployment's configuration, as no answer reports it. All but
/// the last are Azure's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Azure's own names")]
pub enum DeploymentType {
    GlobalStandard,
    DataZoneStandard,
    RegionalStandard,
    GlobalBatch,
    DataZoneBatch,
    /// Sold by a provider other than Azure. Only an operator's own prices apply to it.
    External,
}

/// The data zone of a data-zone deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "Azure's own names")]
pub enum Zone {
    Us,
    Eu,
    Apac,
    UsGov,
}

/// Azure's public cloud, or the one for the US government.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Azure's own names")]
pub enum Cloud {
    Public,
    UsGov,
}

/// The service tier that answered; `default` in an answer is `Standard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Azure's own names")]
pub enum ServiceTier {
    Standard,
    Priority,
    Flex,
    Batch,
    /// Claude's fast mode (`speed`).
    Fast,
}

/// What kind of requests a model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Kind {
    Chat,
    Embedding,
    AudioChat,
}

/// How sure the figures of a price are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Derived or back-filled.
    Low,
    /// From data sets that cite the vendor.
    Medium,
    /// Read from a meter or a vendor's page.
    High,
}

/// One model and all its prices, past and present.
#[derive(Clone, Debug)]
pub struct Model {
    /// Canonical name, in Azure's spelling.
    pub id: Cow<'static, str>,
    /// Who made it.
    pub vendor: Cow<'static, str>,
    /// What it answers.
    pub kind: Kind,
    /// Exact dated ids that share these prices.
    pub snapshots: Cow<'static, [Cow<'static, str>]>,
    /// Other spellings seen in answers or docs.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// Whether a dated id that is not listed takes these prices, and is then marked as inferred.
    pub inherit_unlisted_snapshots: bool,
    /// Tokens of prompt and answer together, where known.
    pub context_window: Option<u32>,
    /// Most prompt tokens, where known.
    pub max_input: Option<u32>,
    /// Most answer tokens, where known.
    pub max_output: Option<u32>,
    /// The day the model is, or was, retired.
    pub retired_on: Option<Day>,
    /// Versions of the router whose pool has held this model; a `?` at the end marks an inference.
    pub router_versions: Cow<'static, [Cow<'static, str>]>,
    /// Its prices; for one selector no two overlap in time.
    pub prices: Cow<'static, [Price]>,
}

/// One price: what it applies to, when, and the rates by prompt length.
#[derive(Clone, Debug)]
pub struct Price {
    /// Stable id of this price: changes when, and only when, what it says changes.
    pub id: Cow<'static, str>,
    /// The SKU it is for.
    pub deployment: DeploymentType,
    /// Set for data-zone deployments only; [`Zone::UsGov`] goes with [`Cloud::UsGov`].
    pub zone: Option<Zone>,
    /// Azure region names, lower case, sorted. Set for regional deployments, and for the regions of
    /// a data zone whose price differs from the zone's: such a row goes before the zone's own.
    pub regions: Cow<'static, [Cow<'static, str>]>,
    /// The cloud it is for; `usgov…` regions are always [`Cloud::UsGov`].
    pub cloud: Cloud,
    /// The service tier it is for.
    pub service_tier: ServiceTier,
    /// First day it applies; [`Day::UNKNOWN`] where that is not known.
    pub from: Day,
    /// First day it no longer applies; `None` while it stands.
    pub until: Option<Day>,
    /// The day somebody must look at it again, such as the end of a promotion.
    pub review_by: Option<Day>,
    /// The longest prompt that this price is published for, in tokens; `None`: no such bound.
    pub max_prompt_tokens: Option<u32>,
    /// By prompt length, ascending; one of them prices the whole request, see [`Price::tier`].
    pub tiers: Cow<'static, [Tier]>,
    /// How sure the figures are.
    pub confidence: Confidence,
    /// Where the figures come from, in short.
    pub source: Cow<'static, str>,
}

/// The rates for prompts longer than a bound.
#[derive(Clone, Debug)]
pub struct Tier {
    /// Applies when the prompt has more tokens than this.
    pub prompt_tokens_over: u32,
    /// What a token costs.
    pub rates: Rates,
    /// Set where these rates took the place of wrong ones.
    pub corrected: Option<Correction<Rates>>,
}

/// Figures that took the place of wrong ones, for days in the past as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction<T> {
    /// The day on which the table got the right ones.
    pub on: Day,
    /// What it said before; `None`: no price.
    pub was: Option<T>,
}

/// Microdollars per million tokens. `None` means that Azure has no such meter: cached and written
/// tokens are then billed as input; `Some(0)` means free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Prompt tokens that are neither read from nor written to the cache.
    pub input: u64,
    /// Prompt tokens read from the cache.
    pub cached_input: Option<u64>,
    /// Prompt tokens written to the cache.
    pub cache_write: Option<u64>,
    /// Prompt tokens written to the cache for an hour; `None`: as `cache_write`.
    pub cache_write_1h: Option<u64>,
    /// Prompt tokens written to the cache for twelve hours; `None`: no meter is known, so what such
    /// tokens cost is not known either.
    pub cache_write_12h: Option<u64>,
    /// Answer tokens, reasoning included; `None` for models that answer without tokens (embeddings).
    pub output: Option<u64>,
    /// Prompt tokens of audio.
    pub audio_input: Option<u64>,
    /// Answer tokens of audio.
    pub audio_output: Option<u64>,
}

/// What is known of the router itself.
#[derive(Clone, Debug)]
pub struct Router {
    /// Names under which the router is deployed or asked for.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// Its fee over time.
    pub fees: Cow<'static, [RoutingFee]>,
    /// Its pools over time. Azure changes them in place, so a pool is never complete for sure.
    pub pools: Cow<'static, [Pool]>,
}

/// What Azure charges per prompt token for routing, beside the served model's own price.
#[derive(Clone, Debug)]
pub struct RoutingFee {
    /// Stable id of this fee.
    pub id: Cow<'static, str>,
    /// The SKU it is for; `None`: all.
    pub deployment: Option<DeploymentType>,
    /// First day it applies.
    pub from: Day,
    /// First day it no longer applies; `None` while it stands.
    pub until: Option<Day>,
    /// Microdollars per million prompt tokens, cached ones included.
    pub per_million_prompt_tokens: u64,
    /// Set where this figure took the place of a wrong one.
    pub corrected: Option<Correction<u64>>,
    /// How sure the figure is.
    pub confidence: Confidence,
    /// Where the figure comes from, in short.
    pub source: Cow<'static, str>,
}

/// What the price of a tool is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolUnit {
    /// One session of a tool.
    Session,
    /// A gigabyte stored for a day.
    GigabyteDay,
    /// A thousand calls.
    ThousandCalls,
}

/// What Azure charges for a tool that it runs beside a model. No answer's token counts contain it.
#[derive(Clone, Debug)]
pub struct ToolPrice {
    /// Stable id of this price.
    pub id: Cow<'static, str>,
    /// The tool, such as `code_interpreter`.
    pub tool: Cow<'static, str>,
    /// What `per_unit` is for.
    pub unit: ToolUnit,
    /// Microdollars per unit.
    pub per_unit: u64,
    /// First day it applies; [`Day::UNKNOWN`] where that is not known.
    pub from: Day,
    /// First day it no longer applies; `None` while it stands.
    pub until: Option<Day>,
    /// How sure the figure is.
    pub confidence: Confidence,
    /// Where the figure comes from, in short.
    pub source: Cow<'static, str>,
}

/// The models that a version of the router could answer with, as of a day.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The router's version, such as `2025-11-18`.
    pub version: Cow<'static, str>,
    /// The day this was so.
    pub as_of: Day,
    /// Whether all of the pool is listed.
    pub complete: bool,
    /// Ids of models in the table.
    pub models: Cow<'static, [Cow<'static, str>]>,
    /// Ids of models that are probably in the pool too, but that no source names.
    pub inferred: Cow<'static, [Cow<'static, str>]>,
}

// === impl Day ===

impl Day {
    /// The `from` of a price whose first day is not known: it is assumed to have always applied.
    pub const UNKNOWN: Self = Self(0);
}

// === impl Price ===

impl Price {
    /// Whether it is in force on `day`.
    #[must_use]
    pub fn applies_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The day of review where `day` is that day or a later one: the price still applies, and may
    /// no longer be right.
    #[must_use]
    pub fn review_due(&self, day: Day) -> Option<Day> {
        self.review_by.filter(|by| *by <= day)
    }

    /// The tier that prices the whole of a request with so many prompt tokens, cached ones
    /// included; `None` where no price is published for that length.
    #[must_use]
    pub fn tier(&self, prompt_tokens: u64) -> Option<&Tier> {
        if self.max_prompt_tokens.is_some_and(|max| prompt_tokens > u64::from(max)) {
            return None;
        }
        // A bound of 0 holds for an empty prompt too.
        // Tiers ascend, so the first match from the end has the highest bound.
        self.tiers.iter().rev().find(|tier| {
            tier.prompt_tokens_over == 0 || prompt_tokens > u64::from(tier.prompt_tokens_over)
        })
    }
}

// === impl Rates ===

impl Rates {
    /// The rates that there is a meter for, by name.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let rates = [
            ("input", Some(self.input)),
            ("cached_input", self.cached_input),
            ("cache_write", self.cache_write),
            ("cache_write_1h", self.cache_write_1h),
            ("cache_write_12h", self.cache_write_12h),
            ("output", self.output),
            ("audio_input", self.audio_input),
            ("audio_output", self.audio_output),
        ];
        rates.into_iter().filter_map(|(name, rate)| Some((name, rate?)))
    }
}
