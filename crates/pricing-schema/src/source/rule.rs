//! A billing rule, as it is written.

use super::{Evidence, Text};
use pricing_data::{Confidence, Day, OutsideCompletion, Provider};
use serde::Deserialize;

/// How one provider bills the reasoning of some model families.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingRuleEntry {
    /// Stable id, by which an operator confirms the rule.
    pub id: String,
    /// Vendors, as the models' `vendor` names them.
    pub families: Vec<String>,
    /// Who bills so.
    pub provider: Text<Provider>,
    /// Whether reasoning is billed that `total_tokens` counts and `completion_tokens` does not.
    pub reasoning_outside_completion: Text<OutsideCompletion>,
    /// First day it applies; absent or `null` where that is not known.
    pub from: Option<Text<Day>>,
    /// First day it no longer applies; absent or `null` while it stands.
    pub until: Option<Text<Day>>,
    /// What it is concluded from, in a few words; optional in an overlay.
    pub basis: Option<String>,
    /// How sure it is; optional in an overlay.
    pub confidence: Option<Text<Confidence>>,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where that was read; optional in an overlay.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}
