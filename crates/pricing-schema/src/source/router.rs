//! The router's fee and pools, as they are written.

use super::{Evidence, Text, required};
use crate::money::Money;
use pricing_data::{Confidence, Day, DeploymentType};
use serde::Deserialize;

/// The router's fee and pools.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouterEntry {
    /// Names under which it is deployed or requested.
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
    /// Set where it took the place of a wrong one.
    pub corrected: Option<CorrectedFee>,
    /// How sure it is.
    pub confidence: Option<Text<Confidence>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where it was read.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// When a fee took the place of a wrong one, and of which.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedFee {
    /// The day on which that was.
    pub on: Text<Day>,
    /// The wrong fee.
    pub was: Money,
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
