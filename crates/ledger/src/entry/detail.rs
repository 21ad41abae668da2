//! The parts of a receipt that have no column: JSON with short keys, since each request stores one.

use std::borrow::Cow;

use cost_model::{Attempt, ChargeRule, Cost, CostStatus, Receipt, Sku, StoredCost};
use llm_types::ReportedUsage;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::entry::caller::Who;
use crate::entry::token_counts;

/// What of a receipt is in no column.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Detail<'a> {
    /// The rule by which it was charged, unless that is the cost as it was reported. It is found by this
    /// text in entries: see `EntryFilter::charged_by`. It comes first, so that [`names_rule`] is quick.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub(super) charged_by: Option<ChargeRule>,
    #[serde(rename = "k")]
    pub(super) sku: Sku,
    #[serde(rename = "c", borrow)]
    pub(super) cost: StoredCost<'a>,
    /// Whether the routing fee is due.
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) routed: bool,
    /// Whether it was sent as a chat instead.
    #[serde(rename = "i", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) translated: bool,
    /// As reported or counted.
    #[serde(rename = "u", with = "token_counts", default, skip_serializing_if = "Option::is_none")]
    pub(super) usage: Option<Cow<'a, ReportedUsage>>,
    /// As the upstream reported it, where `usage` was counted here instead.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) contradictory: Option<&'a RawValue>,
    /// Unless there was one, and it went well.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<Cow<'a, [Attempt]>>,
    /// As the router reported it.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) routing: Option<&'a RawValue>,
    /// The admin who sent the request on behalf of the key.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(super) acted_by: Option<Cow<'a, str>>,
    /// Where the cost is no longer the first one.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) first: Option<FirstCost<'a>>,
}

/// The cost that a request had before it was repriced.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FirstCost<'a> {
    #[serde(rename = "c", borrow)]
    pub(super) cost: StoredCost<'a>,
    /// When it was last repriced, in microseconds since 1970.
    #[serde(rename = "t")]
    pub(super) at: i64,
    #[serde(rename = "a", borrow)]
    pub(super) audit_id: Cow<'a, str>,
}

/// Whether a detail names the rule by which its request was charged. The first bytes show it: rows
/// that were written before December 2026 begin with their cost, and have the rule somewhere.
pub(super) fn names_rule(detail: &str) -> bool {
    !detail.starts_with("{\"k\":") && detail.contains("\"g\":")
}

/// Whether the rule is the one that a row without any was charged by.
pub(super) fn goes_without_saying(rule: ChargeRule, cost: &Cost) -> bool {
    rule == ChargeRule::Cost && cost.status != CostStatus::Estimated
}

// === impl Detail ===

impl<'a> Detail<'a> {
    pub(super) fn of(receipt: &'a Receipt, who: &'a Who) -> Self {
        let clean = |attempt: &Attempt| attempt.error.is_none() && attempt.status == Some(200);
        // Nearly all requests: one attempt that went well follows from the other columns.
        let one = matches!(&receipt.attempts[..], [attempt] if clean(attempt));
        Self {
            cost: StoredCost::from(&receipt.cost),
            sku: receipt.sku.clone(),
            routed: receipt.routed,
            translated: receipt.translated,
            usage: receipt.usage.as_ref().map(Cow::Borrowed),
            charged_by: receipt
                .charged_by
                .filter(|rule| !goes_without_saying(*rule, &receipt.cost)),
            contradictory: receipt.usage_contradictory.as_deref(),
            attempts: (!one).then_some(Cow::Borrowed(&receipt.attempts)),
            routing: receipt.routing.as_deref(),
            acted_by: who.acted_by.as_deref().map(Cow::Borrowed),
            first: None,
        }
    }

    pub(super) fn to_json(&self) -> Cow<'static, str> {
        // Most are some 300 bytes: growing to that step by step took as long as writing it.
        let mut json = Vec::with_capacity(512);
        let written = serde_json::to_writer(&mut json, self).ok();
        written.and_then(|()| String::from_utf8(json).ok()).unwrap_or_default().into()
    }

    /// The cost alone.
    pub(super) fn in_short(self) -> Self {
        Self { usage: None, contradictory: None, attempts: None, routing: None, ..self }
    }
}
