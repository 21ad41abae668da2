//! Promise 2: a request without a price says so everywhere, and only what was not done is free.

use harness::{
    client::Reply,
    gateway::{GROUP, Setup, asking, azure, entry, streaming},
    prices::{expected, picodollars, usd},
};
use serde_json::{Value, json};

/// One answer and its receipt, whole and as a stream.
async fn both_ways(scenarios: &str) -> [(Setup, Reply, Value); 2] {
    let ask = async |body: Value| {
        let setup = Setup::in_scenarios(scenarios).await;
        let reply = setup.chat(&body).await;
        let receipt = setup.receipt(reply.id()).await;
        (setup, reply, receipt)
    };
    [ask(asking("Hello!")).await, ask(streaming("Hello!")).await]
}

#[track_caller]
fn has_no_total(reply: &Reply, receipt: &Value, status: &str) {
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("x-fareway-cost-usd"), None);
    assert_eq!(reply.header("x-litellm-response-cost"), None);
    assert_eq!(reply.usage_cost(), Some("null"));
    assert_eq!(reply.cost_details()["status"], status);
    assert_eq!(reply.cost_details()["total"], Value::Null);
    assert!(reply.cost_details()["unpriced"].is_string());
    assert_eq!(receipt["cost"]["status"], status);
    assert_eq!(receipt["cost"]["total"], Value::Null);
    assert!(receipt["cost"]["unpriced"].is_string());
    if receipt["stream"] == false {
        assert_eq!(reply.header("x-fareway-cost-status"), Some(status));
    }
}

/// The routing fee is known, the model's price is not.
#[tokio::test]
async fn an_unknown_model_is_partial() {
    for (setup, reply, receipt) in both_ways("unknown-model=gpt-7-nova-2027-01-15").await {
        has_no_total(&reply, &receipt, "partial");
        assert_eq!(receipt["served"], "gpt-7-nova-2027-01-15");
        assert_eq!(receipt["cost"]["unpriced_code"], "unknown_model");
        let prompt = setup.seen().await.usage.unwrap()["prompt_tokens"].as_u64().unwrap();
        let fee = usd(u128::from(prompt) * 140_000);
        assert_eq!(receipt["cost"]["routing_fee"], fee);
        assert_eq!(receipt["cost"]["known"], fee);
        assert_eq!(reply.cost_details()["routing_fee"], fee);
    }
}

/// Without a router's fee nothing at all is known.
#[tokio::test]
async fn an_unknown_model_that_was_not_routed_is_unpriced() {
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/gpt-5-nano", &azure.openai_v1());
    let setup = Setup::of(azure, &entry, "").await;
    setup.set("unknown-model");
    let reply = setup.chat(&asking("Hello!")).await;
    let receipt = setup.receipt(reply.id()).await;
    has_no_total(&reply, &receipt, "unpriced");
    assert_eq!(reply.header("x-fareway-routing-fee-usd"), None);
}

#[tokio::test]
async fn an_answer_that_names_no_model_has_the_model_of_azures_header() {
    let scenarios = "served=gpt-5-nano-2025-08-07,empty-model";
    for (setup, reply, receipt) in both_ways(scenarios).await {
        let expect = expected("gpt-5-nano-2025-08-07", &setup.seen().await.usage.unwrap());
        assert_eq!(reply.usage_cost(), Some(&*usd(expect.total())));
        assert_eq!(receipt["served"], "gpt-5-nano-2025-08-07");
    }
}

/// A contradiction is recorded, never clamped; the cost is estimated from what was delivered, and says so.
#[tokio::test]
async fn usage_that_contradicts_itself_is_estimated() {
    for (_, _, receipt) in both_ways("contradiction").await {
        assert_eq!(receipt["cost"]["status"], "estimated");
        assert_eq!(receipt["usage_source"], "estimated");
        let usage = &receipt["usage_contradictory"];
        assert!(
            usage["prompt_tokens_details"]["cached_tokens"].as_u64()
                > usage["prompt_tokens"].as_u64()
        );
    }
}

/// Tokens that Azure does not report are counted here, and marked as such.
#[tokio::test]
async fn an_answer_without_usage_is_estimated() {
    for (setup, reply, receipt) in both_ways("served=gpt-4.1-2025-04-14,no-usage").await {
        assert_eq!(receipt["cost"]["status"], "estimated");
        assert_eq!(receipt["usage_source"], "estimated");
        assert_eq!(reply.usage_cost(), None, "no usage object to put it into");
        let truth = expected("gpt-4.1-2025-04-14", &setup.seen().await.usage.unwrap()).total();
        let estimate = picodollars(receipt["cost"]["total"].as_str().unwrap());
        assert!(truth / 2 < estimate && estimate < truth * 2, "{estimate} for {truth}");
    }
}

/// Azure charges for reading a prompt that it then filters.
#[tokio::test]
async fn a_filtered_prompt_is_not_free() {
    for (_, reply, receipt) in both_ways("content-filter-prompt").await {
        assert_eq!(reply.status, 400);
        assert_eq!(receipt["cost"]["status"], "partial");
        assert_eq!(receipt["cost"]["total"], Value::Null);
        assert!(picodollars(receipt["cost"]["routing_fee"].as_str().unwrap()) > 0);
        assert_eq!(reply.header("x-fareway-cost-status"), Some("partial"));
        assert_eq!(reply.header("x-fareway-cost-usd"), None);
    }
}

/// A request that was refused at the door cost nothing, and that is exact.
#[tokio::test]
async fn a_refusal_is_exactly_free() {
    let refusals = [
        ("unauthorized", 401),
        ("permission-denied", 401),
        ("not-found", 404),
        ("rate-limited", 429),
        ("server-error", 500),
        ("unavailable", 503),
    ];
    for (scenario, status) in refusals {
        for (_, reply, receipt) in both_ways(scenario).await {
            assert_eq!(reply.status, status, "{scenario}");
            assert_eq!(receipt["cost"]["status"], "exact", "{scenario}");
            assert_eq!(receipt["cost"]["total"], "0", "{scenario}");
            assert_eq!(receipt["outcome"]["kind"], "refused", "{scenario}");
            assert_eq!(receipt["outcome"]["status"], status, "{scenario}");
            assert_eq!(reply.header("x-fareway-cost-usd"), Some("0"), "{scenario}");
        }
    }
}

/// Work was done, so a cut answer is never reported as free.
#[tokio::test]
async fn a_cut_answer_is_not_free() {
    for (_, _, receipt) in both_ways("served=gpt-5-nano-2025-08-07,cut=6").await {
        assert_ne!(receipt["cost"]["status"], "exact");
        assert_ne!(receipt["cost"]["total"], "0");
    }
}

/// A price that the operator set holds for whatever the deployment serves.
#[tokio::test]
async fn the_operators_price_prices_an_unknown_model() {
    let azure = azure().await;
    let mut entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    entry.push_str("    model_info:\n      input_cost_per_token: 0.0000003\n");
    entry.push_str("      output_cost_per_token: 1.5e-6\n");
    let setup = Setup::of(azure, &entry, "").await;
    setup.set("unknown-model");
    let reply = setup.chat(&asking("Hello!")).await;
    let usage = setup.seen().await.usage.unwrap();
    let count = |key: &str| u128::from(usage[key].as_u64().unwrap());
    let total =
        count("prompt_tokens") * (300_000 + 140_000) + count("completion_tokens") * 1_500_000;
    assert_eq!(reply.usage_cost(), Some(&*usd(total)));
    assert_eq!(setup.receipt(reply.id()).await["outcome"], json!({"kind": "completed"}));
}
