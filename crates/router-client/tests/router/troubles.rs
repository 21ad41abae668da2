//! Every failure that the emulated Azure can simulate: what the caller sees, and what the receipt
//! says.

use insta::assert_snapshot;

use crate::bench::see;

#[tokio::test]
async fn a_wrong_key() {
    assert_snapshot!(see("unauthorized").await, @r"
    whole: error: the upstream refused the request: 401 `401` Access denied due to invalid subscription key …
      refused 401 401 · served - · exact $0, known $0 · Missing · attempts 401
    stream: error: the upstream refused the request: 401 `401` Access denied due to invalid subscription key …
      refused 401 401 · served - · exact $0, known $0 · Missing · attempts 401
    ");
}

#[tokio::test]
async fn a_missing_role() {
    assert_snapshot!(see("permission-denied").await, @r"
    whole: error: the upstream refused the request: 401 `PermissionDenied` The principal `<guid>` lacks the …
      refused 401 PermissionDenied · served - · exact $0, known $0 · Missing · attempts 401
    stream: error: the upstream refused the request: 401 `PermissionDenied` The principal `<guid>` lacks the …
      refused 401 PermissionDenied · served - · exact $0, known $0 · Missing · attempts 401
    ");
}

#[tokio::test]
async fn a_missing_deployment() {
    assert_snapshot!(see("not-found").await, @r"
    whole: error: the upstream refused the request: 404 `DeploymentNotFound` The API deployment for this res…
      refused 404 DeploymentNotFound · served - · exact $0, known $0 · Missing · attempts 404
    stream: error: the upstream refused the request: 404 `DeploymentNotFound` The API deployment for this res…
      refused 404 DeploymentNotFound · served - · exact $0, known $0 · Missing · attempts 404
    ");
}

#[tokio::test]
async fn a_rate_limit() {
    assert_snapshot!(see("rate-limited=1").await, @r"
    whole: error: the upstream refused the request: 429 `429` Your requests to gpt-5-nano for azure-model-ro…
      refused 429 429 · served - · exact $0, known $0 · Missing · attempts 429
    stream: error: the upstream refused the request: 429 `429` Your requests to gpt-5-nano for azure-model-ro…
      refused 429 429 · served - · exact $0, known $0 · Missing · attempts 429
    ");
}

#[tokio::test]
async fn a_server_error() {
    assert_snapshot!(see("server-error").await, @r"
    whole: error: the upstream refused the request: 500 `server_error` The server had an error while process…
      refused 500 server_error · served - · exact $0, known $0 · Missing · attempts 500
    stream: error: the upstream refused the request: 500 `server_error` The server had an error while process…
      refused 500 server_error · served - · exact $0, known $0 · Missing · attempts 500
    ");
}

#[tokio::test]
async fn an_outage() {
    assert_snapshot!(see("unavailable").await, @r"
    whole: error: the upstream refused the request: 503 `InternalServerError` The service is temporarily una…
      refused 503 InternalServerError · served - · exact $0, known $0 · Missing · attempts 503
    stream: error: the upstream refused the request: 503 `InternalServerError` The service is temporarily una…
      refused 503 InternalServerError · served - · exact $0, known $0 · Missing · attempts 503
    ");
}

#[tokio::test]
async fn an_outage_of_a_proxy() {
    assert_snapshot!(see("unavailable-html").await, @r"
    whole: error: the upstream refused the request: 503 <html> <head><title>503 Service Temporarily Unavaila…
      refused 503 - · served - · exact $0, known $0 · Missing · attempts 503
    stream: error: the upstream refused the request: 503 <html> <head><title>503 Service Temporarily Unavaila…
      refused 503 - · served - · exact $0, known $0 · Missing · attempts 503
    ");
}

#[tokio::test]
async fn a_filtered_prompt_is_charged_for() {
    assert_snapshot!(see("content-filter-prompt").await, @r"
    whole: error: the upstream refused the request: 400 `content_filter` The response was filtered due to th…
      refused 400 content_filter · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts 400
    stream: error: the upstream refused the request: 400 `content_filter` The response was filtered due to th…
      refused 400 content_filter · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts 400
    ");
}

#[tokio::test]
async fn a_filtered_answer() {
    assert_snapshot!(see("content-filter-answer").await, @r#"
    whole: You asked about "Hello there!". People in Zürich,
      completed · served gpt-5-nano-2025-08-07 · 10 in, 76 out · exact $0.0000323, known $0.0000323 · Reported · attempts 200
    stream: 16 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 76 out · exact $0.0000323, known $0.0000323 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_refusal_as_first_event() {
    assert_snapshot!(see("stream-error-first").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: error: the upstream refused the request: 429 `429` Your requests to gpt-5-nano for gpt-5-nano in …
      refused 429 429 · served gpt-5-nano-2025-08-07 · exact $0, known $0 · Missing · attempts 429
    "#);
}

#[tokio::test]
async fn an_error_before_any_content() {
    assert_snapshot!(see("stream-error").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: error: the upstream refused the request: 502 `server_error` The server had an error while process…
      refused 502 server_error · served gpt-5-nano-2025-08-07 · 10 in, 0 out · estimated $0.0000019, known $0.0000019 · Estimated · attempts 502
    "#);
}

#[tokio::test]
async fn an_error_after_some_content() {
    assert_snapshot!(see("stream-error-late").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 14 events, then {"error":{"code":"server_error","message":"The server had an error while processing your request. Sorry about that!","param":null,"type":"server_error"}}
      refused 200 server_error · served gpt-5-nano-2025-08-07 · 10 in, 11 out · estimated $0.0000063, known $0.0000063 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn a_cut_connection() {
    assert_snapshot!(see("cut").await, @r#"
    whole: error: the connection to the upstream broke
      failed (the connection to the upstream broke) · served gpt-5-nano-2025-08-07 · 10 in, 0 out · estimated $0.0000019, known $0.0000019 · Estimated · attempts 200
    stream: 3 events, then {"error":{"code":"upstream_interrupted","message":"the connection to the upstream broke; the answer is incomplete","param":null,"type":"upstream_error"}}
      failed (the connection to the upstream broke) · served gpt-5-nano-2025-08-07 · 10 in, 1 out · estimated $0.0000023, known $0.0000023 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn a_cut_after_some_content() {
    assert_snapshot!(see("cut=6").await, @r#"
    whole: error: the connection to the upstream broke
      failed (the connection to the upstream broke) · served gpt-5-nano-2025-08-07 · 10 in, 0 out · estimated $0.0000019, known $0.0000019 · Estimated · attempts 200
    stream: 6 events, then {"error":{"code":"upstream_interrupted","message":"the connection to the upstream broke; the answer is incomplete","param":null,"type":"upstream_error"}}
      failed (the connection to the upstream broke) · served gpt-5-nano-2025-08-07 · 10 in, 5 out · estimated $0.0000039, known $0.0000039 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn no_answer() {
    assert_snapshot!(see("no-answer").await, @r"
    whole: error: the connection to the upstream broke
      failed (the connection to the upstream broke) · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts none
    stream: error: the connection to the upstream broke
      failed (the connection to the upstream broke) · served - · 10 in, 0 out · partial unknown, known $0.0000014 · Estimated · the answer does not say which model served it · attempts none
    ");
}

#[tokio::test]
async fn no_usage() {
    assert_snapshot!(see("no-usage").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 22 out · estimated $0.0000107, known $0.0000107 · Estimated · attempts 200
    stream: 27 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 22 out · estimated $0.0000107, known $0.0000107 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn no_done() {
    assert_snapshot!(see("no-done").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn an_asynchronous_filter() {
    assert_snapshot!(see("async-filter").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 30 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_failed_filter() {
    assert_snapshot!(see("filter-failed").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 27 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn an_unknown_model_is_never_free() {
    assert_snapshot!(see("unknown-model").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-7-nova-2027-01-15 · 10 in, 89 out · partial unknown, known $0.0000014 · Reported · the model `gpt-7-nova-2027-01-15` is not in the price table · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-7-nova-2027-01-15 · 10 in, 89 out · partial unknown, known $0.0000014 · Reported · the model `gpt-7-nova-2027-01-15` is not in the price table · attempts 200
    "#);
}

#[tokio::test]
async fn an_answer_without_a_model() {
    assert_snapshot!(see("empty-model").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn an_answer_that_is_no_json() {
    assert_snapshot!(see("garbage").await, @r"
    whole: error: the upstream answered with `<<not json>>` instead of a chat completion
      failed (the upstream answered with `<<not json>>` instead of a chat completion) · served gpt-5-nano-2025-08-07 · 10 in, 0 out · estimated $0.0000019, known $0.0000019 · Estimated · attempts 200
    stream: error: the connection to the upstream broke
      failed (the connection to the upstream broke) · served gpt-5-nano-2025-08-07 · 10 in, 0 out · estimated $0.0000019, known $0.0000019 · Estimated · attempts 200
    ");
}

#[tokio::test]
async fn contradicting_counts() {
    assert_snapshot!(see("contradiction").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 22 out · estimated $0.0000107, known $0.0000107 · Estimated · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 22 out · estimated $0.0000107, known $0.0000107 · Estimated · attempts 200
    "#);
}

#[tokio::test]
async fn a_tier_with_a_price() {
    assert_snapshot!(see("service-tier=priority,served=gpt-4.1-mini-2025-04-14").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-4.1-mini-2025-04-14 · 10 in, 25 out · exact $0.0000784, known $0.0000784 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-4.1-mini-2025-04-14 · 10 in, 25 out · exact $0.0000784, known $0.0000784 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_tier_without_a_price() {
    assert_snapshot!(see("service-tier=flex").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · partial unknown, known $0.0000014 · Reported · `gpt-5-nano` has no price for the service tier `flex` on global_standard · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · partial unknown, known $0.0000014 · Reported · `gpt-5-nano` has no price for the service tier `flex` on global_standard · attempts 200
    "#);
}

#[tokio::test]
async fn hidden_reasoning_is_not_billed_on_azure() {
    assert_snapshot!(see("served=grok-4-1-fast-reasoning").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served grok-4-1-fast-reasoning · 10 in, 25 out · inferred $0.0000159, known $0.0000159 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served grok-4-1-fast-reasoning · 10 in, 25 out · inferred $0.0000159, known $0.0000159 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_model_that_bills_cache_writes() {
    assert_snapshot!(see("served=gpt-5.6-luna-2026-07-09").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5.6-luna-2026-07-09 · 10 in, 89 out · exact $0.0001102, known $0.0001102 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5.6-luna-2026-07-09 · 10 in, 89 out · exact $0.0001102, known $0.0001102 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_slow_answer() {
    assert_snapshot!(see("slow-chunks=1").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn a_good_answer() {
    assert_snapshot!(see("normal").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}

#[tokio::test]
async fn no_obfuscation() {
    assert_snapshot!(see("no-obfuscation").await, @r#"
    whole: You asked about "Hello there!". People in Zürich, São Paulo and 東京 have made the same observation. ✓
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    stream: 28 events, then [DONE]
      completed · served gpt-5-nano-2025-08-07 · 10 in, 89 out · exact $0.0000375, known $0.0000375 · Reported · attempts 200
    "#);
}
