//! The choices of one event of a chat's stream: what it adds, and whether it is the last.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::value::text;

/// What an event of a stream carries for its reader.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventPeek<'a> {
    /// The event's choices; none in the first event, and in the one with the usage.
    #[serde(borrow, deserialize_with = "nullable")]
    pub(crate) choices: Vec<ChoicePeek<'a>>,
}

/// One choice of an event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChoicePeek<'a> {
    /// Set on the last event of the choice.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub(crate) finish_reason: Option<Cow<'a, str>>,
    /// What is added to the message, key by key. A whole message, as some providers send, is read
    /// the same way.
    #[serde(borrow, alias = "message", deserialize_with = "nullable")]
    pub(crate) delta: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

// === impl EventPeek ===

impl<'a> EventPeek<'a> {
    /// Reads an event's data.
    ///
    /// # Errors
    /// When it is not one JSON object of a chat stream's shape.
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Whether the event holds some of the answer itself, so that from here on no other
    /// deployment can take over: anything but the role.
    pub(crate) fn begins_answer(&self) -> bool {
        let adds = |choice: &ChoicePeek<'_>| {
            choice.delta.iter().any(|(key, value)| key != "role" && !is_empty(value))
        };
        self.finishes() || self.choices.iter().any(adds)
    }

    /// Whether a choice ends with this event.
    pub(crate) fn finishes(&self) -> bool {
        let reasons = self.choices.iter().map(|choice| choice.finish_reason.as_deref());
        reasons.flatten().any(|reason| !reason.is_empty())
    }

    /// Whether the event adds nothing to any message, not even a role.
    pub(crate) fn adds_nothing(&self) -> bool {
        let empty = |choice: &ChoicePeek<'_>| choice.delta.values().all(|value| is_empty(value));
        !self.finishes() && self.choices.iter().all(empty)
    }
}

/// Whether a value says nothing.
fn is_empty(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "\"\"" | "[]" | "{}" | "false")
}

/// A string, borrowed where it holds no escapes; absent when it is none.
fn borrowed<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(text(<&RawValue>::deserialize(deserializer)?.get().as_bytes()))
}

/// Null stands for nothing.
fn nullable<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

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
