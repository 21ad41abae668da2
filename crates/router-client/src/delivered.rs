//! What an answer has said so far, kept in case its tokens must be counted here.

use llm_types::{EventPeek, EventSplitter, event_data};

/// Text, and events that are read only when they have become many, or when the text is needed.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    text: String,
    events: Vec<u8>,
}

impl Delivered {
    /// Beyond this many bytes events are read and only their text is kept.
    const READ_AT: usize = 64 * 1024;

    /// Keeps an event.
    pub(crate) fn event(&mut self, event: &[u8]) {
        if self.events.len() + event.len() > Self::READ_AT {
            self.fold();
        }
        self.events.extend_from_slice(event);
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
        let events = std::mem::take(&mut self.events);
        let mut splitter = EventSplitter::default();
        splitter.push(events.into());
        while let Some(event) = splitter.next_event() {
            let Some(data) = event_data(&event) else { continue };
            let Ok(peek) = EventPeek::parse(&data) else { continue };
            self.text.extend(peek.delivered());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_many_events_is_kept_and_nothing_else() {
        let mut delivered = Delivered::default();
        let event =
            br#"data: {"choices":[{"delta":{"content":"ab"}}],"obfuscation":"xxxxxxxxxxxx"}"#;
        let event = [&event[..], b"\n\n"].concat();
        for _ in 0..10_000 {
            delivered.event(&event);
            assert!(delivered.events.capacity() <= 2 * Delivered::READ_AT);
        }
        delivered.event(b"data: [DONE]\n\n");
        delivered.event(b"data: {\"model\":7}\n\n");
        assert_eq!(delivered.read(), "ab".repeat(10_000));
    }
}
