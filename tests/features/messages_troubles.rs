//! Streams of Messages that go wrong: refusals within them, cuts, missing and contradictory counts.

use harness::{
    gateway::{AZURE_KEY, GROUP, Setup, azure, entry},
    keys::key,
    scripted::{Gate, Script, Scripted, Stage},
};
use serde_json::{Value, json};

use crate::messages::{MESSAGES, VERSION, claude, saying, send, streamed};

const BEGIN: &str = r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[],"stop_reason":null,"usage":{"input_tokens":1000,"cache_creation_input_tokens":0,"cache_read_input_tokens":500,"output_tokens":1}}}"#;
const BLOCK: &str =
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
const HELLO: &str = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello there"}}"#;
const CLOSE: &str = r#"{"type":"content_block_stop","index":0}"#;
const ENDED: &str = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":10}}"#;
const STOP: &str = r#"{"type":"message_stop"}"#;
const PING: &str = r#"{"type":"ping"}"#;

/// Events with their names, as the API sends them.
fn events(all: &[&str]) -> String {
    let name = |data: &str| {
        serde_json::from_str::<Value>(data).unwrap()["type"].as_str().unwrap().to_owned()
    };
    all.iter().map(|data| format!("event: {}\ndata: {data}\n\n", name(data))).collect()
}

fn script(all: &[&str]) -> Script {
    Script::events().chunk(events(all))
}

async fn stage(script: Script, sections: &str) -> Stage {
    stages([script], sections).await
}

/// A group of deployments of Claude's that play one script each.
async fn stages(scripts: impl IntoIterator<Item = Script>, sections: &str) -> Stage {
    let (mut upstreams, mut entries) = (Vec::new(), String::new());
    for script in scripts {
        let upstream = Scripted::start([script]).await;
        entries.push_str(&entry(GROUP, "azure_ai/claude-sonnet-5", &upstream.openai_v1()));
        upstreams.push(upstream);
    }
    let setup = Setup::of(azure().await, &entries, sections).await;
    let key = key(&setup, json!({"max_budget": 5})).await;
    Stage { setup, upstreams, key }
}

async fn ask(stage: &Stage) -> harness::client::Reply {
    let key = ("x-api-key", &*stage.key);
    stage.setup.post(MESSAGES, &[key, VERSION], streamed(saying("Hi")).to_string()).await
}

#[tokio::test]
async fn the_usage_is_merged_and_the_last_report_has_the_cost() {
    // Two reports, with a ping behind each.
    let first = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}}"#;
    let all = [BEGIN, BLOCK, PING, HELLO, CLOSE, first, PING, ENDED, PING, STOP];
    let stage = stage(script(&all).end(), "").await;
    let reply = ask(&stage).await;
    let (before, rest) = reply.text().rsplit_once(r#""output_tokens":10,"cost":"#).unwrap();
    assert_eq!(before, &events(&all[..8])[..before.len()]);
    assert!(rest.ends_with(&events(&[PING, STOP])), "{rest}");
    assert_eq!(reply.text().matches("\"cost\":").count(), 1);
    let receipt = stage.receipt(&reply).await;
    let usage = &receipt["usage"];
    assert_eq!((&usage["prompt_tokens"], &usage["completion_tokens"]), (&json!(1500), &json!(10)));
    assert_eq!(usage["prompt_tokens_details"]["cached_tokens"], 500);
    assert_eq!(receipt["cost"]["status"], "exact");
}

#[tokio::test]
async fn a_refusal_before_the_answer_gets_its_status_and_another_deployment_takes_over() {
    for (scenario, status, kind) in
        [("stream-error", 529, "overloaded_error"), ("stream-error-first", 429, "rate_limit_error")]
    {
        let setup = claude("claude-sonnet-5", "").await;
        setup.set(scenario);
        let reply = send(&setup, &streamed(saying("Hi"))).await;
        assert_eq!(
            (reply.status, &reply.json()["error"]["type"]),
            (status, &json!(kind)),
            "{}",
            reply.text()
        );
    }
    let second = azure_emulator::Emulator::builder().seed(8).key(AZURE_KEY).start().await.unwrap();
    let azure = azure().await;
    let entries = entry(GROUP, "azure_ai/claude-sonnet-5", &azure.openai_v1())
        + &entry(GROUP, "azure_ai/claude-opus-5", &second.openai_v1());
    let setup = Setup::of(azure, &entries, "").await;
    setup.set("stream-error");
    for _ in 0..2 {
        let reply = send(&setup, &streamed(saying("Hi"))).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.text().matches("event: message_start").count(), 1, "{}", reply.text());
        assert!(
            reply.text().ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        );
        assert_eq!(setup.receipt(reply.id()).await["served"], "claude-opus-5");
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_ends_with_an_error_and_is_never_exact() {
    for (all, sections) in [(&[BEGIN, BLOCK, HELLO][..], ""), (&[BEGIN, BLOCK, HELLO, CLOSE], "")] {
        for reset in [false, true] {
            let begun = script(all);
            let stage = stage(if reset { begun.reset() } else { begun.end() }, sections).await;
            let reply = ask(&stage).await;
            let last = reply.data().pop().unwrap();
            assert_eq!(
                (&last["type"], &last["error"]["type"]),
                (&json!("error"), &json!("api_error")),
                "{last}"
            );
            assert!(reply.text().contains("event: error\ndata: "), "{}", reply.text());
            let receipt = stage.receipt(&reply).await;
            assert_eq!(receipt["cost"]["status"], "estimated", "{receipt}");
            // What the upstream told of the prompt is not counted again.
            assert_eq!(receipt["usage"]["prompt_tokens"], 1500, "{receipt}");
            assert_eq!(receipt["outcome"]["kind"], "failed");
        }
    }
}

#[tokio::test]
async fn a_report_before_the_end_counts_only_where_the_stream_ends_in_order() {
    let running =
        r#"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":5}}"#;
    let cut = stage(script(&[BEGIN, BLOCK, HELLO, running]).end(), "").await;
    let reply = ask(&cut).await;
    assert_eq!(cut.receipt(&reply).await["cost"]["status"], "estimated");
    // The end is missing, and everything is there that it could tell.
    let whole = stage(script(&[BEGIN, BLOCK, HELLO, CLOSE, ENDED]).end(), "").await;
    let reply = ask(&whole).await;
    assert!(
        reply.text().ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        "{}",
        reply.text()
    );
    assert_eq!(whole.receipt(&reply).await["cost"]["status"], "exact");
    // Only the first event told a usage.
    let silent = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#;
    let without = stage(script(&[BEGIN, BLOCK, HELLO, CLOSE, silent, STOP]).end(), "").await;
    let reply = ask(&without).await;
    let receipt = without.receipt(&reply).await;
    assert_eq!(
        (&receipt["cost"]["status"], &receipt["usage"]["prompt_tokens"]),
        (&json!("estimated"), &json!(1500))
    );
}

#[tokio::test]
async fn contradictions_are_kept_and_never_priced_as_they_are() {
    for scenario in ["contradiction", "no-usage"] {
        for body in [saying("Hi"), streamed(saying("Hi"))] {
            let setup = claude("claude-sonnet-5", "").await;
            setup.set(scenario);
            let reply = send(&setup, &body).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let receipt = setup.receipt(reply.id()).await;
            assert_ne!(receipt["cost"]["status"], "exact", "{receipt}");
            let kept = receipt["usage_contradictory"].to_string();
            assert_eq!(kept.contains("thinking_tokens"), scenario == "contradiction", "{receipt}");
        }
    }
}

#[tokio::test]
async fn an_error_within_the_answer_is_the_upstreams() {
    let setup = claude("claude-sonnet-5", "").await;
    setup.set("stream-error-late");
    let reply = send(&setup, &streamed(saying("Hi"))).await;
    let sent = setup.seen().await.sent;
    assert_eq!(reply.body, sent, "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(
        (&receipt["outcome"]["kind"], &receipt["cost"]["status"]),
        (&json!("refused"), &json!("estimated")),
        "{receipt}"
    );
}

/// The head leaves after the time that the operator sets; then a refusal is an event.
#[tokio::test]
async fn a_late_refusal_is_an_event() {
    let (more, error) = (
        Gate::default(),
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
    );
    let script = script(&[BEGIN]).wait(&more).chunk(events(&[error])).end();
    let stage = stage(script, "answers:\n  hold: 0\n").await;
    let key = ("x-api-key", &*stage.key);
    let body = streamed(saying("Hi")).to_string();
    let opened = stage.setup.open_at(MESSAGES, &[key, VERSION], body).await;
    more.open();
    let reply = opened.rest().await;
    assert_eq!((reply.status, reply.text()), (200, &*events(&[BEGIN, error])));
}

/// Pings are held like comments, and keep a silent connection alive when the time is over.
#[tokio::test]
async fn pings_leave_before_the_answer_begins() {
    let more = Gate::default();
    let script =
        script(&[PING]).wait(&more).chunk(events(&[BEGIN, BLOCK, HELLO, CLOSE, ENDED, STOP])).end();
    let stage = stage(script, "answers:\n  hold: 0\n").await;
    let key = ("x-api-key", &*stage.key);
    let body = streamed(saying("Hi")).to_string();
    let mut opened = stage.setup.open_at(MESSAGES, &[key, VERSION], body).await;
    opened.until(&events(&[PING])).await;
    more.open();
    let reply = opened.rest().await;
    assert!(reply.text().starts_with(&events(&[PING, BEGIN, BLOCK])), "{}", reply.text());
    assert_eq!(stage.receipt(&reply).await["cost"]["status"], "exact");
}

/// A client that asked for a stream, whose head has left, gets a whole answer as the stream it would have been.
#[tokio::test]
async fn a_late_whole_answer_is_a_stream() {
    let more = Gate::default();
    let whole = r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":2}}"#;
    let first = script(&[PING]).wait(&more).reset();
    let stage = stages([first, Script::json(200, whole)], "answers:\n  hold: 0\n").await;
    let key = ("x-api-key", &*stage.key);
    let body = streamed(saying("Hi")).to_string();
    let mut opened = stage.setup.open_at(MESSAGES, &[key, VERSION], body).await;
    opened.until(&events(&[PING])).await;
    more.open();
    let reply = opened.rest().await;
    let kinds: Vec<_> =
        reply.data().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        kinds,
        [
            "ping",
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"
        ]
    );
    assert!(reply.data()[5]["usage"]["cost"].is_number(), "{}", reply.text());
}
