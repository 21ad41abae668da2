//! Teams and users: the owners of keys.

use crate::key::{BudgetTerms, Limits, budget_window::BudgetWindow};

/// Users who share a budget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub alias: Option<String>,
    /// The model groups that its keys may use; empty: all.
    pub models: Vec<String>,
    /// The rate limits of all its keys together.
    pub limits: Limits,
    /// The budget of all its keys together.
    pub budget: BudgetTerms,
    /// Windows that hold as well, of different lengths.
    pub windows: Vec<BudgetWindow>,
    /// Its members: user id and role (`admin` or `user`).
    pub members: Vec<(String, String)>,
    /// As a JSON object.
    pub metadata: Option<String>,
    /// Refused until it is unblocked.
    pub blocked: bool,
    /// When it was created, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970.
    pub updated_at: i64,
}

/// A person who has keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: String,
    /// A name for people.
    pub alias: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their role, as `LiteLLM` names it: `proxy_admin`, `internal_user`, …
    pub role: Option<String>,
    /// The model groups that their keys may use; empty: all.
    pub models: Vec<String>,
    /// The rate limits of all their keys together.
    pub limits: Limits,
    /// The budget of all their keys together.
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
