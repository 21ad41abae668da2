//! Single events of a stream: the few that tell a meter something, found without parsing the rest,
//! and errors that come as events.

use std::sync::LazyLock;

use bytes::Bytes;
use http::StatusCode;
use llm_types::{ProviderError, Refusal};
use memchr::memmem::Finder;
use serde_json::Value;

/// A key, in quotes, that is looked for in the text of an event.
pub(crate) type Key = LazyLock<Finder<'static>>;

/// The data of the event that ends a stream.
pub(crate) const DONE: &[u8] = b"[DONE]";

pub(crate) static USAGE: Key = LazyLock::new(|| Finder::new(b"\"usage\""));
pub(crate) static ERROR: Key = LazyLock::new(|| Finder::new(b"\"error\""));
pub(crate) static ROUTING: Key = LazyLock::new(|| Finder::new(b"\"model_selection_details\""));
pub(crate) static FINISH: Key = LazyLock::new(|| Finder::new(b"\"finish_reason\""));

/// An error that an upstream told in place of an answer, or within it.
pub(crate) struct ToldError {
    pub(crate) message: String,
    pub(crate) code: Option<String>,
}

/// Whether `key` stands in the JSON text with a value other than null, at any depth. Within a
/// string the quotes would be escaped, so this never mistakes content for a key.
pub(crate) fn has_value(key: &Key, json: &[u8]) -> bool {
    key.find_iter(json).any(|at| {
        let after = json[at + key.needle().len()..].trim_ascii_start();
        after.strip_prefix(b":").is_some_and(|value| !value.trim_ascii_start().starts_with(b"null"))
    })
}

/// The event that ends a stream.
pub(crate) const fn done() -> Bytes {
    Bytes::from_static(b"data: [DONE]\n\n")
}

/// An error in the form in which OpenAI's SDKs raise it.
pub(crate) fn interrupted(reason: &str) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let error = serde_json::json!({
        "error": {"message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"}
    });
    format!("data: {error}\n\n").into()
}

/// A refusal that came as an event.
pub(crate) fn refusal(data: &[u8], error: &Value) -> ProviderError {
    let ToldError { message, code } = ToldError::read(error);
    let status = code.as_deref().and_then(|code| code.parse::<u16>().ok());
    let limited = message.contains("rate limit");
    let status = status
        .filter(|status| (400..600).contains(status))
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(if limited { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_GATEWAY });
    ProviderError::Refused(Box::new(Refusal {
        status,
        code,
        message,
        retry_after: None,
        request_id: None,
        headers: http::HeaderMap::new(),
        body: Bytes::copy_from_slice(data),
    }))
}

// === impl ToldError ===

impl ToldError {
    /// Reads the value of `error`: an object with a message, or the message itself.
    pub(crate) fn read(error: &Value) -> Self {
        let text = |key: &str| match &error[key] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let message = text("message").unwrap_or_else(|| match error {
            Value::String(message) => message.clone(),
            other => other.to_string(),
        });
        Self { message, code: text("code").or_else(|| text("type")) }
    }

    /// The same from its JSON text.
    pub(crate) fn parse(error: &str) -> Self {
        Self::read(&serde_json::from_str(error).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_with_a_value_are_found() {
        for json in [
            r#"{"usage":null}"#,
            r#"{"a":"usage"}"#,
            r#"{"a":"\"usage\":1"}"#,
            r#"{"usage" : null}"#,
            r#"{"usages":1}"#,
            "\"usage\"",
        ] {
            assert!(!has_value(&USAGE, json.as_bytes()), "{json}");
        }
        for json in [r#"{"usage":{}}"#, r#"{"usage" : {}}"#, r#"{"a":{"usage":null},"usage":1}"#] {
            assert!(has_value(&USAGE, json.as_bytes()), "{json}");
        }
    }

    #[track_caller]
    fn check(error: &str, message: &str, code: Option<&str>) {
        let error = ToldError::parse(error);
        assert_eq!((error.message.as_str(), error.code.as_deref()), (message, code));
    }

    #[test]
    fn errors_are_read_in_every_form() {
        check(r#"{"message":"m","code":"c","type":"t"}"#, "m", Some("c"));
        check(r#"{"message":"m","code":429}"#, "m", Some("429"));
        check(r#"{"message":"m","code":null,"type":"t"}"#, "m", Some("t"));
        check(r#""out of order""#, "out of order", None);
        check(r#"{"detail":1}"#, r#"{"detail":1}"#, None);
    }

    #[test]
    fn a_refusal_as_an_event_has_a_status() {
        let status = |error: &str| match refusal(b"", &serde_json::from_str(error).unwrap()) {
            ProviderError::Refused(refusal) => refusal.status.as_u16(),
            other => panic!("{other}"),
        };
        assert_eq!(status(r#"{"message":"m","code":"429"}"#), 429);
        assert_eq!(status(r#"{"message":"have exceeded rate limit"}"#), 429);
        assert_eq!(status(r#"{"message":"m","code":"server_error"}"#), 502);
        assert_eq!(status(r#"{"message":"m","code":"200"}"#), 502);
        assert_eq!(status(r#""m""#), 502);
    }
}
