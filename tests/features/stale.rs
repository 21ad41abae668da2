//! Entries whose cost, status or review mark today's prices would change, and base models when priced
//! again.

use std::sync::Arc;

use harness::gateway::{AZURE_KEY, GROUP, Setup, asking, entry, gateway_at};
use llm_types::{ManualClock, Usd};
use serde_json::{Value, json};

use crate::{reports::usd, reprice::reprice};

/// Prices of the operator's own, in dollars per million tokens: model, output, end, day of review.
fn own_prices(models: &[(&str, &str, Option<&str>, Option<&str>)]) -> String {
    let model = |(id, output, until, review_by): &(&str, &str, Option<&str>, Option<&str>)| {
        json!({"id": id, "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2026-01-01", "until": until, "review_by": review_by,
            "tiers": [{"prompt_tokens_over": 0, "rates": {
                "input": "1", "cached_input": null, "cache_write": null, "output": output,
            }}],
        }]})
    };
    let models: Vec<Value> = models.iter().map(model).collect();
    json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens", "models": models,
    })
    .to_string()
}

/// The gateway again, with other prices of the operator's own, on 2026-12-05.
async fn with_own_prices(setup: Setup, entry: &str, prices: String) -> Setup {
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    std::fs::write(folder.path().join("ours.json"), prices).unwrap();
    let clock = Arc::new(ManualClock::at("2026-12-05T12:00:00Z".parse().unwrap()));
    let sections = "pricing:\n  overlay: ours.json\n";
    let gateway = gateway_at(entry, sections, 1, folder.path(), clock).await;
    Setup { azure, gateway, http, folder }
}

#[tokio::test]
async fn stale_are_entries_whose_cost_status_or_mark_changes() {
    let setup = Setup::new().await;
    let router = entry(GROUP, "azure_ai/azure-model-router", &setup.azure.openai_v1());
    let review = Some("2026-12-01");
    let models = [
        ("gpt-5-nano", "2", None, review),
        ("gpt-4.1-nano", "2", None, None),
        ("gpt-4.1-mini", "2", None, None),
    ];
    let setup = with_own_prices(setup, &router, own_prices(&models)).await;
    let mut ids = Vec::new();
    for served in ["gpt-5-nano", "gpt-4.1-nano", "gpt-4.1-mini", "gpt-5-mini", "nobody-knows-it"] {
        setup.set(&format!("served={served}"));
        ids.push(setup.chat(&asking("Hello!")).await.id().to_owned());
    }
    // A reviewed price, one that ends some day, one that rose, and a model that got a price.
    let models = [
        ("gpt-5-nano", "2", None, None),
        ("gpt-4.1-nano", "2", Some("2027-01-01"), None),
        ("gpt-4.1-mini", "3", None, None),
        ("nobody-knows-it", "2", None, None),
    ];
    let setup = with_own_prices(setup, &router, own_prices(&models)).await;
    let count = |answer: &Value| {
        ["examined", "changed", "unchanged", "price_id_only"].map(|name| answer[name].clone())
    };
    let dry = reprice(&setup, json!({"stale": true})).await;
    assert_eq!(count(&dry), [5, 3, 2, 1].map(|count: u64| json!(count)), "{dry}");
    let changes = dry["changes"].as_array().unwrap();
    let mut changed: Vec<&str> = changes.iter().map(|one| one["id"].as_str().unwrap()).collect();
    changed.sort_unstable();
    let mut expected = [&ids[0], &ids[2], &ids[4]];
    expected.sort_unstable();
    assert_eq!(changed, expected);
    let mark = changes.iter().find(|one| one["id"] == *ids[0]).unwrap();
    let due = |side: &str| mark[side]["price_review_due"].clone();
    assert_eq!([due("before"), due("after")], [json!("2026-12-01"), Value::Null]);
    assert_eq!(mark["before"]["cost_usd"], mark["after"]["cost_usd"]);

    let receipt = setup.receipt(&ids[1]).await;
    let done = reprice(&setup, json!({"stale": true, "dry_run": false})).await;
    assert_eq!(done["changes"], dry["changes"]);
    // A request of which only the price id would change stays as it is.
    assert_eq!(setup.receipt(&ids[1]).await, receipt);
    assert_eq!(setup.receipt(&ids[0]).await["cost"]["price_review_due"], Value::Null);
    let again = reprice(&setup, json!({"stale": true})).await;
    assert_eq!(count(&again), [5, 0, 5, 1].map(|count: u64| json!(count)));
    // Without `stale` the id is reason enough.
    let ordinary = reprice(&setup, json!({"cost_status": "exact"})).await;
    assert_eq!(count(&ordinary), [5, 1, 4, 0].map(|count: u64| json!(count)));
}

/// A deployment with a name of its own is priced as its `base_model`, also when priced again, and when
/// it no longer exists.
#[tokio::test]
async fn an_entry_is_priced_again_as_its_base_model() {
    let azure = azure_emulator::Emulator::builder().key(AZURE_KEY).deployment("ours");
    let azure = azure.start().await.unwrap();
    let router = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let setup = Setup::of(azure, &router, "").await;
    setup.set("served=nobody-knows-it");
    let mut own = entry(GROUP, "azure_ai/ours", &setup.azure.openai_v1());
    own.push_str("    model_info:\n      base_model: gpt-4.1-mini\n");
    let setup = with_own_prices(setup, &own, own_prices(&[])).await;
    let id = setup.chat(&asking("Hello!")).await.id().to_owned();
    let first = setup.receipt(&id).await;
    assert_eq!(first["cost"]["price"]["canonical"], "gpt-4.1-mini");
    for body in [json!({"ids": [id]}), json!({"stale": true}), json!({"cost_status": "exact"})] {
        let again = reprice(&setup, body).await;
        assert_eq!((&again["examined"], &again["changed"]), (&json!(1), &json!(0)), "{again}");
    }
    let dearer = own_prices(&[("gpt-4.1-mini", "3", None, None)]);
    let setup = with_own_prices(setup, &router, dearer).await;
    let again = reprice(&setup, json!({"stale": true, "dry_run": false})).await;
    let after = &again["changes"][0]["after"];
    assert_eq!((&again["changed"], &after["status"]), (&json!(1), &json!("exact")), "{again}");
    let after = setup.receipt(&id).await;
    let tokens = |name: &str| i128::from(after["usage"][name].as_u64().unwrap());
    let picos = 1_000_000 * tokens("prompt_tokens") + 3_000_000 * tokens("completion_tokens");
    assert_eq!(usd(&after["cost"]["total"]), Usd::from_picos(picos));
}
