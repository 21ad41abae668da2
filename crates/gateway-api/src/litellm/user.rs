//! Requests about users. Null resets a field.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::grant::{GrantTerms, ModelNamesField};
use crate::{Field, FlagField, ObjectField, Others, RequiredText, TextField, TextsField, requests};

/// What a user is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct UserFields {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_alias: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_email: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_role: TextField,
    /// The model groups that their keys can use; defaults to all.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub models: ModelNamesField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub metadata: ObjectField,
}

/// A user to create.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct UserTerms {
    /// Defaults to a new id.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_id: TextField,
    /// Whether a key is created as well; defaults to true.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub auto_create_key: FlagField,
    /// Their teams.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub teams: TextsField,
    #[serde(flatten)]
    pub fields: UserFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A change of a user. Missing fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct UserChange {
    pub user_id: RequiredText,
    /// Without effect: keys are created with the user, or by `/key/generate`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub auto_create_key: FlagField,
    #[serde(flatten)]
    pub fields: UserFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names several users.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct UsersNamed {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_ids: TextsField,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The users to list, and the part of them to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserListParams {
    /// Users with this role, such as `internal_user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Users with these ids, separated by commas; a single value matches part of the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_ids: Option<String>,
    /// Users with this text in their e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_email: Option<String>,
    /// Users with this text in their id or e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Members of the team with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page: Option<String>,
    /// At most 1000; defaults to 25.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page_size: Option<String>,
    /// Such as `user_id`, `user_email`, `created_at` or `spend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<String>,
    /// `asc` (default with `sort_by`) or `desc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<String>,
}

/// The user to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserInfoParams {
    /// The user's id; defaults to the user of the key that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

requests!(UserTerms, UserChange, UsersNamed);
