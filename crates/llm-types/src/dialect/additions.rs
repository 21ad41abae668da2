//! Additions of the gateway to a request, as far as the deployment accepts them.

use crate::money::Tokens;

/// The name of the parameter that bounds an answer's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundName {
    /// `max_completion_tokens`, which bounds reasoning as well. Reasoning models take no other.
    MaxCompletionTokens,
    /// `max_tokens`, the older name, and the only one outside OpenAI's models.
    MaxTokens,
}

/// What is added to a request that lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Additions {
    /// `stream_options.include_usage`, so that a stream reports its usage.
    pub usage: bool,
    /// The name under which a bound is added; `None`: none is taken, so that none is added.
    pub bound: Option<BoundName>,
    /// The bound of each answer, in tokens; also what bounds that the client names are lowered to.
    pub max_output: Option<Tokens>,
}

/// Parameters of a request as it is sent that the client did not send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// `stream_options`.
    pub stream_options: bool,
    /// `stream_options.include_usage`, also within the client's own `stream_options`.
    pub include_usage: bool,
    /// The bound on the answer.
    pub bound: Option<BoundName>,
}

// === impl BoundName ===

impl BoundName {
    /// The key in the request.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxTokens => "max_tokens",
        }
    }

    /// The other name.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::MaxCompletionTokens => Self::MaxTokens,
            Self::MaxTokens => Self::MaxCompletionTokens,
        }
    }
}

// === impl Additions ===

impl Default for Additions {
    /// What OpenAI's models take at Azure's newest API.
    fn default() -> Self {
        Self { usage: true, bound: Some(BoundName::MaxCompletionTokens), max_output: None }
    }
}
