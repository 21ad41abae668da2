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
    /// Requests per minute.
    rpm_limit: Option<u64>,
    /// Tokens per minute.
    tpm_limit: Option<u64>,
    max_parallel_requests: Option<u64>,
    /// The maximum spend per `budget_duration`, in dollars.
    max_budget: Option<DollarsGiven>,
    /// The length of budget windows, which end at calendar boundaries: `1d` at midnight, `7d` on
    /// Monday, `30d` and `1mo` on the 1st. Without it the budget never resets.
    budget_duration: Option<Length>,
    /// Further windows; at most 10, of different lengths.
    budget_limits: Option<Vec<BudgetLimitTerms>>,
    /// Defaults to `strict`.
    budget_mode: Option<BudgetMode>,
}

/// What a key may.
#[derive(ToSchema)]
pub(crate) struct KeyFields {
    /// A unique name.
    key_alias: Option<String>,
    /// The model groups that the key can use; defaults to all.
    models: Option<Vec<String>>,
    /// An existing team.
    team_id: Option<String>,
    /// The key's user. An unknown user is created.
    user_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    blocked: Option<bool>,
    /// Whether the key can manage the gateway.
    admin: Option<bool>,
    /// How long the key is valid from now on; defaults to unlimited.
    duration: Option<Length>,
    /// Must be 0: a key's spend is counted by the gateway.
    spend: Option<DollarsGiven>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A key to create.
#[derive(ToSchema)]
#[schema(example = json!({
    "key_alias": "ann", "models": ["azure-model-router"], "max_budget": 10, "budget_duration": "1mo"
}))]
pub(crate) struct KeyTerms {
    /// The key itself, if it should not be random: `sk-` and at least 17 more characters.
    #[schema(pattern = "^sk-.{17,}$")]
    key: Option<String>,
    #[serde(flatten)]
    fields: KeyFields,
}

/// A change of a key. Missing fields stay unchanged.
#[derive(ToSchema)]
pub(crate) struct KeyChange {
    /// The key, or its hash.
    key: String,
    #[serde(flatten)]
    fields: KeyFields,
}

/// A key that replaces another one. Missing fields stay unchanged.
#[derive(ToSchema)]
pub(crate) struct KeyRegeneration {
    /// The key, or its hash.
    key: String,
    /// How long the old key still works, as the new one; by default it stops at once.
    grace_period: Option<Length>,
    #[serde(flatten)]
    fields: KeyFields,
}

/// The same where the path names the old key.
#[derive(ToSchema)]
pub(crate) struct KeyRegenerationTerms {
    /// The new key, if it should not be random: `sk-` and at least 17 more characters.
    #[schema(pattern = "^sk-.{17,}$")]
    key: Option<String>,
    /// How long the old key still works, as the new one; by default it stops at once.
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
