//! The keys and values of a JSON object, without parsing what is inside the values.
//!
//! An answer is mostly text and filter results that no meter looks at. Skipping them by their
//! quotes and brackets, sixteen bytes at a time, takes two fifths of a parser's instructions; a
//! parser was 14 % of all user time of a gateway. What is skipped is not checked; what is used is
//! parsed, by `serde_json`.

use wide::u8x16;

use crate::json::blocks::{BLOCK, bits, block};

/// Reads an object key by key. A key is given as it is written, without its quotes.
pub(crate) struct TopLevel<'a> {
    json: &'a [u8],
    at: usize,
}

/// The text is not one JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one JSON object, found something else at offset {at}")]
pub struct NotAnObject {
    /// Where, in bytes.
    pub at: usize,
}

/// A key and its value, both as they are written.
pub(crate) type Entry<'a> = (&'a [u8], &'a [u8]);

/// A bit for each byte of a block that opens an object or an array, and for each that closes one.
fn brackets(block: u8x16) -> (u32, u32) {
    // `[` and `]` are `{` and `}` without this bit, and nothing else is.
    let curly = block | u8x16::splat(0x20);
    (bits(curly, b'{'), bits(curly, b'}'))
}

/// Where strings are, block after block.
#[derive(Default)]
struct Strings {
    /// Whether a string continues from the last block.
    quoted: bool,
    /// Whether that block ended with a backslash, which escapes the next byte.
    hidden: bool,
}

impl Strings {
    /// A bit for each byte of the next block that is part of a string.
    fn inside(&mut self, block: u8x16) -> u32 {
        let mut inside = self.quotes(block);
        // A prefix XOR: each bit becomes the parity of the quotes up to it, which is odd within a
        // string.
        for shift in [1, 2, 4, 8] {
            inside ^= inside << shift;
        }
        if self.quoted {
            inside = !inside;
        }
        self.quoted = inside & (1 << (BLOCK - 1)) != 0;
        inside
    }

    /// The quotes that begin or end a string.
    fn quotes(&mut self, block: u8x16) -> u32 {
        let first = u32::from(self.hidden);
        let mut quotes = bits(block, b'"') & !first;
        let mut backslashes = bits(block, b'\\') & !first;
        self.hidden = false;
        while backslashes != 0 {
            let hidden = 2 << backslashes.trailing_zeros();
            quotes &= !hidden;
            // The backslash itself, and another that it hides.
            backslashes &= !(hidden | hidden >> 1);
            self.hidden = hidden == 1 << BLOCK;
        }
        quotes
    }
}

impl<'a> TopLevel<'a> {
    pub(crate) fn of(json: &'a [u8]) -> Result<Self, NotAnObject> {
        let mut object = Self { json, at: 0 };
        object.expect(b'{')?;
        Ok(object)
    }

    /// The next entry; `None` after the last, when nothing but blanks follows.
    pub(crate) fn next_entry(&mut self) -> Result<Option<Entry<'a>>, NotAnObject> {
        let first = self.json[..self.at].trim_ascii_end().ends_with(b"{");
        if self.peek() == Some(b'}') {
            self.at += 1;
            return if self.peek().is_none() { Ok(None) } else { Err(self.wrong()) };
        }
        if !first {
            self.expect(b',')?;
        }
        let key = self.string()?;
        self.expect(b':')?;
        let value = self.value()?;
        Ok(Some((key, value)))
    }

    /// The next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.json.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotAnObject> {
        if self.peek() != Some(byte) {
            return Err(self.wrong());
        }
        self.at += 1;
        Ok(())
    }

    fn wrong(&self) -> NotAnObject {
        NotAnObject { at: self.at }
    }

    /// A string, without its quotes.
    fn string(&mut self) -> Result<&'a [u8], NotAnObject> {
        self.expect(b'"')?;
        let start = self.at;
        self.skip_string()?;
        Ok(&self.json[start..self.at - 1])
    }

    /// To just after the quote that ends the string.
    #[inline]
    fn skip_string(&mut self) -> Result<(), NotAnObject> {
        loop {
            let found = self.quote_or_backslash().ok_or_else(|| self.wrong())?;
            self.at = found + 1;
            if self.json[found] == b'"' {
                return Ok(());
            }
            // The byte after a backslash is always part of the string.
            self.at = self.json.len().min(self.at + 1);
        }
    }

    /// Where the next quote or backslash is.
    #[inline]
    fn quote_or_backslash(&self) -> Option<usize> {
        let mut start = self.at;
        while start < self.json.len() {
            let block = block(self.json, start);
            let found = bits(block, b'"') | bits(block, b'\\');
            if found != 0 {
                return Some(start + found.trailing_zeros() as usize);
            }
            start += BLOCK;
        }
        None
    }

    fn value(&mut self) -> Result<&'a [u8], NotAnObject> {
        let first = self.peek().ok_or_else(|| self.wrong())?;
        let start = self.at;
        match first {
            b'"' => {
                self.at += 1;
                self.skip_string()?;
            }
            b'{' | b'[' => self.skip_nested()?,
            _ => self.skip_word(),
        }
        if self.at == start { Err(self.wrong()) } else { Ok(&self.json[start..self.at]) }
    }

    /// Moves to just after the bracket that closes the one at this position.
    fn skip_nested(&mut self) -> Result<(), NotAnObject> {
        let (mut depth, mut strings, mut start) = (0_usize, Strings::default(), self.at);
        while start < self.json.len() {
            let block = block(self.json, start);
            let outside = !strings.inside(block);
            let (opening, closing) = brackets(block);
            let mut found = (opening | closing) & outside;
            while found != 0 {
                // The lowest bit is the first byte.
                let first = found & found.wrapping_neg();
                found ^= first;
                if first & opening != 0 {
                    depth += 1;
                } else if depth > 1 {
                    depth -= 1;
                } else {
                    self.at = start + first.trailing_zeros() as usize + 1;
                    return Ok(());
                }
            }
            start += BLOCK;
        }
        Err(NotAnObject { at: self.json.len() })
    }

    /// Over a number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        self.at += self.json[self.at..].iter().take_while(|byte| word(byte)).count();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::json::any_json::json;

    fn entries(json: &[u8]) -> Result<Vec<Entry<'_>>, NotAnObject> {
        let mut object = TopLevel::of(json)?;
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }

    #[test]
    fn values_are_given_as_they_are_written() {
        let found =
            entries(b" { \"a\" : [1,{\"x\":\"]\\\"\"}] , \"b\":-1.5e+3,\"c\\\"\":\"\\\\\" }\n");
        let expect: [Entry<'_>; 3] =
            [(b"a", b"[1,{\"x\":\"]\\\"\"}]"), (b"b", b"-1.5e+3"), (b"c\\\"", b"\"\\\\\"")];
        assert_eq!(found.unwrap(), expect);
        assert_eq!(entries(b"{}").unwrap(), []);
    }

    #[test]
    fn brackets_in_strings_are_text_wherever_a_block_ends() {
        for blanks in 0..2 * BLOCK {
            let nested = format!(r#"[{}{{"\\\"]}}\\":"]"}}]"#, " ".repeat(blanks));
            let text = format!(r#"{{"a":{nested},"b\"":"\\"}}"#);
            let expect: [Entry<'_>; 2] = [(b"a", nested.as_bytes()), (b"b\\\"", br#""\\""#)];
            assert_eq!(entries(text.as_bytes()).unwrap(), expect, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for json in [
            "",
            "[]",
            "null",
            "{",
            "{\"a\"",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}x",
            "{\"a\":[}",
            "{,}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":\"\\",
            "{\"a\":1}{}",
            "<html>",
        ] {
            assert!(entries(json.as_bytes()).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_parser_finds_the_same(object in prop::collection::btree_map("[a-z\"\\\\]{1,4}", json(), 0..6), pretty: bool) {
            let object = Value::Object(object.into_iter().collect::<Map<_, _>>());
            let text = if pretty { format!("{object:#}") } else { object.to_string() };
            let found: Map<String, Value> = entries(text.as_bytes())
                .unwrap()
                .into_iter()
                .map(|(key, value)| {
                    let key = [b"\"", key, b"\""].concat();
                    (serde_json::from_slice(&key).unwrap(), serde_json::from_slice(value).unwrap())
                })
                .collect();
            prop_assert_eq!(Value::Object(found), object);
        }

        #[test]
        fn nonsense_never_panics(text: Vec<u8>, json in "[{}\\[\\]\":,a1 \\\\]{0,20}") {
            let _ = entries(&text);
            let _ = entries(json.as_bytes());
        }
    }
}
