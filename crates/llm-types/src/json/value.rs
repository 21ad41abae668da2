//! Single values of JSON as they are written: their text, and their place in what they were found in.

use std::{borrow::Cow, ops::Range};

use serde_json::value::RawValue;

/// A string's text, borrowed where it holds no escapes; `None` for what is no string.
pub(crate) fn text(json: &[u8]) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if inner.contains(&b'\\') {
        return serde_json::from_slice(json).ok().map(Cow::Owned);
    }
    std::str::from_utf8(inner).ok().map(Cow::Borrowed)
}

/// A value as it is written; `None` for null.
pub(crate) fn raw(json: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice::<&RawValue>(json).ok().filter(|raw| raw.get() != "null")
}

/// The place of `part` in `whole`, of which it must be a slice.
pub(crate) fn place(whole: &[u8], part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}
