//! Errors in Anthropic's envelope: `{"type":"error","error":{"type":…,"message":…},"request_id":…}`.

use bytes::Bytes;
use serde_json::{Value, json};

use super::events::named;
use crate::dialect::ErrorFacts;

/// Types of errors, with the status that each stands for.
const TYPES: [(&str, u16); 10] = [
    ("invalid_request_error", 400),
    ("authentication_error", 401),
    ("billing_error", 402),
    ("permission_error", 403),
    ("not_found_error", 404),
    ("request_too_large", 413),
    ("rate_limit_error", 429),
    ("api_error", 500),
    ("timeout_error", 504),
    ("overloaded_error", 529),
];

/// The status of an error of this type.
pub(in crate::dialect) fn status(kind: &str) -> Option<u16> {
    TYPES.iter().find(|(known, _)| *known == kind).map(|(_, status)| *status)
}

/// The type of an error with this status.
fn kind(status: u16) -> &'static str {
    let same = TYPES.iter().find(|(_, known)| *known == status);
    match (same, status) {
        (Some((kind, _)), _) => kind,
        (None, 408) => "timeout_error",
        (None, 400..=499) => "invalid_request_error",
        (None, _) => "api_error",
    }
}

/// The body of an error. Our own code is in it beside what the API defines.
pub(in crate::dialect) fn body(error: &ErrorFacts<'_>) -> Bytes {
    let mut detail = json!({"type": kind(error.status), "message": error.message});
    if let Some(code) = error.code {
        detail["code"] = code.into();
    }
    let mut body = json!({"type": "error", "error": detail});
    if let Some(id) = error.request_id {
        body["request_id"] = id.into();
    }
    body.to_string().into()
}

/// Whether an upstream's error is in this envelope.
pub(in crate::dialect) fn is_own_error(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &body["error"];
    body["type"] == "error" && error["type"].is_string() && error["message"].is_string()
}

/// The event of an error of ours.
pub(in crate::dialect) fn interrupted(reason: &str, _passed: u64) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let code = Some("upstream_interrupted");
    let facts = ErrorFacts {
        status: 502,
        kind: "",
        param: None,
        message: &message,
        code,
        request_id: None,
    };
    named("error", &body(&facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_a_type() {
        for (status, expect) in [
            (400, "invalid_request_error"),
            (401, "authentication_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (405, "invalid_request_error"),
            (408, "timeout_error"),
            (413, "request_too_large"),
            (415, "invalid_request_error"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (502, "api_error"),
            (503, "api_error"),
            (504, "timeout_error"),
            (529, "overloaded_error"),
        ] {
            assert_eq!(kind(status), expect, "{status}");
        }
    }

    #[test]
    fn only_anthropics_envelope_is_its_own() {
        assert!(is_own_error(
            br#"{"type":"error","error":{"type":"x","message":"m"},"request_id":"r"}"#
        ));
        for other in [r#"{"error":{"code":"429","message":"m"}}"#, r#"{"type":"error"}"#, "<p>", ""]
        {
            assert!(!is_own_error(other.as_bytes()), "{other}");
        }
    }
}
