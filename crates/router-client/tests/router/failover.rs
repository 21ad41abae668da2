//! Other deployments, and the same one again.

use insta::assert_snapshot;

use crate::{bench::Bench, books::Books};

/// What both kinds of answer come to when the first of two deployments has this trouble.
async fn second(scenarios: &str) -> String {
    let bench = async || Bench::new(&[scenarios, "normal"], Books::default(), None).await;
    let whole = bench().await.whole().await;
    let stream = bench().await.stream().await;
    format!("{whole}\n{stream}")
}

#[tokio::test]
async fn a_rate_limit_sends_the_request_elsewhere() {
    assert_snapshot!(second("rate-limited").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 429 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 429 200
    "#);
}

#[tokio::test]
async fn so_does_one_that_comes_as_an_event() {
    assert_snapshot!(second("stream-error-first").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 429 200
    "#);
}

#[tokio::test]
async fn so_does_an_error_before_any_content() {
    assert_snapshot!(second("stream-error,served=grok-4").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served grok-4 · 10 in, 25 out · inferred $0.0004064, known $0.0004064 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · estimated $0.0000689, known $0.0000689 · Reported · attempts 502 200
    "#);
}

#[tokio::test]
async fn so_does_a_connection_that_breaks_before_any_content() {
    assert_snapshot!(second("cut=2,served=grok-4").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · estimated $0.0000689, known $0.0000689 · Reported · attempts 200 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · estimated $0.0000689, known $0.0000689 · Reported · attempts 200 200
    "#);
}

#[tokio::test]
async fn once_content_is_out_there_is_no_way_back() {
    assert_snapshot!(second("stream-error-late").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 14 events, then {"error":{"code":"server_error","message":"The server had an error while processing your request. Sorry about that!","param":null,"type":"server_error"}}
      refused 200 server_error · served gpt-5-nano-2025-08-07 · 10 in, 11 out · estimated $0.0000063, known $0.0000063 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn a_fault_of_the_request_is_not_retried() {
    assert_snapshot!(second("content-filter-prompt").await, @r"
    whole: error: the upstream refused the request: 400 `content_filter` The response was filtered due to th…
      refused 400 content_filter · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts 400
    stream: error: the upstream refused the request: 400 `content_filter` The response was filtered due to th…
      refused 400 content_filter · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts 400
    ");
}

#[tokio::test]
async fn all_deployments_may_fail() {
    let bench = Bench::new(&["rate-limited", "server-error"], Books::default(), None).await;
    assert_snapshot!(bench.whole().await, @r"
    whole: error: the upstream refused the request: 500 `server_error` The server had an error while process…
      refused 500 server_error · served - · exact $0, known $0 · Missing · attempts 429 500
    ");
}

#[tokio::test]
async fn a_deployment_is_asked_again_when_that_is_configured() {
    let bench = Bench::new(&["rate-limited-times=2"], Books::default(), Some(2)).await;
    assert_snapshot!(bench.whole().await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 429 429 200
    "#);
    let bench = Bench::new(&["rate-limited-times=3"], Books::default(), Some(2)).await;
    assert_snapshot!(bench.whole().await, @r"
    whole: error: the upstream refused the request: 429 `429` Your requests to gpt-5-nano for azure-model-ro…
      refused 429 429 · served - · exact $0, known $0 · Missing · attempts 429 429 429
    ");
    let bench = Bench::new(&["server-error", "normal"], Books::default(), Some(0)).await;
    assert_snapshot!(bench.whole().await, @r"
    whole: error: the upstream refused the request: 500 `server_error` The server had an error while process…
      refused 500 server_error · served - · exact $0, known $0 · Missing · attempts 500
    ");
}

#[tokio::test]
async fn requests_take_turns_among_deployments() {
    let bench = Bench::new(&["normal", "normal"], Books::default(), None).await;
    for _ in 0..4 {
        bench.client.chat("group", ["Hi"]).await.unwrap();
    }
    assert_eq!(bench.azures.iter().map(|azure| azure.count()).collect::<Vec<_>>(), [2, 2]);
}
