//! Anthropic's Messages: answers whole and streamed with their cost, cache writes, tools, counts of
//! tokens, and every error in the API's envelope.

use harness::{
    client::Reply,
    config::ROUTER,
    gateway::{GROUP, Setup, azure, entry},
    keys::key,
};
use serde_json::{Value, json};

use crate::described::Described;

pub(crate) const MESSAGES: &str = "/v1/messages";
pub(crate) const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");
const COUNT: &str = "/v1/messages/count_tokens";

pub(crate) fn saying(prompt: &str) -> Value {
    json!({"model": GROUP, "max_tokens": 1_000, "messages": [{"role": "user", "content": prompt}]})
}

pub(crate) fn streamed(mut body: Value) -> Value {
    body["stream"] = true.into();
    body
}

pub(crate) async fn send(setup: &Setup, body: &Value) -> Reply {
    setup.post(MESSAGES, &[VERSION], body.to_string()).await
}

/// A gateway with one deployment of a model of Claude's.
pub(crate) async fn claude(model: &str, sections: &str) -> Setup {
    let azure = azure().await;
    let entry = entry(GROUP, &format!("azure_ai/{model}"), &azure.openai_v1());
    Setup::of(azure, &entry, sections).await
}

/// The body without the cost that was added.
fn without_cost(text: &str) -> String {
    let Some((before, rest)) = text.rsplit_once(",\"cost\":") else { return text.to_owned() };
    let details = rest.split_once(",\"cost_details\":").unwrap().1;
    let mut values = serde_json::Deserializer::from_str(details).into_iter::<Value>();
    values.next().unwrap().unwrap();
    format!("{before}{}", &details[values.byte_offset()..])
}

/// The last report of a stream.
fn last_delta(reply: &Reply) -> Value {
    reply.data().into_iter().rfind(|event| event["type"] == "message_delta").unwrap()
}

/// A router whose own Messages are used, which only Claude answers.
#[tokio::test]
async fn an_answer_of_the_router_has_its_exact_cost() {
    let azure = azure().await;
    // Of a router's models only Claude answers, where the operator chooses that.
    let entry = entry(GROUP, ROUTER, &azure.openai_v1()) + "      apis: [chat, messages]\n";
    let setup = Setup::of(azure, &entry, "").await;
    for body in [saying("Hello!"), streamed(saying("Hello!"))] {
        let reply = send(&setup, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let seen = setup.seen().await;
        assert_eq!(seen.target, "/anthropic/v1/messages");
        assert_eq!(seen.header("anthropic-version"), Some("2023-06-01"));
        assert_eq!(serde_json::from_slice::<Value>(&seen.body).unwrap(), body);
        // Everything but the cost is as it came.
        assert_eq!(without_cost(reply.text()).as_bytes(), seen.sent, "{}", reply.text());
        let whole = body.get("stream").is_none();
        let usage =
            if whole { reply.json()["usage"].clone() } else { last_delta(&reply)["usage"].clone() };
        let receipt = setup.receipt(reply.id()).await;
        assert_eq!(receipt["cost"]["status"], "exact", "{receipt}");
        assert_eq!(usage["cost_details"]["total"], receipt["cost"]["total"]);
        assert_eq!(receipt["served"], seen.served.as_deref().unwrap());
        assert!(receipt["served"].as_str().unwrap().starts_with("claude-"), "{receipt}");
        assert!(receipt["cost"]["routing_fee"].is_string(), "{receipt}");
        let id = if whole {
            reply.json()["id"].clone()
        } else {
            reply.data()[0]["message"]["id"].clone()
        };
        assert_eq!(receipt["answer_id"], id);
        assert_eq!(reply.header("x-fareway-served-model"), receipt["served"].as_str());
        assert_eq!(reply.header("x-fareway-cost-usd").is_some(), whole);
    }
}

#[tokio::test]
async fn it_is_answered_under_each_of_its_names_and_for_each_way_to_show_a_key() {
    let setup = claude("claude-sonnet-5", "").await;
    let key = key(&setup, json!({})).await;
    let bearer = format!("Bearer {key}");
    for path in
        [MESSAGES, "/messages", "/anthropic/v1/messages", "/v1/messages/", "/v1/messages?beta=true"]
    {
        for shown in [("x-api-key", &*key), ("authorization", &*bearer)] {
            let beta = ("anthropic-beta", "context-1m-2025-08-07");
            let reply = setup.post(path, &[shown, VERSION, beta], saying("Hi").to_string()).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            let seen = setup.seen().await;
            assert_eq!(seen.header("anthropic-beta"), Some(beta.1));
            assert_eq!(setup.receipt(reply.id()).await["cost"]["status"], "exact");
        }
    }
}

#[tokio::test]
async fn every_form_of_a_base_becomes_the_one_of_messages() {
    for base in [
        "",
        "/openai/v1/",
        "/openai/deployments/claude-sonnet-5",
        "/models",
        "/anthropic",
        "/anthropic/",
        "/anthropic/v1",
        "/anthropic/v1/messages",
    ] {
        let azure = azure().await;
        let entry = entry(GROUP, "azure_ai/claude-sonnet-5", &format!("{}{base}", azure.url()));
        let setup = Setup::of(azure, &entry, "").await;
        let reply = send(&setup, &saying("Hi")).await;
        assert_eq!(reply.status, 200, "{base}: {}", reply.text());
        assert_eq!(setup.seen().await.target, "/anthropic/v1/messages", "{base}");
    }
}

/// Written for five minutes and for an hour, and read again: each at its own rate.
#[tokio::test]
async fn cache_writes_and_reads_are_priced_by_how_long_they_stay() {
    let setup = claude("claude-sonnet-5", "").await;
    let block = |text: &str, cache: Value| json!({"type": "text", "text": text.repeat(1_500), "cache_control": cache});
    let mut body = saying("Hello!");
    body["system"] = json!([
        block("law ", json!({"type": "ephemeral", "ttl": "1h"})),
        block("case ", json!({"type": "ephemeral"})),
    ]);
    let mut totals = Vec::new();
    for body in [body.clone(), body.clone(), streamed(body)] {
        // A prompt of its own for each, so that nothing but the instructions is read again.
        let reply = send(&setup, &body).await;
        let receipt = setup.receipt(reply.id()).await;
        let seen = setup.seen().await.usage.unwrap();
        let count = |value: &Value| value.as_u64().unwrap_or_default();
        let [input, read, output] = ["input_tokens", "cache_read_input_tokens", "output_tokens"]
            .map(|key| count(&seen[key]));
        let [short, long] = ["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"]
            .map(|key| count(&seen["cache_creation"][key]));
        assert_eq!(receipt["usage"]["prompt_tokens"], input + read + short + long, "{receipt}");
        // claude-sonnet-5: 2 / 0.2 / 2.5 / 4 / 10 dollars for a million.
        let picos = input * 2_000_000
            + read * 200_000
            + short * 2_500_000
            + long * 4_000_000
            + output * 10_000_000;
        let total = llm_types::Usd::from_picos(picos.into()).to_string();
        assert_eq!(receipt["cost"]["total"], total, "{receipt}");
        assert_eq!(receipt["cost"]["status"], "exact");
        totals.push((read, short, long));
    }
    assert!(totals[0].1 > 1_000 && totals[0].2 > 1_000 && totals[0].0 == 0, "{totals:?}");
    assert_eq!(totals[1], (totals[0].1 + totals[0].2, 0, 0));
    assert_eq!(totals[2], totals[1]);
}

#[tokio::test]
async fn thinking_and_calls_of_tools_are_output() {
    let setup = claude("claude-opus-5", "").await;
    let mut body = saying("What is the weather?");
    body["thinking"] = json!({"type": "enabled", "budget_tokens": 1024});
    body["tools"] = json!([{"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}]);
    for body in [body.clone(), streamed(body)] {
        let reply = send(&setup, &body).await;
        assert!(reply.text().contains("tool_use"), "{}", reply.text());
        let receipt = setup.receipt(reply.id()).await;
        let usage = &receipt["usage"];
        assert_eq!(receipt["cost"]["status"], "exact", "{receipt}");
        let thoughts = usage["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap();
        assert!(thoughts > 0 && usage["completion_tokens"].as_u64().unwrap() > thoughts, "{usage}");
    }
}

#[tokio::test]
async fn the_fast_mode_has_its_own_price_or_none() {
    let mut body = saying("Hello!");
    body["speed"] = "fast".into();
    for body in [body.clone(), streamed(body)] {
        let setup = claude("claude-opus-5-5", "").await;
        let receipt = setup.receipt(send(&setup, &body).await.id()).await;
        let cost = &receipt["cost"];
        assert_eq!(
            (&cost["status"], &receipt["service_tier"]),
            (&json!("exact"), &json!("fast")),
            "{receipt}"
        );
        assert!(cost.to_string().contains("claude-opus-5-5-fast"), "{cost}");
        let setup = claude("claude-opus-5", "").await;
        let reply = send(&setup, &body).await;
        let cost = setup.receipt(reply.id()).await["cost"].clone();
        assert_eq!((&cost["status"], &cost["total"]), (&json!("unpriced"), &Value::Null), "{cost}");
        assert!(cost.to_string().contains("service tier `fast`"), "{cost}");
    }
}

#[tokio::test]
async fn a_tool_of_the_upstreams_is_never_silently_free() {
    let setup = claude("claude-sonnet-5", "").await;
    let mut body = saying("Look for it");
    body["tools"] = json!([{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]);
    for body in [body.clone(), streamed(body)] {
        let reply = send(&setup, &body).await;
        let receipt = setup.receipt(reply.id()).await;
        let cost = &receipt["cost"];
        assert_eq!(
            (&cost["status"], &cost["total"]),
            (&json!("partial"), &Value::Null),
            "{receipt}"
        );
        assert!(cost.to_string().contains("tools of the provider were used 1 times"), "{cost}");
        assert_eq!(receipt["usage"]["hosted_tool_calls"], 1);
    }
}

#[tokio::test]
async fn tokens_are_counted_for_nothing() {
    let setup = claude("claude-sonnet-5", "").await;
    let limited = key(&setup, json!({"rpm_limit": 2})).await;
    let elsewhere = key(&setup, json!({"models": ["other"]})).await;
    let count = async |path: &str, key: &str, body: &Value| {
        setup.post(path, &[("x-api-key", key), VERSION], body.to_string()).await
    };
    let mut body = saying("Hello!");
    body.as_object_mut().unwrap().remove("max_tokens");
    for path in [COUNT, "/anthropic/v1/messages/count_tokens"] {
        let reply = count(path, &limited, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(reply.json()["input_tokens"].as_u64().unwrap() > 5, "{}", reply.text());
        let seen = setup.seen().await;
        assert_eq!(seen.target, "/anthropic/v1/messages/count_tokens");
        let sent: Value = serde_json::from_slice(&seen.body).unwrap();
        assert_eq!(sent["model"], "claude-sonnet-5");
    }
    let over = count(COUNT, &limited, &body).await;
    assert_eq!((over.status, &over.json()["error"]["type"]), (429, &json!("rate_limit_error")));
    assert_eq!(count(COUNT, &elsewhere, &body).await.status, 404);
    assert_eq!(setup.get("/fareway/v1/requests").await.json()["requests"], json!([]));
    setup.set("unavailable");
    let failed = setup.post(COUNT, &[VERSION], body.to_string()).await;
    assert_eq!((failed.status, &failed.json()["error"]["type"]), (529, &json!("overloaded_error")));
}

/// A strict budget bounds the answer under the one name that the API has.
#[tokio::test]
async fn a_strict_budget_bounds_answers_by_max_tokens() {
    let sections = "budgets:\n  clamp: true\n";
    let setup = claude("claude-haiku-5-5", sections).await;
    let key = key(&setup, json!({"max_budget": 0.001})).await;
    let mut body = saying("Hello!");
    body["max_tokens"] = 100_000.into();
    let reply = setup.post(MESSAGES, &[("x-api-key", &key), VERSION], body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    let bound = sent["max_tokens"].as_u64().unwrap();
    assert!(bound < 2_000 && sent.get("max_completion_tokens").is_none(), "{sent}");
    assert_eq!(reply.header("x-fareway-max-output"), Some(&*bound.to_string()));
    // Without room for a bound, the advice names the key.
    let setup = claude("claude-haiku-5-5", "").await;
    let key = harness::keys::key(&setup, json!({"max_budget": 0.001})).await;
    let reply = setup.post(MESSAGES, &[("x-api-key", &key), VERSION], body.to_string()).await;
    let error = &reply.json()["error"];
    assert_eq!(
        (reply.status, &error["type"], &error["code"]),
        (429, &json!("rate_limit_error"), &json!("budget_exceeded"))
    );
    assert!(error["message"].as_str().unwrap().contains("set `max_tokens` to"), "{error}");
}

#[tokio::test]
async fn its_user_and_session_are_in_the_ledger() {
    let setup = claude("claude-sonnet-5", "").await;
    let mut body = saying("Hello!");
    body["metadata"] = json!({"user_id": "user_1"});
    let reply = send(&setup, &body).await;
    assert_eq!(
        serde_json::from_slice::<Value>(&setup.seen().await.body).unwrap()["metadata"],
        body["metadata"]
    );
    setup.receipt(reply.id()).await;
    let page = setup.get("/fareway/v1/requests?end_user=user_1").await.json();
    assert_eq!(page["requests"][0]["id"], reply.id(), "{page}");
}

/// Each is described in the API's document.
#[tokio::test]
async fn every_error_has_anthropics_envelope() {
    let setup = claude("claude-sonnet-5", "").await;
    let mut described = Described::of(&setup).await;
    let poor = key(&setup, json!({"max_budget": 0.000001})).await;
    let elsewhere = key(&setup, json!({"models": ["other"]})).await;
    let how = format!("post {MESSAGES}");
    for body in [saying("Hi"), streamed(saying("Hi"))] {
        let reply = described.ask_with(&setup, &how, &body, VERSION).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let reply = described.ask_with(&setup, &format!("post {COUNT}"), &saying("Hi"), VERSION).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut unknown = saying("Hi");
    unknown["model"] = "nobody".into();
    let bearer = |key: &str| format!("Bearer {key}");
    for (body, authorization, expect) in [
        (
            saying("Hi"),
            "Bearer sk-wrong".to_owned(),
            (401, "authentication_error", Some("invalid_api_key")),
        ),
        (unknown, bearer(harness::gateway::KEY), (404, "not_found_error", Some("model_not_found"))),
        (saying("Hi"), bearer(&elsewhere), (404, "not_found_error", Some("model_not_found"))),
        (saying("Hi"), bearer(&poor), (429, "rate_limit_error", Some("budget_exceeded"))),
        (
            json!({"model": GROUP}),
            bearer(harness::gateway::KEY),
            (400, "invalid_request_error", Some("missing_required_parameter")),
        ),
        (
            json!([]),
            bearer(harness::gateway::KEY),
            (400, "invalid_request_error", Some("invalid_json")),
        ),
        // The upstream's own: the version is missing.
        (saying("Hi"), bearer(harness::gateway::KEY), (400, "invalid_request_error", None)),
    ] {
        for path in [MESSAGES, COUNT] {
            if path == COUNT && expect.2 == Some("budget_exceeded") {
                continue;
            }
            let reply =
                described.ask_as(&setup, &format!("post {path}"), &body, &authorization).await;
            check(&reply, expect);
        }
    }
    for scenario in [
        "unauthorized",
        "rate-limited",
        "not-found",
        "content-filter-prompt",
        "server-error",
        "unavailable",
        "unavailable-html",
        "garbage",
        "no-answer",
    ] {
        setup.set(scenario);
        let reply = described.ask_with(&setup, &how, &saying("Hi"), VERSION).await;
        assert!(
            reply.json()["type"] == "error" && reply.status >= 400,
            "{scenario}: {}",
            reply.text()
        );
        assert!(reply.json()["error"]["message"].is_string(), "{scenario}: {}", reply.text());
    }
    // What is no page of the API's is refused in its envelope, too.
    let wrong = setup.get(MESSAGES).await;
    check(&wrong, (405, "invalid_request_error", Some("method_not_allowed")));
    for path in ["/v1/messages/batches", "/anthropic/v1/models"] {
        let reply = setup.post(path, &[], "{}").await;
        assert_eq!(
            (reply.status, &reply.json()["error"]["type"]),
            (404, &json!("not_found_error")),
            "{}",
            reply.text()
        );
    }
}

#[track_caller]
fn check(reply: &Reply, (status, kind, code): (u16, &str, Option<&str>)) {
    let body = reply.json();
    assert_eq!((reply.status, body["type"].as_str()), (status, Some("error")), "{body}");
    assert_eq!(body["error"]["type"], kind, "{body}");
    assert_eq!(body["error"]["code"].as_str(), code, "{body}");
    assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
}
