//! Reservations for requests under a strict budget, and the fallbacks where a reservation does not
//! fit.

use harness::{
    budgets::setup_with,
    gateway::{GROUP, Setup, asking, azure, entry},
    keys::{ask, key},
};
use serde_json::{Value, json};

fn error_of(reply: &harness::client::Reply) -> String {
    reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
}

async fn sent(setup: &Setup) -> Value {
    serde_json::from_slice(&setup.seen().await.body).unwrap()
}

fn with_part(part: Value) -> Value {
    let mut body = asking("Hello!");
    body["messages"][0]["content"] = json!([{"type": "text", "text": "Hello!"}, part]);
    body["max_completion_tokens"] = 50.into();
    body
}

async fn tokenized(setup: &Setup) -> u64 {
    let page = setup.get("/metrics").await;
    let text = page.text();
    let line = text.lines().find(|line| line.starts_with("fareway_tokenized_bytes ")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_image_is_reserved_as_an_image() {
    let setup = setup_with("").await;
    // 50,000 tokens of gpt-4.1-nano are about $0.01; 300,000 bytes of base64 would be $0.06 as text.
    let small = key(&setup, json!({"max_budget": 0.02})).await;
    let image = |size| {
        let url = format!("data:image/png;base64,{}", "A".repeat(size));
        with_part(json!({"type": "image_url", "image_url": {"url": url}}))
    };
    assert_eq!(ask(&setup, &small, &image(300_000)).await.status, 200);
    // The same as text, behind a beginning that looks like an image.
    let text = format!("data:image/png;base64,{}", "A1b2".repeat(75_000));
    let reply = ask(&setup, &small, &with_part(json!({"type": "text", "text": text}))).await;
    assert_eq!(reply.status, 429);
}

#[tokio::test]
async fn a_prompt_that_cannot_fit_is_not_tokenized() {
    let setup = setup_with("").await;
    let small = key(&setup, json!({"max_budget": 0.002})).await;
    let before = tokenized(&setup).await;
    let url = format!("data:image/png;base64,{}", "A".repeat(14_000_000));
    let image = with_part(json!({"type": "image_url", "image_url": {"url": url}}));
    let file = with_part(json!({"type": "file", "file": {"file_id": "f"}}));
    let mut long = asking(&"word ".repeat(2_500_000));
    long["max_completion_tokens"] = 50.into();
    for body in [image, file, long] {
        let reply = ask(&setup, &small, &body).await;
        assert_eq!(reply.status, 429);
        assert!(error_of(&reply).contains("Its prompt alone does not fit"));
    }
    // Other tests of this process count as well, but none of them counts megabytes.
    assert!(tokenized(&setup).await - before < 1_000_000);
}

#[tokio::test]
async fn a_refusal_names_the_answer_that_would_fit() {
    let setup = setup_with("").await;
    let small = key(&setup, json!({"max_budget": 0.002})).await;
    let mut body = asking("Hello!");
    body["max_completion_tokens"] = 128_000.into();
    let reply = ask(&setup, &small, &body).await;
    assert_eq!(reply.status, 429);
    let message = error_of(&reply);
    let (_, rest) = message.split_once("set `max_completion_tokens` to ").unwrap();
    let fits: u64 = rest.split(' ').next().unwrap().parse().unwrap();
    assert!(
        message.contains("`budgets.clamp: true`") && message.contains("`budget_mode: soft`"),
        "{message}"
    );
    // The bound's own digits are part of the prompt's bytes.
    for (bound, expect) in [(fits + 10, 429), (fits, 200)] {
        body["max_completion_tokens"] = bound.into();
        assert_eq!(ask(&setup, &small, &body).await.status, expect, "{bound}");
    }
}

#[tokio::test]
async fn a_clamp_bounds_the_answer_to_what_is_left_and_says_so() {
    let setup = setup_with("budgets:\n  clamp: true\n").await;
    for (name, value) in [
        ("max_completion_tokens", json!(128_000)),
        ("max_tokens", json!(128_000)),
        ("max_tokens", json!(128_000.0)),
    ] {
        let small = key(&setup, json!({"max_budget": 0.002})).await;
        let mut body = asking("Hello!");
        body[name] = value;
        let reply = ask(&setup, &small, &body).await;
        assert_eq!(reply.status, 200, "{}", error_of(&reply));
        let bound: u64 = reply.header("x-fareway-max-output").unwrap().parse().unwrap();
        assert!((16..128_000).contains(&bound));
        let mut expect = body.clone();
        expect["model"] = "gpt-4.1-nano".into();
        expect[name] = bound.into();
        assert_eq!(sent(&setup).await, expect);
    }
    // An answer that fits is not bounded.
    let large = key(&setup, json!({"max_budget": 10})).await;
    let mut body = asking("Hello!");
    body["max_tokens"] = 100.into();
    let reply = ask(&setup, &large, &body).await;
    assert_eq!((reply.status, reply.header("x-fareway-max-output")), (200, None));
    // If not even the prompt fits, bounding the answer does not help.
    let none = key(&setup, json!({"max_budget": 0.000001})).await;
    assert_eq!(ask(&setup, &none, &body).await.status, 429);
}

/// A gateway whose deployment has a name of its own.
async fn setup_of_own_name(info: &str) -> Setup {
    let azure = azure_emulator::Emulator::builder().key(harness::gateway::AZURE_KEY);
    let azure = azure.deployment("picker").start().await.unwrap();
    let entry = entry(GROUP, "azure_ai/picker", &azure.openai_v1());
    Setup::of(azure, &format!("{entry}{info}"), "").await
}

#[tokio::test]
async fn a_base_model_bounds_a_deployment_with_a_name_of_its_own() {
    let mut body = asking("Hello!");
    body["max_completion_tokens"] = 10_000.into();
    let setup = setup_of_own_name("").await;
    let small = key(&setup, json!({"max_budget": 0.02})).await;
    let reply = ask(&setup, &small, &body).await;
    assert_eq!(reply.status, 429);
    let message = error_of(&reply);
    assert!(
        message.contains("The name `azure_ai/picker` is no model: set `base_model`"),
        "{message}"
    );

    let setup = setup_of_own_name("    model_info: {base_model: azure/gpt-4.1-nano}\n").await;
    let small = key(&setup, json!({"max_budget": 0.02})).await;
    setup.set("served=picker");
    let reply = ask(&setup, &small, &body).await;
    assert_eq!(reply.status, 200, "{}", error_of(&reply));
    // The answer names no known model: it is priced as the base model.
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["price"]["canonical"], "gpt-4.1-nano", "{receipt}");
}

/// A gateway whose router is restricted to some models.
async fn setup_of_pool(patterns: &str) -> Setup {
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    Setup::of(azure, &format!("{entry}    model_info: {{router_models: {patterns}}}\n"), "").await
}

#[tokio::test]
async fn an_answer_from_outside_the_pool_makes_it_whole_again() {
    let setup = setup_of_pool("\"gpt-4.1-nano, gpt-5-nano\"").await;
    let small = key(&setup, json!({"max_budget": 0.05})).await;
    let mut body = asking("Hello!");
    body["max_completion_tokens"] = 16_000.into();
    setup.set("served=gpt-5-nano-2025-08-07");
    assert_eq!(ask(&setup, &small, &body).await.status, 200);
    setup.set("served=gpt-5-mini-2025-08-07");
    let outside = ask(&setup, &small, &body).await;
    assert_eq!(outside.status, 200);
    let receipt = setup.receipt(outside.id()).await;
    assert_eq!(
        receipt["cost_status"].as_str().or(receipt["cost"]["status"].as_str()),
        Some("exact")
    );
    assert!(receipt.to_string().contains("outside-router-models"), "{receipt}");
    let metrics = setup.get("/metrics").await;
    let metrics = metrics.text();
    assert!(metrics.contains("fareway_outside_router_models_total 1"), "{metrics}");
    // From now on any model of the whole pool can answer.
    let reply = ask(&setup, &small, &body).await;
    assert_eq!(reply.status, 429);
    let message = error_of(&reply);
    assert!(message.contains("(served so far: gpt-5-mini, gpt-5-nano)"), "{message}");
}

#[tokio::test]
async fn a_vendor_can_be_ruled_out() {
    let mut body = asking("Hello!");
    body["max_completion_tokens"] = 50_000.into();
    let needed = |message: String| {
        let (_, rest) = message.split_once("can cost up to $").unwrap();
        rest.split(',').next().unwrap().parse::<llm_types::Usd>().unwrap()
    };
    let mut amounts = Vec::new();
    for patterns in ["['*']", "['!anthropic/*', '!openai/*']", "[gpt-5-nano]"] {
        let setup = setup_of_pool(patterns).await;
        let small = key(&setup, json!({"max_budget": 0.001})).await;
        amounts.push(needed(error_of(&ask(&setup, &small, &body).await)));
    }
    assert!(amounts[0] > amounts[1] && amounts[1] > amounts[2], "{amounts:?}");
}
