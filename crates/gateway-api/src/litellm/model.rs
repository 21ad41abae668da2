//! Request fields of models, for the OpenAPI document. They are read in `change.rs`, `offer.rs`,
//! `cost_estimate.rs` and `cost_calculation.rs`.
#![expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]

use std::collections::HashMap;

use utoipa::ToSchema;

use crate::openapi::{ChatCompletion, ChatMessage, DollarsGiven};

/// How a deployment is sold.
#[derive(ToSchema)]
pub(crate) struct SoldTerms {
    /// `global_standard` (default), `data_zone_standard`, `regional_standard`, `global_batch` or
    /// `data_zone_batch`, or Azure's spelling of these.
    deployment_type: Option<String>,
    /// `us`, `eu`, `apac` or `us_gov`.
    zone: Option<String>,
    /// An Azure region.
    region: Option<String>,
}

/// How a deployment is reached. Unknown fields have no effect and are listed in `warnings`.
#[derive(ToSchema)]
pub(crate) struct LitellmParams {
    /// `azure_ai/…` or `azure/…` with the deployment's name; `openai/…` or `hosted_vllm/…` with the
    /// model's.
    model: Option<String>,
    /// `https://RESOURCE.services.ai.azure.com/openai/v1/`; of a compatible server
    /// `http://127.0.0.1:8000/v1`.
    api_base: Option<String>,
    api_version: Option<String>,
    /// Stored encrypted, and never shown.
    api_key: Option<String>,
    /// The same.
    azure_ad_token: Option<String>,
    tenant_id: Option<String>,
    client_id: Option<String>,
    /// Stored encrypted, and never shown.
    client_secret: Option<String>,
    /// `managed_identity`.
    azure_identity: Option<String>,
    azure_scope: Option<String>,
    azure_authority_host: Option<String>,
    /// Whether the deployment is a model router; defaults to what its name says.
    router: Option<bool>,
    /// Maximum requests per minute. At its limit the deployment is skipped.
    rpm: Option<u64>,
    /// Maximum tokens per minute; null: unlimited.
    tpm: Option<u64>,
    #[serde(flatten)]
    others: HashMap<String, serde_json::Value>,
}

/// Details of a deployment. Unknown fields are stored.
#[derive(ToSchema)]
pub(crate) struct ModelInfoTerms {
    id: Option<String>,
    router: Option<bool>,
    /// The models that the router is restricted to in Azure: names and patterns such as `openai/*` and
    /// `!anthropic/*`.
    router_models: Option<Vec<String>>,
    /// The model behind a deployment with a name of its own.
    base_model: Option<String>,
    /// The operator's own price, in dollars.
    input_cost_per_token: Option<DollarsGiven>,
    output_cost_per_token: Option<DollarsGiven>,
    cache_read_input_token_cost: Option<DollarsGiven>,
    cache_creation_input_token_cost: Option<DollarsGiven>,
    #[serde(flatten)]
    others: HashMap<String, serde_json::Value>,
}

/// A deployment to add.
#[derive(ToSchema)]
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
pub(crate) struct ModelTerms {
    /// The model group.
    model_name: String,
    litellm_params: LitellmParams,
    #[serde(flatten)]
    fields: ModelFields,
}

/// What else a request may say of a deployment.
#[derive(ToSchema)]
pub(crate) struct ModelFields {
    model_info: Option<ModelInfoTerms>,
    /// The deployment's id; the same as `model_info.id`.
    model_id: Option<String>,
    blocked: Option<bool>,
    #[serde(flatten)]
    sold: SoldTerms,
}

/// A change of a deployment. Missing fields stay unchanged; null removes a field.
#[derive(ToSchema)]
pub(crate) struct ModelChange {
    model_name: Option<String>,
    litellm_params: Option<LitellmParams>,
    /// Fields of `litellm_params` to remove.
    litellm_params_to_remove: Option<Vec<String>>,
    #[serde(flatten)]
    fields: ModelFields,
}

/// The deployment to test: an existing one, with or without a change, or a new one.
#[derive(ToSchema)]
pub(crate) struct ConnectionTerms {
    /// `chat` is the only mode.
    mode: Option<String>,
    #[serde(flatten)]
    change: ModelChange,
}

/// Names a deployment.
#[derive(ToSchema)]
pub(crate) struct ModelNamed {
    id: String,
}

/// A request whose cost is asked for.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "azure-model-router", "input_tokens": 1000, "output_tokens": 500,
    "num_requests_per_day": 1000
}))]
pub(crate) struct EstimateTerms {
    /// A model group, a router, or a model of the price table.
    model: String,
    #[schema(maximum = 1_000_000_000_000_u64)]
    input_tokens: u64,
    #[schema(maximum = 1_000_000_000_000_u64)]
    output_tokens: u64,
    /// Of the input, read from the cache.
    cached_tokens: Option<u64>,
    /// Of the input, written to the cache.
    cache_write_tokens: Option<u64>,
    num_requests_per_day: Option<u64>,
    num_requests_per_month: Option<u64>,
    /// `default`, `priority` or `flex`.
    service_tier: Option<String>,
    /// Of a name that is no group: whether a router picks the model.
    router: Option<bool>,
    #[serde(flatten)]
    sold: SoldTerms,
}

/// An answer, or messages, whose cost is to be computed.
#[derive(ToSchema)]
pub(crate) struct CalculateTerms {
    /// The model that was asked for; required with `messages`.
    model: Option<String>,
    messages: Option<Vec<ChatMessage>>,
    completion_response: Option<ChatCompletion>,
    /// If the name is not a group: whether a router selected the model.
    router: Option<bool>,
    #[serde(flatten)]
    sold: SoldTerms,
}
