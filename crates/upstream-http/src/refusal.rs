//! Error answers, parsed whatever their shape.

use http::response::Parts;
use jiff::Timestamp;
use llm_types::Refusal;
use serde_json::Value;

use crate::{headers, retry_after::retry_after, text::one_line, transport::AnswerBody};

/// How much of an error body is read, in bytes; most are below 2 KiB.
const MAX_BODY: usize = 1024 * 1024;
/// How much of a text that is not JSON is repeated, in characters.
const MAX_TEXT: usize = 200;

/// Reads an error answer as far as it comes. `request_ids`: the headers in which the upstream names
/// the request, the one to give to its support first. `now` is what a wait until a date counts from.
pub async fn read_refusal(
    parts: Parts,
    body: AnswerBody,
    request_ids: &[&str],
    now: Timestamp,
) -> Refusal {
    // An error answer comes from outside and may be of any length.
    let body = body.read_at_most(MAX_BODY).await;
    let (code, message) = interpret(&body);
    let reason = || parts.status.canonical_reason().unwrap_or("no message").to_owned();
    let request_id = request_ids
        .iter()
        .find_map(|name| parts.headers.get(*name)?.to_str().ok().filter(|id| !id.is_empty()))
        .map(str::to_owned);
    Refusal {
        status: parts.status,
        code,
        message: message.unwrap_or_else(reason),
        retry_after: retry_after(&parts.headers, now),
        request_id,
        headers: headers::without_hop_by_hop(parts.headers),
        body,
    }
}

/// Code and message of `{"error":{…}}`, `{"error":"…"}`, `{"message":…}`, `{"statusCode":…}`, or
/// the beginning of any other text.
fn interpret(body: &[u8]) -> (Option<String>, Option<String>) {
    let Ok(Value::Object(outer)) = serde_json::from_slice(body) else {
        return (None, text(body));
    };
    let error = outer.get("error");
    let inner = error.and_then(Value::as_object).unwrap_or(&outer);
    // Azure API Management sends `statusCode` and `message` without an `error` around them.
    let code = inner.get("code").or_else(|| inner.get("statusCode")).and_then(scalar);
    // Ollama's own API sends the error as a string.
    let message = error.filter(|error| error.is_string()).or_else(|| inner.get("message"));
    let message = message.and_then(Value::as_str).map(one_line).filter(|text| !text.is_empty());
    (code, message.or_else(|| text(body)))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(one_line(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(body: &[u8]) -> Option<String> {
    // A character has at most four bytes; the rest is for the blanks that `one_line` removes.
    let start = &body[..body.len().min(MAX_TEXT * 8)];
    let line: String = one_line(&String::from_utf8_lossy(start)).chars().take(MAX_TEXT).collect();
    Some(line).filter(|line| !line.is_empty())
}
