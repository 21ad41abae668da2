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
pub(super) mod words;

pub(super) use self::event_peek::EventPeek;
pub use error::{ErrorBody, ErrorDetail};
pub use request::{ChatRequest, Content, FunctionCall, Message, StreamOptions, ToolCall};
pub use request::{assistant, system, tool, user};
pub use response::{
    ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Delta, ToolCallDelta, Usage,
};

/// Fields beyond those that a type names.
pub type Extra = serde_json::Map<String, serde_json::Value>;

#[cfg(test)]
mod tests {
    use super::words::peek;
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
