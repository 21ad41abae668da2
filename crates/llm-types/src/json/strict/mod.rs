//! A strict scanner of a JSON object: key by key, and it accepts only what a parser accepts.
//!
//! A request is checked as a whole before anything is paid for it, and nearly all of its bytes are in
//! strings, which are looked at sixteen bytes at a time. Rare and wrong forms are left to `serde_json`,
//! which also says what is wrong: see [`entries`].

use crate::json::blocks::{BLOCK, bits, block, controls};

/// Calls `each` with the raw key and value of every entry of the object in `text`, the key without
/// its quotes. `None`: the text is no JSON object, or has something in it that is left to a parser: a
/// key with an escape, or more than 64 arrays and objects within each other.
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

/// The arrays and objects around a position: one bit for each, set for an object.
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
                open @ (b'{' | b'[') => {
                    self.at += 1;
                    if self.enters(&mut around, open == b'{')? {
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

    /// Steps over an opening bracket; returns whether a value follows.
    fn enters(&mut self, around: &mut Around, object: bool) -> Option<bool> {
        if self.takes(if object { b'}' } else { b']' }) {
            return Some(false);
        }
        around.enter(object)?;
        if object {
            self.key_within()?;
        }
        Some(true)
    }

    /// Steps over the end of a value; returns whether another one is around it.
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
                    // The last block is padded with zeros, which count as control characters.
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
            // A zero is alone: JSON has no leading zeros.
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
    /// `None` if it is too deep.
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
mod tests;
