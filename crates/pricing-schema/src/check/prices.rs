//! Rules for one price by itself: its tiers and its rates.

use super::{Findings, Shared, selector};
use crate::source::{ModelEntry, PriceEntry, RatesEntry, TierEntry};
use crate::{error::Rule, money::Money};
use pricing_data::Kind;

pub(super) fn check(
    shared: &Shared<'_>,
    model: &ModelEntry,
    price: &PriceEntry,
    at: &str,
    findings: &mut Findings<'_>,
) {
    selector::check(shared, &price.selector, &format!("{at}.for"), findings);
    if let (Some(from), Some(review_by)) = (price.from, price.review_by)
        && review_by <= from
    {
        let problem = format!("expected a day after `{}`, found `{}`", from.0, review_by.0);
        findings.add(Rule::Review, format!("{at}.review_by"), problem);
    }
    check_tiers(price, at, findings);
    let kind = model.kind.map_or(Kind::Chat, |kind| kind.0);
    for (index, tier) in price.tiers.iter().enumerate() {
        if let Some(rates) = &tier.rates {
            check_rates(kind, rates, &format!("{at}.tiers[{index}].rates"), findings);
        }
        let figures = |rates: &RatesEntry| -> Vec<_> { rates.amounts().collect() };
        if let Some(corrected) = &tier.corrected
            && corrected.was.as_ref().map(figures) == tier.rates.as_ref().map(figures)
        {
            let problem = "expected the wrong figures that these replaced, found the same ones";
            findings.add(Rule::Tiers, format!("{at}.tiers[{index}].corrected.was"), problem);
        }
    }
}

fn check_tiers(price: &PriceEntry, at: &str, findings: &mut Findings<'_>) {
    let tiers = price.tiers.as_slice();
    let Some(first) = tiers.first() else {
        findings.add(Rule::Tiers, format!("{at}.tiers"), "expected at least one tier, found none");
        return;
    };
    if first.prompt_tokens_over != 0 {
        let problem = format!("expected the first to be `0`, found `{}`", first.prompt_tokens_over);
        findings.add(Rule::Tiers, format!("{at}.tiers[0].prompt_tokens_over"), problem);
    }
    for (index, pair) in tiers.windows(2).enumerate() {
        let (bound, next) = (pair[0].prompt_tokens_over, pair[1].prompt_tokens_over);
        if next <= bound {
            let field = format!("{at}.tiers[{}].prompt_tokens_over", index + 1);
            let problem = format!("expected more than `{bound}`, found `{next}`");
            findings.add(Rule::Tiers, field, problem);
        }
    }
    check_meters(tiers, price.note.is_some(), at, findings);
}

/// The same meters in all tiers, except where a note says why not; none at all only in the first or
/// the last.
fn check_meters(tiers: &[TierEntry], noted: bool, at: &str, findings: &mut Findings<'_>) {
    let Some(model) = tiers.iter().find_map(|tier| tier.rates.as_ref()) else {
        let problem = "expected at least one tier with rates, found only `null`";
        findings.add(Rule::Tiers, format!("{at}.tiers"), problem);
        return;
    };
    let expected = meters(model);
    for (index, tier) in tiers.iter().enumerate() {
        let at_an_end = index == 0 || index + 1 == tiers.len();
        let problem = match tier.rates.as_ref().map(meters) {
            // Without rates, the first tier says "no price for short prompts", the last "none for
            // long ones".
            None if !at_an_end => {
                "expected rates in a tier between others, found `null`".to_owned()
            }
            Some(found) if found != expected && !noted => {
                format!(
                    "expected the same meters in all tiers, {expected}, or a `note` that says why \
                     not, found {found}"
                )
            }
            _ => continue,
        };
        findings.add(Rule::Tiers, format!("{at}.tiers[{index}].rates"), problem);
    }
}

/// Names of the rates that have a meter.
fn meters(rates: &RatesEntry) -> String {
    let names: Vec<_> = rates.priced().map(|name| format!("`{name}`")).collect();
    names.join(" ")
}

fn check_rates(kind: Kind, rates: &RatesEntry, at: &str, findings: &mut Findings<'_>) {
    if kind == Kind::Embedding {
        return;
    }
    for (name, rate) in [("cached_input", rates.cached_input), ("cache_write", rates.cache_write)] {
        if rate.is_none() {
            let problem = "expected an amount, or `null` if there is no such meter and the tokens \
                           cost `input`, found nothing";
            findings.add(Rule::Rates, format!("{at}.{name}"), problem);
        }
    }
    if rates.output.flatten().is_none() {
        findings.add(Rule::Rates, format!("{at}.output"), "expected an amount, found nothing");
    }
}

// === impl RatesEntry ===

impl RatesEntry {
    /// The names of the rates that have a meter.
    pub(super) fn priced(&self) -> impl Iterator<Item = &'static str> {
        self.amounts().map(|(name, _)| name)
    }

    /// The rates that have a meter, by name.
    pub(super) fn amounts(&self) -> impl Iterator<Item = (&'static str, Money)> {
        [
            ("input", Some(self.input)),
            ("cached_input", self.cached_input.flatten()),
            ("cache_write", self.cache_write.flatten()),
            ("cache_write_1h", self.cache_write_1h.flatten()),
            ("cache_write_12h", self.cache_write_12h.flatten()),
            ("output", self.output.flatten()),
            ("audio_input", self.audio_input.flatten()),
            ("audio_output", self.audio_output.flatten()),
        ]
        .into_iter()
        .filter_map(|(name, amount)| Some((name, amount?)))
    }
}
