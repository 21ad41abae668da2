//! Errors that an upstream sends with a status of 200: as an event of a stream, or as a whole
//! answer, in whichever envelope.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use llm_types::{AnswerPeek, Dialect, ProviderError, Refusal};
use serde_json::Value;

/// An error that an upstream sent in place of an answer, or within it.
pub(crate) struct ReportedError {
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    /// The HTTP status that it stands for, as far as it says so.
    pub(crate) status: Option<StatusCode>,
}

/// The keys under which a status is sent, the surest first.
const STATUSES: [&str; 4] = ["status", "statusCode", "status_code", "code"];

/// Codes and types that have a status, where none is sent beside them.
const NAMED: [(&str, StatusCode); 35] = [
    ("authentication_error", StatusCode::UNAUTHORIZED),
    ("bio_policy", StatusCode::BAD_REQUEST),
    ("content_filter", StatusCode::BAD_REQUEST),
    ("content_policy_violation", StatusCode::BAD_REQUEST),
    ("context_length_exceeded", StatusCode::BAD_REQUEST),
    ("data_residency_mismatch", StatusCode::BAD_REQUEST),
    ("deploymentnotfound", StatusCode::NOT_FOUND),
    ("empty_image_file", StatusCode::BAD_REQUEST),
    ("failed_to_download_image", StatusCode::BAD_REQUEST),
    ("image_content_policy_violation", StatusCode::BAD_REQUEST),
    ("image_file_not_found", StatusCode::BAD_REQUEST),
    ("image_file_too_large", StatusCode::BAD_REQUEST),
    ("image_parse_error", StatusCode::BAD_REQUEST),
    ("image_too_large", StatusCode::BAD_REQUEST),
    ("image_too_small", StatusCode::BAD_REQUEST),
    ("insufficient_quota", StatusCode::TOO_MANY_REQUESTS),
    ("invalid_api_key", StatusCode::UNAUTHORIZED),
    ("invalid_base64_image", StatusCode::BAD_REQUEST),
    ("invalid_image", StatusCode::BAD_REQUEST),
    ("invalid_image_format", StatusCode::BAD_REQUEST),
    ("invalid_image_mode", StatusCode::BAD_REQUEST),
    ("invalid_image_url", StatusCode::BAD_REQUEST),
    ("invalid_prompt", StatusCode::BAD_REQUEST),
    ("invalid_request_error", StatusCode::BAD_REQUEST),
    ("misalignment_policy_violation", StatusCode::BAD_REQUEST),
    ("model_not_found", StatusCode::NOT_FOUND),
    ("overloaded_error", StatusCode::SERVICE_UNAVAILABLE),
    ("permission_error", StatusCode::FORBIDDEN),
    ("permissiondenied", StatusCode::FORBIDDEN),
    ("rate_limit_error", StatusCode::TOO_MANY_REQUESTS),
    ("rate_limit_exceeded", StatusCode::TOO_MANY_REQUESTS),
    ("ratelimitreached", StatusCode::TOO_MANY_REQUESTS),
    ("too_many_requests", StatusCode::TOO_MANY_REQUESTS),
    ("toomanyrequests", StatusCode::TOO_MANY_REQUESTS),
    ("unsupported_image_media_type", StatusCode::BAD_REQUEST),
];

/// Whether an event's `event:` line says that it is an error.
pub(crate) fn is_error_event(event: &[u8]) -> bool {
    // Most events have no such line.
    !event.starts_with(b"data")
        && event.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| {
            line.strip_prefix(b"event:").is_some_and(|name| name.trim_ascii() == b"error")
        })
}

/// A refusal, made of the error that `body` holds.
pub(crate) fn refusal(body: &[u8], error: ReportedError, headers: HeaderMap) -> ProviderError {
    let ReportedError { message, code, status } = error;
    ProviderError::Refused(Box::new(Refusal {
        status: status.unwrap_or(StatusCode::BAD_GATEWAY),
        code,
        message,
        retry_after: None,
        request_id: None,
        headers,
        body: Bytes::copy_from_slice(body),
    }))
}

// === impl ReportedError ===

impl ReportedError {
    /// The error that an event or a whole answer is: `{"error":{…}}`, `{"error":"…"}`, and, where
    /// it is no answer otherwise, `{"code":…,"message":…}`, `{"status":400,…}`, `{"object":"error"}` and
    /// `{"detail":…}`. `named`: its event says that it is an error, whatever it holds.
    pub(crate) fn find(
        dialect: Dialect,
        data: &[u8],
        peek: &AnswerPeek<'_>,
        named: bool,
    ) -> Option<Self> {
        if let Some(error) =
            peek.error.filter(|error| !matches!(error.get(), "false" | "{}" | "\"\""))
        {
            let error: Value = serde_json::from_str(error.get()).unwrap_or_default();
            let outer = if peek.is_answer { Value::Null } else { read(data) };
            return Some(Self::read_in(&error, &outer).defined_by(dialect));
        }
        if peek.is_answer && !named {
            return None;
        }
        let outer = read(data);
        (named || is_error(&outer)).then(|| Self::read_in(&outer, &Value::Null).defined_by(dialect))
    }

    /// The same with the status that the API itself defines for such an error.
    fn defined_by(self, dialect: Dialect) -> Self {
        let defined = self.code.as_deref().and_then(|code| dialect.error_status(code));
        let defined = defined.and_then(|status| StatusCode::from_u16(status).ok());
        Self { status: defined.or(self.status), ..self }
    }

    /// Reads the value of `error`: an object with a message, or the message itself.
    pub(crate) fn read(error: &Value) -> Self {
        Self::read_in(error, &Value::Null)
    }

    /// The same with what is beside it.
    fn read_in(error: &Value, outer: &Value) -> Self {
        let text = |key: &str| [error, outer].into_iter().find_map(|from| scalar(&from[key]));
        let message = text("message").or_else(|| text("detail")).unwrap_or_else(|| match error {
            Value::String(message) => message.clone(),
            other => other.to_string(),
        });
        let code = text("code")
            .or_else(|| text("statusCode"))
            .or_else(|| text("type").filter(|kind| kind != "error"));
        let status = [error, outer].into_iter().find_map(status_of);
        let limited = message.to_ascii_lowercase().contains("rate limit");
        let status = status.or(limited.then_some(StatusCode::TOO_MANY_REQUESTS));
        Self { message, code, status }
    }
}

fn read(json: &[u8]) -> Value {
    serde_json::from_slice(json)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(json).into_owned()))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether an object that is no answer is an error.
fn is_error(outer: &Value) -> bool {
    let has = |key: &str| !outer[key].is_null();
    outer["object"] == "error"
        || outer["type"] == "error"
        || has("detail")
        || status_of(outer).is_some()
        || (has("message") && (has("code") || has("type")))
}

/// The status that an error names, by number or by a code that has one.
fn status_of(error: &Value) -> Option<StatusCode> {
    let number = |key: &&str| {
        let number = scalar(&error[*key])?.parse::<u16>().ok()?;
        (400..600).contains(&number).then(|| StatusCode::from_u16(number).ok()).flatten()
    };
    let named = |key: &str| {
        let name = error[key].as_str()?.to_ascii_lowercase();
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, status)| *status)
    };
    STATUSES.iter().find_map(number).or_else(|| ["code", "type"].into_iter().find_map(named))
}

#[cfg(test)]
mod tests {
    use llm_types::Dialect;

    use super::*;

    /// Status, code and message of what an upstream sent with a status of 200.
    fn found(json: &str, named: bool) -> Option<(u16, Option<String>, String)> {
        let peek = Dialect::Chat.peek(json.as_bytes()).unwrap_or_default();
        let error = ReportedError::find(Dialect::Chat, json.as_bytes(), &peek, named)?;
        let status = error.status.map_or(502, |status| status.as_u16());
        Some((status, error.code, error.message))
    }

    #[track_caller]
    fn check(json: &str, status: u16, code: Option<&str>, message: &str) {
        let (got, its_code, its_message) = found(json, false).expect(json);
        assert_eq!(
            (got, its_code.as_deref(), its_message.as_str()),
            (status, code, message),
            "{json}"
        );
    }

    #[test]
    fn errors_are_read_in_every_envelope() {
        check(r#"{"error":{"code":"429","message":"m"}}"#, 429, Some("429"), "m");
        check(r#"{"error":{"code":429,"message":"m"}}"#, 429, Some("429"), "m");
        check(r#"{"error":{"code":"429"}}"#, 429, Some("429"), r#"{"code":"429"}"#);
        check(
            r#"{"error":{"message":"have exceeded rate limit"}}"#,
            429,
            None,
            "have exceeded rate limit",
        );
        check(
            r#"{"error":{"message":"m","type":null,"param":"prompt","code":"content_filter","status":400}}"#,
            400,
            Some("content_filter"),
            "m",
        );
        check(
            r#"{"error":{"message":"m","code":"content_filter"}}"#,
            400,
            Some("content_filter"),
            "m",
        );
        check(r#"{"error":{"message":"m","code":"server_error"}}"#, 502, Some("server_error"), "m");
        check(r#"{"error":{"message":"m","code":"200"}}"#, 502, Some("200"), "m");
        check(
            r#"{"error":{"message":"m","code":null,"type":"rate_limit_error"}}"#,
            429,
            Some("rate_limit_error"),
            "m",
        );
        check(r#"{"error":"overloaded"}"#, 502, None, "overloaded");
        check(r#"{"error":"slow down","status":429}"#, 429, None, "slow down");
        check(r#"{"code":"429","message":"m"}"#, 429, Some("429"), "m");
        check(r#"{"statusCode":401,"message":"m"}"#, 401, Some("401"), "m");
        check(r#"{"status":400,"title":"t"}"#, 400, None, r#"{"status":400,"title":"t"}"#);
        check(r#"{"object":"error","message":"m","code":404}"#, 404, Some("404"), "m");
        check(
            r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
            503,
            Some("overloaded_error"),
            "m",
        );
        check(r#"{"detail":"Not authenticated"}"#, 502, None, "Not authenticated");
        check(r#"{"detail":[{"loc":["a"]}]}"#, 502, None, r#"{"detail":[{"loc":["a"]}]}"#);
    }

    #[test]
    fn an_api_that_defines_statuses_is_believed() {
        let event = br#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
        let status = |dialect: Dialect| {
            let peek = dialect.peek(event).unwrap();
            ReportedError::find(dialect, event, &peek, true).unwrap().status.unwrap().as_u16()
        };
        assert_eq!((status(Dialect::Messages), status(Dialect::Chat)), (529, 503));
    }

    #[test]
    fn answers_are_no_errors() {
        for json in [
            r#"{"choices":[],"error":null}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"status":400,"message":"m","code":"c"}"#,
            r#"{"choices":[],"error":{}}"#,
            r#"{"choices":[],"error":false}"#,
            r#"{"choices":[],"detail":"x"}"#,
            r#"{"id":"c","model":"m"}"#,
            r#"{"id":7,"choices":null,"service_tier":{}}"#,
        ] {
            assert_eq!(found(json, false), None, "{json}");
        }
    }

    #[test]
    fn an_event_may_be_named_an_error() {
        for event in ["event: error\ndata: x\n\n", "id: 1\r\nevent:error\r\ndata: x\r\n\r\n"] {
            assert!(is_error_event(event.as_bytes()), "{event}");
        }
        for event in ["data: event: error\n\n", "event: errors\ndata: x\n\n", ": event: error\n\n"]
        {
            assert!(!is_error_event(event.as_bytes()), "{event}");
        }
        assert_eq!(found("too busy", true), Some((502, None, "too busy".to_owned())));
        assert_eq!(found(r#"{"message":"m"}"#, true), Some((502, None, "m".to_owned())));
    }
}
