//! `fareway chat --gateway` against canned answers of a gateway. The gateway itself is in the
//! end-to-end tests.

use insta::assert_snapshot;
use mockito::{Mock, Server, ServerGuard};
use serde_json::{Value, json};

use crate::run::{Run, fareway};

const KEY: &str = "sk-a-secret-key";

fn chat(gateway: &ServerGuard, arguments: &str) -> Run {
    fareway(&format!("chat --gateway {} {arguments}", gateway.url())).env("FAREWAY_API_KEY", KEY)
}

/// A POST that is answered with this, under the request id `r-1`.
fn answering(gateway: &mut ServerGuard, status: usize, body: &str) -> Mock {
    let kind = if body.starts_with("data:") { "text/event-stream" } else { "application/json" };
    gateway
        .mock("POST", "/v1/chat/completions")
        .match_header("authorization", &*format!("Bearer {KEY}"))
        .with_status(status)
        .with_header("content-type", kind)
        .with_header("x-fareway-request-id", "r-1")
        .with_body(body)
        .create()
}

/// The receipt of that request. Its price is none that is published, so it cannot be made here.
fn with_receipt(gateway: &mut ServerGuard) -> Mock {
    gateway
        .mock("GET", "/fareway/v1/requests/r-1")
        .match_header("authorization", &*format!("Bearer {KEY}"))
        .with_body(receipt().to_string())
        .create()
}

fn receipt() -> Value {
    json!({
        "id": "r-1", "served": "gpt-5-nano-2025-08-07", "outcome": {"kind": "completed"},
        "usage": {"prompt_tokens": 19, "completion_tokens": 5, "total_tokens": 24},
        "cost": {
            "status": "exact", "total": "42.000000000001", "known": "42.000000000001",
            "routing_fee": "0.00000266", "fee_id": "fee", "unpriced": null,
        },
        "what a later gateway adds": true,
    })
}

fn answer() -> String {
    let message = json!({"role": "assistant", "content": "Hi there."});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    json!({"id": "c", "model": "gpt-5-nano-2025-08-07", "choices": [choice]}).to_string()
}

fn event(delta: &str) -> String {
    format!(
        "data: {}\n\n",
        json!({"id": "c", "choices": [{"index": 0, "delta": {"content": delta}}]})
    )
}

#[test]
fn the_receipt_is_the_gateways_own() {
    let mut gateway = Server::new();
    let (_answer, receipt) = (answering(&mut gateway, 200, &answer()), with_receipt(&mut gateway));
    assert_snapshot!(chat(&gateway, "Hi").run(), @r"
    --- out
    Hi there.

    --- err
    served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $42.000000000001 (fee $0.00000266) · exact

    --- exit 0
    ");
    receipt.assert();
}

#[test]
fn a_stream_asks_for_its_usage() {
    let mut gateway = Server::new();
    let body = format!("{}{}data: [DONE]\n\n", event("Hi "), event("there."));
    let asked = json!({
        "model": "a-group", "messages": [{"role": "user", "content": "Hi"}],
        "stream": true, "stream_options": {"include_usage": true},
    });
    let stream =
        answering(&mut gateway, 200, &body).match_body(mockito::Matcher::Json(asked)).create();
    let _receipt = with_receipt(&mut gateway);
    assert_snapshot!(chat(&gateway, "Hi --stream --model a-group").run(), @r"
    --- out
    Hi there.

    --- err
    served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $42.000000000001 (fee $0.00000266) · exact

    --- exit 0
    ");
    stream.assert();
}

#[test]
fn json_repeats_the_receipt_as_it_came() {
    let mut gateway = Server::new();
    let (_answer, _receipt) = (answering(&mut gateway, 200, &answer()), with_receipt(&mut gateway));
    let output: Value = serde_json::from_str(&chat(&gateway, "Hi --json").run().out).unwrap();
    assert_eq!(
        output,
        json!({"answer": "Hi there.", "finish_reason": "stop", "receipt": receipt()})
    );
}

#[test]
fn an_answer_without_a_receipt_is_still_an_answer() {
    let mut gateway = Server::new();
    let _answer = answering(&mut gateway, 200, &answer());
    let _gone = gateway.mock("GET", "/fareway/v1/requests/r-1").with_status(404).create();
    assert_snapshot!(chat(&gateway, "Hi").run(), @r"
    --- out
    Hi there.

    --- err
    warning: no receipt: the gateway answered 404 for it

    --- exit 0
    ");
}

#[test]
fn a_broken_stream_says_so() {
    let mut gateway = Server::new();
    let error =
        json!({"error": {"message": "the connection broke", "code": "upstream_interrupted"}});
    let body = format!("{}data: {error}\n\n", event("Hi"));
    let (_stream, _receipt) = (answering(&mut gateway, 200, &body), with_receipt(&mut gateway));
    assert_snapshot!(chat(&gateway, "Hi --stream").run(), @r"
    --- out
    Hi

    --- err
    served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $42.000000000001 (fee $0.00000266) · exact
    error: the answer could not be completed: the connection broke

    --- exit 1
    ");
    let _cut = answering(&mut gateway, 200, &event("Hi"));
    assert_snapshot!(chat(&gateway, "Hi --stream").run(), @r"
    --- out
    Hi

    --- err
    served by gpt-5-nano-2025-08-07 · 19 in (0 cached) + 5 out · $42.000000000001 (fee $0.00000266) · exact
    error: the answer could not be completed: the stream ended without `[DONE]`

    --- exit 1
    ");
}

#[test]
fn refusals_say_what_to_do() {
    let mut gateway = Server::new();
    let refuse = |gateway: &mut ServerGuard, status, code: &str| {
        let error =
            json!({"error": {"message": "no", "type": "invalid_request_error", "code": code}});
        answering(gateway, status, &error.to_string())
    };
    let shown = |gateway: &ServerGuard| {
        let text = chat(gateway, "Hi").run().to_string();
        assert!(!text.contains(KEY), "a secret is shown: {text}");
        text.replace(&gateway.url(), "http://gateway")
    };
    let _wrong_key = refuse(&mut gateway, 401, "invalid_api_key");
    assert_snapshot!(shown(&gateway), @r"
    --- err
    error: the gateway refused the request: 401 `invalid_api_key`: no
      Check the gateway's key in FAREWAY_API_KEY, or where --key-env or --key-file say it is.

    --- exit 1
    ");
    let _no_group = refuse(&mut gateway, 404, "model_not_found");
    assert_snapshot!(shown(&gateway), @r"
    --- err
    error: the gateway refused the request: 404 `model_not_found`: no
      http://gateway/v1/models lists the model groups for --model.

    --- exit 1
    ");
    let _overloaded = refuse(&mut gateway, 503, "overloaded");
    assert_snapshot!(shown(&gateway), @r"
    --- err
    error: the gateway refused the request: 503 `overloaded`: no
      Try again later.

    --- exit 1
    ");
}
