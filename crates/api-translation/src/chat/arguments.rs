//! Finds the end of a call's arguments while they arrive: a JSON object, piece by piece.

/// How much of an object has been read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Arguments {
    depth: u32,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

// === impl Arguments ===

impl Arguments {
    /// Reads on.
    pub(crate) fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.in_string {
                self.in_string = self.escaped || byte != b'"';
                self.escaped = !self.escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.begun = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Whether the object has ended, so that nothing of it can follow.
    pub(crate) fn is_complete(self) -> bool {
        self.begun && self.depth == 0 && !self.in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_ends_with_its_last_brace() {
        let text = r#"{"a":"}\"{\\","b":[{}]}"#;
        for at in 0..text.len() {
            let mut arguments = Arguments::default();
            arguments.push(&text[..at]);
            assert!(!arguments.is_complete(), "{at}");
            arguments.push(&text[at..]);
            assert!(arguments.is_complete(), "{at}");
        }
        assert!(!Arguments::default().is_complete());
    }
}
