//! Those who may ask, and what they may: virtual keys, teams and users; and models that were added
//! by API.

use llm_types::Usd;
use serde::{Deserialize, Serialize};

/// SHA-256 of a key, which is all of it that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

/// A length of budget windows, as `LiteLLM` writes it: `30s`, `15m`, `24h`, `7d`, `1mo`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Duration(String);

/// The terms of a budget: how much in which time, and how strictly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetTerms {
    /// The most that may be spent in a window; `None`: no bound, but what is spent is counted.
    pub max: Option<Usd>,
    /// How long a window is; `None`: it never ends.
    pub duration: Option<Duration>,
    /// Whether only what is spent is looked at, as `LiteLLM` does, and not what is under way.
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

/// A virtual key, but for the key itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// SHA-256 of the key, in hex.
    pub id: String,
    /// The key's end, for people to know it by: `sk-...4f3c`.
    pub name: String,
    /// What its owner calls it; different for each.
    pub alias: Option<String>,
    /// The model groups that it may ask for; empty: all.
    pub models: Vec<String>,
    /// When it ends, in microseconds since 1970.
    pub expires_at: Option<i64>,
    /// How much it may ask for.
    pub limits: Limits,
    /// What it may spend.
    pub budget: BudgetTerms,
    /// Whose team it belongs to.
    pub team_id: Option<String>,
    /// Whose it is.
    pub user_id: Option<String>,
    /// Whatever its owner wants to know of it, as a JSON object.
    pub metadata: Option<String>,
    /// Refused until it is unblocked.
    pub blocked: bool,
    /// Whether it may manage the gateway.
    pub admin: bool,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}

/// Some users who share a budget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub alias: Option<String>,
    /// The model groups that its keys may ask for; empty: all.
    pub models: Vec<String>,
    /// How much all its keys together may ask for.
    pub limits: Limits,
    /// What all its keys together may spend.
    pub budget: BudgetTerms,
    /// Its members: user id and role (`admin` or `user`).
    pub members: Vec<(String, String)>,
    /// As a JSON object.
    pub metadata: Option<String>,
    /// Refused until it is unblocked.
    pub blocked: bool,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}

/// Somebody who has keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: String,
    /// What people call them.
    pub alias: Option<String>,
    /// Where to write to them.
    pub email: Option<String>,
    /// Their role, as `LiteLLM` names it: `proxy_admin`, `internal_user`, …
    pub role: Option<String>,
    /// The model groups that their keys may ask for; empty: all.
    pub models: Vec<String>,
    /// How much all their keys together may ask for.
    pub limits: Limits,
    /// What all their keys together may spend.
    pub budget: BudgetTerms,
    /// As a JSON object.
    pub metadata: Option<String>,
    /// When they were added, in microseconds since 1970.
    pub created_at: i64,
    /// When they were last changed, in microseconds since 1970.
    pub updated_at: i64,
}

/// A deployment that was added by API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredModel {
    /// The deployment's id.
    pub id: String,
    /// The model group that it serves.
    pub group: String,
    /// `litellm_params` as a JSON object, its credentials encrypted.
    pub params: String,
    /// `model_info` as a JSON object.
    pub info: String,
    /// Left out until it is unblocked.
    pub blocked: bool,
    /// Who added it.
    pub created_by: Option<String>,
    /// When, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}

// === impl Duration ===

impl Duration {
    /// Reads `30s`, `15m`, `24h`, `7d`, `2w` or `1mo`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let count: u32 = count.parse().ok()?;
        let known = matches!(unit, "s" | "m" | "h" | "d" | "w" | "mo");
        (known && count > 0 && count <= 100_000).then(|| Self(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
