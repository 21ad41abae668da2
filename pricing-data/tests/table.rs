//! The generated table holds what the sources say, and can be found by every name.

use pricing_data::{
    Cloud, Confidence, Day, DeploymentType, MODELS, Model, Price, ROUTER, ServiceTier, ZONES, Zone,
    find,
};
use std::collections::BTreeSet;

fn prices() -> impl Iterator<Item = (&'static Model, &'static Price)> {
    MODELS.iter().flat_map(|model| model.prices.iter().map(move |price| (model, price)))
}

/// The one price of a model that holds on a day at the global standard SKU.
fn global(name: &str, tier: ServiceTier, day: Day) -> Option<&'static Price> {
    let holds = |price: &&Price| {
        price.deployment == DeploymentType::GlobalStandard
            && price.cloud == Cloud::Public
            && price.service_tier == tier
            && price.applies_on(day)
    };
    find(name)?.prices.iter().find(holds)
}

/// As counted in the sources themselves, by another program.
#[test]
fn nothing_got_lost() {
    assert_eq!(MODELS.len(), 123);
    assert_eq!(prices().count(), 556);
    let rates: usize = prices().map(|(_, price)| price.tiers.len()).sum();
    assert_eq!(rates, 645);
    let figures: usize =
        prices().flat_map(|(_, price)| price.tiers.iter()).map(|t| t.rates.named().count()).sum();
    assert_eq!(figures, 1_932);
    let unknown: Vec<_> =
        prices().filter(|(_, p)| p.from == Day::UNKNOWN).map(|(m, _)| m.id.as_ref()).collect();
    assert_eq!(unknown.len(), 31, "{unknown:?}");
}

#[test]
fn every_name_finds_its_model_in_any_case() {
    for model in MODELS {
        let names = [&model.id].into_iter().chain(model.snapshots.iter());
        for name in names.chain(model.aliases.iter()) {
            for spelling in [name.to_string(), name.to_uppercase(), name.to_lowercase()] {
                assert_eq!(find(&spelling).map(|found| &found.id), Some(&model.id), "{spelling}");
            }
        }
    }
    for stranger in
        ["", "gpt", "gpt-4.1-nan", "gpt-4.1-nano-", "gpt-4.1-nano-2025-04-15", "model-router"]
    {
        assert!(find(stranger).is_none(), "{stranger}");
    }
}

#[test]
fn ids_of_prices_are_unique() {
    let ids: BTreeSet<_> = prices().map(|(_, price)| &price.id).collect();
    assert_eq!(ids.len(), prices().count());
    insta::assert_snapshot!(
        global("gpt-5.6-luna", ServiceTier::Standard, Day(20260801)).unwrap().id,
        @"gpt-5.6-luna/global_standard/standard/2026-08-01#c8240d48236f"
    );
}

#[test]
fn at_most_one_price_applies() {
    for (model, price) in prices() {
        let twins = model.prices.iter().filter(|other| {
            (other.deployment, other.zone, other.cloud, other.service_tier)
                == (price.deployment, price.zone, price.cloud, price.service_tier)
                && other.regions == price.regions
                && other.applies_on(price.from)
        });
        assert_eq!(twins.count(), 1, "{}", price.id);
    }
}

#[test]
fn a_price_cut_holds_from_its_first_day() {
    let input = |day| {
        let price = global("gpt-5.6-luna-2026-07-09", ServiceTier::Standard, day).unwrap();
        price.tier(1).unwrap().rates.input
    };
    assert_eq!(input(Day(20260731)), 1_000_000);
    assert_eq!(input(Day(20260801)), 200_000);
    assert!(global("gpt-5.6-luna", ServiceTier::Standard, Day(20260630)).is_none());
}

#[test]
fn the_long_tier_begins_above_its_bound() {
    let price = global("gpt-5.4", ServiceTier::Standard, Day(20261122)).unwrap();
    let input = |tokens| price.tier(tokens).unwrap().rates.input;
    assert_eq!(input(0), 2_500_000);
    assert_eq!(input(272_000), 2_500_000);
    assert_eq!(input(272_001), 5_000_000);
}

#[test]
fn a_length_without_a_meter_has_no_tier() {
    let priority = global("gpt-5.4", ServiceTier::Priority, Day(20261122)).unwrap();
    assert!(priority.tier(272_000).is_some());
    assert!(priority.tier(272_001).is_none());
    let gov = |price: &&Price| {
        price.zone == Some(Zone::UsGov) && price.deployment == DeploymentType::DataZoneStandard
    };
    let long_only = find("grok-4.3").unwrap().prices.iter().find(gov).unwrap();
    assert!(long_only.tier(200_000).is_none());
    assert!(long_only.tier(200_001).is_some());
}

#[test]
fn a_region_may_differ_from_its_zone() {
    let eu = |region: &str| {
        let holds = |price: &&Price| {
            price.zone == Some(Zone::Eu)
                && price.applies_on(Day(20261122))
                && price.regions.iter().any(|name| name == region)
        };
        find("grok-4").unwrap().prices.iter().find(holds).map(|p| p.tiers[0].rates.input)
    };
    assert_eq!(eu("polandcentral"), Some(6_050_000));
    assert_eq!(eu("swedencentral"), None);
}

#[test]
fn the_fee_is_known_for_the_skus_that_route_and_for_no_other() {
    let fee = |sku, day| {
        let mut fees = ROUTER.fees.iter().filter(|fee| {
            fee.deployment.is_none_or(|deployment| deployment == sku)
                && fee.from <= day
                && fee.until.is_none_or(|until| day < until)
        });
        let found = fees.next().map(|fee| fee.per_million_prompt_tokens);
        assert!(fees.next().is_none());
        found
    };
    assert_eq!(fee(DeploymentType::RegionalStandard, Day(20251031)), Some(0));
    assert_eq!(fee(DeploymentType::GlobalStandard, Day(20251031)), Some(0));
    assert_eq!(fee(DeploymentType::GlobalStandard, Day(20251101)), Some(140_000));
    assert_eq!(fee(DeploymentType::DataZoneStandard, Day(20251101)), Some(154_000));
    assert_eq!(fee(DeploymentType::RegionalStandard, Day(20251101)), None);
    assert_eq!(fee(DeploymentType::GlobalBatch, Day(20251101)), None);
    assert_eq!(ROUTER.fees[2].confidence, Confidence::High);
}

#[test]
fn pools_are_of_known_models_and_say_when_they_are_not_complete() {
    let pools: Vec<_> = ROUTER
        .pools
        .iter()
        .map(|pool| {
            format!("{} {} {} {}", pool.version, pool.as_of, pool.models.len(), pool.complete)
        })
        .collect();
    insta::assert_snapshot!(pools.join("\n"), @r"
    2025-05-19 2025-05-19 4 true
    2025-08-07 2025-08-07 8 true
    2025-11-18 2025-11-18 18 true
    2025-11-18 2026-03-20 22 true
    2025-11-18 2026-05-31 28 true
    2025-11-18 2026-08-12 27 true
    2025-11-18 2026-09-30 35 true
    2025-11-18 2026-11-11 35 false
    ");
    for id in ROUTER.pools.iter().flat_map(|pool| pool.models.iter().chain(pool.inferred.iter())) {
        assert!(find(id).is_some(), "{id}");
    }
    assert_eq!(find("gpt-6-sol").unwrap().router_versions.as_ref(), ["2025-11-18?"]);
    assert_eq!(
        find("o4-mini").unwrap().router_versions.as_ref(),
        ["2025-05-19", "2025-08-07", "2025-11-18"]
    );
}

#[test]
fn zones_are_disjoint_and_hold_every_exception() {
    let regions: Vec<_> = ZONES.iter().flat_map(|(_, regions)| regions.iter()).collect();
    assert_eq!(regions.iter().collect::<BTreeSet<_>>().len(), regions.len());
    for (_, price) in prices().filter(|(_, price)| price.zone.is_some()) {
        let (_, zone) = ZONES.iter().find(|(zone, _)| Some(*zone) == price.zone).unwrap();
        assert!(price.regions.iter().all(|region| zone.contains(&region.as_ref())), "{}", price.id);
    }
}
