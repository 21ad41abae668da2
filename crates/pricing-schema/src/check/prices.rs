//! One price by itself: its selector, its tiers and its rates.

use super::{Findings, Shared};
use crate::Rule;
use crate::source::{ModelEntry, PriceEntry, RatesEntry, Selector, TierEntry};
use pricing_data::{Cloud, DeploymentType, Kind, ServiceTier, Zone};

pub(super) fn check(
    shared: &Shared<'_>,
    model: &ModelEntry,
    price: &PriceEntry,
    at: &str,
    findings: &mut Findings<'_>,
) {
    check_selector(shared, &price.selector, &format!("{at}.for"), findings);
    if let (Some(from), Some(review_by)) = (price.from, price.review_by)
        && review_by <= from
    {
        let problem = format!("expected a day after `{}`, found `{}`", from.0, review_by.0);
        findings.add(Rule::Review, format!("{at}.review_by"), problem);
    }
    check_tiers(&price.tiers, at, findings);
    let kind = model.kind.map_or(Kind::Chat, |kind| kind.0);
    for (index, tier) in price.tiers.iter().enumerate() {
        if let Some(rates) = &tier.rates {
            check_rates(kind, rates, &format!("{at}.tiers[{index}].rates"), findings);
        }
    }
}

fn check_selector(shared: &Shared<'_>, selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    use DeploymentType::{DataZoneBatch, DataZoneStandard, GlobalBatch, RegionalStandard};
    let deployment = selector.deployment.0;
    let zoned = matches!(deployment, DataZoneStandard | DataZoneBatch);
    match selector.zone {
        None if zoned => {
            let problem = format!("expected the zone of a `{deployment}` price, found nothing");
            findings.add(Rule::Selector, format!("{at}.zone"), problem);
        }
        Some(zone) if !zoned => {
            let problem = format!("expected no zone for `{deployment}`, found `{}`", zone.0);
            findings.add(Rule::Selector, format!("{at}.zone"), problem);
        }
        _ => {}
    }
    let batch = matches!(deployment, GlobalBatch | DataZoneBatch);
    let tier = selector.service_tier.0;
    if batch != (tier == ServiceTier::Batch) {
        let problem =
            format!("expected `batch` for batch SKUs only, found `{tier}` for `{deployment}`");
        findings.add(Rule::Selector, format!("{at}.service_tier"), problem);
    }
    let regions = !selector.regions.is_empty();
    if regions != (deployment == RegionalStandard) && !(regions && zoned) {
        let (expected, found) = if regions { ("no regions", "some") } else { ("regions", "none") };
        let problem = format!("expected {expected} for `{deployment}`, found {found}");
        findings.add(Rule::Selector, format!("{at}.regions"), problem);
    }
    check_regions(shared, selector, at, findings);
    check_cloud(selector, at, findings);
}

fn check_regions(shared: &Shared<'_>, selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    let zone = selector.zone.and_then(|zone| Some((zone.0, *shared.zones.get(&zone.0)?)));
    for (index, region) in selector.regions.iter().enumerate() {
        let problem = if !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            format!("expected a region such as `eastus2`, found `{region}`")
        } else if selector.regions[..index].contains(region) {
            format!("expected each region once, found `{region}` again")
        } else if let Some((zone, _)) = zone.filter(|(_, regions)| !regions.contains(region)) {
            format!("expected a region of zone `{zone}`, found `{region}`")
        } else {
            continue;
        };
        findings.add(Rule::Selector, format!("{at}.regions[{index}]"), problem);
    }
}

/// The government's cloud, zone and regions come together or not at all.
fn check_cloud(selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    let government = selector.cloud.is_some_and(|cloud| cloud.0 == Cloud::UsGov);
    let cloud = if government { Cloud::UsGov } else { Cloud::Public };
    if let Some(zone) = selector.zone
        && government != (zone.0 == Zone::UsGov)
    {
        let problem = format!("expected the cloud of zone `{}`, found `{cloud}`", zone.0);
        findings.add(Rule::Selector, format!("{at}.cloud"), problem);
    }
    let stranger = |region: &&String| region.starts_with("usgov") != government;
    if let Some(region) = selector.regions.iter().find(stranger) {
        let problem = format!("expected the cloud of region `{region}`, found `{cloud}`");
        findings.add(Rule::Selector, format!("{at}.cloud"), problem);
    }
}

fn check_tiers(tiers: &[TierEntry], at: &str, findings: &mut Findings<'_>) {
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
            findings.add(
                Rule::Tiers,
                field,
                format!("expected more than `{bound}`, found `{next}`"),
            );
        }
    }
    let Some(model) = tiers.iter().find_map(|tier| tier.rates.as_ref()) else {
        let problem = "expected at least one tier with rates, found only `null`";
        findings.add(Rule::Tiers, format!("{at}.tiers"), problem);
        return;
    };
    let expected = meters(model);
    for (index, tier) in tiers.iter().enumerate() {
        let Some(rates) = &tier.rates else {
            if index != 0 && index + 1 != tiers.len() {
                let problem = "expected rates in a tier between others, found `null`";
                findings.add(Rule::Tiers, format!("{at}.tiers[{index}].rates"), problem);
            }
            continue;
        };
        let found = meters(rates);
        if found != expected {
            let problem =
                format!("expected the same meters in all tiers, {expected}, found {found}");
            findings.add(Rule::Tiers, format!("{at}.tiers[{index}].rates"), problem);
        }
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
        [
            ("input", true),
            ("cached_input", self.cached_input.flatten().is_some()),
            ("cache_write", self.cache_write.flatten().is_some()),
            ("cache_write_1h", self.cache_write_1h.flatten().is_some()),
            ("output", self.output.flatten().is_some()),
            ("audio_input", self.audio_input.flatten().is_some()),
            ("audio_output", self.audio_output.flatten().is_some()),
        ]
        .into_iter()
        .filter_map(|(name, priced)| priced.then_some(name))
    }
}
