//! Messages: shapes, caching, scripted calls, and what Anthropic's API on Azure refuses.

use azure_emulator::Emulator;
use serde_json::{Value, json};

use crate::client::{KEY, Reply, emulator, post_with};

const PATH: &str = "/anthropic/v1/messages";

async fn send(azure: &Emulator, body: &Value) -> Reply {
    let headers = format!("x-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n");
    post_with(azure, PATH, &headers, &body.to_string()).await
}

fn asking(prompt: &str) -> Value {
    json!({"model": "claude-sonnet-5", "max_tokens": 300, "messages": [{"role": "user", "content": prompt}]})
}

#[tokio::test]
async fn an_answer_has_anthropics_shape() {
    let azure = emulator().await;
    let answer = send(&azure, &asking("Hi")).await.json();
    assert_eq!((&answer["type"], &answer["model"]), (&json!("message"), &json!("claude-sonnet-5")));
    insta::assert_snapshot!(answer["usage"].to_string(), @r#"{"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0},"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":8,"output_tokens":72,"output_tokens_details":{"thinking_tokens":0},"service_tier":"standard"}"#);
    let mut body = asking("Hi");
    body["stream"] = true.into();
    let text = send(&azure, &body).await.text();
    let names: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(names[..3], ["message_start", "content_block_start", "ping"]);
    assert_eq!(names[names.len() - 3..], ["content_block_stop", "message_delta", "message_stop"]);
}

#[tokio::test]
async fn the_cache_knows_what_was_written_for_how_long() {
    let azure = emulator().await;
    let block = |word: &str, ttl: &str| json!({"type": "text", "text": word.repeat(2_000), "cache_control": {"type": "ephemeral", "ttl": ttl}});
    let mut body = asking("Hi");
    body["system"] = json!([block("law ", "1h"), block("case ", "5m")]);
    let first = send(&azure, &body).await.json()["usage"].clone();
    let again = send(&azure, &body).await.json()["usage"].clone();
    let count = |value: &Value| value.as_u64().unwrap();
    let [short, long] = ["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"]
        .map(|key| count(&first["cache_creation"][key]));
    assert!(short > 1_024 && long > 1_024, "{first}");
    assert_eq!(count(&first["cache_creation_input_tokens"]), short + long);
    assert_eq!(count(&again["cache_read_input_tokens"]), short + long);
    assert_eq!(
        (&again["input_tokens"], &again["cache_creation_input_tokens"]),
        (&first["input_tokens"], &json!(0))
    );
}

#[tokio::test]
async fn a_marker_leads_through_a_task() {
    let azure = emulator().await;
    let mut body = asking(
        r#"Do it [[calls:[{"name":"Bash","input":{"command":"ls"}},{"name":"None","input":{}},{"name":"Bash","input":{"command":"pwd"}}]]]"#,
    );
    body["tools"] = json!([{"name": "Read", "input_schema": {"type": "object"}}, {"name": "Bash", "input_schema": {"type": "object"}}]);
    let mut called = Vec::new();
    for _ in 0..3 {
        let answer = send(&azure, &body).await.json();
        let Some(call) =
            answer["content"].as_array().unwrap().iter().find(|block| block["type"] == "tool_use")
        else {
            break;
        };
        called.push(call["input"]["command"].clone());
        let result = json!([{"type": "tool_result", "tool_use_id": call["id"], "content": "ok"}, {"type": "text", "text": "a reminder"}]);
        let messages = body["messages"].as_array_mut().unwrap();
        messages.push(json!({"role": "assistant", "content": answer["content"]}));
        messages.push(json!({"role": "user", "content": result}));
    }
    assert_eq!(called, ["ls", "pwd"]);
}

#[tokio::test]
async fn wrong_requests_are_refused_in_anthropics_envelope() {
    let azure = emulator().await;
    let version = format!("api-key: {KEY}\r\n");
    let reply = post_with(&azure, PATH, &version, &asking("Hi").to_string()).await;
    insta::assert_snapshot!(reply.text(), @r#"{"error":{"message":"anthropic-version: header is required","type":"invalid_request_error"},"request_id":"req_emulated","type":"error"}"#);
    let with = |key: &str, value: Value| {
        let mut body = asking("Hi");
        body[key] = value;
        body
    };
    for (body, status, expect) in [
        (with("stream_options", json!({})), 400, "stream_options: Extra inputs are not permitted"),
        (
            with("max_completion_tokens", json!(5)),
            400,
            "max_completion_tokens: Extra inputs are not permitted",
        ),
        (with("max_tokens", json!(0)), 400, "max_tokens: must be greater"),
        (json!({"model": "claude-sonnet-5", "messages": []}), 400, "max_tokens: Field required"),
        (with("messages", json!([])), 400, "messages: at least one"),
        (with("model", json!("gpt-5-nano")), 400, "currently not supported"),
        (with("model", json!("nobody")), 404, "does not exist"),
    ] {
        let reply = send(&azure, &body).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        assert!(reply.text().contains(expect), "{}", reply.text());
    }
}
