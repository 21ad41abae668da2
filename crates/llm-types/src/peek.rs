//! What a meter reads in passing: a few top-level keys of an answer or of a stream's event, the
//! rest skipped. Nothing is copied unless a string holds escapes.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{ReportedUsage, UsageError};

/// The metered keys of a whole JSON answer, or of one event of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerPeek<'a> {
    /// The upstream's id of the answer.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub id: Option<Cow<'a, str>>,
    /// The model that answered; empty in a stream's first event.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub model: Option<Cow<'a, str>>,
    /// The `usage` object as it stands in the answer.
    #[serde(borrow, deserialize_with = "raw_unless_null")]
    pub usage: Option<&'a RawValue>,
    /// The tier that was billed: `default`, `priority`, `flex`.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub service_tier: Option<Cow<'a, str>>,
    /// How the router decided, when asked to tell.
    #[serde(borrow, deserialize_with = "raw_unless_null")]
    pub model_selection_details: Option<&'a RawValue>,
    /// An error in place of an answer; in a stream this can come after a status of 200.
    #[serde(borrow, deserialize_with = "raw_unless_null")]
    pub error: Option<&'a RawValue>,
}

/// What an event of a stream carries for its reader.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventPeek<'a> {
    /// The event's choices; none in the first event, and in the one with the usage.
    #[serde(borrow)]
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
    /// What is added to the message.
    #[serde(borrow)]
    pub delta: DeltaPeek<'a>,
}

/// What an event adds to a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeltaPeek<'a> {
    /// Text.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub content: Option<Cow<'a, str>>,
    /// The text of a refusal.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub refusal: Option<Cow<'a, str>>,
    /// Thoughts, from models that show them.
    #[serde(borrow, deserialize_with = "borrowed")]
    pub reasoning_content: Option<Cow<'a, str>>,
    /// Calls of tools, as they stand.
    #[serde(borrow, deserialize_with = "raw_unless_null")]
    pub tool_calls: Option<&'a RawValue>,
}

// === impl AnswerPeek ===

impl<'a> AnswerPeek<'a> {
    /// Reads an answer or an event's data.
    ///
    /// # Errors
    /// When it is not one JSON object, or a metered key has another type than Azure's.
    pub fn parse(json: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The usage's counts; `None` when there is no usage.
    ///
    /// # Errors
    /// When a count is not a whole number.
    pub fn reported_usage(&self) -> Option<Result<ReportedUsage, serde_json::Error>> {
        self.usage.map(|usage| serde_json::from_str(usage.get()))
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

    /// Whether the event belongs to the answer itself, so that from here on no other deployment
    /// can take over.
    #[must_use]
    pub fn begins_answer(&self) -> bool {
        !self.choices.is_empty()
    }

    /// Whether a choice ends with this event.
    #[must_use]
    pub fn finishes(&self) -> bool {
        self.choices.iter().any(|choice| choice.finish_reason.is_some())
    }

    /// The text that was delivered, calls of tools included, for counting its tokens.
    pub fn delivered(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().flat_map(|ChoicePeek { delta, .. }| {
            [&delta.content, &delta.refusal, &delta.reasoning_content]
                .into_iter()
                .filter_map(|text| text.as_deref())
                .chain(delta.tool_calls.map(RawValue::get))
        })
    }
}

/// The place of `part` in `whole`, of which it must be a slice.
pub(crate) fn offset_in(whole: &[u8], part: &str) -> usize {
    part.as_ptr().addr() - whole.as_ptr().addr()
}

/// serde copies an `Option<Cow<str>>`; this borrows where it can.
fn borrowed<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    Ok(Option::<Text<'de>>::deserialize(deserializer)?.map(|text| text.0))
}

fn raw_unless_null<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok((raw.get() != "null").then_some(raw))
}

impl From<serde_json::Error> for UsageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tokens;

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
    fn an_event_tells_what_it_delivers() {
        let event = EventPeek::parse(
            br#"{"choices":[{"delta":{"content":"a\n","tool_calls":[{"x":1}]},"finish_reason":null}]}"#,
        )
        .unwrap();
        assert!(event.begins_answer() && !event.finishes());
        assert_eq!(event.delivered().collect::<Vec<_>>(), ["a\n", r#"[{"x":1}]"#]);
    }

    #[test]
    fn azures_async_filter_event_has_no_delta() {
        let event = EventPeek::parse(
            br#"{"choices":[{"index":0,"finish_reason":"content_filter","content_filter_results":{}}]}"#,
        )
        .unwrap();
        assert!(event.finishes());
        assert_eq!(event.delivered().count(), 0);
    }
}
