//! Clients that disconnect: what they were sent is counted, an answer that goes on is read to its
//! end, and the upstream notices.

use harness::{
    client::Opened,
    gateway::{KEY, Setup, asking, azure, entry, streaming, until},
    logs,
    prices::{expected, picodollars, usd},
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const SERVED: &str = "served=gpt-4.1-2025-04-14";
const LONG: &str = "Write a long story, please";

/// Starts a stream and leaves when it has seen `text`.
async fn leave_after(setup: &Setup, text: &str) -> String {
    let mut opened: Opened = setup.open(&streaming(LONG)).await;
    let id = opened.id();
    opened.until(text).await;
    drop(opened);
    id
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_is_charged_for_what_was_delivered() {
    let setup = Setup::in_scenarios(&format!("{SERVED},slow-chunks=10")).await;
    let id = leave_after(&setup, "\"delta\":{\"content\":\"").await;
    let receipt = setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "client_gone"}));
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert_eq!(receipt["usage_source"], "estimated");
    let seen = setup.seen().await;
    assert!(seen.hung_up(), "{:?}", seen.ended);
    let most = expected("gpt-4.1-2025-04-14", &seen.usage.unwrap()).total();
    let total = picodollars(receipt["cost"]["total"].as_str().unwrap());
    assert!(0 < total && total < 2 * most, "{total} of {most}");
}

#[tokio::test]
async fn draining_makes_the_cost_exact() {
    let setup = Setup::with("answers:\n  on_client_disconnect: drain\n").await;
    setup.set(&format!("{SERVED},slow-chunks=2"));
    let id = leave_after(&setup, "\"delta\":{\"content\":\"").await;
    let receipt = setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "client_gone"}));
    assert_eq!(receipt["cost"]["status"], "exact");
    let seen = setup.seen().await;
    assert!(!seen.hung_up());
    let total = expected("gpt-4.1-2025-04-14", &seen.usage.unwrap()).total();
    assert_eq!(receipt["cost"]["total"], usd(total));
}

/// Many clients close the connection on `[DONE]`.
#[tokio::test]
async fn a_client_that_leaves_at_done_has_the_whole_answer() {
    let setup = Setup::in_scenarios(SERVED).await;
    let id = leave_after(&setup, "data: [DONE]\n\n").await;
    completed(&setup, &id).await;
}

/// The usage is seen before the client gets its last byte, so there is nothing to guess.
#[tokio::test]
async fn a_client_that_leaves_at_the_usage_event_is_charged_exactly() {
    let setup = Setup::in_scenarios(&format!("{SERVED},slow-chunks=10")).await;
    let id = leave_after(&setup, "\"cost_details\"").await;
    completed(&setup, &id).await;
}

async fn completed(setup: &Setup, id: &str) {
    let receipt = setup.receipt(id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "completed"}));
    assert_eq!(receipt["cost"]["status"], "exact");
    let total = expected("gpt-4.1-2025-04-14", &setup.seen().await.usage.unwrap()).total();
    assert_eq!(receipt["cost"]["total"], usd(total));
}

/// Leaves once Azure has the request, before anything of the answer came. Returns the receipt,
/// whose id such a client never learns.
async fn leave_before_the_head(group: &str, body: &Value, pace: &str) -> (Setup, Value) {
    let log = logs::kept();
    let azure = azure().await;
    let entry = entry(group, "azure_ai/azure-model-router", &azure.openai_v1());
    let setup = Setup::of(azure, &entry, "").await;
    setup.set(&format!("{SERVED},{pace}"));
    let mut body = body.clone();
    body["model"] = group.into();
    let mut client = setup.connect().await;
    client.write_all(post(&body.to_string()).as_bytes()).await.unwrap();
    until(|| (setup.azure.count() == 1).then_some(())).await;
    drop(client);
    let id = until(|| log.settled(group)).await;
    let receipt = setup.receipt(&id).await;
    (setup, receipt)
}

fn post(body: &str) -> String {
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {KEY}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A whole answer is generated, and charged for, whether its client waits or not.
#[tokio::test]
async fn a_whole_answer_is_read_to_its_end_without_its_client() {
    let (setup, receipt) =
        leave_before_the_head("left-whole", &asking(LONG), "slow-first-byte=300").await;
    assert_eq!(receipt["outcome"], json!({"kind": "completed"}));
    assert_eq!(receipt["cost"]["status"], "exact");
    let seen = setup.seen().await;
    assert!(!seen.hung_up());
    let total = expected("gpt-4.1-2025-04-14", &seen.usage.unwrap()).total();
    assert_eq!(receipt["cost"]["total"], usd(total));
}

/// A stream that begins without its client is stopped, and settled as one whose client left.
#[tokio::test]
async fn a_stream_is_stopped_when_it_begins_without_its_client() {
    let pace = "slow-first-byte=300,slow-chunks=20";
    let (setup, receipt) = leave_before_the_head("left-stream", &streaming(LONG), pace).await;
    assert_eq!(receipt["outcome"], json!({"kind": "client_gone"}));
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert!(setup.seen().await.hung_up());
}

/// A body that stops half-way is no request: nothing goes to Azure.
#[tokio::test]
async fn half_a_request_is_no_request() {
    let setup = Setup::new().await;
    let whole = post(&asking("Hi").to_string());
    let mut client = setup.connect().await;
    client.write_all(&whole.as_bytes()[..whole.len() - 20]).await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200);
    assert_eq!(setup.azure.count(), 1);
}
