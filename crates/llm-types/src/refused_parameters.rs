//! The parameters that a refusal names, in each of the wordings that Azure and the models behind it use.

use std::borrow::Cow;

use serde_json::Value;

use crate::provider::Refusal;

/// Words of a refusal that concerns a parameter, if nothing else names it.
const ABOUT_A_PARAMETER: [&str; 9] = [
    "not allowed",
    "not permitted",
    "not supported",
    "too large",
    "unexpected",
    "unknown",
    "unrecognized",
    "unsupported",
    "extra",
];

// === impl Refusal ===

impl Refusal {
    /// The parameters that a refusal of status 400 or 422 names: keys of the request's body, those
    /// below others with a point (`stream_options.include_usage`). Empty where it names none.
    ///
    /// The text may repeat what the client sent, so that this is a hint and no proof.
    #[must_use]
    pub fn parameters(&self) -> Vec<String> {
        if !matches!(self.status.as_u16(), 400 | 422)
            // A filtered prompt has nothing to do with parameters, whatever its text repeats.
            || self.code.as_deref() == Some("content_filter")
        {
            return Vec::new();
        }
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let param = [&body["error"]["param"], &body["param"]];
        if let Some(param) =
            param.into_iter().filter_map(Value::as_str).find(|param| !param.is_empty())
        {
            return vec![param.trim_start_matches("body.").to_owned()];
        }
        let mut found = Vec::new();
        places(&body, &mut found);
        if found.is_empty() {
            let message = [&body["error"]["message"], &body["message"]];
            let message = message.into_iter().find_map(Value::as_str).map(Cow::Borrowed);
            let text = message.unwrap_or_else(|| String::from_utf8_lossy(&self.body));
            found = written_places(&text);
            if found.is_empty() {
                found = words(&text);
            }
        }
        found
    }

    /// The largest bound that the model takes, where the refusal says that one is too large.
    #[must_use]
    pub fn largest_bound(&self) -> Option<u64> {
        let (_, rest) = self.message.split_once("at most ")?;
        let (number, rest) = rest.split_once(' ')?;
        let tokens = rest.starts_with("completion tokens") || rest.starts_with("tokens");
        number.replace(',', "").parse().ok().filter(|most| tokens && *most > 0)
    }
}

/// What Pydantic says: each place is a list, below `loc`. It may be JSON within a text.
fn places(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Array(place)) = fields.get("loc") {
                let keys = place.iter().filter_map(Value::as_str).filter(|key| *key != "body");
                found.push(keys.collect::<Vec<_>>().join("."));
                return;
            }
            fields.values().for_each(|value| places(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| places(item, found)),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(value) = serde_json::from_str(text) {
                places(&value, found);
            }
        }
        _ => {}
    }
}

/// The same where it is no JSON: Python's own form, or quotes that are not escaped.
fn written_places(text: &str) -> Vec<String> {
    let lists = text.split("loc").skip(1).filter_map(|rest| {
        // Right behind the key, with its quotes: a list, or Python's tuple.
        let list = rest.trim_start_matches(['\\', '"', '\'', ':', ' ']);
        let list = list.strip_prefix(['[', '('])?.split([']', ')']).next()?;
        let keys: Vec<_> = identifiers(list).filter(|key| *key != "body").collect();
        (!keys.is_empty()).then(|| keys.join("."))
    });
    lists.collect()
}

/// The identifiers of a text that refuses a parameter, except for what it advises to use instead.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    if !ABOUT_A_PARAMETER.iter().any(|words| lower.contains(words)) {
        return Vec::new();
    }
    let refused = text.split(" Use ").next().unwrap_or(text);
    let names = identifiers(refused).filter(|word| word.contains('_'));
    names.map(str::to_owned).collect()
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let other = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    text.split(other).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        let read: Value = serde_json::from_str(body).unwrap_or_default();
        Refusal {
            status: StatusCode::from_u16(status).unwrap(),
            code: read["error"]["code"].as_str().map(str::to_owned),
            message: read["error"]["message"].as_str().unwrap_or(body).to_owned(),
            retry_after: None,
            request_id: None,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[track_caller]
    fn check(status: u16, body: &str, expect: &[&str]) {
        assert_eq!(refusal(status, body).parameters(), expect, "{body}");
    }

    #[test]
    fn each_wording_names_its_parameter() {
        for (status, body, expect) in [
            (
                400,
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#,
                &["max_tokens"][..],
            ),
            (
                400,
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":null,"code":null}}"#,
                &["max_tokens"],
            ),
            (
                400,
                r#"{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null,"code":null}}"#,
                &["stream_options"],
            ),
            (
                400,
                r#"{"error":{"message":"Unrecognized request arguments supplied: max_completion_tokens, stream_options","type":"invalid_request_error","param":null,"code":null}}"#,
                &["max_completion_tokens", "stream_options"],
            ),
            (
                400,
                r#"{"error":{"message":"Unknown parameter: 'stream_options'.","type":"invalid_request_error","param":"stream_options","code":"unknown_parameter"}}"#,
                &["stream_options"],
            ),
            (
                400,
                r#"{"error":{"message":"Validation error at #/stream_options: Extra inputs are not permitted"}}"#,
                &["stream_options"],
            ),
            (
                400,
                r#"{"error":{"code":"Bad Request","message":"Extra parameters ['stream_options'] are not allowed when extra-parameters is not set or set to be 'error'. Set extra-parameters to 'pass-through' to pass to the model."}}"#,
                &["stream_options"],
            ),
            (
                422,
                r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":32000}]},"type":"invalid_request_error","param":null,"code":null}"#,
                &["max_completion_tokens"],
            ),
            (
                422,
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","store"],"msg":"Extra inputs are not permitted","input":false},{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":8192}]}"#,
                &["store", "max_completion_tokens"],
            ),
            (
                422,
                r#"{"error":{"code":"Invalid input","status":422,"message":"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]}"}}"#,
                &["stream_options.include_usage"],
            ),
            (
                422,
                r#"{"error":{"code":"Invalid input","message":"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]}","status":422}}"#,
                &["stream_options.include_usage"],
            ),
            (
                422,
                r#"{"error":{"message":"[{'type': 'extra_forbidden', 'loc': ('body', 'x'), 'msg': ''}, {'loc': ['body', 'max_completion_tokens'], 'msg': 'Extra inputs are not permitted'}]"}}"#,
                &["x", "max_completion_tokens"],
            ),
            (
                400,
                r#"{"error":{"message":"Unknown parameter: 'stream_options'; the request is blocked"}}"#,
                &["stream_options"],
            ),
            // Pydantic repeats the client's input, which names no place.
            (
                422,
                r#"{"detail":[{"type":"string_type","loc":["body","messages",0,"content"],"msg":"Input should be a valid string","input":{"loc":["body","max_completion_tokens"]}}]}"#,
                &["messages.content"],
            ),
            (400, r#"{"error":{"message":"max_tokens was a fine song","code":null}}"#, &[]),
            (
                400,
                r#"{"error":{"message":"stream_options is not supported","code":"content_filter"}}"#,
                &[],
            ),
            (429, r#"{"error":{"message":"stream_options is not supported"}}"#, &[]),
            (500, r#"{"error":{"message":"x","param":"stream_options"}}"#, &[]),
            (400, "stream_options is not supported", &["stream_options"]),
            (400, "", &[]),
        ] {
            check(status, body, expect);
        }
    }

    #[test]
    fn a_bound_that_is_too_large_has_a_largest() {
        let most = |message: &str| {
            let body = serde_json::json!({"error": {"message": message}});
            refusal(400, &body.to_string()).largest_bound()
        };
        assert_eq!(
            most(
                "max_tokens is too large: 16384. This model supports at most 4096 completion tokens, \
                 whereas you provided 16384."
            ),
            Some(4096)
        );
        assert_eq!(most("at most 0 completion tokens"), None);
        assert_eq!(most("at most 5 messages"), None);
        assert_eq!(most("no"), None);
    }
}
