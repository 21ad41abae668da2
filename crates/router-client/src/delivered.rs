//! What an answer has said so far, kept in case its tokens must be counted here.

use std::sync::LazyLock;

use llm_types::DeltaPeek;
use memchr::memmem::Finder;

use crate::event::{FINISH, Key};

/// Text, and deltas that are read only when they have become many, or when the text is needed:
/// mostly it never is.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    text: String,
    /// One a line, each with a bit of what followed it.
    deltas: Vec<u8>,
}

static DELTA: Key = LazyLock::new(|| Finder::new(b"\"delta\""));

impl Delivered {
    /// Beyond this many bytes deltas are read and only their text is kept.
    const READ_AT: usize = 64 * 1024;

    /// Keeps what an event adds: a tenth of its bytes, found without parsing it.
    pub(crate) fn event(&mut self, data: &[u8]) {
        for at in DELTA.find_iter(data) {
            let delta = &data[at + DELTA.needle().len()..];
            // Azure's events go on with this key.
            let delta = &delta[..FINISH.find(delta).unwrap_or(delta.len())];
            if self.deltas.len() + delta.len() > Self::READ_AT {
                self.fold();
            }
            self.deltas.extend_from_slice(delta);
            self.deltas.push(b'\n');
        }
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
        for line in self.deltas.split(|byte| *byte == b'\n') {
            let value = line.trim_ascii_start().strip_prefix(b":");
            if let Some(delta) = value.and_then(DeltaPeek::parse_start) {
                self.text.extend(delta.said());
            }
        }
        self.deltas.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(events: &[&str], expect: &str) {
        let mut delivered = Delivered::default();
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
        check(&[r#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#], r#"[{"index":0}]"#);
        check(&[r#"{"choices":[{"delta":{"content":"\"delta\":{}"}}]}"#], r#""delta":{}"#);
        check(&["[DONE]", "no json", r#"{"model":7}"#, r#"{"choices":[{"delta":null}]}"#], "");
        check(&[r#"{"choices":[{"delta":{"content":"cut"#], "");
    }

    #[test]
    fn many_events_take_little_room() {
        let mut delivered = Delivered::default();
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
