//! Errors in Anthropic's envelope.

use crate::json::{Json, object, read_object, text};

/// The class of an error that is not the client's.
pub(super) const INTERNAL: &str = "api_error";

/// The error body of a chat's upstream, in the envelope of messages. The words are the upstream's.
pub(crate) fn body(status: u16, chat: &[u8]) -> Vec<u8> {
    let words =
        message(chat).unwrap_or_else(|| format!("the upstream answered with status {status}"));
    envelope(of_status(status), &words).to_bytes()
}

/// An error of this class.
pub(super) fn envelope<'a>(kind: &'a str, message: &'a str) -> Json<'a> {
    let error = object! { "type": kind, "message": message };
    object! { "type": "error", "error": error }
}

/// The class of an error that a chat's stream reports.
pub(super) fn kind_of(kind: &str) -> &'static str {
    match kind {
        "429" => "rate_limit_error",
        kind if kind.contains("rate_limit") => "rate_limit_error",
        kind if kind.contains("overloaded") => "overloaded_error",
        _ => INTERNAL,
    }
}

fn message(chat: &[u8]) -> Option<String> {
    let raw: &serde_json::value::RawValue = serde_json::from_slice(chat).ok()?;
    let error = read_object(raw)?.get("error")?;
    let words = match text(error) {
        Some(words) => words,
        None => read_object(error)?.text("message")?,
    };
    Some(words.into_owned())
}

fn of_status(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 | 529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => INTERNAL,
    }
}
