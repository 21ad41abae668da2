//! Request fields of keys, and those shared with teams and users, for the OpenAPI document. Null
//! resets a field.
#![expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]

use utoipa::ToSchema;

use crate::{
    api::litellm::budget_limits::BudgetLimitTerms,
    openapi::{BudgetMode, DollarsGiven, Length},
};

/// Limits and a budget: see `grant.rs`.
#[derive(ToSchema)]
pub(crate) struct GrantTerms {
    /// Requests in a minute.
    rpm_limit: Option<u64>,
    /// Tokens in a minute.
    tpm_limit: Option<u64>,
    max_parallel_requests: Option<u64>,
    /// What may be spent, in dollars, in each `budget_duration`.
    max_budget: Option<DollarsGiven>,
    /// The length of budget windows, which end at borders of the operator's calendar: `1d` at midnight,
    /// `7d` on Monday, `30d` and `1mo` on the 1st. A budget without it never resets.
    budget_duration: Option<Length>,
    /// Windows that hold as well; at most 10, each of another length.
    budget_limits: Option<Vec<BudgetLimitTerms>>,
    /// `strict` unless set.
    budget_mode: Option<BudgetMode>,
}

/// What a key may.
#[derive(ToSchema)]
pub(crate) struct KeyFields {
    /// What people call it; no two keys have the same.
    key_alias: Option<String>,
    /// The model groups that it may ask for; any unless set.
    models: Option<Vec<String>>,
    /// A team that exists.
    team_id: Option<String>,
    /// Whose it is. A user who is not known yet is added.
    user_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    blocked: Option<bool>,
    /// Whether it may manage the gateway.
    admin: Option<bool>,
    /// How long it is valid from now on; for ever unless set.
    duration: Option<Length>,
    /// Nothing but 0: what a key spends is counted here.
    spend: Option<DollarsGiven>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A key to be made.
#[derive(ToSchema)]
#[schema(example = json!({
    "key_alias": "ann", "models": ["azure-model-router"], "max_budget": 10, "budget_duration": "1mo"
}))]
pub(crate) struct KeyTerms {
    /// The key itself, where it is not to be a random one: `sk-` and at least 17 characters more.
    #[schema(pattern = "^sk-.{17,}$")]
    key: Option<String>,
    #[serde(flatten)]
    fields: KeyFields,
}

/// A change of a key: what is not there stays as it is.
#[derive(ToSchema)]
pub(crate) struct KeyChange {
    /// The key, or its hash.
    key: String,
    #[serde(flatten)]
    fields: KeyFields,
}

/// A key in place of another one: what is not there stays as it is.
#[derive(ToSchema)]
pub(crate) struct KeyRegeneration {
    /// The key, or its hash.
    key: String,
    /// How long the old key still works, as the new one; it stops at once unless set.
    grace_period: Option<Length>,
    #[serde(flatten)]
    fields: KeyFields,
}

/// The same where the path names the old key.
#[derive(ToSchema)]
pub(crate) struct KeyRegenerationTerms {
    /// The new key, where it is not to be a random one: `sk-` and at least 17 characters more.
    #[schema(pattern = "^sk-.{17,}$")]
    key: Option<String>,
    /// How long the old key still works, as the new one; it stops at once unless set.
    grace_period: Option<Length>,
    #[serde(flatten)]
    fields: KeyFields,
}

/// Names a key.
#[derive(ToSchema)]
pub(crate) struct KeyNamed {
    /// The key, or its hash.
    key: String,
}

/// Names several keys.
#[derive(ToSchema)]
pub(crate) struct KeysNamed {
    /// Keys, or their hashes.
    keys: Option<Vec<String>>,
    key_aliases: Option<Vec<String>>,
}
