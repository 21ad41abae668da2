//! Repricing of a settled row: its usage stays, its cost is computed from other prices, and its
//! first cost is kept.

use std::borrow::Cow;

use cost_model::{
    ChargeRule, Cost, CostStatus, FixedPrice, Match, Outcome, PriceBook, Query, Receipt,
    StoredCost, UsageSource, day_of, service_tier,
};

use llm_types::Usd;

use super::{
    Detail, RowError,
    detail::{FirstCost, goes_without_saying},
};
use crate::entry::{Entry, row::EntryRow};

/// Prices, and the note that is kept when they change a cost.
#[derive(Clone, Copy)]
pub(crate) struct Prices<'a> {
    pub(crate) book: &'a PriceBook,
    /// How a deployment is priced, by its id; `None` if there is none of this id.
    pub(crate) deployment: &'a (dyn Fn(&str) -> Option<DeploymentPrice> + Sync),
    /// Whether a cost stays as it is where only the ids of its prices would change.
    pub(crate) stale: bool,
    /// In microseconds since 1970.
    pub(crate) now: i64,
    /// The entry of the audit that records the change.
    pub(crate) audit_id: &'a str,
}

/// The parts of a deployment's configuration that decide its prices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentPrice {
    /// The operator's own price of it, whatever it serves.
    pub fixed: Option<FixedPrice>,
    /// The model whose price applies where the price table does not know the one that answered. A
    /// router has none.
    pub base_model: Option<String>,
}

/// A row before and after.
#[derive(Debug)]
pub(crate) struct Anew {
    pub(crate) entry: Entry,
    pub(crate) cost: Cost,
    /// `None`: its cost is unchanged.
    pub(crate) row: Option<EntryRow<'static>>,
    /// Whether the ids of its prices would change, and nothing else.
    pub(crate) price_id_only: bool,
}

// === impl EntryRow ===

impl EntryRow<'static> {
    /// The row with its cost computed again.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub(crate) fn priced_again(&self, prices: &Prices<'_>) -> Result<Anew, RowError> {
        let entry = Entry::of(self)?;
        let before = &entry.receipt.cost;
        // Where nothing can be computed, the cost is compared with itself and stays.
        let cost = prices.cost(&entry.receipt).unwrap_or_else(|| before.clone());
        // Compared as stored: where a price comes from is not stored, and no reason to write again.
        if StoredCost::from(&cost) == StoredCost::from(before) {
            return Ok(Anew { entry, cost, row: None, price_id_only: false });
        }
        if prices.stale && cost.amounts_to(before) {
            let price_id_only = !cost.price_ids().eq(before.price_ids());
            return Ok(Anew { entry, cost, row: None, price_id_only });
        }
        let noted = |source| RowError::Detail { id: self.id.to_string(), source };
        let mut detail: Detail<'_> = serde_json::from_str(&self.detail).map_err(noted)?;
        let first =
            // The first cost of all is kept, however often an entry is repriced.
            detail.first.take().map_or_else(|| StoredCost::from(before), |first| first.cost);
        let (at, audit_id) = (prices.now, Cow::from(prices.audit_id));
        detail.first = Some(FirstCost { cost: first, at, audit_id });
        detail.cost = StoredCost::from(&cost);
        let (charged, rule) = charged_again(&entry.receipt, &cost);
        detail.charged_by = rule.filter(|rule| !goes_without_saying(*rule, &cost));
        let receipt = Receipt { cost: cost.clone(), ..entry.receipt.clone() };
        // A charge that no column can hold leaves the first one in place.
        let charged_pico = super::picos(charged).unwrap_or(self.charged_pico);
        let row = Self { detail: detail.to_json(), charged_pico, ..self.clone() };
        let row = row.cost(&receipt);
        Ok(Anew { row: Some(row), entry, cost, price_id_only: false })
    }
}

/// What a request is charged now that its cost is another one, and why. What an upstream can have
/// generated before it failed is no better known than it was, nor are earlier attempts.
fn charged_again(receipt: &Receipt, cost: &Cost) -> (Usd, Option<ChargeRule>) {
    // Never less than what is known to have been spent.
    let before = (receipt.charged.max(cost.known()), receipt.charged_by);
    let answered = !matches!(
        receipt.charged_by,
        Some(
            ChargeRule::NothingSent
                | ChargeRule::RefusedUnread
                | ChargeRule::PromptOnly
                | ChargeRule::PromptAndElapsedOutput
                | ChargeRule::Interrupted
        )
    );
    let total = cost.total().filter(|_| answered);
    let Some((total, bound)) = total.zip(cost.upper_bound()) else { return before };
    // Of several attempts only the last one's cost has changed.
    let earlier = receipt.attempts.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let bills = earlier.iter().filter_map(|attempt| attempt.bill.as_ref());
    let earlier: Usd = bills.map(|bill| bill.charged).sum();
    let last = Usd::from_picos(bound.picos() - cost.earlier.picos());
    let rule = match cost.status {
        _ if bound > total => ChargeRule::UpperBound,
        CostStatus::Estimated => ChargeRule::Estimated,
        _ => ChargeRule::Cost,
    };
    ((last + earlier).max(cost.known()), Some(rule))
}

// === impl Prices ===

impl Prices<'_> {
    /// What a request costs; `None` if it cannot be computed again.
    fn cost(&self, receipt: &Receipt) -> Option<Cost> {
        if matches!(receipt.outcome, Outcome::Open | Outcome::Interrupted) {
            return None;
        }
        let usage = receipt.usage.as_ref()?.billable().ok()?;
        let deployment = (self.deployment)(&receipt.deployment_id);
        let fixed = deployment.as_ref().and_then(|deployment| deployment.fixed.as_ref());
        let had_fixed =
            receipt.cost.model.as_ref().is_some_and(|model| model.price.matched == Match::Fixed);
        if had_fixed && fixed.is_none() {
            // The deployment that had the price no longer exists.
            return None;
        }
        let query = Query {
            served: self.priced_as(receipt, deployment.as_ref()),
            sku: &receipt.sku,
            tier: service_tier(receipt.service_tier.as_deref()),
            day: day_of(receipt.at),
            routed: receipt.routed,
            fixed,
        };
        let cost = self.book.cost(&query, &usage).after(receipt.cost.earlier);
        let estimated = receipt.usage_source == UsageSource::Estimated;
        Some(if estimated { cost.estimated() } else { cost })
    }

    /// The model whose price applies: the one that answered, or where the price table does not know it,
    /// the deployment's base model. Of a deployment that no longer exists it is the model whose price
    /// was applied.
    fn priced_as<'a>(
        &self,
        receipt: &'a Receipt,
        deployment: Option<&'a DeploymentPrice>,
    ) -> &'a str {
        let served = receipt.served.as_deref().unwrap_or_default();
        if receipt.routed || self.book.find(served).is_ok() {
            return served;
        }
        let applied = || receipt.cost.model.as_ref().map(|model| &*model.price.canonical);
        let base = match deployment {
            Some(deployment) => deployment.base_model.as_deref(),
            None => applied(),
        };
        base.unwrap_or(served)
    }
}
