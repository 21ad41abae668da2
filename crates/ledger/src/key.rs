//! Those who may ask, and what they may: virtual keys, teams and users; and models that were added
//! by API.

use std::fmt;

use jiff::{Span, Timestamp, tz::TimeZone};
use llm_types::Usd;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::BudgetWindow;

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
    /// Windows that hold as well, of different lengths.
    pub windows: Vec<BudgetWindow>,
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
    /// Windows that hold as well, of different lengths.
    pub windows: Vec<BudgetWindow>,
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
    /// Windows that hold as well, of different lengths.
    pub windows: Vec<BudgetWindow>,
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
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// When, in microseconds since 1970.
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

// === impl Duration ===

impl Duration {
    /// Reads `30s`, `15m`, `24h`, `7d`, `2w` or `1mo`, and `hourly`, `daily`, `weekly` or `monthly` for
    /// `1h`, `24h`, `7d` and `30d`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text {
            "hourly" => "1h",
            "daily" => "24h",
            "weekly" => "7d",
            "monthly" => "30d",
            text => text,
        };
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

    /// When a time ends that begins at `start`, in microseconds since 1970: so much later, in months of
    /// the calendar (UTC). Windows of budgets end at borders of a [`crate::Calendar`].
    #[must_use]
    pub fn after(&self, start: i64) -> i64 {
        // Beyond what a calendar holds: never.
        self.from(start, 1).unwrap_or(i64::MAX)
    }

    /// When a time began that ends at `end`, in microseconds since 1970; 1970 at the earliest.
    #[must_use]
    pub fn before(&self, end: i64) -> i64 {
        self.from(end, -1).unwrap_or(0).max(0)
    }

    fn from(&self, start: i64, direction: i64) -> Option<i64> {
        let (count, unit) = self.parts();
        let count = count * direction;
        let span = match unit {
            "s" => Span::new().try_seconds(count),
            "m" => Span::new().try_minutes(count),
            "h" => Span::new().try_hours(count),
            "d" => Span::new().try_days(count),
            "w" => Span::new().try_weeks(count),
            _ => Span::new().try_months(count),
        };
        let start_at = Timestamp::from_microsecond(start).unwrap_or(Timestamp::UNIX_EPOCH);
        let end = span.and_then(|span| start_at.to_zoned(TimeZone::UTC).checked_add(span));
        end.ok().map(|end| end.timestamp().as_microsecond())
    }

    /// The count, and its unit.
    pub(crate) fn parts(&self) -> (i64, &str) {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = self.0.split_at(digits);
        (count.parse().unwrap_or(1), unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(duration: &str, start: &str, expect: &str) {
        let start: Timestamp = start.parse().unwrap();
        let end = Duration::parse(duration).unwrap().after(start.as_microsecond());
        assert_eq!(Timestamp::from_microsecond(end).unwrap(), expect.parse().unwrap());
    }

    #[test]
    fn times_end_when_they_say() {
        check("30s", "2026-01-31T00:00:00Z", "2026-01-31T00:00:30Z");
        check("24h", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z");
        check("7d", "2026-01-31T00:00:00Z", "2026-02-07T00:00:00Z");
        check("1mo", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z");
        check("2w", "2026-12-25T10:00:00Z", "2027-01-08T10:00:00Z");
        assert_eq!(Duration::parse("100000mo").unwrap().after(i64::MAX / 4), i64::MAX);
        let month = Duration::parse("1mo").unwrap();
        assert_eq!(month.before(month.after(0)), 0);
        assert_eq!(month.before(5), 0);
    }

    #[test]
    fn a_hash_is_read_back() {
        let hash = KeyHash::of("sk-a");
        assert_eq!(KeyHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(KeyHash::parse("zz"), None);
        assert_eq!(KeyHash::parse(&"+1".repeat(32)), None);
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for wrong in ["", "d", "0d", "-1d", "1y", "1.5h", "100001s", "1 d", "99999999999d"] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }
}
