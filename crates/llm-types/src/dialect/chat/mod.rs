//! OpenAI's chat completions: their words, and types for code that wants to read an answer rather than
//! pass it on.
//!
//! Every type keeps the fields that it does not know in `extra`, so that what was read can be
//! written again without loss. Numbers such as a temperature are [`serde_json::Number`]s.

mod assemble;
mod error;
mod event_peek;
pub(super) mod events;
pub(super) mod keys;
pub(super) mod parts;
mod request;
mod response;
pub(super) mod said;

pub(super) use self::event_peek::EventPeek;
pub use error::{ErrorBody, ErrorDetail};
pub use request::{ChatRequest, Content, FunctionCall, Message, StreamOptions, ToolCall};
pub use request::{assistant, system, tool, user};
pub use response::{
    ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Delta, ToolCallDelta, Usage,
};

use serde_json::{Value, json};

use super::AnswerPeek;
use crate::json::top_level::NotAnObject;

/// The path below the base of an API.
pub(super) const PATH: &str = "chat/completions";

/// What an answer is called in errors.
pub(super) const ANSWER: &str = "a chat completion";

/// Fields beyond those that a type names.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// Reads the metered facts of an answer or of an event.
#[inline]
pub(super) fn peek(json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
    AnswerPeek::of_top_level(json, b"choices")
}

/// Whether an event has a list of choices with none in it: Azure's first one, about the prompt.
pub(super) fn has_no_choice(json: &[u8]) -> bool {
    peek(json).is_ok_and(|peek| peek.is_answer)
        && EventPeek::parse(json).is_ok_and(|peek| peek.choices.is_empty())
}

/// An error in the form in which OpenAI's SDKs raise it within a stream.
pub(super) fn interrupted(reason: &str) -> Value {
    let message = format!("{reason}; the answer is incomplete");
    json!({
        "error": {"message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"}
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, ReportedUsage, Tokens};

    fn usage(found: Option<&str>) -> Result<ReportedUsage, serde_json::Error> {
        Dialect::Chat.usage(found.unwrap(), None)
    }

    #[test]
    fn azures_first_event_names_no_model() {
        let found =
            peek(br#"{"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[{}]}"#)
                .unwrap();
        assert_eq!(found.model.as_deref(), Some(""));
        assert!(found.usage.is_none());
    }

    #[test]
    fn null_usage_is_no_usage() {
        assert!(peek(br#"{"usage":null}"#).unwrap().usage.is_none());
        let found = peek(br#"{"usage":{"prompt_tokens":3,"x":{"y":1}}}"#).unwrap();
        let counts = usage(found.usage).unwrap();
        assert_eq!(counts.prompt_tokens, Some(Tokens(3)));
        assert_eq!(counts.completion_tokens, None);
    }

    #[test]
    fn tokens_that_are_no_counts_are_an_error() {
        for counts in
            [r#"{"prompt_tokens":-1}"#, r#"{"prompt_tokens":1.5}"#, r#"{"prompt_tokens":"3"}"#]
        {
            let json = format!(r#"{{"usage":{counts}}}"#);
            let found = peek(json.as_bytes()).unwrap();
            assert!(usage(found.usage).is_err(), "{counts}");
        }
    }

    #[test]
    fn odd_values_read_as_absent() {
        let found = peek(
            br#"{"id":["x"],"model":7,"service_tier":null,"usage":{"prompt_tokens":1},"error":false}"#,
        )
        .unwrap();
        assert!(found.model.is_none() && found.id.is_none() && found.service_tier.is_none());
        assert!(found.usage.is_some() && found.error.is_some());
        for usage in ["3", "[]", "\"x\"", "null"] {
            let json = format!(r#"{{"usage":{usage}}}"#);
            assert!(peek(json.as_bytes()).unwrap().usage.is_none(), "{usage}");
        }
        let escaped = peek(br#"{"model":"a\u002db"}"#).unwrap();
        assert_eq!(escaped.model.as_deref(), Some("a-b"));
    }
}
