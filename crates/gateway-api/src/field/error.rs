//! Error of a request's field.

use std::fmt::{self, Display};

/// A field that is missing, or not as expected.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldError {
    /// The field with this name must be there.
    Missing(String),
    /// What is wrong, with the field's name.
    Wrong(String),
}

/// The beginning of a missing field's error, which passes through serde as text.
const MISSING: &str = "expected the field `";
/// Its end.
const NONE: &str = "`, found none";
/// The most characters of a value that an error repeats.
const SHOWN: usize = 60;

impl FieldError {
    /// The field has another value than expected.
    #[must_use]
    pub fn wrong(name: &str, expected: &str, found: &str) -> Self {
        let shown = |letter: char| if letter.is_control() { '\u{FFFD}' } else { letter };
        let found: String = found.chars().take(SHOWN).map(shown).collect();
        Self::Wrong(format!("expected `{name}` to be {expected}, found `{found}`"))
    }
}

impl Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(formatter, "{MISSING}{name}{NONE}"),
            Self::Wrong(text) => formatter.write_str(text),
        }
    }
}

impl std::error::Error for FieldError {}

impl serde::de::Error for FieldError {
    fn custom<T: Display>(message: T) -> Self {
        let text = message.to_string();
        match text.strip_prefix(MISSING).and_then(|rest| rest.strip_suffix(NONE)) {
            Some(name) => Self::Missing(name.to_owned()),
            None => Self::Wrong(text),
        }
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name.to_owned())
    }
}
