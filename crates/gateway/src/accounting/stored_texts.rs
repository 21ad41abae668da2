//! Prompts and answers as they are stored with entries: only if the operator enables it, bounded in
//! size, and never logged.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The most of a text that is stored, in bytes.
const MOST: usize = 256 * 1024;

/// The messages of a request's body, unchanged.
pub(crate) fn prompt(body: &[u8]) -> Option<Arc<str>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        messages: &'a RawValue,
    }
    let body: Body<'_> = serde_json::from_slice(body).ok()?;
    Some(bounded(body.messages.get()).into())
}

/// A text, or its beginning and how long it was.
pub(crate) fn bounded(text: &str) -> String {
    if text.len() <= MOST {
        return text.to_owned();
    }
    let begin = &text[..text.floor_char_boundary(MOST)];
    format!("{begin}… [cut: {} bytes in all]", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_kept_as_they_were_sent() {
        let kept = |body: &str| prompt(body.as_bytes()).map(|text| text.to_string());
        assert_eq!(
            kept(r#"{"model":"m","messages":[ {"a":1} ]}"#).as_deref(),
            Some(r#"[ {"a":1} ]"#)
        );
        assert_eq!(kept("{}"), None);
    }

    #[test]
    fn a_long_text_says_that_it_is_cut() {
        let long = "é".repeat(MOST);
        let cut = bounded(&long);
        assert!(cut.len() < MOST + 100);
        assert!(cut.ends_with("é… [cut: 524288 bytes in all]"));
        assert_eq!(bounded("short"), "short");
    }
}
