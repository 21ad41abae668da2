//! Promise 1: cost follows the model that answered plus the routing fee, for streams and whole
//! answers alike, and is reported the same everywhere.

use harness::{
    client::Reply,
    gateway::{Setup, asking, azure, entry, streaming},
    prices::{Expected, expected, usd},
};
use serde_json::{Value, json};

/// Long enough to be cached when it is asked a second time.
fn long_prompt() -> String {
    "The same document, again and again. ".repeat(300)
}

/// Asks twice, so that the second prompt is read from the cache, and checks both answers.
async fn check(served: &str, stream: bool) {
    let setup = Setup::in_scenarios(&format!("served={served}")).await;
    let prompt = long_prompt();
    let body = if stream { streaming(&prompt) } else { asking(&prompt) };
    for again in [false, true] {
        let reply = setup.chat(&body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let seen = setup.seen().await;
        assert_eq!(seen.served.as_deref(), Some(served));
        let expect = expected(served, &seen.usage.unwrap());
        assert_eq!(expect.cached_input > 0, again);
        let receipt = setup.receipt(reply.id()).await;
        told_in_the_answer(&reply, &expect);
        told_in_the_receipt(&receipt, served, &expect);
        if !stream {
            told_in_the_headers(&reply, served, &expect);
        }
    }
}

#[track_caller]
fn told_in_the_answer(reply: &Reply, expect: &Expected) {
    assert_eq!(reply.usage_cost(), Some(&*usd(expect.total())));
    let details = reply.cost_details();
    assert_eq!(details["status"], expect.status());
    assert_eq!(details["total"], usd(expect.total()));
    assert_eq!(details["uncached_input"], usd(expect.uncached_input));
    assert_eq!(details["cached_input"], usd(expect.cached_input));
    assert_eq!(details["cache_write"], usd(expect.cache_write));
    assert_eq!(details["output"], usd(expect.output));
    assert_eq!(details["routing_fee"], usd(expect.routing_fee));
}

#[track_caller]
fn told_in_the_receipt(receipt: &Value, served: &str, expect: &Expected) {
    assert_eq!(receipt["asked"], "azure-model-router");
    assert_eq!(receipt["served"], served);
    assert_eq!(receipt["outcome"], json!({"kind": "completed"}));
    assert_eq!(receipt["usage_source"], "reported");
    assert_eq!(receipt["cost"]["status"], expect.status());
    assert_eq!(receipt["cost"]["total"], usd(expect.total()));
    assert_eq!(receipt["cost"]["routing_fee"], usd(expect.routing_fee));
}

#[track_caller]
fn told_in_the_headers(reply: &Reply, served: &str, expect: &Expected) {
    let total = usd(expect.total());
    assert_eq!(reply.header("x-fareway-served-model"), Some(served));
    assert_eq!(reply.header("x-fareway-cost-usd"), Some(&*total));
    assert_eq!(reply.header("x-litellm-response-cost"), Some(&*total));
    assert_eq!(reply.header("x-fareway-cost-status"), Some(expect.status()));
    assert_eq!(reply.header("x-fareway-routing-fee-usd"), Some(&*usd(expect.routing_fee)));
}

/// OpenAI's models, cached input at a price of its own.
#[tokio::test]
async fn gpt_5_nano() {
    check("gpt-5-nano-2025-08-07", false).await;
    check("gpt-5-nano-2025-08-07", true).await;
}

/// Writing to the prompt cache is billed.
#[tokio::test]
async fn gpt_5_6_with_cache_writes() {
    check("gpt-5.6-luna-2026-07-09", false).await;
    check("gpt-5.6-luna-2026-07-09", true).await;
    check("gpt-5.6-sol-2026-07-09", false).await;
}

/// Its reasoning is in the total only.
#[tokio::test]
async fn grok_with_hidden_reasoning() {
    check("grok-4", false).await;
    check("grok-4", true).await;
}

#[tokio::test]
async fn claude() {
    check("claude-sonnet-4-5", false).await;
    check("claude-sonnet-4-5", true).await;
}

/// No price of its own for cached input: it costs what input costs.
#[tokio::test]
async fn deepseek() {
    check("DeepSeek-V3.1", false).await;
    check("DeepSeek-V3.1", true).await;
}

/// A client that did not ask for a stream's usage is not shown it, and its receipt is exact.
#[tokio::test]
async fn a_stream_that_did_not_ask_for_usage() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let mut body = asking("Hello!");
    body["stream"] = true.into();
    let reply = setup.chat(&body).await;
    assert!(reply.is_done());
    assert!(reply.data().iter().all(|event| event["usage"].is_null()));
    let expect = expected("gpt-5-nano-2025-08-07", &setup.seen().await.usage.unwrap());
    told_in_the_receipt(&setup.receipt(reply.id()).await, "gpt-5-nano-2025-08-07", &expect);
}

/// A deployment that is no router costs no fee, and the served model's price.
#[tokio::test]
async fn a_deployment_that_is_no_router() {
    let azure = azure().await;
    let entry = entry("nano", "azure_ai/gpt-5-nano", &azure.openai_v1());
    let setup = Setup::of(azure, &entry, "").await;
    let mut body = asking("Hello!");
    body["model"] = "nano".into();
    let reply = setup.chat(&body).await;
    let expect = expected("gpt-5-nano-2025-08-07", &setup.seen().await.usage.unwrap());
    assert_eq!(reply.usage_cost(), Some(&*usd(expect.total() - expect.routing_fee)));
    assert_eq!(reply.header("x-fareway-routing-fee-usd"), Some("0"));
}

/// In one data zone everything costs more: the configuration names the zone.
#[tokio::test]
async fn a_deployment_in_a_data_zone() {
    let azure = azure().await;
    let mut entry = entry("zone", "azure_ai/gpt-5-nano", &azure.openai_v1());
    entry.push_str("    deployment_type: data_zone_standard\n    zone: us\n");
    let setup = Setup::of(azure, &entry, "").await;
    let mut body = asking("Hello!");
    body["model"] = "zone".into();
    let reply = setup.chat(&body).await;
    let expect = expected("gpt-5-nano-2025-08-07", &setup.seen().await.usage.unwrap());
    let without_fee = expect.total() - expect.routing_fee;
    assert_eq!(reply.usage_cost(), Some(&*usd(without_fee / 10 * 11)));
}
