//! Billing rules for tokens where an answer's counts are ambiguous.

use crate::types::{Confidence, Day};
use std::borrow::Cow;

/// Who sells a model. The same model can be billed differently elsewhere: xAI itself bills the
/// reasoning that Azure does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Microsoft Azure.
    Azure,
}

/// Whether reasoning tokens are billed that `total_tokens` counts and `completion_tokens` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutsideCompletion {
    /// As output.
    Billed,
    /// Not at all.
    NotBilled,
}

/// How one provider bills the reasoning of some model families.
#[derive(Clone, Debug)]
pub struct BillingRule {
    /// Stable id, by which an operator confirms the rule.
    pub id: Cow<'static, str>,
    /// The families: vendors as the models' `vendor` names them, ASCII case ignored.
    pub families: Cow<'static, [Cow<'static, str>]>,
    /// Who bills so.
    pub provider: Provider,
    /// What happens to reasoning that is outside of `completion_tokens`.
    pub reasoning_outside_completion: OutsideCompletion,
    /// First day it applies, UTC; [`Day::UNKNOWN`] where that is not known.
    pub from: Day,
    /// First day it no longer applies; `None` while it stands.
    pub until: Option<Day>,
    /// What it is concluded from, in a few words; empty in an operator's own rule.
    pub basis: Cow<'static, str>,
    /// How sure it is: `High` is what the provider publishes or its invoice shows.
    pub confidence: Confidence,
    /// Where that was read, in short.
    pub source: Cow<'static, str>,
}

// === impl BillingRule ===

impl BillingRule {
    /// Whether it is for the models of a vendor on `day`.
    #[must_use]
    pub fn applies_to(&self, vendor: &str, day: Day) -> bool {
        self.from <= day
            && self.until.is_none_or(|until| day < until)
            && self.families.iter().any(|family| family.eq_ignore_ascii_case(vendor))
    }
}
