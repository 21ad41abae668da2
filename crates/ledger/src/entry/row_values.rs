//! Values that follow from a row: its outcome, its charge, its budgets and tags.

use std::borrow::Cow;

use cost_model::ChargeRule;
use llm_types::Usd;
use serde::Deserialize;

use super::detail;
use crate::entry::row::EntryRow;

/// How far a row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Open,
    /// Ended, in whatever way.
    Settled,
}

// === impl EntryRow ===

impl EntryRow<'_> {
    /// Whether the request is on its way, or has ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.outcome == "open" { Outcome::Open } else { Outcome::Settled }
    }

    /// What was charged beyond the known cost.
    #[must_use]
    pub fn held(&self) -> Usd {
        let held = i128::from(self.charged_pico) - i128::from(self.known_pico);
        Usd::from_picos(held.max(0))
    }

    /// Whether it has ended, and was charged beyond its known cost.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.outcome() == Outcome::Settled && self.charged_pico > self.known_pico
    }

    /// The rule by which it was charged; `None` while it is open.
    #[must_use]
    pub fn charged_by(&self) -> Option<ChargeRule> {
        #[derive(Deserialize)]
        struct Detail<'a> {
            #[serde(rename = "g", default, borrow)]
            rule: Option<Cow<'a, str>>,
        }
        if self.outcome == "open" {
            return None;
        }
        if self.outcome == "interrupted" {
            return Some(ChargeRule::Interrupted);
        }
        // Mostly the cost was charged: the detail is not read as JSON then.
        let is_cost = self.cost_pico == Some(self.charged_pico) && self.cost_status != "estimated";
        if is_cost && !detail::names_rule(&self.detail) {
            return Some(ChargeRule::Cost);
        }
        let detail: Option<Detail<'_>> = serde_json::from_str(&self.detail).ok();
        let named = detail.and_then(|detail| ChargeRule::parse(&detail.rule?));
        Some(named.unwrap_or_else(|| self.charged_by_older()))
    }

    /// Rows that were written before rules had names say it by what else is in them.
    fn charged_by_older(&self) -> ChargeRule {
        match &*self.cost_status {
            "estimated" => ChargeRule::Estimated,
            _ if self.cost_pico == Some(self.charged_pico) => ChargeRule::Cost,
            _ if self.charged_pico == self.reserved_pico => ChargeRule::Reservation,
            _ => ChargeRule::KnownPart,
        }
    }

    /// The budgets that it counts against, with the beginnings of their windows.
    pub(crate) fn budgets(&self) -> Vec<(String, i64)> {
        list(self.budgets.as_deref())
    }

    /// Its tags, in the client's order.
    pub(super) fn own_tags(&self) -> Vec<String> {
        // Tags are labels: an entry with broken ones must still be shown.
        list(self.tags.as_deref())
    }

    /// Its tags, each once.
    pub(crate) fn tags(&self) -> Vec<String> {
        let mut tags = self.own_tags();
        tags.retain(|tag| !tag.is_empty());
        tags.sort_unstable();
        tags.dedup();
        tags
    }

    /// Those of them under which the roll-up has it, each once.
    pub(crate) fn counted_tags(&self) -> Vec<String> {
        self.counted_tags.as_deref().map_or_else(|| self.tags(), |counted| list(Some(counted)))
    }
}

/// What a column of JSON holds. This program writes it itself, so it can be read.
fn list<T: serde::de::DeserializeOwned>(json: Option<&str>) -> Vec<T> {
    json.map_or_else(Vec::new, |json| serde_json::from_str(json).unwrap_or_default())
}
