//! Figures that are almost certainly slips: a cached price above the input's, an output below it, a
//! zone far from Global. A note on the price says that it is none. An operator's own prices are what
//! their contract says, and are not judged.

use super::{Findings, Strictness, intervals};
use crate::error::Rule;
use crate::source::{ModelEntry, PriceEntry, RatesEntry, TierEntry};
use pricing_data::{Cloud, Day, DeploymentType, Kind, Zone};

/// The most that a public data zone costs, in tenths of the Global price.
const MOST_PUBLIC: u64 = 13;
/// The same for the US government, its Global price included.
const MOST_GOVERNMENT: u64 = 14;

pub(super) fn check(strictness: Strictness, model: &ModelEntry, findings: &mut Findings<'_>) {
    if strictness == Strictness::Overlay {
        return;
    }
    // Embeddings have no output to compare with the input.
    let chat = model.kind.is_none_or(|kind| kind.0 != Kind::Embedding);
    // A note on a price explains the exception.
    for (index, price) in model.prices.iter().enumerate().filter(|(_, p)| p.note.is_none()) {
        let at = format!("prices[{index}]");
        for (tier, entry) in price.tiers.iter().enumerate().filter(|_| chat) {
            if let Some(rates) = &entry.rates {
                check_rates(rates, &format!("{at}.tiers[{tier}].rates"), findings);
            }
        }
        check_zone(model, price, &at, findings);
    }
}

fn check_rates(rates: &RatesEntry, at: &str, findings: &mut Findings<'_>) {
    let (input, output) = (rates.input.micros(), rates.output.flatten().map(|rate| rate.micros()));
    if rates.cached_input.flatten().is_some_and(|cached| cached.micros() > input) {
        let problem = "expected no more than `input`, or a `note` on the price that says why";
        findings.add(Rule::Plausible, format!("{at}.cached_input"), problem);
    }
    if output.is_some_and(|output| output < input) {
        let problem = "expected no less than `input`, or a `note` on the price that says why";
        findings.add(Rule::Plausible, format!("{at}.output"), problem);
    }
}

/// Each rate against the Global price of the same days and prompt length.
fn check_zone(model: &ModelEntry, price: &PriceEntry, at: &str, findings: &mut Findings<'_>) {
    let Some((global, most)) = counterpart(price) else { return };
    let bases = model.prices.iter().filter(|base| {
        base.selector.deployment.0 == global
            && base.selector.service_tier == price.selector.service_tier
            && cloud(base) == Cloud::Public
            && intervals::share_a_day(days(base), days(price))
    });
    for (base, (index, tier)) in
        bases.flat_map(|base| price.tiers.iter().enumerate().map(move |tier| (base, tier)))
    {
        if let Some(problem) = far_from(base, tier, most) {
            let at = format!("{at}.tiers[{index}].rates");
            findings.add(Rule::Plausible, at, problem);
            // Only the first: a price that was read from the wrong column fails in every tier.
            return;
        }
    }
}

/// The Global SKU that a price is held against, and the most it may cost in tenths of it.
fn counterpart(price: &PriceEntry) -> Option<(DeploymentType, u64)> {
    use DeploymentType::{DataZoneBatch, DataZoneStandard, GlobalBatch, GlobalStandard};
    let government = cloud(price) == Cloud::UsGov;
    let most = if government { MOST_GOVERNMENT } else { MOST_PUBLIC };
    match price.selector.deployment.0 {
        DataZoneStandard => Some((GlobalStandard, most)),
        DataZoneBatch => Some((GlobalBatch, most)),
        GlobalStandard if government => Some((GlobalStandard, most)),
        _ => None,
    }
}

/// The first rate of a tier that is below the base's, or above `most` tenths of it.
fn far_from(base: &PriceEntry, tier: &TierEntry, most: u64) -> Option<String> {
    let same = |other: &&TierEntry| other.prompt_tokens_over == tier.prompt_tokens_over;
    let base = base.tiers.iter().find(same)?.rates.as_ref()?;
    let ours = tier.rates.as_ref()?;
    let pairs = base.amounts().filter_map(|(name, base)| {
        let (_, ours) = ours.amounts().find(|(other, _)| *other == name)?;
        Some((name, base.micros(), ours.micros()))
    });
    let (name, ..) = { pairs }.find(|(_, base, ours)| ours < base || ours * 10 > base * most)?;
    let most = format!("1.{}", most % 10);
    Some(format!(
        "expected `{name}` at 1.0 to {most} of the Global price, or a `note` on the price that says why"
    ))
}

fn cloud(price: &PriceEntry) -> Cloud {
    if price.selector.zone.is_some_and(|zone| zone.0 == Zone::UsGov) {
        return Cloud::UsGov;
    }
    price.selector.cloud.map_or(Cloud::Public, |cloud| cloud.0)
}

fn days(price: &PriceEntry) -> (Day, Option<Day>) {
    (price.from.map_or(Day::UNKNOWN, |day| day.0), price.until.map(|day| day.0))
}
