//! Hidden reasoning, which `total_tokens` counts and `completion_tokens` does not: whether it is
//! billed, and how sure that is.

use std::borrow::Cow;

use llm_types::{PerMillion, Tokens, Usd};
use pricing_data::{BillingRule, Confidence, OutsideCompletion, Provider};

use crate::{
    cost::Line,
    price_book::{PriceBook, Query},
};

/// Tokens that were generated outside of an answer's completion, and what they cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenCost {
    /// The tokens at the rate that the rule says: that of output, or zero.
    pub line: Line,
    /// What a million of them cost where they are billed: the rate of output.
    pub if_billed: PerMillion,
    /// The rule that decided; `None`: there is none for the model, and the higher reading counts.
    pub rule: Option<RuleUsed>,
}

/// The billing rule that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleUsed {
    /// Its stable id.
    pub id: Cow<'static, str>,
    /// The basis of the rule, in a few words.
    pub basis: Cow<'static, str>,
    /// Whether it leaves no doubt: the provider publishes it, or the operator has confirmed it or
    /// made it. Otherwise the other reading is possible, and the cost is `inferred`.
    pub settled: bool,
}

// === impl PriceBook ===

impl PriceBook {
    /// The cost of hidden tokens at a rate of output; `None` if there are none.
    pub(crate) fn hidden(
        &self,
        query: &Query<'_>,
        tokens: Tokens,
        output: PerMillion,
    ) -> Option<HiddenCost> {
        if tokens == Tokens(0) {
            return None;
        }
        let Some((rule, own)) = self.rule(query) else {
            let line = Line { tokens, rate: output };
            return Some(HiddenCost { line, if_billed: output, rule: None });
        };
        let rate = match rule.reasoning_outside_completion {
            OutsideCompletion::Billed => output,
            OutsideCompletion::NotBilled => PerMillion::from_micros(0),
        };
        // The operator's own rules state no basis, only where they come from.
        let basis = if own { rule.source.clone() } else { rule.basis.clone() };
        let settled = own || rule.confidence == Confidence::High || self.is_confirmed(&rule.id);
        let rule = Some(RuleUsed { id: rule.id.clone(), basis, settled });
        Some(HiddenCost { line: Line { tokens, rate }, if_billed: output, rule })
    }

    /// The rule for the served model's family on the query's day, and whether it is the operator's
    /// own. Rules are known of Azure alone.
    fn rule(&self, query: &Query<'_>) -> Option<(&BillingRule, bool)> {
        if query.sku.is_external() {
            return None;
        }
        let vendor = self.vendor(&self.find(query.served).ok()?.model.id)?;
        self.billing_rules().find(|(rule, _)| {
            rule.provider == Provider::Azure && rule.applies_to(vendor, query.day)
        })
    }
}

// === impl HiddenCost ===

impl HiddenCost {
    /// What they cost more if they are billed although the rule says otherwise; zero where that is
    /// settled, or they are billed.
    #[must_use]
    pub fn in_doubt(&self) -> Usd {
        let settled = self.rule.as_ref().is_none_or(|rule| rule.settled);
        if settled || self.line.rate == self.if_billed {
            return Usd::ZERO;
        }
        self.if_billed.cost(self.line.tokens)
    }
}

// === impl RuleUsed ===

impl RuleUsed {
    /// The rule of this id as it was used; of one that the table no longer has, the id remains.
    pub(crate) fn restore(id: String, settled: bool) -> Self {
        let known = pricing_data::BILLING_RULES.iter().find(|rule| rule.id == id);
        let basis = known.map_or("a rule that was in force then".into(), |rule| rule.basis.clone());
        Self { id: id.into(), basis, settled }
    }
}
