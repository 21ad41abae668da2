//! Reads a JSON object key by key, and takes nothing that a parser would not.
//!
//! A request is checked as a whole before anything is paid for it, and nearly all of its bytes are in
//! strings, which are looked at sixteen bytes at a time. What is rare or wrong is left to `serde_json`,
//! which also says what is wrong: see [`entries`].

use crate::blocks::{BLOCK, bits, block, controls};

/// Tells each key and its value of the one object that `text` is, as they are written, the key without
/// its quotes. `None`: the text is no JSON object, or has something in it that is left to a parser: a
/// key with an escape, or 64 arrays and objects within each other.
pub(crate) fn entries<'a>(text: &'a str, mut each: impl FnMut(&'a str, &'a str)) -> Option<()> {
    let mut json = Strict { json: text.as_bytes(), at: 0 };
    json.expect(b'{')?;
    if !json.takes(b'}') {
        loop {
            let key = json.key()?;
            json.peek()?;
            let start = json.at;
            json.value()?;
            each(&text[key.0..key.1], &text[start..json.at]);
            if json.takes(b'}') {
                break;
            }
            json.expect(b',')?;
        }
    }
    json.peek().is_none().then_some(())
}

/// Where something begins and ends.
type Place = (usize, usize);

struct Strict<'a> {
    json: &'a [u8],
    at: usize,
}

/// The arrays and objects that stand around a place: a bit for each, set for an object.
#[derive(Default)]
struct Around {
    bits: u64,
    depth: u32,
}

// === impl Strict ===

impl Strict<'_> {
    /// The next byte that is not blank.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.json.get(self.at)? {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    #[inline]
    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.takes(byte).then_some(())
    }

    /// A key without escapes, and its colon.
    fn key(&mut self) -> Option<Place> {
        self.expect(b'"')?;
        let start = self.at;
        let plain = self.string()?;
        let end = self.at - 1;
        self.expect(b':')?;
        plain.then_some((start, end))
    }

    /// To just after one value.
    fn value(&mut self) -> Option<()> {
        let mut around = Around::default();
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    self.string()?;
                }
                b'{' => {
                    self.at += 1;
                    if !self.takes(b'}') {
                        around.enter(true)?;
                        self.key_within()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if !self.takes(b']') {
                        around.enter(false)?;
                        continue;
                    }
                }
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => self.number()?,
            }
            if !self.goes_on(&mut around)? {
                return Some(());
            }
        }
    }

    /// What follows a value: whether there is another one around it.
    fn goes_on(&mut self, around: &mut Around) -> Option<bool> {
        while around.depth > 0 {
            let object = around.bits & 1 == 1;
            if self.takes(b',') {
                if object {
                    self.key_within()?;
                }
                return Some(true);
            }
            self.expect(if object { b'}' } else { b']' })?;
            around.leave();
        }
        Some(false)
    }

    /// A key of an object within, which may be written in any way.
    fn key_within(&mut self) -> Option<()> {
        self.expect(b'"')?;
        self.string()?;
        self.expect(b':')
    }

    /// To just after the quote that ends a string; whether there are no escapes in it.
    fn string(&mut self) -> Option<bool> {
        let mut plain = true;
        loop {
            let found = self.special()?;
            self.at = found + 1;
            match self.json[found] {
                b'"' => return Some(plain),
                b'\\' => self.escape()?,
                _ => return None,
            }
            plain = false;
        }
    }

    /// Where the next quote, backslash or control character is.
    #[inline]
    fn special(&self) -> Option<usize> {
        let mut start = self.at;
        while start < self.json.len() {
            let block = block(self.json, start);
            let found = bits(block, b'"') | bits(block, b'\\') | controls(block);
            if found != 0 {
                return Some(start + found.trailing_zeros() as usize)
                    .filter(|found| *found < self.json.len());
            }
            start += BLOCK;
        }
        None
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<()> {
        let rest = &self.json[self.at..];
        let length = match rest.first()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 1,
            b'u' if rest.get(1..5)?.iter().all(u8::is_ascii_hexdigit) => 5,
            _ => return None,
        };
        self.at += length;
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.json[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        self.skip(|byte| byte == b'-', 1);
        match self.json.get(self.at)? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.skip(|byte| byte == b'.', 1) == 1 {
            self.digits()?;
        }
        if self.skip(|byte| matches!(byte, b'e' | b'E'), 1) == 1 {
            self.skip(|byte| matches!(byte, b'+' | b'-'), 1);
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        (self.skip(|byte| byte.is_ascii_digit(), usize::MAX) > 0).then_some(())
    }

    /// Skips bytes of a kind, `most` at most; tells how many.
    fn skip(&mut self, kind: impl Fn(u8) -> bool, most: usize) -> usize {
        let rest = self.json[self.at..].iter().take(most);
        let count = rest.take_while(|byte| kind(**byte)).count();
        self.at += count;
        count
    }
}

// === impl Around ===

impl Around {
    /// `None` where it is too deep.
    fn enter(&mut self, object: bool) -> Option<()> {
        self.bits = self.bits << 1 | u64::from(object);
        self.depth += 1;
        (self.depth <= u64::BITS).then_some(())
    }

    fn leave(&mut self) {
        self.bits >>= 1;
        self.depth -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Map, Value, value::RawValue};

    use super::*;

    fn found(text: &str) -> Option<Vec<(&str, &str)>> {
        let mut found = Vec::new();
        entries(text, |key, value| found.push((key, value)))?;
        Some(found)
    }

    /// What is taken is what a parser takes; says whether it is.
    #[track_caller]
    fn check(text: &str) -> bool {
        let Some(found) = found(text) else { return false };
        let parsed: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap();
        let parsed: BTreeMap<&str, &str> =
            parsed.iter().map(|(key, value)| (key.as_str(), value.get())).collect();
        // Of two keys of one name the last one counts.
        assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), parsed, "{text}");
        true
    }

    #[test]
    fn keys_and_values_are_as_they_are_written() {
        let text =
            " {\"a\" : [1,{\"x\":\"]\\\"\\u00e9\"}] ,\n\"b\":-1.5e+3,\"\":{ },\"a\":null}\r\n";
        let expect =
            [("a", "[1,{\"x\":\"]\\\"\\u00e9\"}]"), ("b", "-1.5e+3"), ("", "{ }"), ("a", "null")];
        assert_eq!(found(text).unwrap(), expect);
        assert_eq!(found("{}").unwrap(), []);
    }

    #[test]
    fn what_a_parser_refuses_is_refused() {
        for value in [
            "",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "0x1",
            "tru",
            "nul",
            "NaN",
            "'a'",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"b\"}",
            "{\"b\":}",
            "{\"b\":1,}",
            "{b:1}",
            "[}",
            "{]",
            "[",
            "{",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "\"\u{1}\"",
            "\"a\tb\"",
            "1 2",
            "\"a\"\"b\"",
            "[\"a\":1]",
            "\u{a0}1",
            "\u{feff}1",
            "{1:2}",
        ] {
            for text in [format!("{{\"a\":{value}}}"), format!("{{\"a\":[{value}]}}")] {
                // An empty array is none of the wrong ones.
                assert_eq!(check(&text), value.is_empty() && text.contains('['), "{text}");
            }
        }
        for text in ["", "[]", "null", "{", "{\"a\":1", "{\"a\":1}x", "{,}", "{\"a\":1}{}", "\"a\""]
        {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn what_is_rare_is_left_to_a_parser() {
        assert!(found(r#"{"mod\u0065l":1}"#).is_none());
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(check(&deep(64)));
        assert!(found(&deep(66)).is_none());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9_f64..1e9).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[a-z\"\\\\\n ]{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"\\\\{}\\[\\]é]{0,4}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_object_is_taken(object in prop::collection::btree_map("[a-zé_ ]{0,20}", json(), 0..6), pretty: bool) {
            let object = Value::Object(object.into_iter().collect::<Map<_, _>>());
            let text = if pretty { format!("{object:#}") } else { object.to_string() };
            prop_assert!(check(&text), "{}", text);
        }

        /// One byte is another one, or missing, or there twice.
        #[test]
        fn a_slip_is_taken_only_if_a_parser_takes_it(
            object in prop::collection::btree_map("[a-z]{0,3}", json(), 1..4),
            place: prop::sample::Index,
            slip in "[{}\\[\\]\":,0-9eE.+\\-\\\\untf \n]{0,2}",
        ) {
            let object = Value::Object(object.into_iter().collect::<Map<_, _>>());
            let mut chars: Vec<char> = object.to_string().chars().collect();
            let at = place.index(chars.len());
            chars.splice(at..=at, slip.chars());
            check(&chars.into_iter().collect::<String>());
        }

        #[test]
        fn nonsense_is_taken_only_if_a_parser_takes_it(text: String, json in "[{}\\[\\]\":,a1 \\\\]{0,20}") {
            check(&text);
            check(&json);
        }
    }
}
