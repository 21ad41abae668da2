//! Streams that start late: their head and comments leave after `answers.hold`, another deployment
//! can still take over, and a refusal is then an error event.

use harness::{
    client::Reply,
    gateway::streaming,
    scripted::{Gate, Script, Scripted, Stage},
};
use serde_json::{Value, json};

use crate::{
    charges::{money, standing},
    scripted_examples::{HELLO, ROLE, STOP, USAGE, USAGE_COST},
};

/// How a stream continues.
type Trouble = fn(Script) -> Script;

const NOT_HELD: &str = "answers:\n  hold: 0\n  usage_cost: false\n";
const LONG_HELD: &str = "answers:\n  hold: 600\n  usage_cost: false\n";
const LIMITED: &str = r#"{"error":{"code":"429","message":"slow down"}}"#;
const PING: &str = ": ping\n\n";

/// The rest of a stream as Azure sends it.
fn answered(script: Script) -> Script {
    script.all([ROLE, HELLO, STOP, USAGE]).done().end()
}

fn good() -> Script {
    answered(Script::events())
}

/// The body that the client receives.
fn text() -> String {
    [ROLE, HELLO, STOP, USAGE, "[DONE]"].map(|data| format!("data: {data}\n\n")).concat()
}

fn counts(stage: &Stage) -> Vec<usize> {
    stage.upstreams.iter().map(Scripted::count).collect()
}

/// Asks, waits for the head and the first ping, and reads the rest when the upstream continues.
async fn pinged(stage: &Stage, more: &Gate) -> Reply {
    let mut opened = stage.open(&streaming("hi")).await;
    opened.until(PING).await;
    more.open();
    opened.rest().await
}

#[tokio::test]
async fn pings_leave_before_the_answer_begins() {
    let (more, last) = (Gate::default(), Gate::default());
    let script = answered(Script::events().ping().wait(&more).ping().ping().wait(&last));
    let stage = Stage::with([script], NOT_HELD).await;
    let mut opened = stage.open(&streaming("hi")).await;
    assert_eq!(opened.header("content-type"), Some("text/event-stream"));
    assert_eq!(opened.header("x-litellm-model-group"), Some("azure-model-router"));
    assert_eq!(opened.header("x-fareway-served-model"), None);
    opened.until(PING).await;
    assert_eq!(opened.text(), PING);
    let open = stage.setup.get(&format!("/fareway/v1/requests/{}", opened.id())).await.json();
    assert_eq!(open["outcome"], json!({"kind": "open"}));
    more.open();
    opened.until(&PING.repeat(3)).await;
    last.open();
    let reply = opened.rest().await;
    assert_eq!(reply.text(), PING.repeat(3) + &text());
    let receipt = stage.receipt(&reply).await;
    assert_eq!(
        (&receipt["cost"]["total"], &receipt["cost"]["status"], &receipt["served"]),
        (&json!(USAGE_COST), &json!("exact"), &json!("gpt-5-nano-2025-08-07"))
    );
}

/// The gate opens only when the head has come: without it the test would wait for ever.
#[tokio::test]
async fn the_head_of_a_silent_stream_leaves() {
    let more = Gate::default();
    for sections in ["answers:\n  hold: 0\n", "answers:\n  hold: 0.05\n"] {
        let stage = Stage::with([answered(Script::events().wait(&more))], sections).await;
        let opened = stage.open(&streaming("hi")).await;
        more.open();
        let reply = opened.rest().await;
        assert!(reply.is_done() && reply.usage_cost() == Some(USAGE_COST), "{}", reply.text());
    }
}

#[tokio::test]
async fn another_deployment_answers_behind_the_pings() {
    let troubles: [Trouble; 3] = [
        |script| script.data(LIMITED).end(),
        // A role is held, and nobody sees it.
        |script| script.data(ROLE).reset(),
        |script| script.chunk(": cut").end(),
    ];
    for trouble in troubles {
        let more = Gate::default();
        let first = trouble(Script::events().ping().wait(&more));
        let second = answered(Script::events().ping());
        let stage = Stage::of_two([first], [second], NOT_HELD).await;
        let reply = pinged(&stage, &more).await;
        assert_eq!(reply.text(), PING.repeat(2) + &text());
        assert_eq!(counts(&stage), [1, 1]);
        let receipt = stage.receipt(&reply).await;
        assert_eq!(receipt["attempts"].as_array().map(Vec::len), Some(2));
        assert_eq!(receipt["outcome"], json!({"kind": "completed"}));
    }
}

/// A refusal within the time and after it: the same except for its status.
#[tokio::test]
async fn a_late_refusal_is_an_error_event() {
    let refusals: [(u16, Trouble); 4] = [
        (429, |script| script.data(LIMITED).end()),
        (400, |script| script.data(r#"{"error":{"message":"m","code":"content_filter"}}"#).end()),
        (502, |script| script.reset()),
        (502, |script| script.end()),
    ];
    for (status, refusal) in refusals {
        let late = Gate::default();
        let in_time = Stage::with([refusal(Script::events().ping())], LONG_HELD).await;
        let expect = in_time.chat(&streaming("hi")).await;
        assert_eq!(expect.status, status, "{}", expect.text());
        let stage = Stage::with([refusal(Script::events().ping().wait(&late))], NOT_HELD).await;
        let reply = pinged(&stage, &late).await;
        assert_eq!((reply.status, reply.complete), (200, true));
        let event = reply.text().strip_prefix(PING).unwrap();
        let data = event.strip_prefix("data: ").and_then(|event| event.strip_suffix("\n\n"));
        assert_eq!(serde_json::from_str::<Value>(data.unwrap()).unwrap(), expect.json());
        let (got, expected) = (stage.receipt(&reply).await, in_time.receipt(&expect).await);
        for part in ["/outcome", "/cost", "/charged_by", "/attempts/0/error"] {
            assert_eq!(got.pointer(part), expected.pointer(part), "{part}");
        }
        if status < 500 {
            assert_eq!(stage.spent().await, in_time.spent().await);
        }
    }
}

/// The bytes of Azure's error can have lines, which an event would break.
#[tokio::test]
async fn a_refusal_of_several_lines_is_one_event() {
    let more = Gate::default();
    let first = Script::events().ping().wait(&more).data(LIMITED).end();
    let lines = "{\r\n  \"error\": {\n    \"message\": \"a\\nb\",\r    \"code\": \"404\"\n  }\n}\n";
    let stage = Stage::of_two([first], [Script::json(404, lines)], NOT_HELD).await;
    let reply = pinged(&stage, &more).await;
    assert_eq!(reply.error_event().unwrap(), json!({"message": "a\nb", "code": "404"}));
    assert_eq!(stage.receipt(&reply).await["outcome"]["status"], 404);
}

#[tokio::test]
async fn a_whole_answer_after_the_head_is_one_event() {
    let more = Gate::default();
    let first = Script::events().ping().wait(&more).data(LIMITED).end();
    let answer = r#"{"id":"c","model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":5,"total_tokens":24}}"#;
    let stage = Stage::of_two([first], [Script::json(200, answer)], NOT_HELD).await;
    let reply = pinged(&stage, &more).await;
    assert_eq!(reply.text(), format!("{PING}data: {answer}\n\ndata: [DONE]\n\n"));
    assert_eq!(stage.receipt(&reply).await["cost"]["total"], USAGE_COST);
}

#[tokio::test]
async fn within_the_time_nothing_leaves() {
    let stage = Stage::of_two(
        [Script::events().ping().data(LIMITED).end()],
        [answered(Script::events().ping())],
        LONG_HELD,
    )
    .await;
    let reply = stage.chat(&streaming("hi")).await;
    assert_eq!(reply.text(), PING.to_owned() + &text());
    assert_eq!(reply.header("x-fareway-served-model"), Some("gpt-5-nano-2025-08-07"));
}

/// A comment keeps its place: behind a role it leaves with it, and no other deployment is asked.
#[tokio::test]
async fn a_comment_behind_a_role_leaves_with_it() {
    let more = Gate::default();
    let first = Script::events().data(ROLE).ping().wait(&more).data(LIMITED).end();
    let stage = Stage::of_two([first], [good()], NOT_HELD).await;
    let reply = pinged(&stage, &more).await;
    assert!(reply.text().starts_with(&format!("data: {ROLE}\n\n{PING}data: {{\"error\"")));
    assert_eq!(counts(&stage), [1, 0]);
    // Without one, the role is held, and the other deployment answers.
    let held = Gate::default();
    let first = Script::events().data(ROLE).wait(&held).data(LIMITED).end();
    let stage = Stage::of_two([first], [good()], NOT_HELD).await;
    let opened = stage.open(&streaming("hi")).await;
    held.open();
    assert_eq!(opened.rest().await.text(), text());
    assert_eq!(counts(&stage), [1, 1]);
}

/// Comments are not an answer, however many there are.
#[tokio::test]
async fn many_comments_are_passed_on() {
    let pings = PING.repeat(60_000);
    let first = Script::events().chunk(&pings).data(LIMITED).end();
    let stage = Stage::of_two([first], [good()], LONG_HELD).await;
    let reply = stage.chat(&streaming("hi")).await;
    assert!(reply.text() == pings + &text() && counts(&stage) == [1, 1]);
}

/// Settled as a stream that begins without its client: it is stopped, and what came of it counts.
#[tokio::test]
async fn a_client_that_leaves_during_the_pings_is_settled() {
    let (more, last) = (Gate::default(), Gate::default());
    let script = Script::events().ping().wait(&more).all([ROLE, HELLO]).wait(&last).end();
    let stage = Stage::with([script], NOT_HELD).await;
    let mut opened = stage.open(&streaming("hi")).await;
    let id = opened.id();
    opened.until(PING).await;
    drop(opened);
    more.open();
    let receipt = stage.setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "client_gone"}));
    assert_eq!(receipt["cost"]["status"], "estimated");
    assert!(stage.upstream().seen().await.hung_up());
    nothing_is_reserved(&stage, &receipt).await;
}

#[tokio::test]
async fn a_client_that_leaves_before_a_late_refusal_pays_nothing() {
    let more = Gate::default();
    let script = Script::events().ping().wait(&more).data(LIMITED).end();
    let stage = Stage::with([script], NOT_HELD).await;
    let mut opened = stage.open(&streaming("hi")).await;
    let id = opened.id();
    opened.until(PING).await;
    drop(opened);
    more.open();
    let receipt = stage.setup.receipt(&id).await;
    assert_eq!(receipt["outcome"], json!({"kind": "refused", "status": 429, "code": "429"}));
    assert_eq!(receipt["cost"]["total"], "0");
    nothing_is_reserved(&stage, &receipt).await;
}

/// The budget was charged what the receipt says, and all the rest was given back.
async fn nothing_is_reserved(stage: &Stage, receipt: &Value) {
    let (spent, held) = standing(stage).await;
    assert_eq!(spent + held, money(&receipt["charged"]));
}
