//! Single events of a stream, and whole answers: what they report, found without parsing the rest.

use std::{borrow::Cow, sync::LazyLock};

use bytes::Bytes;
use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    dialect::AnswerPeek,
    json::{
        top_level::{NotAnObject, TopLevel},
        value::{raw, text},
    },
};

/// A key, in quotes, that is looked for in the text of an event.
type Key = LazyLock<Finder<'static>>;

static BLOCK: Key = LazyLock::new(|| Finder::new(b"\"content_block\""));
static CONTENT: Key = LazyLock::new(|| Finder::new(b"\"content\""));
static DELTA: Key = LazyLock::new(|| Finder::new(b"\"delta\""));
static ERROR: Key = LazyLock::new(|| Finder::new(b"\"error\""));
static ROUTING: Key = LazyLock::new(|| Finder::new(b"\"model_selection_details\""));

const START: &[u8] = b"message_start";
const FINAL: &[u8] = b"message_delta";
const STOP: &[u8] = b"message_stop";
const BLOCK_START: &[u8] = b"content_block_start";
const BLOCK_DELTA: &[u8] = b"content_block_delta";
const BLOCK_STOP: &[u8] = b"content_block_stop";
const PING: &[u8] = b"ping";

/// The event that ends a stream.
pub(in crate::dialect) const STOP_EVENT: &[u8] =
    b"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

/// The tier of a model's fast mode, which has a price of its own.
const FAST: &str = "fast";

/// The type of an event or an answer, as it is written; empty where it names none.
#[inline]
fn kind(data: &[u8]) -> &[u8] {
    // As it mostly begins.
    if let Some(rest) = data.strip_prefix(br#"{"type":""#) {
        let end = memchr::memchr(b'"', rest).unwrap_or_default();
        return &rest[..end];
    }
    let Ok(mut object) = TopLevel::of(data) else { return b"" };
    while let Ok(Some((key, value))) = object.next_entry() {
        if key == b"type" {
            return unquoted(value);
        }
    }
    b""
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or_default()
}

/// Reads the metered facts of an answer or of an event.
#[inline]
pub(in crate::dialect) fn peek(json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
    let (mut object, mut peek) = (TopLevel::of(json)?, AnswerPeek::default());
    let (mut kind, mut message, mut has_content): (&[u8], _, _) = (b"", None, false);
    while let Some((key, value)) = object.next_entry()? {
        match key {
            b"type" => kind = unquoted(value),
            b"message" if value.starts_with(b"{") => message = Some(value),
            b"content" => has_content = value.starts_with(b"["),
            b"error" => peek.error = raw(value),
            _ => note(key, value, &mut peek),
        }
    }
    if let Some(message) = message.filter(|_| kind == START) {
        let mut begun = TopLevel::of(message)?;
        while let Some((key, value)) = begun.next_entry()? {
            note(key, value, &mut peek);
        }
        // Its output has only begun.
        peek.usage_so_far = peek.usage.take();
    }
    peek.service_tier = peek.usage.or(peek.usage_so_far).and_then(tier);
    peek.is_answer = kind == b"message" && has_content
        || [START, FINAL, STOP, BLOCK_START, BLOCK_DELTA, BLOCK_STOP, PING].contains(&kind);
    Ok(peek)
}

fn note<'a>(key: &[u8], value: &'a [u8], peek: &mut AnswerPeek<'a>) {
    match key {
        b"id" => peek.id = text(value),
        b"model" => peek.model = text(value),
        b"usage" if value.starts_with(b"{") => peek.usage = std::str::from_utf8(value).ok(),
        b"model_selection_details" => peek.model_selection_details = raw(value),
        _ => {}
    }
}

/// The tier that a usage names, with the fast mode as one of its own.
fn tier(usage: &str) -> Option<Cow<'_, str>> {
    let (mut tier, mut fast) = (None, false);
    let mut object = TopLevel::of(usage.as_bytes()).ok()?;
    while let Ok(Some((key, value))) = object.next_entry() {
        match key {
            b"service_tier" => tier = text(value),
            b"speed" => fast = unquoted(value) == FAST.as_bytes(),
            _ => {}
        }
    }
    match tier.as_deref() {
        None | Some("standard") if fast => Some(FAST.into()),
        // No such price is known, and the text says why.
        Some(other) if fast => Some(format!("{other}, {FAST}").into()),
        _ => tier,
    }
}

/// Whether an event ends its stream.
#[inline]
pub(in crate::dialect) fn ends(data: &[u8]) -> bool {
    kind(data) == STOP
}

/// Whether an event only keeps the connection alive.
#[inline]
pub(in crate::dialect) fn is_ping(data: &[u8]) -> bool {
    kind(data) == PING
}

/// Whether an event may be an error: it has one, or no type that is known.
#[inline]
pub(in crate::dialect) fn may_be_error(data: &[u8]) -> bool {
    let kind = kind(data);
    // Nearly all events; within their text the quotes would be escaped.
    kind != BLOCK_DELTA && (ERROR.find(data).is_some() || !peek(data).is_ok_and(|it| it.is_answer))
}

/// Whether an event may report the usage or, unless that is known, the router's decision.
#[inline]
pub(in crate::dialect) fn may_report(data: &[u8], knows_routing: bool) -> bool {
    let kind = kind(data);
    kind == START || kind == FINAL || (!knows_routing && ROUTING.find(data).is_some())
}

/// Whether an event holds some of the answer: its first block.
pub(in crate::dialect) fn begins_answer(data: &[u8]) -> bool {
    let kind = kind(data);
    kind == BLOCK_START || kind == BLOCK_DELTA
}

/// Whether an event announces an answer to the client: the first one.
pub(in crate::dialect) fn announces(data: &[u8]) -> bool {
    kind(data) == START
}

/// Whether an event only reports why the answer ended, and its usage. There may be several, of which the
/// last one counts; one without a reason reports a count that still runs.
pub(in crate::dialect) fn adds_nothing(data: &[u8]) -> bool {
    finishes(data)
}

/// Whether the answer comes to its end with this event.
#[inline]
pub(in crate::dialect) fn finishes(data: &[u8]) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Final {
        delta: Delta,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Delta {
        stop_reason: Option<String>,
    }
    kind(data) == FINAL
        && serde_json::from_slice::<Final>(data)
            .is_ok_and(|event| event.delta.stop_reason.is_some_and(|reason| !reason.is_empty()))
}

/// Whether a body is a message, and no error.
pub(in crate::dialect) fn is_surely_answer(body: &[u8]) -> bool {
    CONTENT.find(body).is_some() && ERROR.find(body).is_none() && kind(body) == b"message"
}

/// Calls `each` with what follows the key of a delta, or of the block that an event begins.
#[inline]
pub(in crate::dialect) fn deltas<'a>(data: &'a [u8], mut each: impl FnMut(&'a [u8])) {
    let key = match kind(data) {
        BLOCK_DELTA => &DELTA,
        BLOCK_START => &BLOCK,
        _ => return,
    };
    if let Some(at) = key.find(data) {
        each(&data[at + key.needle().len()..]);
    }
}

/// One event of this name with this JSON.
pub(in crate::dialect) fn named(name: &str, json: &[u8]) -> Bytes {
    let data = crate::dialect::as_event(json);
    [b"event: ", name.as_bytes(), b"\n", &data[..]].concat().into()
}

/// A whole answer as the events of its stream. What is not understood of it stays in its first event.
pub(in crate::dialect) fn as_events(answer: &Bytes) -> Bytes {
    #[derive(Deserialize)]
    struct Whole<'a> {
        #[serde(borrow)]
        content: Vec<&'a RawValue>,
        /// Kept as it is written: the cost in it is exact.
        #[serde(borrow)]
        usage: Option<&'a RawValue>,
    }
    let mut message: Value = serde_json::from_slice(answer).unwrap_or_default();
    let whole = serde_json::from_slice::<Whole<'_>>(answer);
    let (content, usage) = whole.map_or((Vec::new(), None), |whole| (whole.content, whole.usage));
    let delta =
        json!({"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]});
    message["content"] = json!([]);
    (message["stop_reason"], message["stop_sequence"]) = (Value::Null, Value::Null);
    let mut all = Vec::new();
    let mut add = |name: &[u8], json: String| {
        let name = std::str::from_utf8(name).unwrap_or_default();
        all.extend_from_slice(&named(name, json.as_bytes()));
    };
    add(START, json!({"type": "message_start", "message": message}).to_string());
    for (index, block) in content.iter().enumerate() {
        let block: Value = serde_json::from_str(block.get()).unwrap_or_default();
        let (empty, deltas) = begun(block);
        add(
            BLOCK_START,
            json!({"type": "content_block_start", "index": index, "content_block": empty})
                .to_string(),
        );
        for delta in deltas {
            add(
                BLOCK_DELTA,
                json!({"type": "content_block_delta", "index": index, "delta": delta}).to_string(),
            );
        }
        add(BLOCK_STOP, json!({"type": "content_block_stop", "index": index}).to_string());
    }
    let usage = usage.map_or("null", RawValue::get);
    add(FINAL, format!(r#"{{"type":"message_delta","delta":{delta},"usage":{usage}}}"#));
    all.extend_from_slice(STOP_EVENT);
    all.into()
}

/// A block as it begins in a stream, and what is added to it.
fn begun(mut block: Value) -> (Value, Vec<Value>) {
    let kind = block["type"].as_str().unwrap_or_default().to_owned();
    let mut take = |key: &str, empty: Value| std::mem::replace(&mut block[key], empty);
    let deltas = match kind.as_str() {
        "text" => vec![json!({"type": "text_delta", "text": take("text", "".into())})],
        "thinking" => vec![
            json!({"type": "thinking_delta", "thinking": take("thinking", "".into())}),
            json!({"type": "signature_delta", "signature": take("signature", "".into())}),
        ],
        "tool_use" | "server_tool_use" => {
            let input = take("input", json!({})).to_string();
            vec![json!({"type": "input_json_delta", "partial_json": input})]
        }
        _ => Vec::new(),
    };
    (block, deltas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dialect::messages::words, usage::ReportedUsage};

    const BEGUN: &[u8] = br#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[],"stop_reason":null,"usage":{"input_tokens":12,"output_tokens":1,"service_tier":"standard"}}}"#;
    const ENDED: &[u8] = br#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}"#;
    const TEXT: &[u8] = br#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\"error\" message_stop"}}"#;

    #[test]
    fn the_first_event_has_everything_but_the_final_counts() {
        let found = peek(BEGUN).unwrap();
        assert_eq!(
            (found.id.as_deref(), found.model.as_deref()),
            (Some("msg_1"), Some("claude-sonnet-5"))
        );
        assert_eq!((found.usage, found.service_tier.as_deref()), (None, Some("standard")));
        assert!(found.usage_so_far.is_some() && found.is_answer);
        assert!(!begins_answer(BEGUN) && !adds_nothing(BEGUN) && may_report(BEGUN, true));
    }

    #[test]
    fn whole_answers_are_told_from_errors() {
        let whole =
            br#"{"id":"m","type":"message","content":[{"type":"text","text":"a"}],"usage":{}}"#;
        assert!(is_surely_answer(whole) && peek(whole).unwrap().is_answer);
        for other in [
            r#"{"type":"error","error":{"type":"api_error","message":"m"}}"#,
            r#"{"type":"message"}"#,
            r#"{"choices":[]}"#,
            "{}",
        ] {
            assert!(!is_surely_answer(other.as_bytes()), "{other}");
            assert!(!peek(other.as_bytes()).unwrap().is_answer, "{other}");
        }
    }

    #[test]
    fn events_are_known_by_their_types_wherever_these_stand() {
        let late = br#"{"index":0,"delta":{"type":"x","text":"a"},"type" : "content_block_delta"}"#;
        assert!(begins_answer(TEXT) && begins_answer(late) && !may_be_error(TEXT) && !ends(TEXT));
        assert!(
            finishes(ENDED)
                && adds_nothing(ENDED)
                && may_report(ENDED, true)
                && !begins_answer(ENDED)
        );
        let running =
            br#"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":4}}"#;
        assert!(!finishes(running) && !adds_nothing(running));
        assert!(ends(br#"{"type":"message_stop"}"#) && is_ping(br#"{"type": "ping"}"#));
        assert!(may_be_error(
            br#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#
        ));
        assert!(may_be_error(br#"{"message":"m"}"#) && !may_be_error(b"{\"type\":\"ping\"}"));
    }

    #[test]
    fn the_fast_mode_is_a_tier() {
        let check = |usage: &str, expect: Option<&str>| {
            assert_eq!(tier(usage).as_deref(), expect, "{usage}");
        };
        check(r#"{"service_tier":"priority"}"#, Some("priority"));
        check(r#"{"service_tier":"standard","speed":"standard"}"#, Some("standard"));
        check(r#"{"service_tier":"standard","speed":"fast"}"#, Some("fast"));
        check(r#"{"speed":"fast"}"#, Some("fast"));
        check(r#"{"service_tier":"batch","speed":"fast"}"#, Some("batch, fast"));
        check("{}", None);
    }

    #[test]
    fn deltas_are_found() {
        let found = |data: &'static [u8]| {
            let mut all = Vec::new();
            deltas(data, |delta| all.push(std::str::from_utf8(delta).unwrap()));
            all
        };
        assert_eq!(found(TEXT), [r#":{"type":"text_delta","text":"\"error\" message_stop"}}"#]);
        assert_eq!(
            found(br#"{"type":"content_block_start","index":0,"content_block":{"name":"f"}}"#),
            [r#":{"name":"f"}}"#]
        );
        assert!(found(ENDED).is_empty() && found(BEGUN).is_empty());
    }

    /// It says the same as the answer, and its cost has the same digits.
    #[test]
    fn a_whole_answer_becomes_its_stream() {
        let whole = Bytes::from_static(br#"{"id":"m","type":"message","model":"c","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"a"},{"type":"tool_use","id":"i","name":"f","input":{"x":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2,"cost":0.000000123456}}"#);
        let text = String::from_utf8(as_events(&whole).to_vec()).unwrap();
        let data: Vec<&[u8]> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(str::as_bytes)
            .collect();
        let mut said = String::new();
        for event in &data {
            deltas(event, |delta| {
                let value = serde_json::Deserializer::from_slice(&delta[1..]).into_iter().next();
                words::add_said(&value.unwrap().unwrap(), &mut said);
            });
        }
        assert_eq!(said, words::said(&whole));
        assert!(ends(data[data.len() - 1]) && finishes(data[data.len() - 2]));
        assert!(text.contains(r#""cost":0.000000123456}"#));
        let first: ReportedUsage =
            words::usage(peek(data[0]).unwrap().usage_so_far.unwrap(), None).unwrap();
        assert_eq!(first.prompt_tokens, Some(crate::Tokens(1)));
    }
}
