//! The metered facts of a response: at the top of a whole answer, and below `response` in the events
//! that hold one.

use super::events;
use crate::{
    dialect::AnswerPeek,
    json::{
        top_level::{NotAnObject, TopLevel},
        value::{raw, text},
    },
};

/// Reads the metered facts of an answer or of an event.
#[inline]
pub(in crate::dialect) fn peek(json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
    let (mut object, mut peek) = (TopLevel::of(json)?, AnswerPeek::default());
    let mut response = None;
    while let Some((key, value)) = object.next_entry()? {
        match key {
            b"response" if value.starts_with(b"{") => response = Some(value),
            b"type" => peek.is_answer |= is_event_kind(value),
            _ => put(&mut peek, key, value),
        }
    }
    if let Some(response) = response {
        let mut object = TopLevel::of(response)?;
        while let Some((key, value)) = object.next_entry()? {
            put(&mut peek, key, value);
        }
    }
    Ok(peek)
}

fn put<'a>(peek: &mut AnswerPeek<'a>, key: &[u8], value: &'a [u8]) {
    match key {
        b"id" => peek.id = text(value),
        b"model" => peek.model = text(value),
        b"service_tier" => peek.service_tier = text(value),
        b"usage" if value.starts_with(b"{") => peek.usage = std::str::from_utf8(value).ok(),
        b"model_selection_details" => peek.model_selection_details = raw(value),
        // Null in every answer that did not fail.
        b"error" => peek.error = raw(value).or(peek.error),
        // `response`, and what compaction makes of one.
        b"object" => peek.is_answer |= value.starts_with(b"\"response"),
        _ => {}
    }
}

/// Whether the value of `type` is the name of an event that belongs to an answer.
fn is_event_kind(value: &[u8]) -> bool {
    value.strip_prefix(b"\"").is_some_and(events::is_of_answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_found_in_both_places() {
        let inner = r#"{"id":"resp_1","object":"response","status":"completed","error":null,"model":"m","service_tier":"default","usage":{"input_tokens":3}}"#;
        let event =
            format!(r#"{{"type":"response.completed","sequence_number":4,"response":{inner}}}"#);
        for json in [inner, &event] {
            let peek = peek(json.as_bytes()).unwrap();
            assert_eq!(peek.id.as_deref(), Some("resp_1"));
            assert_eq!(peek.model.as_deref(), Some("m"));
            assert_eq!(peek.service_tier.as_deref(), Some("default"));
            assert_eq!(peek.usage, Some(r#"{"input_tokens":3}"#));
            assert!(peek.error.is_none() && peek.is_answer);
        }
    }

    #[test]
    fn errors_are_found_in_each_envelope() {
        let failed = r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"c","message":"m"},"usage":null}}"#;
        let nested = r#"{"type":"error","error":{"code":"c","message":"m"},"status":429}"#;
        for json in [failed, nested] {
            assert!(peek(json.as_bytes()).unwrap().error.is_some(), "{json}");
        }
        let flat = peek(br#"{"type":"error","code":"c","message":"m"}"#).unwrap();
        assert!(flat.error.is_none() && !flat.is_answer);
    }

    #[test]
    fn a_delta_is_a_part_of_an_answer_and_other_objects_are_not() {
        let delta = br#"{"type":"response.output_text.delta","item_id":"a","delta":"x"}"#;
        assert!(peek(delta).unwrap().is_answer);
        for other in [&br#"{"type":"ping"}"#[..], br#"{"object":"list"}"#, b"{}"] {
            assert!(!peek(other).unwrap().is_answer);
        }
        assert!(peek(b"[]").is_err());
    }
}
