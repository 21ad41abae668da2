//! An operator's own prices over the published ones.

use cost_model::{CostStatus, Match, PriceBook, Query, ServiceTier, Sku, day};
use llm_types::{BillableUsage, Tokens};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::usage;

/// A price file with these models and fees.
fn file(models: &Value, fees: &Value) -> String {
    let router = json!({ "aliases": ["model-router"], "fees": fees });
    let file = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": models, "router": router,
    });
    file.to_string()
}

fn price(input: &str, output: &str) -> Value {
    let rates =
        json!({ "input": input, "cached_input": null, "cache_write": null, "output": output });
    json!({
        "for": { "deployment": "global_standard", "service_tier": "standard" },
        "from": "2026-01-01", "until": "2027-01-01",
        "tiers": [{ "prompt_tokens_over": 0, "rates": rates }],
    })
}

fn book(models: &Value, fees: &Value) -> PriceBook {
    PriceBook::with_overlay(&file(models, fees), "ours.json").unwrap()
}

#[test]
fn an_operators_price_wins_for_its_sku_tier_and_days() {
    let models = json!([{ "id": "gpt-4.1-mini", "prices": [price("1", "2")] }]);
    let book = book(&models, &json!([]));
    let sku = Sku::global();
    let input = |served: &str, tier, day| {
        let query = Query { tier: Some(tier), ..Query::new(served, &sku, day) };
        book.card(&query, Tokens(1)).map(|card| card.tier.rates.input)
    };
    let today = day(2026, 11, 22);
    for served in
        ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "GPT-4.1-mini", "gpt-4.1-mini-2099-01-01"]
    {
        assert_eq!(input(served, ServiceTier::Standard, today), Ok(1_000_000), "{served}");
    }
    assert_eq!(input("gpt-4.1-mini", ServiceTier::Standard, day(2025, 12, 31)), Ok(400_000));
    assert_eq!(input("gpt-4.1-mini", ServiceTier::Standard, day(2027, 1, 1)), Ok(400_000));
    assert_eq!(input("gpt-4.1-mini", ServiceTier::Priority, today), Ok(700_000));
    assert_eq!(input("gpt-5-nano", ServiceTier::Standard, today), Ok(50_000));
}

/// Published prices are Azure's. What another provider serves has the operator's price for it, or none.
#[test]
fn published_prices_are_for_azure_alone() {
    let external = |mut price: Value| {
        price["for"]["deployment"] = json!("external");
        price
    };
    let models = json!([{ "id": "gpt-4.1-mini", "prices": [external(price("1", "2"))] }]);
    let book = book(&models, &json!([]));
    let input = |served: &str, sku: Sku| {
        let query = Query::new(served, &sku, day(2026, 11, 22));
        book.card(&query, Tokens(1))
            .map(|card| card.tier.rates.input)
            .map_err(|why| why.to_string())
    };
    for served in ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"] {
        assert_eq!(input(served, Sku::external()), Ok(1_000_000));
        assert_eq!(input(served, Sku::global()), Ok(400_000));
    }
    let none = "`gpt-5-nano` has no price for external".to_owned();
    assert_eq!(input("gpt-5-nano", Sku::external()), Err(none));
    // Azure's rules do not apply to another provider's bills.
    let hidden = BillableUsage { hidden: Tokens(5), ..usage(10, 0, 2, 0) };
    let sku = Sku::external();
    let cost = book.cost(&Query::new("gpt-4.1-mini", &sku, day(2026, 11, 22)), &hidden);
    assert_eq!(cost.status, CostStatus::Estimated);
}

#[test]
fn a_model_of_the_operators_own_is_priced() {
    let names =
        json!({ "snapshots": [], "aliases": ["Our-Llama"], "unlisted_snapshots": "inherit" });
    let models = json!([{ "id": "our-llama-70b", "match": names, "prices": [price("0.5", "1")] }]);
    let book = book(&models, &json!([]));
    let found = |served: &str| book.find(served).map(|found| found.matched);
    assert_eq!(found("our-llama"), Ok(Match::Exact));
    assert_eq!(found("azure_ai/our-llama-70b"), Ok(Match::Normalised));
    assert_eq!(found("our-llama-70b-2027-01-01"), Ok(Match::SnapshotSuffixStripped));
    let sku = Sku::global();
    let cost = book.cost(&Query::new("our-llama", &sku, day(2026, 11, 22)), &usage(10, 4, 2, 1));
    assert_eq!(cost.status, CostStatus::Exact);
    // Without meters of their own, cached and written tokens cost what input costs.
    assert_eq!(cost.total().unwrap().to_string(), "0.000006");
    assert_eq!(cost.model.unwrap().price.source, "ours.json");
}

#[test]
fn an_operators_routing_fee_wins() {
    let fees = json!([{
        "deployment": "global_standard", "from": "2026-06-01", "until": null,
        "per_1m_prompt_tokens": "0.07",
    }]);
    let book = book(&json!([]), &fees);
    let fee = |sku: &Sku, day| book.routing_fee(sku, day).unwrap().per_million_prompt_tokens;
    let zone = Sku::parse(Some("data_zone"), Some("us"), None).unwrap();
    assert_eq!(fee(&Sku::global(), day(2026, 11, 22)), 70_000);
    assert_eq!(fee(&Sku::global(), day(2026, 5, 31)), 140_000);
    assert_eq!(fee(&zone, day(2026, 11, 22)), 154_000);
}

#[test]
fn a_broken_file_lists_every_problem() {
    let mut second = price("1", "2");
    second["from"] = json!("2026-06-01");
    let mut zone = price("1", "2");
    zone["for"]["deployment"] = json!("data_zone_standard");
    let models = json!([
        { "id": "a", "prices": [price("1", "2"), second] },
        { "id": "b", "prices": [zone] },
    ]);
    let error = PriceBook::with_overlay(&file(&models, &json!([])), "ours.json").unwrap_err();
    insta::assert_snapshot!(error, @r"
    ours.json: model `a`: prices[1].from: expected one price per selector and day, but `prices[0]` holds on `2026-06-01` too
    ours.json: model `b`: prices[0].for.zone: expected the zone of a `data_zone_standard` price, found nothing
    ");
    assert_eq!(error.problems().len(), 2);
}

#[test]
fn a_file_that_is_none_names_the_field() {
    let models = json!([{ "id": "a", "prices": [price("0.0000001", "2")] }]);
    let error = PriceBook::with_overlay(&file(&models, &json!([])), "ours.json").unwrap_err();
    insta::assert_snapshot!(error, @r"
    ours.json: model `a`: prices[0].tiers[0].rates.input: expected US dollars per million tokens such as `0.25`, with at most six digits before and after the point, found `0.0000001` at line 1 column 260
    ");
    assert!(PriceBook::with_overlay("", "ours.json").is_err());
}

proptest! {
    #[test]
    fn an_overlay_always_wins(input in 0_u64..10_000_000, prompt in 0_u64..1_000_000) {
        let per_million = llm_types::PerMillion::from_micros(input);
        let models = json!([{ "id": "gpt-5.4", "prices": [price(&per_million.to_string(), "2")] }]);
        let book = book(&models, &json!([]));
        let sku = Sku::global();
        let query = Query::new("gpt-5.4", &sku, day(2026, 11, 22));
        let cost = book.cost(&query, &usage(prompt, 0, 0, 0));
        prop_assert_eq!(cost.total(), Some(per_million.cost(Tokens(prompt))));
    }
}
