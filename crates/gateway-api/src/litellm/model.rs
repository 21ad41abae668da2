//! Requests about deployments.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::{
    DollarsGiven, Field, FieldError, FieldValue, FlagField, Others, RequiredText, TextField,
    TextsField, field::json, requests,
};

/// Any JSON object, each of its values as it was written.
pub type Object = BTreeMap<String, Box<RawValue>>;

/// How a deployment is sold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct SoldTerms {
    /// `global_standard` (default), `data_zone_standard`, `regional_standard`, `global_batch` or
    /// `data_zone_batch`, or Azure's spelling of these.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub deployment_type: TextField,
    /// `us`, `eu`, `apac` or `us_gov`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub zone: TextField,
    /// An Azure region.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub region: TextField,
}

/// Keys and values of `litellm_params`, which the reader of the configuration reads.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LitellmParams(pub Object);

/// Keys and values of `model_info`, which the reader of the configuration reads.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ModelInfoTerms(pub Object);

/// How a deployment is reached.
pub type ParamsField = Field<LitellmParams>;
/// What a deployment is.
pub type InfoField = Field<ModelInfoTerms>;

/// How a deployment is reached. Unknown fields have no effect and are listed in `warnings`.
#[derive(ToSchema)]
#[schema(as = LitellmParams)]
pub struct LitellmParamsShape {
    /// `azure_ai/…` or `azure/…` with the deployment's name; `openai/…` or `hosted_vllm/…` with the
    /// model's.
    pub model: Option<String>,
    /// `https://RESOURCE.services.ai.azure.com/openai/v1/`; of a compatible server
    /// `http://127.0.0.1:8000/v1`.
    pub api_base: Option<String>,
    pub api_version: Option<String>,
    /// Stored encrypted, and never shown.
    pub api_key: Option<String>,
    /// The same.
    pub azure_ad_token: Option<String>,
    pub tenant_id: Option<String>,
    pub client_id: Option<String>,
    /// Stored encrypted, and never shown.
    pub client_secret: Option<String>,
    /// `managed_identity`.
    pub azure_identity: Option<String>,
    pub azure_scope: Option<String>,
    pub azure_authority_host: Option<String>,
    /// Whether the deployment is a model router; defaults to what its name says.
    pub router: Option<bool>,
    /// Maximum requests per minute. At its limit the deployment is skipped.
    pub rpm: Option<u64>,
    /// Maximum tokens per minute; null: unlimited.
    pub tpm: Option<u64>,
    #[serde(flatten)]
    pub others: HashMap<String, serde_json::Value>,
}

/// Details of a deployment. Unknown fields are stored.
#[derive(ToSchema)]
#[schema(as = ModelInfoTerms)]
pub struct ModelInfoShape {
    pub id: Option<String>,
    pub router: Option<bool>,
    /// The models that the router is restricted to in Azure: names and patterns such as `openai/*` and
    /// `!anthropic/*`.
    pub router_models: Option<Vec<String>>,
    /// The model behind a deployment with a name of its own.
    pub base_model: Option<String>,
    /// The operator's own price, in dollars.
    pub input_cost_per_token: Option<DollarsGiven>,
    pub output_cost_per_token: Option<DollarsGiven>,
    pub cache_read_input_token_cost: Option<DollarsGiven>,
    pub cache_creation_input_token_cost: Option<DollarsGiven>,
    #[serde(flatten)]
    pub others: HashMap<String, serde_json::Value>,
}

/// A deployment to add.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "model_name": "azure-model-router",
    "litellm_params": {
        "model": "azure_ai/model-router",
        "api_base": "https://RESOURCE.services.ai.azure.com/openai/v1/",
        "api_key": "…"
    },
    "deployment_type": "data_zone_standard",
    "zone": "eu"
}))]
pub struct ModelTerms {
    /// The model group.
    #[serde(skip_serializing_if = "Field::is_absent")]
    #[schema(value_type = String, required)]
    pub model_name: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    #[schema(value_type = LitellmParamsShape, required)]
    pub litellm_params: ParamsField,
    #[serde(flatten)]
    pub fields: ModelFields,
    #[serde(flatten)]
    pub sold: SoldTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// What else a request may say of a deployment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ModelFields {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub model_info: InfoField,
    /// The deployment's id; the same as `model_info.id`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub model_id: TextField,
    /// The same.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub id: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub blocked: FlagField,
    /// Fields of `litellm_params` to remove.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub litellm_params_to_remove: TextsField,
}

/// A change of a deployment. Missing fields stay unchanged; null removes a field.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ModelChange {
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub model_name: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub litellm_params: ParamsField,
    #[serde(flatten)]
    pub fields: ModelFields,
    #[serde(flatten)]
    pub sold: SoldTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The deployment to test: an existing one, with or without a change, or a new one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ConnectionTerms {
    /// `chat`, `embedding`, `responses` or `messages`; the default is `embedding` for an embedding model, else `chat`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub mode: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub model_name: TextField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub litellm_params: ParamsField,
    #[serde(flatten)]
    pub fields: ModelFields,
    #[serde(flatten)]
    pub sold: SoldTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// Names a deployment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ModelNamed {
    pub id: RequiredText,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// The deployments to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ModelInfoParams {
    /// The deployment with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub litellm_model_id: Option<String>,
}

/// The deployments to list, and the part of them to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ModelPageParams {
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub page: Option<String>,
    /// At most 1000; defaults to 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<u32>)]
    pub size: Option<String>,
    /// Models with this text in their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The deployment with this id.
    #[serde(rename = "modelId", skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
}

/// The model groups to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ModelGroupParams {
    /// Only this group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_group: Option<String>,
}

requests!(ModelTerms, ModelChange, ConnectionTerms, ModelNamed);

impl FieldValue for LitellmParams {
    const NAME: &'static str = "LitellmParams";

    fn read(name: &str, object: &str) -> Result<Option<Self>, FieldError> {
        json(name, object, "an object").map(|object| Some(Self(object)))
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("LitellmParams").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<LitellmParamsShape>(schemas);
    }
}

impl FieldValue for ModelInfoTerms {
    const NAME: &'static str = "ModelInfoTerms";

    fn read(name: &str, object: &str) -> Result<Option<Self>, FieldError> {
        json(name, object, "an object").map(|object| Some(Self(object)))
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("ModelInfoTerms").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<ModelInfoShape>(schemas);
    }
}
