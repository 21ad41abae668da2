//! Additions of the gateway to a request, as far as the deployment accepts them.

use super::{
    chat::keys::{MAX_COMPLETION_TOKENS, MAX_TOKENS},
    responses::keys::MAX_OUTPUT_TOKENS,
};
use crate::money::Tokens;

/// The name of the parameter that bounds an answer's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundName {
    /// `max_completion_tokens`, which bounds reasoning as well. Reasoning models take no other.
    MaxCompletionTokens,
    /// `max_tokens`, the older name, and the only one outside OpenAI's models.
    MaxTokens,
    /// `max_output_tokens`, the one name in Responses.
    MaxOutputTokens,
}

/// What is added to a request that lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Additions {
    /// The option that makes a stream report its usage (a chat's `stream_options.include_usage`).
    pub usage: bool,
    /// The name under which a bound is added; `None`: none is taken, so that none is added.
    pub bound: Option<BoundName>,
    /// The bound of each answer, in tokens; also what bounds that the client names are lowered to.
    pub max_output: Option<Tokens>,
}

/// Parameters of a request as it is sent that the client did not send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The options of a stream, which the client did not send at all.
    pub stream_options: bool,
    /// The one that makes it report its usage, also within the client's own options.
    pub include_usage: bool,
    /// The bound on the answer.
    pub bound: Option<BoundName>,
}

/// One parameter that is added to requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// The option that makes a stream report its usage.
    Usage,
    /// A bound on the answer.
    Bound(BoundName),
}

// === impl BoundName ===

impl BoundName {
    /// All names, each at the place of its number.
    pub const ALL: [Self; 3] = [Self::MaxCompletionTokens, Self::MaxTokens, Self::MaxOutputTokens];

    /// The key in the request.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => MAX_COMPLETION_TOKENS,
            Self::MaxTokens => MAX_TOKENS,
            Self::MaxOutputTokens => MAX_OUTPUT_TOKENS,
        }
    }
}

// === impl Additions ===

impl Additions {
    /// Nothing but the lowering of bounds that the client names.
    pub const NONE: Self = Self { usage: false, bound: None, max_output: None };
}

impl Default for Additions {
    /// What OpenAI's models take at Azure's newest API.
    fn default() -> Self {
        Self { usage: true, bound: Some(BoundName::MaxCompletionTokens), max_output: None }
    }
}
