//! The form of an error within a stream of the Responses API.

use std::str::FromStr;

/// One of the forms that were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Envelope {
    /// `response.failed` with the error in its response.
    #[default]
    Failed,
    /// `error` with code and message at the top.
    Flat,
    /// `error` with an object below `error`.
    Nested,
}

// === impl Envelope ===

impl Envelope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Flat => "flat",
            Self::Nested => "nested",
        }
    }
}

impl FromStr for Envelope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Failed, Self::Flat, Self::Nested];
        all.into_iter().find(|one| one.name() == text).ok_or(())
    }
}
