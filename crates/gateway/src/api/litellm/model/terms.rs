//! Request fields of models, for the OpenAPI document. They are read in `change.rs`, `offer.rs`,
//! `cost_estimate.rs` and `cost_calculation.rs`.
#![expect(dead_code, reason = "the fields are taken one by one, see `fields.rs`")]

use std::collections::HashMap;

use utoipa::ToSchema;

use crate::openapi::{ChatCompletion, ChatMessage, DollarsGiven};

/// How a deployment is sold.
#[derive(ToSchema)]
pub(crate) struct SoldTerms {
    /// `global_standard` unless set; `data_zone_standard`, `regional_standard`, `global_batch`,
    /// `data_zone_batch`, or as Azure writes them.
    deployment_type: Option<String>,
    /// `us`, `eu`, `apac` or `us_gov`.
    zone: Option<String>,
    /// An Azure region.
    region: Option<String>,
}

/// How a deployment is reached. Fields that are not known have no effect, and `warnings` tells them.
#[derive(ToSchema)]
pub(crate) struct LitellmParams {
    /// `azure_ai/…` or `azure/…` with the deployment's name; `openai/…` or `hosted_vllm/…` with the
    /// model's.
    model: Option<String>,
    /// `https://RESOURCE.services.ai.azure.com/openai/v1/`; of a compatible server
    /// `http://127.0.0.1:8000/v1`.
    api_base: Option<String>,
    api_version: Option<String>,
    /// Kept encrypted, and shown to nobody.
    api_key: Option<String>,
    /// The same.
    azure_ad_token: Option<String>,
    tenant_id: Option<String>,
    client_id: Option<String>,
    /// Kept encrypted, and shown to nobody.
    client_secret: Option<String>,
    /// `managed_identity`.
    azure_identity: Option<String>,
    azure_scope: Option<String>,
    azure_authority_host: Option<String>,
    /// Whether the deployment is a router; the name tells it unless set.
    router: Option<bool>,
    /// Requests that it may be sent in a minute. At its limit it is passed over.
    rpm: Option<u64>,
    /// Tokens in a minute, likewise.
    tpm: Option<u64>,
    #[serde(flatten)]
    others: HashMap<String, serde_json::Value>,
}

/// What is known of a deployment. Fields that are not known are kept.
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

/// A deployment that is to be added.
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
    /// Which one; `model_info.id` is the same.
    model_id: Option<String>,
    blocked: Option<bool>,
    #[serde(flatten)]
    sold: SoldTerms,
}

/// A change of a deployment: what is not there stays as it is, and null takes a field away.
#[derive(ToSchema)]
pub(crate) struct ModelChange {
    model_name: Option<String>,
    litellm_params: Option<LitellmParams>,
    /// Fields of `litellm_params` that are to go.
    litellm_params_to_remove: Option<Vec<String>>,
    #[serde(flatten)]
    fields: ModelFields,
}

/// A deployment that is to be tested: one that is there, with a change or without, or a new one.
#[derive(ToSchema)]
pub(crate) struct ConnectionTerms {
    /// `chat`, which is all that is served here.
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

/// An answer whose cost is asked for, or messages.
#[derive(ToSchema)]
pub(crate) struct CalculateTerms {
    /// What was asked for; must be there beside `messages`.
    model: Option<String>,
    messages: Option<Vec<ChatMessage>>,
    completion_response: Option<ChatCompletion>,
    /// Of a name that is no group: whether a router picked the model.
    router: Option<bool>,
    #[serde(flatten)]
    sold: SoldTerms,
}
