//! The text that was delivered so far, kept in case its tokens must be counted here.

use llm_types::Dialect;
use serde_json::Value;

/// Text, and deltas that are read only when they have become many, or when the text is needed:
/// mostly it never is.
#[derive(Debug)]
pub(crate) struct Delivered {
    dialect: Dialect,
    text: String,
    /// Each with a bit of what followed it, and [`SEPARATOR`] after it.
    deltas: Vec<u8>,
}

/// No JSON has this byte in it.
const SEPARATOR: u8 = 0x1e;

impl Delivered {
    /// Beyond this many bytes deltas are read and only their text is kept.
    const READ_AT: usize = 64 * 1024;

    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, text: String::new(), deltas: Vec::new() }
    }

    /// Keeps what an event adds: a tenth of its bytes, found without parsing it.
    pub(crate) fn event(&mut self, data: &[u8]) {
        self.dialect.deltas(data, |delta| {
            if self.deltas.len() + delta.len() > Self::READ_AT {
                self.fold();
            }
            self.deltas.extend_from_slice(delta);
            self.deltas.push(SEPARATOR);
        });
    }

    /// Keeps a whole answer's text.
    pub(crate) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// All the text.
    pub(crate) fn read(&mut self) -> &str {
        self.fold();
        &self.text
    }

    fn fold(&mut self) {
        for kept in self.deltas.split(|byte| *byte == SEPARATOR) {
            let value = kept.trim_ascii_start().strip_prefix(b":");
            if let Some(delta) = value.and_then(first_value) {
                self.dialect.add_said(&delta, &mut self.text);
            }
        }
        self.deltas.clear();
    }
}

/// The value that `json` begins with; what follows it is not looked at.
fn first_value(json: &[u8]) -> Option<Value> {
    serde_json::Deserializer::from_slice(json).into_iter().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(events: &[&str], expect: &str) {
        let mut delivered = Delivered::new(Dialect::Chat);
        for event in events {
            delivered.event(event.as_bytes());
        }
        assert_eq!(delivered.read(), expect);
    }

    #[test]
    fn text_is_found_wherever_it_stands() {
        check(&[r#"{"choices":[{"delta":{"content":"a\n"},"finish_reason":null}],"x":1}"#], "a\n");
        check(&[r#"{"choices":[{"finish_reason":null,"delta" : {"content":"a"}}]}"#], "a");
        check(
            &[
                r#"{"choices":[{"delta":{"content":"a"},"index":0},{"delta":{"refusal":"b"},"index":1}]}"#,
            ],
            "ab",
        );
        let piece =
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":" x"}}]}}]}"#;
        check(&[piece; 3], " x x x");
        check(&["{\"choices\":[{\"delta\":\n{\"content\":\n\"a\"}}]}"], "a");
        check(&[r#"{"choices":[{"delta":{"content":"\"delta\":{}"}}]}"#], r#""delta":{}"#);
        check(&["[DONE]", "no json", r#"{"model":7}"#, r#"{"choices":[{"delta":null}]}"#], "");
        check(&[r#"{"choices":[{"delta":{"content":"cut"#], "");
    }

    #[test]
    fn many_events_take_little_room() {
        let mut delivered = Delivered::new(Dialect::Chat);
        let padding = "x".repeat(300);
        let event = format!(
            r#"{{"choices":[{{"delta":{{"content":"ab"}},"finish_reason":null}}],"obfuscation":"{padding}"}}"#
        );
        for _ in 0..10_000 {
            delivered.event(event.as_bytes());
            assert!(delivered.deltas.capacity() <= 2 * Delivered::READ_AT);
        }
        assert_eq!(delivered.read(), "ab".repeat(10_000));
    }
}
