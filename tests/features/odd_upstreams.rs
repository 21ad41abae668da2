//! Upstreams that end, count and refuse in other ways than Azure's: what the client sees, and what
//! the receipt says.

use harness::{
    gateway::{asking, streaming},
    scripted::{Gate, Script, Stage},
};
use serde_json::json;

use crate::scripted_examples::{HELLO, ROLE, STOP, USAGE, USAGE_COST};

/// A stream as Azure sends it.
fn good() -> Script {
    Script::events().all([ROLE, HELLO, STOP, USAGE]).done().end()
}

#[tokio::test]
async fn the_last_usage_of_a_stream_counts() {
    let beside = USAGE.replace(r#""choices":[]"#, r#""choices":[{"index":0,"delta":{}}]"#);
    let early = USAGE.replace(
        r#""completion_tokens":5,"total_tokens":24"#,
        r#""completion_tokens":1,"total_tokens":20"#,
    );
    let mut quiet = asking("hi");
    quiet["stream"] = true.into();
    for all in [vec![ROLE, HELLO, &beside], vec![ROLE, HELLO, &early, HELLO, STOP, USAGE]] {
        let stage = Stage::of([Script::events().all(all).done().end()]).await;
        let reply = stage.chat(&quiet).await;
        assert!(reply.is_done() && !reply.text().contains("prompt_tokens"), "{}", reply.text());
        let receipt = stage.receipt(&reply).await;
        assert_eq!(
            (&receipt["cost"]["total"], &receipt["cost"]["status"]),
            (&json!(USAGE_COST), &json!("exact"))
        );
    }
}

/// When an answer has finished only its usage is missing, which arrives at no further cost.
#[tokio::test]
async fn the_usage_of_a_finished_answer_is_read_without_its_client() {
    let more = Gate::default();
    let script = Script::events().all([ROLE, HELLO, STOP]).wait(&more).data(USAGE).done().end();
    let stage = Stage::of([script]).await;
    let mut opened = stage.open(&streaming("hi")).await;
    let id = opened.id();
    opened.until("\"stop\"").await;
    drop(opened);
    more.open();
    let receipt = stage.setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "completed"}));
    assert_eq!(
        (&receipt["cost"]["total"], &receipt["cost"]["status"]),
        (&json!(USAGE_COST), &json!("exact"))
    );
}

#[tokio::test]
async fn an_empty_finish_reason_is_no_end() {
    let empty = HELLO.replace(r#""finish_reason":null"#, r#""finish_reason":"""#);
    let stage = Stage::of([Script::events().all([ROLE, &empty]).end()]).await;
    let reply = stage.chat(&streaming("hi")).await;
    assert_eq!(reply.error_event().unwrap()["code"], "upstream_interrupted");
    assert_eq!(stage.receipt(&reply).await["outcome"]["kind"], "failed");
}

#[tokio::test]
async fn media_types_are_case_insensitive() {
    let body =
        [ROLE, HELLO, STOP, USAGE, "[DONE]"].map(|data| format!("data: {data}\n\n")).concat();
    for kind in ["Text/Event-Stream", "TEXT/EVENT-STREAM ; charset=UTF-8"] {
        let stage = Stage::of([Script::answer(200, kind, &body)]).await;
        let reply = stage.chat(&streaming("hi")).await;
        assert!(reply.is_done(), "{kind}: {}", reply.text());
        assert_eq!(stage.receipt(&reply).await["cost"]["total"], USAGE_COST);
    }
}

/// Each kind of error with a status of 200, its true status, and whether another deployment is asked.
const ERRORS: [(&str, u16, bool); 8] = [
    (r#"{"error":{"code":"429","message":"slow down"}}"#, 429, true),
    (
        r#"{"error":{"message":"m","param":"prompt","code":"content_filter","status":400}}"#,
        400,
        false,
    ),
    (r#"{"error":"it broke"}"#, 502, true),
    (r#"{"code":"429","message":"slow down"}"#, 429, true),
    (r#"{"status":400,"message":"m"}"#, 400, false),
    (r#"{"object":"error","message":"m","code":404}"#, 404, false),
    (r#"{"statusCode":503,"message":"m"}"#, 503, true),
    (r#"{"detail":"Internal error"}"#, 502, true),
];

#[tokio::test]
async fn an_error_with_a_status_of_200_has_its_own_status() {
    for (error, status, retried) in ERRORS {
        let whole = Script::json(200, error);
        let first_event = Script::events().data(error).end();
        for (script, body) in [(whole, asking("hi")), (first_event, streaming("hi"))] {
            let stage = Stage::of([script.clone()]).await;
            let reply = stage.chat(&body).await;
            assert_eq!(reply.status, status, "{error}: {}", reply.text());
            assert!(reply.json()["error"]["message"].is_string(), "{}", reply.text());
            let outcome = &stage.receipt(&reply).await["outcome"];
            assert_eq!((&outcome["kind"], &outcome["status"]), (&json!("refused"), &json!(status)));
            let stage = Stage::of_two([script], [good()], "").await;
            let second = stage.chat(&streaming("hi")).await;
            assert_eq!(second.status, if retried { 200 } else { status }, "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_reported_as_such() {
    for nothing in [
        Script::json(200, ""),
        Script::raw("HTTP/1.1 204 No Content\r\n\r\n"),
        Script::answer(200, "text/html", "<html>Welcome</html>"),
        Script::json(200, r#"{"id":"x","model":"gpt-5-nano-2025-08-07"}"#),
        Script::json(200, "[]"),
    ] {
        let stage = Stage::of([nothing.clone()]).await;
        let reply = stage.chat(&asking("hi")).await;
        assert_eq!(reply.status, 502, "{nothing:?}: {}", reply.text());
        assert_eq!(reply.json()["error"]["code"], "upstream_bad_answer");
        let stage = Stage::of_two([nothing], [good()], "").await;
        assert_eq!(stage.chat(&streaming("hi")).await.status, 200);
    }
}
