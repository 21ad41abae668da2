//! Real answers compared with the lists of edits: every byte of a body, every header.

use std::collections::BTreeSet;

use harness::{
    client::Reply,
    gateway::{CHAT, asking, streaming},
    keys::key,
    scripted::{Gate, Script, Stage},
};
use llm_types::AnswerEdit::{
    self, AfterDone, BlankLine, BodyAsEvent, Cost, Done, ErrorAsBody, FailedAttempt, FirstChunk,
    HiddenUsage, Interrupted, OwnWords, TornEvent,
};
use serde_json::{Value, json};

use crate::scripted_examples::{HELLO, ROLE, STOP, USAGE};

const ANSWER: &str = "{ \"id\":\"c\",\r\n \"model\":\"gpt-5-nano-2025-08-07\", \"x\":1.0e0,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"H\\u00e9llo\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":5,\"total_tokens\":24} }\n";
const LIMITED: &str = r#"{"error":{"code":"429", "message":"slow down"}}"#;
const PING: &str = ": ping\n\n";

/// A request, what the upstreams send, and what of it the client gets: with `…` for the cost.
struct Case {
    first: Script,
    second: Option<Script>,
    body: Value,
    sections: &'static str,
    edits: &'static [AnswerEdit],
    expect: String,
}

fn data(all: &[&str]) -> String {
    all.iter().map(|data| format!("data: {data}\n\n")).collect()
}

/// The text with `…` at the end of its last usage.
fn with_cost(text: &str) -> String {
    let usage = "\"total_tokens\":24";
    let (before, after) = text.rsplit_once(usage).unwrap();
    format!("{before}{usage},\"cost\":…{after}")
}

/// The reply with its cost cut to `…`.
fn cut(reply: &Reply) -> String {
    let Some((before, rest)) = reply.text().split_once(",\"cost\":") else {
        return reply.text().to_owned();
    };
    let (cost, details) = rest.split_once(",\"cost_details\":").unwrap();
    assert_eq!(cost, "0.00000561");
    let mut values = serde_json::Deserializer::from_str(details).into_iter::<Value>();
    let status = &values.next().unwrap().unwrap()["status"];
    assert_eq!(status, "exact");
    format!("{before},\"cost\":…{}", &details[values.byte_offset()..])
}

fn case(
    first: Script,
    body: Value,
    edits: &'static [AnswerEdit],
    expect: impl Into<String>,
) -> Case {
    Case { first, second: None, body, sections: "", edits, expect: expect.into() }
}

const STREAM: [&str; 5] = [ROLE, HELLO, STOP, USAGE, "[DONE]"];
const NO_COST: &str = "answers:\n  usage_cost: false\n";
const AS_LITELLM: &str = "answers:\n  first_chunk: litellm\n";
/// Azure's first event.
const FIRST: &str =
    r#"{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}"#;
const NOT_HELD: &str = "answers:\n  hold: 0\n";

fn stream(all: &[&str]) -> Script {
    Script::events().all(all.iter().copied())
}

/// Answers as they should be.
fn whole_and_streamed() -> Vec<Case> {
    let mut quiet = streaming("hi");
    quiet["stream_options"] = json!({"include_usage": false});
    let without = |case: Case, expect: &str| Case {
        sections: NO_COST,
        edits: &[],
        expect: expect.to_owned(),
        ..case
    };
    let begun = [&[FIRST][..], &STREAM].concat();
    let litellms = |case: Case| Case { sections: AS_LITELLM, ..case };
    let whole = || case(Script::json(200, ANSWER), asking("hi"), &[Cost], with_cost(ANSWER));
    let streamed =
        || case(stream(&STREAM).end(), streaming("hi"), &[Cost], with_cost(&data(&STREAM)));
    vec![
        whole(),
        without(whole(), ANSWER),
        streamed(),
        without(streamed(), &data(&STREAM)),
        litellms(case(
            stream(&begun).end(),
            quiet.clone(),
            &[FirstChunk, HiddenUsage],
            data(&[ROLE, HELLO, STOP, "[DONE]"]),
        )),
        litellms(case(stream(&begun).end(), streaming("hi"), &[Cost], with_cost(&data(&begun)))),
        case(
            stream(&begun).end(),
            quiet.clone(),
            &[HiddenUsage],
            data(&[FIRST, ROLE, HELLO, STOP, "[DONE]"]),
        ),
        case(stream(&STREAM).end(), quiet, &[HiddenUsage], data(&[ROLE, HELLO, STOP, "[DONE]"])),
    ]
}

/// Streams that end in other ways.
fn odd_ends() -> Vec<Case> {
    let all = data(&STREAM);
    let torn = stream(&[ROLE, HELLO]).chunk("data: {\"cho").end();
    let late = stream(&[ROLE, HELLO, LIMITED]).end();
    vec![
        case(stream(&STREAM[..4]).end(), streaming("hi"), &[Cost, Done], with_cost(&all)),
        case(torn, streaming("hi"), &[Interrupted, TornEvent], data(&[ROLE, HELLO, "…"])),
        case(
            stream(&STREAM[..4]).chunk("data: [DONE]").end(),
            streaming("hi"),
            &[Cost, BlankLine],
            with_cost(&all),
        ),
        case(
            stream(&STREAM).ping().data(HELLO).end(),
            streaming("hi"),
            &[Cost, AfterDone],
            with_cost(&all),
        ),
        // An error within a stream is the upstream's.
        case(late, streaming("hi"), &[], data(&[ROLE, HELLO, LIMITED])),
    ]
}

/// Refusals, as bodies and as events.
fn refusals() -> Vec<Case> {
    let pretty =
        "{\n  \"error\": {\n    \"message\": \"no\", \"code\": \"x\", \"more\": 1.0e0\n  }\n}";
    let second = |case: Case| Case { second: Some(stream(&STREAM).end()), ..case };
    let held = stream(&[ROLE, LIMITED]).end();
    let (own, wrong) = (Script::json(401, LIMITED), Script::answer(404, "text/html", "<p>no</p>"));
    vec![
        case(Script::json(400, pretty), streaming("hi"), &[], pretty),
        second(case(
            held.clone(),
            streaming("hi"),
            &[Cost, FailedAttempt],
            with_cost(&data(&STREAM)),
        )),
        case(held, streaming("hi"), &[ErrorAsBody], LIMITED),
        case(own, asking("hi"), &[OwnWords], "…"),
        case(wrong, asking("hi"), &[OwnWords], "…"),
    ]
}

#[tokio::test]
async fn an_answer_is_the_upstreams_but_for_the_documented_edits() {
    let mut seen = BTreeSet::new();
    for case in [whole_and_streamed(), odd_ends(), refusals()].into_iter().flatten() {
        let Case { first, second, body, sections, edits, expect } = case;
        let stage = match second {
            Some(second) => Stage::of_two([first], [second], sections).await,
            None => Stage::with([first], sections).await,
        };
        let got = cut(&stage.chat(&body).await);
        match expect.split_once("data: …") {
            // In our own words.
            Some((before, _)) => assert!(got.starts_with(&format!("{before}data: {{\"error\":"))),
            None if expect == "…" => {
                assert!(got.starts_with(r#"{"error":{"message":""#), "{got}");
            }
            None => assert_eq!(got, expect, "{edits:?}"),
        }
        seen.extend(edits);
    }
    let late = late_refusal().await;
    assert_eq!(late.text(), format!("{PING}data: {}\n\n", LIMITED.replace('\n', " ")));
    seen.insert(&BodyAsEvent);
    assert!(seen.into_iter().eq(&AnswerEdit::ALL));
}

/// One that comes when the head and a comment have left.
async fn late_refusal() -> Reply {
    let more = Gate::default();
    let lines = LIMITED.replace(", ", ",\n");
    let script = Script::events().ping().wait(&more).chunk(data_lines(&lines)).end();
    let stage = Stage::with([script], NOT_HELD).await;
    let mut opened = stage.open(&streaming("hi")).await;
    opened.until(PING).await;
    more.open();
    opened.rest().await
}

/// One event with a text of several lines.
fn data_lines(text: &str) -> String {
    text.lines().map(|line| format!("data: {line}\n")).collect::<String>() + "\n"
}

/// Headers of the upstream that pass unchanged.
const PASSED: &str = "apim-request-id: a\r\nx-ms-region: b\r\nx-ms-rai-invoked: true\r\n\
     x-request-id: c\r\nazureml-model-session: d\r\nx-ratelimit-remaining-tokens: 7\r\n\
     policy-id: e\r\napi-supported-versions: 1\r\nrequest-id: f\r\n";
/// Headers that do not pass; the last three would be wrong here.
const LEFT_OUT: &str = "server: LEFT\r\nset-cookie: a=LEFT\r\nstrict-transport-security: LEFT\r\n\
     x-content-type-options: LEFT\r\nvia: LEFT\r\nopenai-processing-ms: LEFT\r\netag: LEFT\r\n\
     x-fareway-cost-usd: LEFT\r\nx-fareway-served-model: LEFT\r\nx-litellm-response-cost: LEFT\r\n";
/// Headers of the connection, and the body's type.
const OF_HTTP: [&str; 4] = ["content-length", "content-type", "date", "transfer-encoding"];

/// Every header is the upstream's, and then as it came, or one of those that are added.
fn added(reply: &Reply) -> BTreeSet<String> {
    let mut added = BTreeSet::new();
    let passed: Vec<_> = PASSED.lines().filter_map(|line| line.trim().split_once(": ")).collect();
    for (name, value) in &reply.headers {
        let value = value.to_str().unwrap();
        assert!(!value.contains("LEFT"), "{name}: {value}");
        let own = gateway::ADDED_HEADERS.contains(&name.as_str());
        if own {
            added.insert(name.to_string());
        } else if !OF_HTTP.contains(&name.as_str()) {
            assert!(passed.contains(&(name.as_str(), value)), "{name}: {value}");
        }
    }
    added
}

fn with_headers(status: &str, body: &str, more: &str) -> Script {
    Script::default().bytes(format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{PASSED}\
         {LEFT_OUT}{more}\r\n{body}",
        body.len()
    ))
}

#[tokio::test]
async fn headers_are_the_upstreams_or_listed() {
    let streamed = Script::events_with(&format!("{PASSED}{LEFT_OUT}")).all(STREAM).end();
    let whole = with_headers("200 OK", ANSWER, "");
    let limited = with_headers("429 Too Many", LIMITED, "retry-after: 3\r\n");
    let stage = Stage::of([streamed, whole.clone(), limited, whole]).await;
    let mut seen = BTreeSet::new();
    let mut with_more = asking("hi");
    with_more["num_retries"] = 1.into();
    for (body, status) in [(streaming("hi"), 200), (with_more, 200), (asking("hi"), 429)] {
        let reply = stage.chat(&body).await;
        assert_eq!(reply.status, status);
        assert_eq!(
            (reply.header("apim-request-id"), reply.header("x-ms-region")),
            (Some("a"), Some("b"))
        );
        seen.extend(added(&reply));
    }
    let limits = key(&stage.setup, json!({"rpm_limit": 10, "tpm_limit": 1_000_000})).await;
    let poor = key(&stage.setup, json!({"max_budget": 0})).await;
    for bearer in [format!("Bearer {limits}"), format!("Bearer {poor}"), "Bearer sk-none".into()] {
        let headers = [("authorization", &*bearer)];
        let reply = stage.setup.post(CHAT, &headers, asking("hi").to_string()).await;
        seen.extend(added(&reply));
    }
    // Of a translated request: its own tests see it.
    seen.insert("x-fareway-not-translated".to_owned());
    let listed = gateway::ADDED_HEADERS.map(str::to_owned);
    assert_eq!(seen, listed.into_iter().collect());
}
