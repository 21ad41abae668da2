//! The terms of a key, team or user: its budget and its rate limits.

use llm_types::Usd;
use serde::{Deserialize, Serialize};

use crate::key::Duration;

/// The terms of a budget: how much in which time, and how strictly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetTerms {
    /// The most that may be spent in a window; `None`: no bound, but what is spent is counted.
    pub max: Option<Usd>,
    /// How long a window is; `None`: it never ends.
    pub duration: Option<Duration>,
    /// Whether only what is spent is looked at, as `LiteLLM` does, and not what is in flight.
    pub soft: bool,
}

/// How much may be asked for; `None`: as much as one likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Requests per minute.
    pub rpm: Option<u64>,
    /// Tokens per minute, prompt and answer together.
    pub tpm: Option<u64>,
    /// Requests at a time.
    pub parallel: Option<u64>,
}
