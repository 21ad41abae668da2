//! Label values from outside: an upstream names the served model, and must neither break the page
//! nor make it grow without limit.

/// The value for all names beyond [`MOST`].
pub(super) const OTHER: &str = "(other)";
/// Pairs of a model group and a served model that are counted separately.
pub(super) const MOST: usize = 1_000;
/// The longest value, in bytes.
const LONGEST: usize = 200;

/// A label's value as the page writes it: `\`, `"` and line ends are escaped, as OpenMetrics demands; the
/// encoder writes what it is given.
pub(super) fn value(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_within_its_quotes_and_its_line() {
        assert_eq!(value("gpt-5.6-sol"), "gpt-5.6-sol");
        assert_eq!(value("a\"} 1\nb\\\r"), "a\\\"} 1\\nb\\\\\u{fffd}");
        assert_eq!(value(&"é".repeat(200)).len(), LONGEST);
    }
}
