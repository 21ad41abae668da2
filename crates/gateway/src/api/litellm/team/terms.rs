//! Request fields of teams and users, for the OpenAPI document. Null resets a field.
#![expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]

use utoipa::ToSchema;

use crate::api::litellm::key::terms::GrantTerms;

/// One of a team.
#[derive(ToSchema)]
pub(crate) struct MemberTerms {
    user_id: Option<String>,
    /// Names the user who has this e-mail, where there is no id. Where nobody has it, a user is added.
    user_email: Option<String>,
    /// Defaults to `user`.
    role: Option<String>,
}

/// One of a team, or several.
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
    /// The model groups that its keys may ask for; any unless set.
    models: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    blocked: Option<bool>,
    /// All who belong to it.
    members_with_roles: Option<Vec<MemberTerms>>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A team to be made.
#[derive(ToSchema)]
#[schema(example = json!({"team_alias": "research", "max_budget": 500, "budget_duration": "1mo"}))]
pub(crate) struct TeamTerms {
    /// A new one unless set.
    team_id: Option<String>,
    #[serde(flatten)]
    fields: TeamFields,
}

/// A change of a team: what is not there stays as it is.
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

/// Who is to belong to a team.
#[derive(ToSchema)]
pub(crate) struct MemberAdd {
    team_id: String,
    member: MembersTerms,
}

/// Who is no longer to belong to a team: named by `user_id` or `user_email`.
#[derive(ToSchema)]
pub(crate) struct MemberDelete {
    team_id: String,
    user_id: Option<String>,
    user_email: Option<String>,
}

/// A change of a member, who is named by `user_id` or `user_email`.
#[derive(ToSchema)]
pub(crate) struct MemberUpdate {
    team_id: String,
    user_id: Option<String>,
    user_email: Option<String>,
    /// Stays unless set.
    role: Option<String>,
}

/// What a user is.
#[derive(ToSchema)]
pub(crate) struct UserFields {
    user_alias: Option<String>,
    user_email: Option<String>,
    user_role: Option<String>,
    /// The model groups that their keys may ask for; any unless set.
    models: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
    #[serde(flatten)]
    grant: GrantTerms,
}

/// A user to be added.
#[derive(ToSchema)]
pub(crate) struct UserTerms {
    /// A new one unless set.
    user_id: Option<String>,
    /// Whether they get a key at once: true unless set.
    auto_create_key: Option<bool>,
    /// Teams that they are to belong to.
    teams: Option<Vec<String>>,
    #[serde(flatten)]
    fields: UserFields,
}

/// A change of a user: what is not there stays as it is.
#[derive(ToSchema)]
pub(crate) struct UserChange {
    user_id: String,
    /// Without effect: a key is made when a user is added, or by `/key/generate`.
    auto_create_key: Option<bool>,
    #[serde(flatten)]
    fields: UserFields,
}

/// Names several users.
#[derive(ToSchema)]
pub(crate) struct UsersNamed {
    user_ids: Option<Vec<String>>,
}
