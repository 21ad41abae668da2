//! The Responses API: bytes, costs, streams whose beginning is held, and refusals within them.

use harness::{
    budgets::setup_with,
    client::Reply,
    gateway::{CHAT, GROUP, KEY, Setup, asking, azure, entry},
    keys::key,
    scripted::{Gate, Script, Stage},
};
use serde_json::{Value, json};

pub(crate) const RESPONSES: &str = "/v1/responses";

const CREATED: &str = r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-5-nano-2025-08-07","service_tier":"auto","error":null,"usage":null}}"#;
const ITEM: &str = r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","content":[]}}"#;
const DELTA: &str = r#"{"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hi"}"#;
const COMPLETED: &str = r#"{"type":"response.completed","sequence_number":3,"response":{"id":"resp_1","object":"response","status":"completed","model":"gpt-5-nano-2025-08-07","service_tier":"default","error":null,"output":[],"usage":{"input_tokens":19,"output_tokens":5,"total_tokens":24}}}"#;
const FAILED: &str = r#"{"type":"response.failed","sequence_number":1,"response":{"id":"resp_1","object":"response","status":"failed","model":"gpt-5-nano-2025-08-07","error":{"code":"rate_limit_exceeded","message":"slow down"},"usage":null}}"#;

fn respond(input: &str) -> Value {
    json!({"model": GROUP, "input": input})
}

fn streamed(input: &str) -> Value {
    json!({"model": GROUP, "input": input, "stream": true})
}

/// Events as Azure writes them.
fn events(all: &[&str]) -> String {
    let event = |data: &&str| {
        let json: Value = serde_json::from_str(data).unwrap();
        format!("event: {}\ndata: {data}\n\n", json["type"].as_str().unwrap())
    };
    all.iter().map(event).collect()
}

fn script(all: &[&str]) -> Script {
    Script::events().chunk(events(all)).end()
}

/// The text without the cost that was added at the end of its usage.
fn without_cost(text: &str) -> String {
    let (before, rest) = text.split_once(",\"cost\":").expect("a cost was added");
    let (_, details) = rest.split_once(",\"cost_details\":").unwrap();
    let mut values = serde_json::Deserializer::from_str(details).into_iter::<Value>();
    values.next().unwrap().unwrap();
    format!("{before}{}", &details[values.byte_offset()..])
}

async fn create(setup: &Setup, body: &Value) -> Reply {
    setup.post(RESPONSES, &[], body.to_string()).await
}

/// Asks the scripted upstreams of a stage.
async fn played(stage: &Stage, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", stage.key);
    stage.setup.post(RESPONSES, &[("authorization", &bearer)], body.to_string()).await
}

#[tokio::test]
async fn only_the_model_and_the_cost_change() {
    let setup = Setup::new().await;
    for path in ["/v1/responses", "/responses", "/openai/v1/responses", "/openai/responses"] {
        for body in [
            r#"{ "input" : "Say hi" ,"model":"azure-model-router", "store":false,"include":["reasoning.encrypted_content"], "temperature":1.0}"#,
            r#"{"stream":true, "model":"azure-model-router" ,"input":[{"role":"user","content":"Say hi"}]}"#,
        ] {
            let reply = setup.post(path, &[], body).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let seen = setup.seen().await;
            assert_eq!(seen.target, "/openai/v1/responses");
            // The deployment has the name of the group here.
            assert_eq!(std::str::from_utf8(&seen.body).unwrap(), body);
            assert_eq!(without_cost(reply.text()).as_bytes(), seen.sent);
            let receipt = setup.receipt(reply.id()).await;
            assert_eq!(receipt["cost"]["status"], "exact");
            assert_eq!(receipt["served"].as_str(), seen.served.as_deref());
            assert_eq!(receipt["cost"]["total"].as_str(), reply.usage_cost());
        }
    }
}

#[tokio::test]
async fn the_usage_is_that_of_the_last_event_and_so_is_the_tier() {
    let setup = Setup::in_scenarios("served=gpt-4.1-2025-04-14,service-tier=default").await;
    let mut body = streamed("Hello!");
    body["service_tier"] = "priority".into();
    let reply = create(&setup, &body).await;
    let data = reply.data();
    assert_eq!(data[0]["type"], "response.created");
    assert_eq!(data[0]["response"]["service_tier"], "priority");
    let last = data.last().unwrap();
    assert_eq!(last["type"], "response.completed");
    assert!(last["response"]["usage"]["cost_details"]["routing_fee"].is_string());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["service_tier"], "default");
    let usage = &last["response"]["usage"];
    assert_eq!(receipt["usage"]["prompt_tokens"], usage["input_tokens"]);
    assert_eq!(receipt["usage"]["completion_tokens"], usage["output_tokens"]);
}

#[tokio::test]
async fn an_answer_that_is_cut_short_by_its_bound_is_charged() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    for stream in [false, true] {
        let mut body = respond("Tell me a story");
        body["max_output_tokens"] = 16.into();
        body["stream"] = stream.into();
        let reply = create(&setup, &body).await;
        let response = if stream {
            let last = reply.data().pop().unwrap();
            assert_eq!(last["type"], "response.incomplete");
            last["response"].clone()
        } else {
            reply.json()
        };
        assert_eq!(response["status"], "incomplete");
        assert_eq!(response["usage"]["output_tokens"], 16);
        let receipt = setup.receipt(reply.id()).await;
        assert_eq!(receipt["outcome"]["kind"], "completed");
        assert_eq!(receipt["cost"]["status"], "exact");
    }
}

#[tokio::test]
async fn a_refusal_within_a_stream_becomes_its_status() {
    for (form, code) in [("failed", "429"), ("flat", "429"), ("nested", "429")] {
        let scenario = format!("stream-error-first,error-envelope={form}");
        let setup = Setup::in_scenarios(&scenario).await;
        let reply = create(&setup, &streamed("Hello!")).await;
        assert_eq!(reply.status.to_string(), code, "{form}");
        let error = &reply.json()["error"];
        assert_eq!(error["code"], "rate_limit_exceeded", "{form}");
        assert!(error["message"].as_str().unwrap().contains("rate limit"), "{form}");
        let receipt = setup.receipt(reply.id()).await;
        assert_eq!(
            (&receipt["outcome"]["kind"], &receipt["cost"]["total"]),
            (&"refused".into(), &"0".into())
        );
        // Behind some of the answer it stays an event.
        setup.set(&format!("stream-error-late,error-envelope={form}"));
        let reply = create(&setup, &streamed("Hello!")).await;
        assert_eq!(reply.status, 200);
        let last = reply.data().pop().unwrap();
        let error = [&last["response"]["error"], &last["error"], &last];
        let error = error.into_iter().find(|error| error["code"].is_string()).unwrap();
        assert_eq!(error["code"], "server_error", "{form}");
        let receipt = setup.receipt(reply.id()).await;
        assert_eq!(receipt["outcome"]["kind"], "refused");
        assert_eq!(receipt["cost"]["status"], "estimated");
    }
}

#[tokio::test]
async fn what_failed_is_charged_what_it_reports() {
    for stream in [false, true] {
        for late in ["", ",stream-error-late"] {
            let scenario = format!("served=gpt-5-nano-2025-08-07,failed-usage{late}");
            let setup = Setup::in_scenarios(&scenario).await;
            let reply =
                create(&setup, &json!({"model": GROUP, "input": "Hi", "stream": stream})).await;
            let begun = stream && !late.is_empty();
            assert_eq!(reply.status, if begun { 200 } else { 502 });
            let (receipt, seen) = (setup.receipt(reply.id()).await, setup.seen().await);
            assert_eq!(receipt["outcome"]["kind"], "refused");
            assert_eq!(receipt["usage_source"], "reported");
            assert_eq!(receipt["cost"]["status"], "exact");
            assert_eq!(receipt["usage"]["prompt_tokens"], seen.usage.unwrap()["prompt_tokens"]);
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_ends_with_an_error_that_sdks_raise() {
    let setup = Setup::in_scenarios("cut=6").await;
    let reply = create(&setup, &streamed("Hello!")).await;
    let data = reply.data();
    let last = data.last().unwrap();
    assert!(reply.events().last().unwrap().starts_with("event: error\ndata: "));
    assert_eq!((&last["type"], &last["code"]), (&"error".into(), &"upstream_interrupted".into()));
    assert_eq!(last["error"]["message"], last["message"]);
    let before = &data[data.len() - 2];
    let number = before["sequence_number"].as_u64().unwrap();
    assert_eq!(last["sequence_number"], number + 1);
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(
        (&receipt["outcome"]["kind"], &receipt["cost"]["status"]),
        (&"failed".into(), &"estimated".into())
    );
    // The same where the connection ends in order.
    setup.set("no-done");
    let reply = create(&setup, &streamed("Hello!")).await;
    assert_eq!(reply.data().pop().unwrap()["code"], "upstream_interrupted");
    assert_ne!(setup.receipt(reply.id()).await["cost"]["status"], "exact");
}

#[tokio::test]
async fn a_client_sees_one_beginning() {
    let good = || script(&[CREATED, ITEM, DELTA, COMPLETED]);
    let stage = Stage::of_two([script(&[CREATED, FAILED])], [good()], "").await;
    let reply = played(&stage, &streamed("hi")).await;
    assert_eq!(without_cost(reply.text()), events(&[CREATED, ITEM, DELTA, COMPLETED]));
    let receipt = stage.receipt(&reply).await;
    assert_eq!(receipt["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(receipt["cost"]["status"], "exact");
}

#[tokio::test]
async fn what_announces_an_answer_leaves_when_it_was_held_long_enough() {
    let more = Gate::default();
    let slow =
        Script::events().chunk(events(&[CREATED])).wait(&more).chunk(events(&[FAILED])).end();
    let stage =
        Stage::of_two([slow], [script(&[CREATED, COMPLETED])], "answers:\n  hold: 0\n").await;
    let bearer = format!("Bearer {}", stage.key);
    let headers = [("authorization", &*bearer)];
    let mut opened = stage.setup.open_at(RESPONSES, &headers, streamed("hi").to_string()).await;
    opened.until("response.created").await;
    more.open();
    let reply = opened.rest().await;
    // No other deployment begins again, and the refusal is an event.
    assert_eq!((reply.status, reply.text()), (200, &*events(&[CREATED, FAILED])));
    assert_eq!(stage.upstreams[1].count(), 0);
}

#[tokio::test]
async fn a_cache_of_twelve_hours_is_never_silently_cheap() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07,long-cache").await;
    for body in [respond("Hello!"), streamed("Hello!")] {
        let reply = create(&setup, &body).await;
        assert_eq!(reply.usage_cost(), Some("null"), "{}", reply.text());
        let cost = &setup.receipt(reply.id()).await["cost"];
        assert_eq!((&cost["status"], &cost["total"]), (&"partial".into(), &Value::Null));
        let why =
            "`gpt-5-nano` was used with a prompt cache of 12 hours, for which no price is known";
        assert_eq!(cost["unpriced"], why);
    }
}

#[tokio::test]
async fn counts_that_contradict_each_other_are_not_clamped() {
    let setup = Setup::in_scenarios("contradiction").await;
    let reply = create(&setup, &respond("Hello!")).await;
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert!(receipt["usage_contradictory"]["input_tokens_details"]["cached_tokens"].is_u64());
}

#[tokio::test]
async fn a_strict_budget_bounds_the_answer_under_the_apis_own_name() {
    let setup = setup_with("budgets:\n  clamp: true\n").await;
    let small = key(&setup, json!({"max_budget": 0.002})).await;
    let bearer = format!("Bearer {small}");
    let headers = [("authorization", &*bearer)];
    let body = json!({"model": GROUP, "input": "Hello!", "max_output_tokens": 128_000});
    let reply = setup.post(RESPONSES, &headers, body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let bound: u64 = reply.header("x-fareway-max-output").unwrap().parse().unwrap();
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    let expect = json!({"model": "gpt-4.1-nano", "input": "Hello!", "max_output_tokens": bound});
    assert_eq!(sent, expect);
    // One that names none gets one.
    let other = key(&setup, json!({"max_budget": 0.002})).await;
    let bearer = format!("Bearer {other}");
    let headers = [("authorization", &*bearer)];
    let reply = setup.post(RESPONSES, &headers, respond("Hello!").to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert!(sent["max_output_tokens"].is_u64() && sent.get("max_completion_tokens").is_none());
}

#[tokio::test]
async fn a_refusal_for_a_budget_names_the_apis_own_bound() {
    let setup = setup_with("").await;
    let small = key(&setup, json!({"max_budget": 0.002})).await;
    let bearer = format!("Bearer {small}");
    let headers = [("authorization", &*bearer)];
    let mut body = json!({"model": GROUP, "input": "Hello!", "max_output_tokens": 128_000});
    let reply = setup.post(RESPONSES, &headers, body.to_string()).await;
    assert_eq!(reply.status, 429);
    assert!(reply.text().contains("set `max_output_tokens` to "), "{}", reply.text());
    // What is stored upstream can be as long as the model's longest prompt.
    body["max_output_tokens"] = 16.into();
    assert_eq!(setup.post(RESPONSES, &headers, body.to_string()).await.status, 200);
    body["prompt"] = json!({"id": "pmpt_1"});
    let reply = setup.post(RESPONSES, &headers, body.to_string()).await;
    assert_eq!(reply.status, 429);
    assert!(reply.text().contains("Its prompt alone does not fit"), "{}", reply.text());
}

#[tokio::test]
async fn a_request_that_cannot_be_metered_is_refused_by_name() {
    let setup = Setup::new().await;
    let mut body = respond("Hello!");
    body["background"] = true.into();
    let reply = create(&setup, &body).await;
    assert_eq!((reply.status, &reply.json()["error"]["param"]), (400, &"background".into()));
    assert_eq!(reply.json()["error"]["code"], "background_not_supported");
    body["background"] = false.into();
    assert_eq!(create(&setup, &body).await.status, 200);
    let reply = create(&setup, &json!({"model": GROUP, "input": 7})).await;
    assert_eq!((reply.status, &reply.json()["error"]["param"]), (400, &"input".into()));
    assert_eq!(setup.azure.count(), 1);
}

#[tokio::test]
async fn a_router_without_the_api_answers_as_a_chat() {
    let setup = Setup::in_scenarios("project-only").await;
    let reply = create(&setup, &respond("Hello!")).await;
    assert_eq!((reply.status, &reply.json()["object"]), (200, &"response".into()));
    assert!(setup.seen().await.target.ends_with("/chat/completions"));
    assert_eq!(setup.receipt(reply.id()).await["cost"]["status"], "exact");
}

#[tokio::test]
async fn each_form_of_an_endpoint_has_its_own_address() {
    let azure = azure().await;
    let url = azure.url();
    let dated = |version: &str| {
        format!(
            "{url}/openai/deployments/azure-model-router/chat/completions?api-version={version}"
        )
    };
    for (base, target) in [
        (format!("{url}/openai/v1/responses"), "/openai/v1/responses"),
        (dated("2025-04-01-preview"), "/openai/responses?api-version=2025-04-01-preview"),
        // Older than the API.
        (dated("2024-10-21"), "/openai/v1/responses"),
        (format!("{url}/models"), "/openai/v1/responses"),
        (
            format!("{url}/openai/responses?api-version=2025-04-01-preview"),
            "/openai/responses?api-version=2025-04-01-preview",
        ),
    ] {
        let entry = entry(GROUP, "azure_ai/azure-model-router", &base);
        let setup = Setup::of(harness::gateway::azure().await, &entry, "").await;
        let reply = create(&setup, &respond("Hello!")).await;
        assert_eq!(reply.status, 200, "{base}: {}", reply.text());
        azure.settled().await;
        assert_eq!(azure.requests().pop().unwrap().target, target, "{base}");
    }
}

#[tokio::test]
async fn a_body_of_the_other_api_is_told_where_to_go() {
    let setup = Setup::new().await;
    let key = format!("Bearer {KEY}");
    let headers = [("authorization", &*key)];
    for (path, body, right) in [
        (CHAT, respond("Hello!"), "`POST /v1/responses`"),
        (RESPONSES, asking("Hello!"), "`POST /v1/chat/completions`"),
    ] {
        let reply = setup.post(path, &headers, body.to_string()).await;
        assert_eq!(reply.status, 400);
        assert!(reply.text().contains(right), "{}", reply.text());
    }
    assert_eq!(setup.azure.count(), 0);
}
