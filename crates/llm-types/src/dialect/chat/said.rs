//! The text that a message, or a stream's delta, adds to an answer, for counting its tokens.
//!
//! Providers name the same thing differently: reasoning alone has half a dozen names. Strings count
//! by what they say; ids, types, signatures and encoded data do not.

use serde_json::{Map, Value};

/// Strings that say something, wherever they are in a message.
const TEXTS: [&str; 11] = [
    "arguments",
    "content",
    "input",
    "name",
    "reasoning",
    "reasoning_content",
    "refusal",
    "summary",
    "text",
    "thinking",
    "transcript",
];

/// The parts of a message that are not its reasoning.
const SPOKEN: [&str; 5] = ["content", "refusal", "tool_calls", "function_call", "audio"];

/// What a whole answer says, calls of tools included.
pub(in crate::dialect) fn of_answer(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut text = String::new();
    for choice in answer["choices"].as_array().into_iter().flatten() {
        add(&choice["message"], &mut text);
    }
    text
}

/// Adds to `text` what a message or a delta says, if it is one.
pub(in crate::dialect) fn add(message: &Value, text: &mut String) {
    if let Value::Object(message) = message {
        add_message(message, text);
    }
}

/// Adds to `text` what a message or a delta says: content (also as a list of parts), refusals, the
/// names and arguments of tool calls, the transcript of speech, and reasoning under each of its
/// names. Reasoning that is sent under two names at once counts once.
fn add_message(message: &Map<String, Value>, text: &mut String) {
    let mut reasoning = String::new();
    for (key, value) in message {
        if SPOKEN.contains(&key.as_str()) {
            add_strings(key, value, text);
        } else if key != "name" {
            let mut other = String::new();
            add_strings(key, value, &mut other);
            if other.len() > reasoning.len() {
                reasoning = other;
            }
        }
    }
    text.push_str(&reasoning);
}

/// Adds the strings of a value, which is found under this key.
fn add_strings(key: &str, value: &Value, text: &mut String) {
    match value {
        Value::String(said) if TEXTS.contains(&key) => text.push_str(said),
        Value::Array(items) => items.iter().for_each(|item| add_strings(key, item, text)),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| add_strings(key, value, text));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expect: &str) {
        let mut text = String::new();
        let message: Value = serde_json::from_str(message).unwrap();
        add(&message, &mut text);
        assert_eq!(text, expect, "{message}");
    }

    #[test]
    fn what_is_said_counts_and_what_frames_it_does_not() {
        for (message, expect) in [
            (r#"{"role":"assistant","content":"a"}"#, "a"),
            (r#"{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#, "ab"),
            (r#"{"content":["a","b"]}"#, "ab"),
            (r#"{"content":null,"refusal":"no"}"#, "no"),
            (
                r#"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
                "{}f",
            ),
            (r#"{"tool_calls":[{"index":0,"function":{"arguments":"x"}}]}"#, "x"),
            (r#"{"tool_calls":[{"type":"custom","custom":{"input":"x"}}]}"#, "x"),
            (r#"{"function_call":{"arguments":"x"}}"#, "x"),
            (r#"{"audio":{"id":"a","transcript":"hi","data":"UklGRg==","expires_at":7}}"#, "hi"),
            (r#"{"reasoning_content":"hm"}"#, "hm"),
            (r#"{"reasoning":"hm"}"#, "hm"),
            (r#"{"thinking":"hm"}"#, "hm"),
            (r#"{"thinking":{"content":"hm"}}"#, "hm"),
            (
                r#"{"reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]}"#,
                "hm",
            ),
            (r#"{"reasoning_details":[{"type":"reasoning.summary","summary":"hm"}]}"#, "hm"),
            (r#"{"thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}]}"#, "hm"),
            (r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"#, "hm"),
            (r#"{"reasoning":"hm","reasoning_details":[{"text":"hm"}],"content":"a"}"#, "ahm"),
            (r#"{"role":"assistant","name":"x","annotations":[],"obfuscation":"zz"}"#, ""),
        ] {
            check(message, expect);
        }
    }
}
