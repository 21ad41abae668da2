//! Prices under review: applied from their day of review on, and marked wherever they are shown.

use harness::gateway::{GROUP, Setup, asking, entry, gateway_at, streaming};
use serde_json::{Value, json};

/// The value of `fareway_prices_under_review`.
async fn counted(setup: &Setup) -> u64 {
    let page = setup.get("/metrics").await;
    let page = page.text();
    let help = "# HELP fareway_prices_under_review Prices in use that are due for review.";
    assert!(page.contains(help), "{page}");
    let line = page.lines().find_map(|line| line.strip_prefix("fareway_prices_under_review "));
    line.unwrap().parse().unwrap()
}

/// The price of gpt-5.6-sol, as the list of prices has it.
async fn listed(setup: &Setup) -> Value {
    let path = "/fareway/v1/prices?search=gpt-5.6-sol&deployment_type=global_standard\
                &service_tier=standard";
    let list = setup.get(path).await.json();
    assert_eq!(list["prices"].as_array().unwrap().len(), 1, "{list}");
    list["prices"][0].clone()
}

/// The mark in the answer, in the event of a stream, and in the receipts of both.
async fn marks(setup: &Setup) -> [Value; 4] {
    let whole = setup.chat(&asking("Hello!")).await;
    let stream = setup.chat(&streaming("Hello!")).await;
    let mark = |details: &Value| details["price_review_due"].clone();
    let receipts = [setup.receipt(whole.id()).await, setup.receipt(stream.id()).await];
    let [one, other] = receipts.map(|receipt| mark(&receipt["cost"]));
    [mark(&whole.cost_details()), mark(&stream.cost_details()), one, other]
}

/// The promotion of gpt-5.6-sol runs until 2026-11-30 at least: it is to be looked at by 2026-12-01.
#[tokio::test]
async fn a_promotion_past_its_day_is_applied_and_marked() {
    let (setup, clock) = Setup::at("2026-11-30T23:59:59Z", "").await;
    setup.set("served=gpt-5.6-sol-2026-07-09");
    assert_eq!(marks(&setup).await, [const { Value::Null }; 4]);
    let early = setup.chat(&asking("Hello!")).await.id().to_owned();
    let before = listed(&setup).await;
    assert_eq!(
        (&before["review_by"], &before["price_review_due"]),
        (&json!("2026-12-01"), &Value::Null)
    );
    let due = |settings: Value| {
        let reviews = settings["prices"]["reviews"].as_array().unwrap().clone();
        reviews.iter().filter(|review| review["due"] == true).count()
    };
    assert_eq!(due(setup.get("/fareway/v1/settings").await.json()), 0);
    assert_eq!(counted(&setup).await, 0);

    clock.set("2026-12-01T00:00:00Z".parse().unwrap());
    assert_eq!(marks(&setup).await, [const { "2026-12-01" }; 4].map(|day| json!(day)));
    let after = listed(&setup).await;
    assert_eq!(after["price_review_due"], "2026-12-01");
    assert_eq!((&before["price_id"], &before["tiers"]), (&after["price_id"], &after["tiers"]));
    assert!(due(setup.get("/fareway/v1/settings").await.json()) > 0);
    // Standard, priority and flex of the deployment's SKU.
    assert_eq!(counted(&setup).await, 3);
    // A request of the day before keeps its receipt.
    let receipt = setup.receipt(&early).await;
    assert_eq!(receipt["cost"]["price_review_due"], Value::Null);
    assert_eq!(receipt["cost"]["status"], "exact");
}

/// An operator's own price is reviewed like a published one; a deployment that it cannot be charged
/// at does not count.
#[tokio::test]
async fn an_overlay_has_days_of_review_as_well() {
    let price = |model: &str| {
        json!({"id": model, "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2026-01-01", "until": null, "review_by": "2026-11-30",
            "tiers": [{"prompt_tokens_over": 0, "rates": {
                    "input": "0.04", "cached_input": null, "cache_write": null, "output": "0.3",
                }}],
        }]})
    };
    let overlay = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [price("gpt-5-nano"), price("gpt-4.1")],
    });
    let (setup, clock) = Setup::at("2026-11-29T12:00:00Z", "").await;
    std::fs::write(setup.folder.path().join("ours.json"), overlay.to_string()).unwrap();
    let Setup { azure, gateway, http, folder } = setup;
    gateway.shutdown().await;
    let deployment = entry(GROUP, "azure_ai/gpt-5-nano", &azure.openai_v1());
    let sections = "pricing:\n  overlay: ours.json\n";
    let shown = std::sync::Arc::clone(&clock) as std::sync::Arc<dyn llm_types::Clock>;
    let gateway = gateway_at(&deployment, sections, 1, folder.path(), shown).await;
    let setup = Setup { azure, gateway, http, folder };
    setup.set("served=gpt-5-nano-2025-08-07");
    assert_eq!((marks(&setup).await, counted(&setup).await), ([const { Value::Null }; 4], 0));
    clock.set("2026-11-30T00:00:00Z".parse().unwrap());
    assert_eq!(marks(&setup).await, [const { "2026-11-30" }; 4].map(|day| json!(day)));
    assert_eq!(counted(&setup).await, 1);
    let info = setup.get("/model/info").await.json();
    assert_eq!(info["data"][0]["model_info"]["price_review_due"], "2026-11-30", "{info}");
}
