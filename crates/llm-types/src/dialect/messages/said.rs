//! The text that an answer, or a part of its stream, says, for counting its tokens.

use serde_json::Value;

/// Strings that a block or a delta says.
const TEXTS: [&str; 4] = ["text", "thinking", "partial_json", "name"];

/// What a whole answer says, calls of tools included.
pub(in crate::dialect) fn of_answer(answer: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let mut text = String::new();
    for block in answer["content"].as_array().into_iter().flatten() {
        add(block, &mut text);
    }
    text
}

/// Adds to `text` what a block or a delta says: text, thoughts, and calls of tools. What a tool of the
/// upstream's found is none of it: that is read, not said.
pub(in crate::dialect) fn add(part: &Value, text: &mut String) {
    for key in TEXTS {
        text.push_str(part[key].as_str().unwrap_or_default());
    }
    // In a stream it is empty, and follows piece by piece.
    if let Some(input) = part["input"].as_object().filter(|input| !input.is_empty()) {
        text.push_str(&Value::from(input.clone()).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_counts_and_what_was_found_does_not() {
        let answer =
            br#"{"type":"message","content":[{"type":"thinking","thinking":"hm","signature":"s"},
            {"type":"text","text":"a"},{"type":"tool_use","id":"i","name":"f","input":{"x":1}},
            {"type":"web_search_tool_result","content":[{"title":"t","encrypted_content":"e"}]}]}"#;
        assert_eq!(of_answer(answer), r#"hmaf{"x":1}"#);
        let mut text = String::new();
        for delta in [
            r#"{"type":"text_delta","text":"a"}"#,
            r#"{"type":"input_json_delta","partial_json":"{\"x\""}"#,
            r#"{"type":"signature_delta","signature":"s"}"#,
            r#"{"type":"tool_use","id":"i","name":"f","input":{}}"#,
            r#"{"stop_reason":"end_turn"}"#,
        ] {
            add(&serde_json::from_str(delta).unwrap(), &mut text);
        }
        assert_eq!(text, r#"a{"x"f"#);
    }
}
