//! The one answer that the upstream gives, whole or as a stream, in the shape of Azure's Model
//! Router; and a check that it arrived complete.

use bytes::Bytes;
use memchr::memmem;
use serde_json::{Value, json};

/// Events of a stream that carry a piece of the text.
pub(crate) const CHUNKS: usize = 50;
/// Events of a whole stream: filter results, role, text, finish, usage, `[DONE]`.
const EVENTS: usize = CHUNKS + 5;

const ID: &str = "chatcmpl-EVjWAtsNezzFIBBSE6qy0TnpRv0Ll";
const SERVED: &str = "gpt-5-nano-2025-08-07";
const CREATED: u64 = 1_791_231_846;

/// An error in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Not all of it arrived, or it is no answer at all.
    Incomplete,
    /// It does not say what it cost, although it should.
    NoCost,
}

/// The whole answer, with about 600 bytes of text.
pub(crate) fn whole() -> Bytes {
    let text = "Measure first, then decide what to change. ".repeat(14);
    let message =
        json!({ "annotations": [], "content": text, "refusal": null, "role": "assistant" });
    let answer = json!({
        "choices": [{
            "content_filter_results": output_verdict(),
            "finish_reason": "stop", "index": 0, "logprobs": null, "message": message,
        }],
        "created": CREATED, "id": ID, "model": SERVED, "object": "chat.completion",
        "prompt_filter_results": prompt_verdict(),
        "routing": { "serving_pipereplica": "d20260930154032-380c3f99-prefill-r9-dp0-prefill" },
        "service_tier": "default", "system_fingerprint": null, "usage": usage(),
    });
    answer.to_string().into()
}

/// The answer as a stream, one event each.
pub(crate) fn events() -> Vec<Bytes> {
    let first = json!({
        "choices": [], "created": 0, "id": "", "model": "", "object": "",
        "prompt_filter_results": prompt_verdict(),
    });
    let role = json!({ "content": "", "refusal": null, "role": "assistant" });
    let mut events = vec![first, event(&role, &Value::Null, "")];
    for piece in [" word", " piece", " of", " text"].iter().cycle().take(CHUNKS) {
        let delta = json!({ "content": piece });
        events.push(event(&delta, &Value::Null, "aB3dE9"));
    }
    events.push(event(&json!({}), &json!("stop"), "x"));
    let mut last = event(&Value::Null, &Value::Null, "");
    last["choices"] = json!([]);
    last["usage"] = usage();
    events.push(last);
    let texts = events.iter().map(Value::to_string).chain(["[DONE]".to_owned()]);
    texts.map(|text| format!("data: {text}\n\n").into()).collect()
}

/// Whether a part of an answer holds some of its text. A stream's first two events have none.
pub(crate) fn has_text(part: &[u8]) -> bool {
    const START: &[u8] = b"\"content\":\"";
    memmem::find_iter(part, START).any(|at| part.get(at + START.len()) != Some(&b'"'))
}

/// The error in an answer as a client received it, if any.
pub(crate) fn flaw(body: &[u8], stream: bool, with_cost: bool) -> Option<Flaw> {
    // Counted rather than compared: Fareway adds the cost to an event.
    let complete = if stream {
        body.ends_with(b"data: [DONE]\n\n") && memmem::find_iter(body, b"\n\n").count() == EVENTS
    } else {
        serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
            && memmem::find(body, SERVED.as_bytes()).is_some()
    };
    if !complete {
        return Some(Flaw::Incomplete);
    }
    // A cost that is not known is `null`, and zero is none either.
    let cost = memmem::rfind(body, b"\"cost\":").and_then(|at| body.get(at + 7..));
    let mut figure = cost.unwrap_or_default().iter().take_while(|&&byte| !b",}".contains(&byte));
    let priced = figure.any(|byte| (b'1'..=b'9').contains(byte));
    (with_cost && !priced).then_some(Flaw::NoCost)
}

fn event(delta: &Value, finish: &Value, obfuscation: &str) -> Value {
    json!({
        "choices": [{
            "content_filter_results": {}, "delta": delta, "finish_reason": finish,
            "index": 0, "logprobs": null,
        }],
        "created": CREATED, "id": ID, "model": SERVED, "obfuscation": obfuscation,
        "object": "chat.completion.chunk", "service_tier": "default",
        "system_fingerprint": null, "usage": null,
    })
}

fn usage() -> Value {
    json!({
        "completion_tokens": 121,
        "completion_tokens_details": {
            "accepted_prediction_tokens": 0, "audio_tokens": 0, "reasoning_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
        "latency_checkpoint": {
            "engine_tbt_ms": 7, "engine_ttft_ms": 228, "engine_ttlt_ms": 269,
            "pre_inference_ms": 78, "service_tbt_ms": 8, "service_ttft_ms": 348,
            "service_ttlt_ms": 387, "user_visible_ttft_ms": 270,
        },
        "prompt_tokens": 219,
        "prompt_tokens_details": { "audio_tokens": 0, "cache_write_tokens": 0, "cached_tokens": 128 },
        "total_tokens": 340,
    })
}

fn prompt_verdict() -> Value {
    let mut verdict = safe();
    verdict["jailbreak"] = json!({ "detected": false, "filtered": false });
    json!([{ "prompt_index": 0, "content_filter_results": verdict }])
}

fn output_verdict() -> Value {
    let mut verdict = safe();
    verdict["protected_material_code"] = json!({ "detected": false, "filtered": false });
    verdict["protected_material_text"] = json!({ "detected": false, "filtered": false });
    verdict
}

fn safe() -> Value {
    let safe = || json!({ "filtered": false, "severity": "safe" });
    json!({ "hate": safe(), "self_harm": safe(), "sexual": safe(), "violence": safe() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Vec<u8> {
        events().concat()
    }

    #[test]
    fn the_upstreams_answer_is_complete() {
        assert_eq!(flaw(&whole(), false, false), None);
        assert_eq!(flaw(&stream(), true, false), None);
        assert_eq!(events().len(), EVENTS);
    }

    #[test]
    fn the_first_events_have_no_text() {
        let with_text: Vec<usize> = (0..EVENTS).filter(|&nth| has_text(&events()[nth])).collect();
        assert_eq!(with_text, (2..2 + CHUNKS).collect::<Vec<_>>());
        assert!(has_text(&whole()));
    }

    #[test]
    fn text_is_seen_behind_events_without_text() {
        assert!(has_text(&events()[..3].concat()));
        assert!(!has_text(&events()[..2].concat()));
    }

    #[test]
    fn a_missing_byte_or_event_is_seen() {
        let json = whole();
        assert_eq!(flaw(&json[..json.len() - 1], false, false), Some(Flaw::Incomplete));
        assert_eq!(flaw(br#"{"error":{}}"#, false, false), Some(Flaw::Incomplete));
        let mut events = events();
        events.remove(7);
        assert_eq!(flaw(&events.concat(), true, false), Some(Flaw::Incomplete));
        let whole = stream();
        assert_eq!(flaw(&whole[..whole.len() - 14], true, false), Some(Flaw::Incomplete));
    }

    #[test]
    fn a_gateway_has_to_say_what_it_cost() {
        assert_eq!(flaw(&whole(), false, true), Some(Flaw::NoCost));
        let text = String::from_utf8(whole().to_vec()).unwrap();
        let with =
            |cost: &str| text.replace("\"usage\":{", &format!("\"usage\":{{\"cost\":{cost},"));
        assert_eq!(flaw(with("0.00001").as_bytes(), false, true), None);
        assert_eq!(flaw(with("null").as_bytes(), false, true), Some(Flaw::NoCost));
        assert_eq!(flaw(with("0").as_bytes(), false, true), Some(Flaw::NoCost));
    }
}
