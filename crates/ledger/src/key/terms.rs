//! The terms of a key, team or user: its budget and its rate limits.

use llm_types::Usd;
use serde::{Deserialize, Serialize};

use crate::key::Duration;

/// The terms of a budget: its maximum, the length of its windows, and whether it is strict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetTerms {
    /// The most that may be spent in a window; `None`: unlimited, but spending is counted.
    pub max: Option<Usd>,
    /// How long a window is; `None`: it never ends.
    pub duration: Option<Duration>,
    /// Whether only spent money counts, as in `LiteLLM`, and not that of requests in flight.
    pub soft: bool,
}

/// Rate limits; `None`: unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Requests per minute.
    pub rpm: Option<u64>,
    /// Tokens per minute, prompt and answer together.
    pub tpm: Option<u64>,
    /// Requests at a time.
    pub parallel: Option<u64>,
}
