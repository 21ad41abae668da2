//! The few top-level keys of an answer or of a stream's event that a meter reads; the rest is
//! skipped. Nothing is copied unless a string contains escapes.
//!
//! A key of another type than Azure's reads as absent: one odd value must not cost the usage.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    json::top_level::{NotAnObject, TopLevel},
    usage::{ReportedUsage, UsageError},
};

/// The metered keys of a whole JSON answer, or of one event of a stream.
#[derive(Debug, Default)]
pub struct AnswerPeek<'a> {
    /// The upstream's id of the answer.
    pub id: Option<Cow<'a, str>>,
    /// The model that answered; empty in a stream's first event.
    pub model: Option<Cow<'a, str>>,
    /// The `usage` object as it stands in the answer.
    pub usage: Option<&'a str>,
    /// The tier that was billed: `default`, `priority`, `flex`.
    pub service_tier: Option<Cow<'a, str>>,
    /// How the router decided, when asked to tell.
    pub model_selection_details: Option<&'a RawValue>,
    /// An error in place of an answer; in a stream this can come after a status of 200.
    pub error: Option<&'a RawValue>,
    /// Whether there are choices, as in every answer and every event of one.
    pub has_choices: bool,
}

/// What an event of a stream carries for its reader.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventPeek<'a> {
    /// The event's choices; none in the first event, and in the one with the usage.
    #[serde(borrow, deserialize_with = "nullable")]
    pub choices: Vec<ChoicePeek<'a>>,
    /// An error in place of an event.
    #[serde(borrow, deserialize_with = "raw_unless_null")]
    pub error: Option<&'a RawValue>,
}

/// One choice of an event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChoicePeek<'a> {
    /// Set on the last event of the choice.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub finish_reason: Option<Cow<'a, str>>,
    /// What is added to the message, key by key. A whole message, as some providers send, is read
    /// the same way.
    #[serde(borrow, alias = "message", deserialize_with = "nullable")]
    pub delta: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

// === impl AnswerPeek ===

impl<'a> AnswerPeek<'a> {
    /// Reads an answer or an event's data.
    ///
    /// # Errors
    /// When it is not one JSON object.
    pub fn parse(json: &'a [u8]) -> Result<Self, NotAnObject> {
        let (mut object, mut peek) = (TopLevel::of(json)?, Self::default());
        while let Some((key, value)) = object.next_entry()? {
            match key {
                b"id" => peek.id = text(value),
                b"model" => peek.model = text(value),
                b"service_tier" => peek.service_tier = text(value),
                b"usage" if value.starts_with(b"{") => peek.usage = std::str::from_utf8(value).ok(),
                b"model_selection_details" => peek.model_selection_details = raw(value),
                b"error" => peek.error = raw(value),
                b"choices" => peek.has_choices = value.starts_with(b"["),
                _ => {}
            }
        }
        Ok(peek)
    }

    /// The usage's counts; `None` when there is no usage.
    ///
    /// # Errors
    /// When a count is not a whole number.
    pub fn reported_usage(&self) -> Option<Result<ReportedUsage, serde_json::Error>> {
        self.usage.map(serde_json::from_str)
    }
}

// === impl EventPeek ===

impl<'a> EventPeek<'a> {
    /// Reads an event's data.
    ///
    /// # Errors
    /// When it is not one JSON object of a chat stream's shape.
    pub fn parse(json: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Whether the event holds some of the answer itself, so that from here on no other
    /// deployment can take over: anything but the role.
    #[must_use]
    pub fn begins_answer(&self) -> bool {
        let adds = |choice: &ChoicePeek<'_>| {
            choice.delta.iter().any(|(key, value)| key != "role" && !is_empty(value))
        };
        self.finishes() || self.choices.iter().any(adds)
    }

    /// Whether a choice ends with this event.
    #[must_use]
    pub fn finishes(&self) -> bool {
        let reasons = self.choices.iter().map(|choice| choice.finish_reason.as_deref());
        reasons.flatten().any(|reason| !reason.is_empty())
    }

    /// Whether the event adds nothing to any message, not even a role.
    #[must_use]
    pub fn adds_nothing(&self) -> bool {
        let empty = |choice: &ChoicePeek<'_>| choice.delta.values().all(|value| is_empty(value));
        !self.finishes() && self.choices.iter().all(empty)
    }
}

/// Whether a value says nothing.
fn is_empty(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "\"\"" | "[]" | "{}" | "false")
}

/// The place of `part` in `whole`, of which it must be a slice.
pub(crate) fn offset_in(whole: &[u8], part: &str) -> usize {
    part.as_ptr().addr() - whole.as_ptr().addr()
}

/// A string, borrowed where it holds no escapes; absent when it is none.
fn borrowed<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(text(<&RawValue>::deserialize(deserializer)?.get().as_bytes()))
}

/// A string's text, borrowed where it holds no escapes; `None` for what is no string.
pub(crate) fn text(json: &[u8]) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if inner.contains(&b'\\') {
        return serde_json::from_slice(json).ok().map(Cow::Owned);
    }
    std::str::from_utf8(inner).ok().map(Cow::Borrowed)
}

/// A value as it is written; `None` for null.
fn raw(json: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice::<&RawValue>(json).ok().filter(|raw| raw.get() != "null")
}

fn raw_unless_null<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok((raw.get() != "null").then_some(raw))
}

/// Null stands for nothing.
fn nullable<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl From<serde_json::Error> for UsageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Tokens;

    #[test]
    fn azures_first_event_names_no_model() {
        let peek = AnswerPeek::parse(
            br#"{"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[{}]}"#,
        )
        .unwrap();
        assert_eq!(peek.model.as_deref(), Some(""));
        assert!(peek.usage.is_none());
    }

    #[test]
    fn null_usage_is_no_usage() {
        assert!(AnswerPeek::parse(br#"{"usage":null}"#).unwrap().usage.is_none());
        let peek = AnswerPeek::parse(br#"{"usage":{"prompt_tokens":3,"x":{"y":1}}}"#).unwrap();
        let usage = peek.reported_usage().unwrap().unwrap();
        assert_eq!(usage.prompt_tokens, Some(Tokens(3)));
        assert_eq!(usage.completion_tokens, None);
    }

    #[test]
    fn tokens_that_are_no_counts_are_an_error() {
        for usage in
            [r#"{"prompt_tokens":-1}"#, r#"{"prompt_tokens":1.5}"#, r#"{"prompt_tokens":"3"}"#]
        {
            let json = format!(r#"{{"usage":{usage}}}"#);
            let peek = AnswerPeek::parse(json.as_bytes()).unwrap();
            assert!(peek.reported_usage().unwrap().is_err(), "{usage}");
        }
    }

    #[test]
    fn odd_values_read_as_absent() {
        let peek = AnswerPeek::parse(
            br#"{"id":["x"],"model":7,"service_tier":null,"usage":{"prompt_tokens":1},"error":false}"#,
        )
        .unwrap();
        assert!(peek.model.is_none() && peek.id.is_none() && peek.service_tier.is_none());
        assert!(peek.usage.is_some() && peek.error.is_some());
        for usage in ["3", "[]", "\"x\"", "null"] {
            let json = format!(r#"{{"usage":{usage}}}"#);
            assert!(AnswerPeek::parse(json.as_bytes()).unwrap().usage.is_none(), "{usage}");
        }
        let escaped = AnswerPeek::parse(br#"{"model":"a\u002db"}"#).unwrap();
        assert_eq!(escaped.model.as_deref(), Some("a-b"));
    }

    #[test]
    fn an_answer_begins_with_its_content() {
        let begins = |choices: &str| {
            let json = format!(r#"{{"choices":{choices}}}"#);
            EventPeek::parse(json.as_bytes()).unwrap().begins_answer()
        };
        for before in [
            "[]",
            "null",
            r#"[{"delta":{"role":"assistant","content":"","refusal":null}}]"#,
            r#"[{"delta":{"role":"assistant","content":null,"tool_calls":[]},"finish_reason":null}]"#,
            r#"[{"delta":null,"content_filter_offsets":{"check_offset":44}}]"#,
            r#"[{"delta":{"role":"assistant"},"finish_reason":""}]"#,
        ] {
            assert!(!begins(before), "{before}");
        }
        for content in [
            r#"[{"delta":{"content":"a"}}]"#,
            r#"[{"delta":{"reasoning_content":"hm"}}]"#,
            r#"[{"delta":{"reasoning":"hm"}}]"#,
            r#"[{"delta":{"reasoning_details":[{"text":"hm"}]}}]"#,
            r#"[{"delta":{"content":[{"type":"text","text":"a"}]}}]"#,
            r#"[{"message":{"content":"a"}}]"#,
            r#"[{"delta":{"tool_calls":[{"index":0}]}}]"#,
            r#"[{"delta":{"function_call":{"name":"f"}}}]"#,
            r#"[{"delta":{"audio":{"id":"a"}}}]"#,
            r#"[{"delta":{},"finish_reason":"stop"}]"#,
        ] {
            assert!(begins(content), "{content}");
        }
    }

    #[test]
    fn azures_async_filter_event_has_no_delta() {
        let event = EventPeek::parse(
            br#"{"choices":[{"index":0,"finish_reason":"content_filter","content_filter_results":{}}]}"#,
        )
        .unwrap();
        assert!(event.finishes() && event.begins_answer() && !event.adds_nothing());
    }
}
