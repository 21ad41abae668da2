//! Foreign text, made safe for a log line.

/// Without control characters, which could forge lines in a log: runs of them and of white space
/// become one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
