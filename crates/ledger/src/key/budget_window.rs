//! Budget windows of different lengths that bound one key, team or user at once; and the names of
//! budgets.

use llm_types::Usd;

use crate::key::{BudgetTerms, Duration};

/// A maximum for each budget window of one length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetWindow {
    /// How long a window is.
    pub duration: Duration,
    /// The most that may be spent in a window.
    pub max: Usd,
}

/// The parts of a budget's id: `key:…`, `team:…` or `user:…`, and `key/1d:…` if it is one of several
/// windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetName<'a> {
    /// `key`, `team` or `user`.
    pub kind: &'a str,
    /// The length of its windows, where it is one of several.
    pub window: Option<&'a str>,
    /// The id of the key, team or user.
    pub owner: &'a str,
}

// === impl BudgetWindow ===

impl BudgetWindow {
    /// The id of its budget; `kind` and `owner` are those of [`BudgetName`].
    #[must_use]
    pub fn id(&self, kind: &str, owner: &str) -> String {
        format!("{kind}/{}:{owner}", self.duration.as_str())
    }

    /// Its terms.
    #[must_use]
    pub fn terms(&self, soft: bool) -> BudgetTerms {
        BudgetTerms { max: Some(self.max), duration: Some(self.duration.clone()), soft }
    }
}

// === impl BudgetName ===

impl<'a> BudgetName<'a> {
    /// Reads an id; `None` if it is none.
    #[must_use]
    pub fn parse(id: &'a str) -> Option<Self> {
        let (kind, owner) = id.split_once(':')?;
        Some(match kind.split_once('/') {
            Some((kind, window)) => Self { kind, window: Some(window), owner },
            None => Self { kind, window: None, owner },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back() {
        let day = BudgetWindow { duration: Duration::parse("1d").unwrap(), max: Usd::ZERO };
        let id = day.id("team", "a/7d:b");
        let expect = BudgetName { kind: "team", window: Some("1d"), owner: "a/7d:b" };
        assert_eq!(BudgetName::parse(&id), Some(expect));
        let expect = BudgetName { kind: "team", window: None, owner: "a/7d:b" };
        assert_eq!(BudgetName::parse("team:a/7d:b"), Some(expect));
        assert_eq!(BudgetName::parse("team"), None);
    }
}
