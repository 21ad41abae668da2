//! Request fields of teams and users, for the OpenAPI document. Null resets a field.
#![expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]

use utoipa::ToSchema;

use crate::api::litellm::key::terms::GrantTerms;

/// A member of a team.
#[derive(ToSchema)]
pub(crate) struct MemberTerms {
    user_id: Option<String>,
    /// Identifies the user by e-mail if there is no id. If no user has it, one is created.
    user_email: Option<String>,
    /// Defaults to `user`.
    role: Option<String>,
}

/// One member or several.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum MembersTerms {
    One(MemberTerms),
    Several(Vec<MemberTerms>),
}

/// What a team is.
#[derive(ToSchema)]
pub(crate) struct TeamFields {
    team_alias: Option<String>,
    /// The model groups that its keys can use; defaults to all.
    models: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    blocked: Option<bool>,
    /// All members.
    members_with_roles: Option<Vec<MemberTerms>>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A team to create.
#[derive(ToSchema)]
#[schema(example = json!({"team_alias": "research", "max_budget": 500, "budget_duration": "1mo"}))]
pub(crate) struct TeamTerms {
    /// Defaults to a new id.
    team_id: Option<String>,
    #[serde(flatten)]
    fields: TeamFields,
}

/// A change of a team. Missing fields stay unchanged.
#[derive(ToSchema)]
pub(crate) struct TeamChange {
    team_id: String,
    #[serde(flatten)]
    fields: TeamFields,
}

/// Names a team.
#[derive(ToSchema)]
pub(crate) struct TeamNamed {
    team_id: String,
}

/// Names several teams.
#[derive(ToSchema)]
pub(crate) struct TeamsNamed {
    team_ids: Option<Vec<String>>,
}

/// Members to add to a team.
#[derive(ToSchema)]
pub(crate) struct MemberAdd {
    team_id: String,
    member: MembersTerms,
}

/// The member to remove from a team, by `user_id` or `user_email`.
#[derive(ToSchema)]
pub(crate) struct MemberDelete {
    team_id: String,
    user_id: Option<String>,
    user_email: Option<String>,
}

/// A change of a member, identified by `user_id` or `user_email`.
#[derive(ToSchema)]
pub(crate) struct MemberUpdate {
    team_id: String,
    user_id: Option<String>,
    user_email: Option<String>,
    /// Unchanged by default.
    role: Option<String>,
}

/// What a user is.
#[derive(ToSchema)]
pub(crate) struct UserFields {
    user_alias: Option<String>,
    user_email: Option<String>,
    user_role: Option<String>,
    /// The model groups that their keys can use; defaults to all.
    models: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A user to create.
#[derive(ToSchema)]
pub(crate) struct UserTerms {
    /// Defaults to a new id.
    user_id: Option<String>,
    /// Whether a key is created as well; defaults to true.
    auto_create_key: Option<bool>,
    /// Their teams.
    teams: Option<Vec<String>>,
    #[serde(flatten)]
    fields: UserFields,
}

/// A change of a user. Missing fields stay unchanged.
#[derive(ToSchema)]
pub(crate) struct UserChange {
    user_id: String,
    /// Without effect: keys are created with the user, or by `/key/generate`.
    auto_create_key: Option<bool>,
    #[serde(flatten)]
    fields: UserFields,
}

/// Names several users.
#[derive(ToSchema)]
pub(crate) struct UsersNamed {
    user_ids: Option<Vec<String>>,
}
