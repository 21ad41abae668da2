//! Failures in transit: what a client reads when a stream breaks off, stalls, contradicts itself or
//! leaves something out.

use azure_emulator::{Ended, Scenario};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{CHAT, KEY, ask, ask_stream, connect, emulator, post, post_in};

fn has_content(event: &Value) -> bool {
    event["choices"][0]["delta"]["content"].as_str().is_some_and(|text| !text.is_empty())
}

#[tokio::test]
async fn a_stream_can_turn_into_an_error() {
    let azure = emulator().await;
    let body = ask_stream("Hi", true);
    let served = "served=gpt-5.6-luna-2026-07-09";
    let first = post_in(&azure, &format!("stream-error-first,{served}"), &body).await;
    assert_eq!((first.status, first.events().len(), first.complete), (200, 1, true));
    insta::assert_snapshot!(first.events()[0]["error"]["message"].as_str().unwrap(), @"Your requests to gpt-5.6-luna for gpt-5.6-luna in swedencentral have exceeded rate limit.");

    let before = post_in(&azure, "stream-error", &body).await.events();
    assert!(before.last().unwrap().get("error").is_some());
    assert!(before.len() == 3 && !before.iter().any(has_content));

    let late = post_in(&azure, "stream-error-late", &body).await;
    let events = late.events();
    assert!(events.iter().any(has_content) && events.last().unwrap().get("error").is_some());
    assert!(!late.done());
    assert_eq!(post_in(&azure, "stream-error-late", &ask("Hi")).await.status, 200);
}

#[tokio::test]
async fn a_cut_ends_after_the_events_it_names() {
    let azure = emulator().await;
    for events in [0, 1, 4] {
        let scenario = format!("cut={events}");
        let reply = post_in(&azure, &scenario, &ask_stream("Hi", true)).await;
        assert_eq!((reply.status, reply.complete, reply.events().len()), (200, false, events));
    }
    let whole = post_in(&azure, "cut", &ask("Hi")).await;
    let announced: usize = whole.header("content-length").unwrap().parse().unwrap();
    assert_eq!((whole.complete, whole.body.len()), (false, announced / 2));
    azure.settled().await;
    assert!(azure.requests().iter().all(|seen| seen.ended == Ended::Cut && seen.usage.is_some()));
    assert_eq!(azure.requests().last().unwrap().sent, whole.body);
}

#[tokio::test]
async fn no_answer_closes_the_connection() {
    let azure = emulator().await;
    let reply = post_in(&azure, "no-answer", &ask("Hi")).await;
    assert_eq!((reply.status, reply.body.len()), (0, 0));
    assert_eq!(azure.requests()[0].status, None);
}

#[tokio::test]
async fn usage_and_the_end_can_be_missing() {
    let azure = emulator().await;
    assert!(post_in(&azure, "no-usage", &ask("Hi")).await.json().get("usage").is_none());
    let stream = post_in(&azure, "no-usage", &ask_stream("Hi", true)).await;
    assert!(stream.done() && !stream.text().contains("total_tokens"));
    let stream = post_in(&azure, "no-done", &ask_stream("Hi", true)).await;
    assert!(!stream.done() && stream.complete);
    assert!(stream.events().last().unwrap()["usage"].is_object());
}

#[tokio::test]
async fn answers_can_be_filtered_half_way() {
    let azure = emulator().await;
    let full = post(&azure, &ask("Hi")).await.json();
    let half = post_in(&azure, "content-filter-answer", &ask("Hi")).await.json();
    let text = |body: &Value| body["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    assert!(text(&full).starts_with(&text(&half)) && text(&half).len() < text(&full).len());
    assert_eq!(half["choices"][0]["finish_reason"], "content_filter");
    let verdict = &half["choices"][0]["content_filter_results"]["violence"];
    assert_eq!(*verdict, json!({ "filtered": true, "severity": "medium" }));
    let events = post_in(&azure, "content-filter-answer", &ask_stream("Hi", true)).await.events();
    let finish = &events[events.len() - 3]["choices"][0];
    assert_eq!(finish["finish_reason"], "content_filter");
    assert_eq!(finish["content_filter_results"]["violence"], *verdict);
}

#[tokio::test]
async fn a_failed_filter_says_so() {
    let azure = emulator().await;
    let reply = post_in(&azure, "filter-failed", &ask("Hi")).await.json();
    let error = &reply["choices"][0]["content_filter_result"]["error"];
    assert_eq!(error["code"], "content_filter_error");
    assert!(reply.get("prompt_filter_results").is_none());
}

#[tokio::test]
async fn names_and_numbers_can_be_wrong() {
    let azure = emulator().await;
    let unknown = post_in(&azure, "unknown-model", &ask("Hi")).await.json();
    assert_eq!(unknown["model"], "gpt-7-nova-2027-01-15");
    assert_eq!(post_in(&azure, "empty-model", &ask("Hi")).await.json()["model"], "");
    let usage = post_in(&azure, "contradiction", &ask("Hi")).await.json()["usage"].clone();
    let cached = usage["prompt_tokens_details"]["cached_tokens"].as_u64();
    assert!(cached > usage["prompt_tokens"].as_u64());
    let garbage = post_in(&azure, "garbage", &ask("Hi")).await;
    assert_eq!(garbage.status, 200);
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err());
}

#[tokio::test]
async fn the_tier_is_the_one_that_is_billed() {
    let azure = emulator().await;
    let mut body = ask("Hi");
    assert_eq!(post(&azure, &body).await.json()["service_tier"], "default");
    body["service_tier"] = "priority".into();
    assert_eq!(post(&azure, &body).await.json()["service_tier"], "priority");
    let downgraded = post_in(&azure, "service-tier=default", &body).await.json();
    assert_eq!(downgraded["service_tier"], "default");
}

#[tokio::test]
async fn chunking_cuts_bytes_anywhere_and_loses_none() {
    let azure = emulator().await;
    for bytes in [1, 7, 100] {
        let scenario = format!("chunking={bytes}");
        let reply = post_in(&azure, &scenario, &ask_stream("Hi", true)).await;
        assert!(reply.done());
        let (last, others) = reply.chunks.split_last().unwrap();
        assert!(others.iter().all(|size| *size == bytes) && *last <= bytes);
        let whole = post_in(&azure, &scenario, &ask("Hi")).await;
        assert!(whole.complete && whole.json()["usage"].is_object());
    }
}

#[tokio::test]
async fn scenarios_add_up_and_the_special_one_wins() {
    let azure = emulator().await;
    azure.set_all([Scenario::served("grok-4"), Scenario::NoUsage]);
    let both = post(&azure, &ask("Hi")).await.json();
    assert_eq!((both["model"].as_str(), both.get("usage")), (Some("grok-4"), None));
    let marked = post(&azure, &ask("Hi [[scenario:served=gpt-4.1-2025-04-14]]")).await.json();
    assert_eq!((marked["model"].as_str(), marked.get("usage")), (Some("gpt-4.1-2025-04-14"), None));
    assert!(!marked.to_string().contains("scenario"), "markers are not part of the prompt");
    assert!(post_in(&azure, "normal", &ask("Hi")).await.json().get("usage").is_some());
    assert_eq!(azure.requests()[0].scenarios, ["served=grok-4", "no-usage"]);
}

/// Sends a streaming request with this scenario, reads until `enough`, and goes away.
async fn leave_early(scenario: &str, enough: &str) -> azure_emulator::SeenRequest {
    let azure = emulator().await;
    let body = ask_stream("Hi", true).to_string();
    let request = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: azure\r\napi-key: {KEY}\r\nx-emulator-scenario: {scenario}\
         \r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = connect(&azure).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(enough) {
        assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "closed too early");
    }
    while azure.count() == 0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    azure.settled().await;
    azure.requests().remove(0)
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed() {
    // Far longer pauses than the test waits: only the hang-up can end these.
    let mid_stream = leave_early("slow-chunks=600000", "data: ").await;
    assert!(mid_stream.hung_up());
    assert!(!mid_stream.sent.is_empty() && !mid_stream.sent.ends_with(b"[DONE]\n\n"));
    let before_any = leave_early("slow-first-byte=600000", "").await;
    assert!(before_any.hung_up());
    assert_eq!((before_any.status, before_any.sent.len()), (None, 0));
}

#[tokio::test]
async fn slow_answers_are_whole_answers() {
    let azure = emulator().await;
    let reply = post_in(&azure, "slow-first-byte=5,slow-chunks=1", &ask_stream("Hi", true)).await;
    assert!(reply.done() && reply.complete);
    azure.settled().await;
    assert_eq!(azure.requests()[0].ended, Ended::Complete);
    assert_eq!(azure.requests()[0].sent, reply.body);
}
