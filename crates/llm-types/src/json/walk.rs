//! A cursor over JSON that was checked before: arrays and objects value by value, in one pass.
//!
//! Nothing here recurses into what it skips, so that no depth of nesting stops it.

use std::borrow::Cow;

use crate::json::blocks::{BLOCK, bits, block};

/// A cursor at a value. What is not JSON ends a walk early and never panics.
pub(crate) struct Walk<'a> {
    json: &'a str,
    at: usize,
}

// === impl Walk ===

impl<'a> Walk<'a> {
    pub(crate) fn new(json: &'a str) -> Self {
        Self { json, at: 0 }
    }

    /// The first byte of the value that follows.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = &self.json.as_bytes()[self.at..];
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blank;
        rest.get(blank).copied()
    }

    /// The text between the quotes of a string, as it is written; other values are skipped.
    pub(crate) fn string(&mut self) -> Option<&'a str> {
        if self.peek()? != b'"' {
            self.skip();
            return None;
        }
        self.at += 1;
        let start = self.at;
        self.at = self.closing_quote();
        let text = self.json.get(start..self.at);
        self.at = (self.at + 1).min(self.json.len());
        text
    }

    /// Calls `each` at every value of an array; it must go past that value. Other values are skipped.
    pub(crate) fn array(&mut self, mut each: impl FnMut(&mut Self)) {
        if self.peek() != Some(b'[') {
            self.skip();
            return;
        }
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b']' => {
                    self.at += 1;
                    break;
                }
                b',' => self.at += 1,
                _ => self.advance(&mut each),
            }
        }
    }

    /// Calls `each` at every value of an object, with its key; it must go past that value. Other
    /// values are skipped.
    pub(crate) fn object(&mut self, mut each: impl FnMut(&mut Self, &str)) {
        if self.peek() != Some(b'{') {
            self.skip();
            return;
        }
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'}' => {
                    self.at += 1;
                    break;
                }
                b',' => self.at += 1,
                _ => self.advance(&mut |walk| {
                    let key = decoded(walk.string().unwrap_or_default());
                    if walk.peek() == Some(b':') {
                        walk.at += 1;
                    }
                    each(walk, &key);
                }),
            }
        }
    }

    /// Calls `each` with every string of a value that is no key, however deep it is.
    pub(crate) fn strings(&mut self, mut each: impl FnMut(&'a str)) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => depth += 1,
                // What ends a value that is no string ends what is around it, or begins the next.
                b'}' | b']' | b',' if depth == 0 => break,
                b'}' | b']' if depth == 1 => {
                    self.at += 1;
                    break;
                }
                b'}' | b']' => depth -= 1,
                b'"' => {
                    let text = self.string();
                    if self.peek() != Some(b':') {
                        text.into_iter().for_each(&mut each);
                    }
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// To just after a value.
    pub(crate) fn skip(&mut self) {
        self.strings(|_| {});
    }

    /// One step, which never stays where it is: what is no JSON must not be walked for ever.
    fn advance(&mut self, each: &mut impl FnMut(&mut Self)) {
        let before = self.at;
        each(self);
        self.at = self.at.max(before + 1).min(self.json.len());
    }

    /// Where the string ends that the cursor is in; the end of the text if it does not.
    fn closing_quote(&self) -> usize {
        let json = self.json.as_bytes();
        let mut start = self.at;
        while start < json.len() {
            let block = block(json, start);
            let found = bits(block, b'"') | bits(block, b'\\');
            if found == 0 {
                start += BLOCK;
                continue;
            }
            let at = start + found.trailing_zeros() as usize;
            if json[at] == b'"' {
                return at;
            }
            // A backslash: the byte after it never ends the string.
            start = at + 2;
        }
        json.len()
    }
}

/// What a JSON string stands for. A surrogate without its other half becomes U+FFFD, as it does in
/// most upstreams.
pub(crate) fn decoded(inner: &str) -> Cow<'_, str> {
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut units = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        units.extend(rest[..at].encode_utf16());
        let escape = &rest[at + 1..];
        let (unit, length) = unit(escape);
        units.push(unit);
        rest = escape.get(length..).unwrap_or_default();
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// How many bytes of text a JSON string stands for.
pub(crate) fn decoded_len(inner: &str) -> u64 {
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return inner.len() as u64;
    }
    decoded(inner).len() as u64
}

/// The character that is meant after a backslash, and how many bytes say so.
fn unit(escape: &str) -> (u16, usize) {
    let simple = |unit: u8| (u16::from(unit), 1);
    match escape.as_bytes().first() {
        Some(b'u') => {
            let digits = escape.get(1..5).and_then(|hex| u16::from_str_radix(hex, 16).ok());
            digits.map_or((0xFFFD, 1), |unit| (unit, 5))
        }
        Some(b'n') => simple(b'\n'),
        Some(b't') => simple(b'\t'),
        Some(b'r') => simple(b'\r'),
        Some(b'b') => simple(8),
        Some(b'f') => simple(12),
        Some(other) if other.is_ascii() => simple(*other),
        _ => (0xFFFD, 0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn strings(json: &str) -> Vec<String> {
        let mut found = Vec::new();
        Walk::new(json).strings(|text| found.push(decoded(text).into_owned()));
        found
    }

    #[test]
    fn strings_are_found_at_any_depth() {
        assert_eq!(strings(r#" {"k":["a\"b",{"x" : "c"}, 7, true],"l":null}"#), ["a\"b", "c"]);
        let depth = 100_000;
        let deep = format!("{}\"x\"{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(strings(&deep), ["x"]);
    }

    #[test]
    fn a_lone_surrogate_is_one_character() {
        assert_eq!(decoded(r"a\ud83d\ude00\ud83d!"), "a\u{1f600}\u{fffd}!");
        assert_eq!(decoded_len(r"\ud83d"), 3);
        assert_eq!(decoded_len(r"\u0041\/"), 2);
    }

    #[test]
    fn what_is_no_json_ends_a_walk() {
        for broken in ["", "[", "{\"a\"", "\"a", "[1,}", "{:}", "]", "[\\", "{\"a\\"] {
            let mut walk = Walk::new(broken);
            walk.array(|walk| walk.object(|walk, _| walk.skip()));
            Walk::new(broken).object(|walk, _| walk.array(Walk::skip));
            strings(broken);
        }
    }

    proptest! {
        #[test]
        fn a_parser_finds_the_same_strings(
            texts in prop::collection::vec(any::<String>(), 1..6), pretty: bool,
        ) {
            let value = json!([{"a": texts, "b\"": {"c": [[], {}, 1.5, texts[0]]}}]);
            let json = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut expect = texts.clone();
            expect.push(texts[0].clone());
            prop_assert_eq!(strings(&json), expect);
            let mut keys = Vec::new();
            Walk::new(&json).array(|walk| walk.object(|walk, key| {
                walk.skip();
                keys.push(key.to_owned());
            }));
            prop_assert_eq!(keys, ["a", "b\""]);
        }
    }
}
