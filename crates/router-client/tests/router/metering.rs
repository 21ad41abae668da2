//! Metering: facts that answers contain beside their text, and the edits made to answers.

use bytes::Bytes;
use futures_util::StreamExt;
use llm_types::event_data;
use router_client::{Sent, StreamEdits};
use serde_json::Value;

use crate::bench::{Bench, ask};

async fn events(bench: &Bench, edits: StreamEdits) -> Vec<Bytes> {
    match bench.send(&ask("Hello there!", true), edits).await.unwrap() {
        Sent::Stream { events, .. } => events.collect().await,
        Sent::Json(_) => panic!("expected a stream"),
    }
}

fn value(event: &Bytes) -> Value {
    serde_json::from_slice(&event_data(event).unwrap()).unwrap()
}

#[tokio::test]
async fn promise_6_bytes_are_untouched_for_any_chunking() {
    for scenarios in ["normal", "chunking=1", "chunking=7", "chunking=1000", "async-filter"] {
        let bench = Bench::of(scenarios).await;
        let events = events(&bench, StreamEdits::default()).await;
        bench.azures[0].settled().await;
        assert_eq!(events.concat(), bench.azures[0].requests()[0].sent, "{scenarios}");
        assert_eq!(bench.books.only().cost.status.as_str(), "exact");
    }
    for scenarios in ["normal", "chunking=1", "chunking=7"] {
        let bench = Bench::of(scenarios).await;
        let sent = bench.send(&ask("Hello there!", false), StreamEdits::default()).await.unwrap();
        let Sent::Json(sent) = sent else { panic!("expected a whole answer") };
        bench.azures[0].settled().await;
        assert_eq!(sent.body, bench.azures[0].requests()[0].sent, "{scenarios}");
    }
}

#[tokio::test]
async fn promise_1_whole_and_streamed_cost_the_same() {
    for served in ["gpt-5-nano-2025-08-07", "grok-4-1-fast-reasoning", "gpt-5.6-luna-2026-07-09"] {
        let scenarios = format!("served={served}");
        let whole = Bench::of(&scenarios).await;
        whole.client.chat("group", ["Hello there!"]).await.unwrap();
        let streamed = Bench::of(&scenarios).await;
        events(&streamed, StreamEdits::default()).await;
        let (whole, streamed) = (whole.books.only(), streamed.books.only());
        assert_eq!(whole.served.as_deref(), Some(served));
        assert_eq!((&whole.cost, &whole.usage), (&streamed.cost, &streamed.usage));
    }
}

#[tokio::test]
async fn the_usage_event_is_hidden_from_who_did_not_ask() {
    let bench = Bench::of("normal").await;
    let edits = StreamEdits { hide_usage: true, add_cost: true, hide_first: false };
    let events = events(&bench, edits).await;
    let (done, shown) = events.split_last().unwrap();
    assert_eq!(*done, "data: [DONE]\n\n");
    assert!(shown.iter().all(|event| value(event)["usage"].is_null()));
    assert_eq!(bench.books.only().cost.status.as_str(), "exact");
}

#[tokio::test]
async fn the_cost_is_added_to_the_usage_and_nowhere_else() {
    let edits = StreamEdits { hide_usage: false, add_cost: true, hide_first: false };
    let bench = Bench::of("normal").await;
    let events = events(&bench, edits).await;
    bench.azures[0].settled().await;
    let total = bench.books.only().cost.total().unwrap().to_string();
    let usage = value(&events[events.len() - 2])["usage"].clone();
    assert_eq!(usage["cost_details"]["total"], *total);
    assert_eq!(usage["cost_details"]["status"], "exact");
    assert!(events[events.len() - 2].starts_with(b"data: {\"choices\":[]"));
    let before = events[..events.len() - 2].concat();
    assert!(bench.azures[0].requests()[0].sent.starts_with(&before));

    let bench = Bench::of("normal").await;
    let Sent::Json(sent) = bench.send(&ask("Hi", false), edits).await.unwrap() else {
        panic!("expected a whole answer")
    };
    let answer: Value = serde_json::from_slice(&sent.body).unwrap();
    let total = sent.receipt.cost.total().unwrap().to_string();
    assert_eq!(answer["usage"]["cost_details"]["total"], *total);
}

#[tokio::test]
async fn routing_details_are_kept() {
    let whole = Bench::of("routing-details").await;
    whole.client.chat("group", ["Hi"]).await.unwrap();
    let streamed = Bench::of("routing-details").await;
    events(&streamed, StreamEdits::default()).await;
    for bench in [whole, streamed] {
        let routing = bench.books.only().routing.clone().unwrap();
        let routing: Value = serde_json::from_str(routing.get()).unwrap();
        let attempts = &routing["model_router_details"]["routing_trace"][0]["attempts"];
        assert_eq!(attempts[0]["result"]["status"], 429);
        assert_eq!(attempts[1]["result"]["status"], 200);
    }
}

#[tokio::test]
async fn a_receipt_knows_the_request_by_azures_ids() {
    let bench = Bench::of("normal").await;
    let answer = bench.client.chat("group", ["Hi"]).await.unwrap();
    let receipt = bench.books.only();
    assert_eq!(receipt.answer_id.as_deref(), Some(answer.completion.id.as_str()));
    assert!(receipt.provider.request_id.is_some());
    assert!(receipt.timings.upstream_headers_ms.is_some());

    let refused = Bench::of("stream-error-first").await;
    let error = refused.client.chat_stream("group", ["Hi"]).await.err();
    assert!(error.is_some() && refused.books.only().provider.request_id.is_some());
}

#[tokio::test]
async fn cached_and_written_tokens_are_itemised() {
    let bench = Bench::of("served=gpt-5.6-luna-2026-07-09").await;
    let long = "All work and no play makes Jack a dull boy. ".repeat(200);
    bench.client.chat("group", [long.as_str()]).await.unwrap();
    let first = bench.books.only();
    let written = first.cost.model.as_ref().unwrap().cache_write;
    assert!(written.tokens.0 > 1_024 && written.rate.micros() > 0);
    let second = bench.client.chat("group", [long.as_str()]).await.unwrap();
    let model = second.cost().model.as_ref().unwrap();
    assert!(model.cached_input.tokens.0 > 1_024);
    assert_eq!(model.cache_write.tokens.0, 0);
    assert!(second.cost().total() < first.cost.total());
}
