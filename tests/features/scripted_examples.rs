//! Examples of scripts: an answer as Azure streams it, and one whose end the test decides.

use harness::{
    gateway::{asking, streaming},
    scripted::{Gate, Script, Stage},
};
use serde_json::json;

pub(crate) const ROLE: &str = r#"{"id":"chatcmpl-1","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#;
pub(crate) const HELLO: &str = r#"{"id":"chatcmpl-1","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}"#;
pub(crate) const STOP: &str = r#"{"id":"chatcmpl-1","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#;
pub(crate) const USAGE: &str = r#"{"id":"chatcmpl-1","model":"gpt-5-nano-2025-08-07","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}}"#;
/// The cost of [`USAGE`]: 19 tokens in at $0.05 a million and the routing fee of $0.14, 5 out at $0.40.
pub(crate) const USAGE_COST: &str = "0.00000561";

#[tokio::test]
async fn an_answer_is_streamed_from_a_script() {
    let script = Script::events().all([ROLE, HELLO, STOP, USAGE]).done().end();
    let stage = Stage::of([script, Script::json(429, r#"{"error":{"code":"429"}}"#)]).await;
    let reply = stage.chat(&streaming("hi")).await;
    assert!(reply.is_done(), "{}", reply.text());
    let receipt = stage.receipt(&reply).await;
    assert_eq!(receipt["cost"]["total"], USAGE_COST);
    assert_eq!(receipt["cost"]["status"], "exact");
    assert_eq!(stage.upstream().seen().await.json()["model"], "azure-model-router");
    assert_eq!(stage.chat(&asking("hi")).await.status, 429);
    assert_eq!(stage.upstream().count(), 2);
}

#[tokio::test]
async fn a_client_leaves_while_the_upstream_waits() {
    let more = Gate::default();
    let script = Script::events().all([ROLE, HELLO]).wait(&more).all([STOP, USAGE]).done().end();
    let stage = Stage::of([script]).await;
    let mut opened = stage.open(&streaming("hi")).await;
    let id = opened.id();
    opened.until("Hello").await;
    more.reached().await;
    drop(opened);
    let receipt = stage.setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "client_gone"}));
    assert!(stage.upstream().seen().await.hung_up());
    more.open();
}

/// The second deployment answers if the first does not, whatever fails on the wire.
#[tokio::test]
async fn trouble_of_every_kind_on_the_wire() {
    let body = [ROLE, HELLO, STOP, USAGE, "[DONE]"].map(|data| format!("data: {data}\n\n"));
    let bytewise = Script::events().chunks_of(1, body.concat()).end();
    for (trouble, scripted) in [
        ("closed", Script::default().close()),
        ("reset", Script::events().reset()),
        ("no HTTP", Script::raw("nonsense\r\n\r\n")),
    ] {
        let stage = Stage::of_two([scripted], [bytewise.clone()], "").await;
        let reply = stage.chat(&streaming("hi")).await;
        assert!(reply.is_done(), "{trouble}: {}", reply.text());
        let counts =
            stage.upstreams.iter().map(harness::scripted::Scripted::count).collect::<Vec<_>>();
        assert_eq!(counts, [1, 1], "{trouble}");
        assert_ne!(stage.spent().await, "0", "{trouble}");
    }
}

/// An upstream that never answers is waited for as long as is configured.
#[tokio::test]
async fn silence_is_waited_for_as_long_as_configured() {
    let stage = Stage::with([Script::silence()], "router_settings:\n  timeout: 1\n").await;
    let reply = stage.chat(&asking("hi")).await;
    assert_eq!(reply.status, 504, "{}", reply.text());
    let seen = stage.upstream().seen().await;
    assert!(seen.hung_up() && seen.head.starts_with("POST /openai/v1/chat/completions"));
}
