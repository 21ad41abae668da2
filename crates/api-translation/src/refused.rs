//! Requests that are not translated.

/// A request that cannot be said as a chat, and was not sent.
///
/// It is an error of the client's: status 400, with `parameter` as the parameter that is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{parameter}` {reason}")]
pub struct Refused {
    /// Where the reason is, such as `input[3].content[0].file_id`.
    pub parameter: String,
    /// What is wrong with it and what to do, to be read after the parameter.
    pub reason: String,
}

// === impl Refused ===

impl Refused {
    pub(crate) fn new(parameter: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { parameter: parameter.into(), reason: reason.into() }
    }

    /// A value of another type than the API has.
    pub(crate) fn expected(parameter: impl Into<String>, what: &str) -> Self {
        Self::new(parameter, format!("is not {what}"))
    }

    pub(crate) fn missing(parameter: impl Into<String>) -> Self {
        Self::new(parameter, "is missing")
    }
}
