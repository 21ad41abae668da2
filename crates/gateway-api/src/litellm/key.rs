//! Requests about keys. Null resets a field.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use super::grant::{GrantTerms, ModelNamesField};
use crate::{
    DollarsField, Field, FieldError, FieldValue, FlagField, LengthField, ObjectField, Others,
    RequiredText, TextField, TextsField, requests,
};

/// The properties of a key.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeyFields {
    /// A unique name.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub key_alias: TextField,
    /// The model groups that the key can use; defaults to all.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub models: ModelNamesField,
    /// An existing team.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub team_id: TextField,
    /// The key's user. An unknown user is created.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub user_id: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub metadata: ObjectField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub blocked: FlagField,
    /// Whether the key can manage the gateway.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub admin: FlagField,
    /// How long the key is valid from now on; defaults to unlimited.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub duration: LengthField,
    /// Must be 0: a key's spend is counted by the gateway.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub spend: DollarsField,
}

/// A key to create.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "key_alias": "ann", "models": ["azure-model-router"], "max_budget": 10, "budget_duration": "1mo"
}))]
pub struct KeyTerms {
    /// The key itself, if it should not be random: `sk-` and at least 17 more characters.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub key: SecretField,
    #[serde(flatten)]
    pub fields: KeyFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A change of a key. Missing fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeyChange {
    /// The key, or its hash.
    pub key: RequiredText,
    #[serde(flatten)]
    pub fields: KeyFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A key that replaces another one. Missing fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeyRegeneration {
    /// The key, or its hash.
    pub key: RequiredText,
    /// How long the old key still works, as the new one; by default it stops at once.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub grace_period: LengthField,
    #[serde(flatten)]
    pub fields: KeyFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The same where the path names the old key.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeyRegenerationTerms {
    /// The new key, if it should not be random: `sk-` and at least 17 more characters.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub key: SecretField,
    /// How long the old key still works, as the new one; by default it stops at once.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub grace_period: LengthField,
    #[serde(flatten)]
    pub fields: KeyFields,
    #[serde(flatten)]
    pub grant: GrantTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names a key.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeyNamed {
    /// The key, or its hash.
    pub key: RequiredText,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names several keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct KeysNamed {
    /// Keys, or their hashes.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub keys: TextsField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub key_aliases: TextsField,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// A key that a client chose itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Secret(pub String);

/// A key that a client chose itself.
pub type SecretField = Field<Secret>;

/// The length of the shortest key, in bytes.
const SHORTEST: usize = 20;

/// The keys to list, and the part of them to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KeyListParams {
    /// Keys of one team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Keys of one user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The key with this alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_alias: Option<String>,
    /// The key with this hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_hash: Option<String>,
    /// Keys with this text in their alias or name, or with this hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `active`, `expired` or `revoked` (blocked).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `active` or `expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// With `true`, `key_alias` and `user_id` match parts of names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<bool>)]
    pub substring_matching: Option<String>,
    /// `false` for hashes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<bool>)]
    pub return_full_object: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page: Option<String>,
    /// At most 1000; defaults to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub size: Option<String>,
    /// Such as `created_at`, `spend` or `key_alias`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<String>,
    /// `asc` or `desc` (default).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<String>,
}

/// The key to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KeyInfoParams {
    /// A key, or its hash; defaults to the key that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

requests!(KeyTerms, KeyChange, KeyRegeneration, KeyRegenerationTerms, KeyNamed, KeysNamed);

impl FieldValue for Secret {
    const NAME: &'static str = "Secret";

    fn read(name: &str, text: &str) -> Result<Option<Self>, FieldError> {
        match <String as FieldValue>::read(name, text)? {
            Some(own) if !own.starts_with("sk-") || own.len() < SHORTEST => {
                let expected = "`sk-` and at least 17 characters more";
                // An error never repeats a key.
                Err(FieldError::wrong(name, expected, "something else"))
            }
            text => Ok(text.map(Self)),
        }
    }

    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
        text.pattern(Some("^sk-.{17,}$")).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}
