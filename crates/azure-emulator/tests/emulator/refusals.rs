//! Refusals: Azure's error bodies to the letter, and the requests that cause each one.

use azure_emulator::Scenario;
use serde_json::{Value, json};

use crate::client::{CHAT, KEY, ask, ask_stream, emulator, post, post_in, post_with};

const ERRORS: &str = include_str!("../samples/08_errors.jsonl");

/// The recorded error whose text contains `part`: status and body.
fn recorded(part: &str) -> (u16, Value) {
    let line = ERRORS.lines().find(|line| line.contains(part) && line.contains(r#""body""#));
    let row: Value = serde_json::from_str(line.unwrap()).unwrap();
    (u16::try_from(row["http"].as_u64().unwrap()).unwrap(), row["body"].clone())
}

#[tokio::test]
async fn scenarios_refuse_in_azures_words() {
    let azure = emulator().await;
    let cases = [
        ("unauthorized", "Access denied"),
        ("permission-denied", "PermissionDenied"),
        ("not-found", "DeploymentNotFound"),
        ("content-filter-prompt", "ResponsibleAIPolicyViolation"),
        ("unavailable", "temporarily unable"),
    ];
    for (scenario, part) in cases {
        for body in [ask("Hi"), ask_stream("Hi", true)] {
            let reply = post_in(&azure, scenario, &body).await;
            assert_eq!((reply.status, reply.json()), recorded(part), "{scenario}");
            assert!(reply.header("apim-request-id").is_some());
        }
    }
    let line = ERRORS.lines().find(|line| line.contains("ResponsibleAI")).unwrap();
    let body = line.trim_start_matches(r#"{"http":400,"body":"#).trim_end_matches('}');
    let filtered = post_in(&azure, "content-filter-prompt", &ask("Hi")).await.text();
    assert_eq!(filtered.trim_end_matches('}'), body, "keys stand in the recorded order");
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let azure = emulator().await;
    let headers = format!("api-key: {KEY}\r\nx-emulator-scenario: rate-limited=45\r\n");
    let target = "/openai/deployments/gpt-4.1-nano/chat/completions?api-version=2023-05-15";
    let reply = post_with(&azure, target, &headers, &ask("Hi").to_string()).await;
    assert_eq!((reply.status, reply.json()), recorded("Please retry after 45 seconds"));
    assert_eq!(reply.header("retry-after"), Some("45"));
    assert_eq!(reply.header("retry-after-ms"), Some("45000"));
    assert_eq!(reply.header("x-ratelimit-remaining-requests"), Some("0"));
}

#[tokio::test]
async fn rate_limited_times_ends_in_an_answer() {
    let azure = emulator().await;
    azure.set(Scenario::RateLimitedTimes(2));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(post(&azure, &ask("Hi")).await.status);
    }
    assert_eq!(statuses, [429, 429, 200, 200], "set for all: it ends for good");
    azure.set(Scenario::Normal);
    statuses.clear();
    for _ in 0..4 {
        let marked = ask("Hi [[scenario:rate-limited-times=1]]");
        statuses.push(post(&azure, &marked).await.status);
    }
    assert_eq!(statuses, [429, 200, 429, 200], "by a marker: it can be shown again");
}

#[tokio::test]
async fn servers_fail_in_json_and_in_html() {
    let azure = emulator().await;
    let reply = post_in(&azure, "server-error", &ask("Hi")).await;
    assert_eq!((reply.status, &reply.json()["error"]["type"]), (500, &json!("server_error")));
    let reply = post_in(&azure, "unavailable-html", &ask("Hi")).await;
    assert_eq!((reply.status, reply.header("content-type")), (503, Some("text/html")));
    assert!(reply.text().starts_with("<html>"));
}

#[tokio::test]
async fn a_model_asked_by_name_is_strict_and_a_router_is_not() {
    let azure = emulator().await;
    let mut body = ask("Hi");
    body["temperature"] = json!(0.5);
    assert_eq!(post_in(&azure, "served=gpt-5-nano-2025-08-07", &body).await.status, 200);
    body["model"] = "gpt-5-nano".into();
    let reply = post(&azure, &body).await;
    assert_eq!((reply.status, reply.json()), recorded("unsupported_value"));
    body["model"] = "o4-mini".into();
    let reply = post(&azure, &body).await;
    assert_eq!((reply.status, reply.json()), recorded("unsupported_parameter"));
    body["temperature"] = json!(1.0);
    body["max_tokens"] = 9.into();
    assert_eq!(post(&azure, &body).await.json()["error"]["param"], "max_tokens");
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_refused() {
    let azure = emulator().await;
    let long = "word ".repeat(130_000);
    let reply = post_in(&azure, "served=gpt-4o-2024-11-20", &ask(&long)).await;
    let (status, sample) = recorded("context_length_exceeded");
    assert_eq!(reply.status, status);
    let error = &reply.json()["error"];
    assert_eq!(error["code"], sample["error"]["code"]);
    let text = error["message"].as_str().unwrap();
    assert!(text.starts_with("This model's maximum context length is 128000 tokens. However,"));
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let azure = emulator().await;
    let key = format!("api-key: {KEY}\r\n");
    for (body, part) in [
        ("{", "could not parse the JSON body"),
        ("{}", "Missing required parameter: 'messages'."),
        (r#"{"messages":[{"role":"user"}]}"#, "Missing required parameter: 'model'."),
        (r#"{"messages":[{"role":"user"}],"model":7}"#, "expected a string, but got an integer"),
    ] {
        let reply = post_with(&azure, CHAT, &key, body).await;
        assert_eq!(reply.status, 400);
        assert!(reply.text().contains(part), "{}", reply.text());
    }
    let mut body = ask("Hi");
    body["colour"] = "blue".into();
    assert_eq!(post(&azure, &body).await.status, 200, "lenient unless told otherwise");
    let strict = post_in(&azure, "strict-parameters", &body).await;
    assert_eq!(strict.json()["error"]["message"], "Unknown parameter: 'colour'.");
    body["service_tier"] = "flex".into();
    assert_eq!(post(&azure, &body).await.json()["error"]["param"], "service_tier");
}

#[tokio::test]
async fn an_unknown_scenario_is_an_error() {
    let azure = emulator().await;
    let reply = post_in(&azure, "nonsense", &ask("Hi")).await;
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (400, &json!("UnknownScenario")));
}
