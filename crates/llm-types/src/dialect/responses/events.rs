//! Single events of a response's stream, distinguished by their `type`, without parsing the rest.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::json::top_level::TopLevel;

/// A key, in quotes, that is looked for in the text of an event.
type Key = LazyLock<Finder<'static>>;

static DELTA: Key = LazyLock::new(|| Finder::new(b"\"delta\""));
static ITEM: Key = LazyLock::new(|| Finder::new(b"\"item\""));

/// Events that only say that there will be an answer.
const HEADS: [&[u8]; 3] = [b"response.created", b"response.in_progress", b"response.queued"];
/// Events that end a stream in order.
const ENDS: [&[u8]; 2] = [COMPLETED, INCOMPLETE];
const COMPLETED: &[u8] = b"response.completed";
const INCOMPLETE: &[u8] = b"response.incomplete";
const FAILED: &[u8] = b"response.failed";
/// What the names of an answer's events begin with.
const OF_ANSWER: &[u8] = b"response.";
/// Speech, of which only the transcript is text.
const SOUND: &[u8] = b"response.audio.delta";
const ITEM_ADDED: &[u8] = b"response.output_item.added";

/// Whether the name of an event is one of an answer's.
pub(super) fn is_of_answer(kind: &[u8]) -> bool {
    kind.starts_with(OF_ANSWER)
}

/// Whether an event's data ends its stream in order.
#[inline]
pub(in crate::dialect) fn ends(data: &[u8]) -> bool {
    kind(data).is_some_and(|kind| ENDS.contains(&kind))
}

/// Whether an event may be an error: it says so, or is none of an answer's.
#[inline]
pub(in crate::dialect) fn may_be_error(data: &[u8]) -> bool {
    kind(data).is_none_or(|kind| !is_of_answer(kind) || kind == FAILED)
}

/// Whether an event may report the router's decision. The usage comes with the end.
#[inline]
pub(in crate::dialect) fn may_report(data: &[u8], knows_routing: bool) -> bool {
    !knows_routing && announces(data)
}

/// Whether an event holds some of the answer: all do but the first ones.
pub(in crate::dialect) fn begins_answer(data: &[u8]) -> bool {
    let begins = |kind: &[u8]| is_of_answer(kind) && kind != FAILED && !HEADS.contains(&kind);
    kind(data).is_some_and(begins)
}

/// Whether an event only says that there will be an answer.
pub(in crate::dialect) fn announces(data: &[u8]) -> bool {
    kind(data).is_some_and(|kind| HEADS.contains(&kind))
}

/// Calls `each` with what follows the key of a delta, and of an item that begins, which names the tool
/// that is called.
#[inline]
pub(in crate::dialect) fn deltas<'a>(data: &'a [u8], mut each: impl FnMut(&'a [u8])) {
    let Some(kind) = kind(data) else { return };
    let key = match kind {
        SOUND => return,
        ITEM_ADDED => &ITEM,
        kind if kind.ends_with(b".delta") => &DELTA,
        _ => return,
    };
    if let Some(at) = key.find(data) {
        each(&data[at + key.needle().len()..]);
    }
}

/// The value of an event's `type`.
#[inline]
fn kind(data: &[u8]) -> Option<&[u8]> {
    let value = match data.strip_prefix(b"{\"type\":") {
        Some(rest) => rest,
        None => typed(data)?,
    };
    let text = value.strip_prefix(b"\"")?;
    Some(&text[..memchr::memchr(b'"', text)?])
}

/// The same where it is not the first key.
fn typed(data: &[u8]) -> Option<&[u8]> {
    let mut object = TopLevel::of(data).ok()?;
    loop {
        let (key, value) = object.next_entry().ok()??;
        if key == b"type" {
            return Some(value);
        }
    }
}

/// The name of the event that ends the stream of an answer with this status.
pub(super) fn end_of(incomplete: bool) -> &'static str {
    if incomplete { "response.incomplete" } else { "response.completed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_apart_wherever_their_type_stands() {
        for json in [
            r#"{"type":"response.completed","response":{"type":"x"}}"#,
            r#"{"response":{"type":"x"},"type":"response.incomplete"}"#,
            r#"{ "sequence_number":1, "type" : "response.completed" }"#,
        ] {
            assert!(ends(json.as_bytes()), "{json}");
        }
        for json in [
            r#"{"type":"response.failed"}"#,
            r#"{"type":"error"}"#,
            r#"{"type":"response.output_text.delta","delta":"{\"type\":\"response.completed\"}"}"#,
            "[DONE]",
            "",
        ] {
            assert!(!ends(json.as_bytes()), "{json}");
        }
    }

    #[test]
    fn an_answer_begins_with_its_first_item() {
        let event = |kind: &str| format!(r#"{{"type":"{kind}","item":{{}}}}"#);
        for head in ["response.created", "response.in_progress", "response.queued"] {
            assert!(!begins_answer(event(head).as_bytes()) && announces(event(head).as_bytes()));
        }
        for none in ["response.failed", "error", "ping", "keepalive"] {
            let event = event(none);
            assert!(!begins_answer(event.as_bytes()) && may_be_error(event.as_bytes()), "{none}");
        }
        for some in [
            "response.output_item.added",
            "response.output_text.delta",
            "response.web_search_call.in_progress",
        ] {
            let event = event(some);
            assert!(begins_answer(event.as_bytes()) && !may_be_error(event.as_bytes()), "{some}");
        }
    }

    #[test]
    fn the_usage_is_not_looked_for_in_deltas() {
        let delta = br#"{"type":"response.output_text.delta","delta":"\"usage\":{}"}"#;
        assert!(!may_report(delta, false));
        assert!(may_report(br#"{"type":"response.created","response":{}}"#, false));
    }
}
