//! Keys, their owners and their terms; and deployments that were added through the API.

pub(crate) mod budget_window;
pub(crate) mod calendar;
mod duration;
mod owners;
mod stored_model;
mod terms;

use std::fmt;

use sha2::{Digest as _, Sha256};

use self::budget_window::BudgetWindow;
pub use self::{
    duration::Duration,
    owners::{Team, User},
    stored_model::StoredModel,
    terms::{BudgetTerms, Limits},
};

/// SHA-256 of a key, which is all of it that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

/// A virtual key, except the key itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// SHA-256 of the key, in hex.
    pub id: String,
    /// The key's last characters, by which people recognise it: `sk-...4f3c`.
    pub name: String,
    /// A name for people, which no other key has.
    pub alias: Option<String>,
    /// The model groups that it may use; empty: all.
    pub models: Vec<String>,
    /// When it ends, in microseconds since 1970.
    pub expires_at: Option<i64>,
    /// Its rate limits.
    pub limits: Limits,
    /// Its budget.
    pub budget: BudgetTerms,
    /// Further budget windows, of different lengths.
    pub windows: Vec<BudgetWindow>,
    /// The team that it belongs to.
    pub team_id: Option<String>,
    /// The user that it belongs to.
    pub user_id: Option<String>,
    /// Its owner's own data, as a JSON object.
    pub metadata: Option<String>,
    /// Refused until it is unblocked.
    pub blocked: bool,
    /// Whether it may manage the gateway.
    pub admin: bool,
    /// When it was created, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}

// === impl KeyHash ===

impl KeyHash {
    /// The hash of a key.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Reads what `Display` writes: 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        // `from_str_radix` alone would accept `+f`.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_back() {
        let hash = KeyHash::of("sk-a");
        assert_eq!(KeyHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(KeyHash::parse("zz"), None);
        assert_eq!(KeyHash::parse(&"+1".repeat(32)), None);
    }
}
