//! Selectors of prices: zone, regions, cloud and tier must fit the SKU.

use super::{Findings, Shared};
use crate::error::Rule;
use crate::source::Selector;
use pricing_data::{Cloud, DeploymentType, ServiceTier, Zone};

pub(super) fn check(
    shared: &Shared<'_>,
    selector: &Selector,
    at: &str,
    findings: &mut Findings<'_>,
) {
    check_zone(selector, at, findings);
    check_service_tier(selector, at, findings);
    check_presence_of_regions(selector, at, findings);
    check_regions(shared, selector, at, findings);
    check_cloud(selector, at, findings);
}

fn check_zone(selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    let deployment = selector.deployment.0;
    let problem = match selector.zone {
        None if has_zone(deployment) => {
            format!("expected the zone of a `{deployment}` price, found nothing")
        }
        Some(zone) if !has_zone(deployment) => {
            format!("expected no zone for `{deployment}`, found `{}`", zone.0)
        }
        _ => return,
    };
    findings.add(Rule::Selector, format!("{at}.zone"), problem);
}

fn check_service_tier(selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    use DeploymentType::{DataZoneBatch, GlobalBatch};
    let (deployment, tier) = (selector.deployment.0, selector.service_tier.0);
    let batch = matches!(deployment, GlobalBatch | DataZoneBatch);
    if batch != (tier == ServiceTier::Batch) {
        let problem =
            format!("expected `batch` for batch SKUs only, found `{tier}` for `{deployment}`");
        findings.add(Rule::Selector, format!("{at}.service_tier"), problem);
    }
}

/// A regional price has regions; one of a data zone may, as an exception.
fn check_presence_of_regions(selector: &Selector, at: &str, findings: &mut Findings<'_>) {
    let deployment = selector.deployment.0;
    let regional = deployment == DeploymentType::RegionalStandard;
    let (expected, found) = match selector.regions.is_empty() {
        true if regional => ("regions", "none"),
        false if !regional && !has_zone(deployment) => ("no regions", "some"),
        _ => return,
    };
    let problem = format!("expected {expected} for `{deployment}`, found {found}");
    findings.add(Rule::Selector, format!("{at}.regions"), problem);
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
    // All regions of the government's cloud begin with `usgov`, and no others do.
    let stranger = |region: &&String| region.starts_with("usgov") != government;
    if let Some(region) = selector.regions.iter().find(stranger) {
        let problem = format!("expected the cloud of region `{region}`, found `{cloud}`");
        findings.add(Rule::Selector, format!("{at}.cloud"), problem);
    }
}

fn has_zone(deployment: DeploymentType) -> bool {
    matches!(deployment, DeploymentType::DataZoneStandard | DeploymentType::DataZoneBatch)
}
