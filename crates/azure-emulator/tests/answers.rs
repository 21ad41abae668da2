//! Good requests: what a client of the pretend Azure reads, and that it can be repeated.

mod common;

use common::{ask, ask_stream, emulator, post};
use serde_json::Value;

#[tokio::test]
async fn a_question_is_answered_with_usage() {
    let azure = emulator().await;
    let reply = post(&azure, &ask("What is a model router?")).await;
    assert_eq!((reply.status, reply.complete), (200, true));
    let body = reply.json();
    assert!(body["choices"][0]["message"]["content"].as_str().unwrap().contains("model router"));
    let usage = &body["usage"];
    let sum =
        usage["prompt_tokens"].as_u64().unwrap() + usage["completion_tokens"].as_u64().unwrap();
    assert_eq!(usage["total_tokens"].as_u64(), Some(sum));
    let seen = &azure.requests()[0];
    assert_eq!(seen.sent, reply.body);
    assert_eq!(seen.served.as_deref(), body["model"].as_str());
    assert_eq!(reply.header("x-ms-served-model"), body["model"].as_str());
}

#[tokio::test]
async fn a_stream_says_the_same_as_a_whole_answer() {
    let azure = emulator().await;
    let whole = post(&azure, &ask("Why stream?")).await.json();
    let stream = post(&azure, &ask_stream("Why stream?", true)).await;
    assert!(stream.done());
    let events = stream.events();
    let content =
        |event: &Value| event["choices"][0]["delta"]["content"].as_str().map(str::to_owned);
    let text: String = events.iter().filter_map(content).collect();
    assert_eq!(whole["choices"][0]["message"]["content"], text);
    assert_eq!(events[events.len() - 2]["usage"]["total_tokens"], whole["usage"]["total_tokens"]);
}
