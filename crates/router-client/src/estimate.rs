//! Counting tokens here, for requests whose usage the upstream did not report.
//!
//! OpenAI's `o200k_base` tokenizer stands in for every model's own; such costs are marked
//! `estimated`. It is loaded when it is first needed (some 50 ms and 30 MB).

use llm_types::Tokens;
use serde_json::Value;

/// What a chat format adds to each message, and once to the answer (OpenAI's own figures).
const PER_MESSAGE: u64 = 3;

/// An image of 1024 × 1024: 85 tokens and 170 for each of four tiles (OpenAI's figures for GPT-4o).
/// Its true size is not looked at.
const IMAGE: u64 = 765;

/// Any image at low detail.
const LOW_DETAIL_IMAGE: u64 = 85;

/// Prompt tokens of a request's body, as [`text_tokens`] counts them.
#[must_use]
pub fn prompt_tokens(body: &[u8]) -> Tokens {
    let Ok(request) = serde_json::from_slice::<Value>(body) else { return text_tokens("") };
    let messages = request["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let said: u64 = messages.iter().map(|message| PER_MESSAGE + message_tokens(message)).sum();
    let tools = match &request["tools"] {
        Value::Null => 0,
        tools => text_tokens(&tools.to_string()).0,
    };
    Tokens(said + tools + PER_MESSAGE)
}

/// Tokens of a text. Takes milliseconds of CPU, and far more the first time.
#[must_use]
pub fn text_tokens(text: &str) -> Tokens {
    if text.is_empty() {
        return Tokens(0);
    }
    let count = bpe_openai::o200k_base().count(text);
    Tokens(u64::try_from(count).unwrap_or(u64::MAX))
}

fn message_tokens(message: &Value) -> u64 {
    let role = message["role"].as_str().unwrap_or_default();
    let calls = match &message["tool_calls"] {
        Value::Null => 0,
        calls => text_tokens(&calls.to_string()).0,
    };
    text_tokens(role).0 + content_tokens(&message["content"]) + calls
}

/// Text counts by its tokens and images by a rule of thumb; speech and files count nothing.
fn content_tokens(content: &Value) -> u64 {
    match content {
        Value::String(text) => text_tokens(text).0,
        Value::Array(parts) => parts.iter().map(part_tokens).sum(),
        _ => 0,
    }
}

fn part_tokens(part: &Value) -> u64 {
    let text = part["text"].as_str().map_or(0, |text| text_tokens(text).0);
    match &part["image_url"] {
        Value::Null => text,
        image if image["detail"] == "low" => text + LOW_DETAIL_IMAGE,
        _ => text + IMAGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_counted_as_openai_counts_it() {
        let body = br#"{"messages":[{"role":"user","content":"Hello!"}]}"#;
        // role 1 + "Hello!" 2 + 3 for the message + 3 for the answer
        assert_eq!(prompt_tokens(body), Tokens(9));
    }

    #[test]
    fn parts_images_and_tools_count() {
        let plain = prompt_tokens(br#"{"messages":[{"role":"user","content":"one two"}]}"#);
        let with = |part: &str| {
            let body = format!(
                r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":"one two"}}{part}]}}]}}"#
            );
            prompt_tokens(body.as_bytes()).0 - plain.0
        };
        assert_eq!(with(""), 0);
        assert_eq!(with(r#",{"type":"image_url","image_url":{"url":"data:x"}}"#), 765);
        assert_eq!(with(r#",{"type":"image_url","image_url":{"url":"u","detail":"low"}}"#), 85);
        let tools = prompt_tokens(
            br#"{"messages":[{"role":"user","content":"one two"}],"tools":[{"type":"function"}]}"#,
        );
        assert!(tools > plain);
    }

    #[test]
    fn nonsense_counts_as_nothing() {
        assert_eq!(prompt_tokens(b"nonsense"), Tokens(0));
    }
}
