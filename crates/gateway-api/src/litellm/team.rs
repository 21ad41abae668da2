//! Requests about teams and their members. Null resets a field.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{ArrayBuilder, Ref, RefOr, Schema},
};

use super::grant::{GrantTerms, ModelNamesField};
use crate::{
    Field, FieldError, FieldValue, FlagField, ObjectField, Others, Required, RequiredText,
    TextField, TextsField, field::json, requests,
};

/// A member of a team.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct MemberTerms {
    #[serde(default)]
    pub user_id: Option<String>,
    /// Identifies the user by e-mail if there is no id. If no user has it, one is created.
    #[serde(default)]
    pub user_email: Option<String>,
    /// Defaults to `user`.
    #[serde(default)]
    pub role: Option<String>,
}

/// One member or several.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MembersTerms {
    One(MemberTerms),
    Several(Vec<MemberTerms>),
}

/// What a team is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TeamFields {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub team_alias: TextField,
    /// The model groups that its keys can use; defaults to all.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub models: ModelNamesField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub metadata: ObjectField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub blocked: FlagField,
    /// All members.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub members_with_roles: MembersField,
}

/// A team to create.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"team_alias": "research", "max_budget": 500, "budget_duration": "1mo"}))]
pub struct TeamTerms {
    /// Defaults to a new id.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub team_id: TextField,
    #[serde(flatten)]
    pub fields: TeamFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A change of a team. Missing fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TeamChange {
    pub team_id: RequiredText,
    #[serde(flatten)]
    pub fields: TeamFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names a team.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TeamNamed {
    pub team_id: RequiredText,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names several teams.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TeamsNamed {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub team_ids: TextsField,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Members to add to a team.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct MemberAdd {
    pub team_id: RequiredText,
    pub member: RequiredMembers,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The member to remove from a team, by `user_id` or `user_email`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct MemberDelete {
    pub team_id: RequiredText,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_id: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_email: TextField,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A change of a member, identified by `user_id` or `user_email`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct MemberUpdate {
    pub team_id: RequiredText,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_id: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_email: TextField,
    /// Unchanged by default.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub role: TextField,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// All members of a team.
pub type MembersField = Field<Vec<MemberTerms>>;
/// Members to add.
pub type RequiredMembers = Required<MembersTerms>;

/// The teams to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamListParams {
    /// Teams with this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The team with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Teams with this text in their alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_alias: Option<String>,
    /// The team with this id, or teams with this text in their alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `team_id` (default), `team_alias`, `created_at`, `updated_at`, `spend` or `max_budget`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<String>,
    /// `asc` (default) or `desc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<String>,
}

/// The teams to list, and the part of them to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamPageParams {
    /// Teams with this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The team with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Teams with this text in their alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_alias: Option<String>,
    /// The team with this id, or teams with this text in their alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page: Option<String>,
    /// At most 1000; defaults to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page_size: Option<String>,
    /// `team_id` (default), `team_alias`, `created_at`, `updated_at`, `spend` or `max_budget`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<String>,
    /// `asc` (default) or `desc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<String>,
}

/// The team to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamInfoParams {
    /// The team's id; defaults to the team of the key that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
}

impl From<TeamPageParams> for TeamListParams {
    fn from(page: TeamPageParams) -> Self {
        let TeamPageParams { user_id, team_id, team_alias, search, sort_by, sort_order, .. } = page;
        Self { user_id, team_id, team_alias, search, sort_by, sort_order }
    }
}

requests!(TeamTerms, TeamChange, TeamNamed, TeamsNamed, MemberAdd, MemberDelete, MemberUpdate);

impl FieldValue for Vec<MemberTerms> {
    const NAME: &'static str = "MemberList";

    fn read(name: &str, list: &str) -> Result<Option<Self>, FieldError> {
        let expected = "a list of objects with `user_id` or `user_email`, and `role`";
        json(name, list, expected).map(Some)
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name("MemberTerms")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<MemberTerms>(schemas);
    }
}

impl FieldValue for MembersTerms {
    const NAME: &'static str = "Members";

    fn read(name: &str, members: &str) -> Result<Option<Self>, FieldError> {
        json(name, members, "an object with `user_id` or `user_email`, and `role`").map(Some)
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("MembersTerms").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<Self>(schemas);
    }
}

impl From<MembersTerms> for Vec<MemberTerms> {
    fn from(members: MembersTerms) -> Self {
        match members {
            MembersTerms::One(member) => vec![member],
            MembersTerms::Several(members) => members,
        }
    }
}

impl Default for MembersTerms {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}
