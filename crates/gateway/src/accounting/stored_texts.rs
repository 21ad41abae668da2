//! Prompts and answers as they are stored with entries: only if the operator enables it, bounded in
//! size, and never logged.

/// The most of a text that is stored, in bytes.
const MOST: usize = 256 * 1024;

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
    fn a_long_text_says_that_it_is_cut() {
        let long = "é".repeat(MOST);
        let cut = bounded(&long);
        assert!(cut.len() < MOST + 100);
        assert!(cut.ends_with("é… [cut: 524288 bytes in all]"));
        assert_eq!(bounded("short"), "short");
    }
}
