//! The text that a response, or an event of its stream, says, for counting its tokens.

use serde_json::Value;

/// Strings that say something, wherever they are in an item. Ids, types, annotations and encoded data do
/// not, nor do the results of tools, which are in items of the answer as well.
const TEXTS: [&str; 8] =
    ["arguments", "code", "command", "input", "name", "refusal", "text", "transcript"];

/// What a whole response says, calls of tools included.
pub(in crate::dialect) fn of_answer(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut text = String::new();
    for item in answer["output"].as_array().into_iter().flatten() {
        add_strings("", item, &mut text);
    }
    text
}

/// Adds to `text` what a delta says, or an item that begins: the name of the tool that is called.
pub(in crate::dialect) fn add(said: &Value, text: &mut String) {
    match said {
        Value::String(delta) => text.push_str(delta),
        item => text.push_str(item["name"].as_str().unwrap_or_default()),
    }
}

/// Adds the strings of a value, which is found under this key.
fn add_strings(key: &str, value: &Value, text: &mut String) {
    match value {
        Value::String(said) if TEXTS.contains(&key) => text.push_str(said),
        Value::Array(items) => items.iter().for_each(|item| add_strings(key, item, text)),
        Value::Object(fields) => {
            let said = fields.iter().filter(|(key, _)| !is_silent(key));
            said.for_each(|(key, value)| add_strings(key, value, text));
        }
        _ => {}
    }
}

/// What is in items without being said: what tools found, and notes about the text.
fn is_silent(key: &str) -> bool {
    matches!(key, "annotations" | "logprobs" | "results" | "outputs" | "tools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_counts_and_what_frames_it_does_not() {
        let body = br#"{"output":[
            {"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"zz"},
            {"id":"msg","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[{"text":"no"}]},{"type":"refusal","refusal":"no"}]},
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
            {"type":"file_search_call","results":[{"text":"found"}],"queries":["q"]}]}"#;
        assert_eq!(of_answer(body), "hmHino{}f");
        assert_eq!(of_answer(b"nonsense"), "");
    }

    #[test]
    fn deltas_and_names_count() {
        let mut text = String::new();
        add(&Value::from("a"), &mut text);
        add(&serde_json::json!({"type":"function_call","name":"f","arguments":""}), &mut text);
        add(&serde_json::json!({"type":"message","content":[]}), &mut text);
        assert_eq!(text, "af");
    }
}
