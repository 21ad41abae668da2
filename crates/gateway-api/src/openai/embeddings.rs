//! OpenAPI shapes of embeddings: OpenAI's fields, as far as the gateway reads them. All others pass through
//! unchanged.

use std::collections::HashMap;

use serde_json::Value;
use utoipa::ToSchema;

use super::CostDetails;

/// A request for vectors. Other parameters of OpenAI's API are sent to the deployment unchanged. `stream`
/// is none: the API does not have it, and the deployment may refuse it.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "text-embedding-3-small",
    "input": ["Hello!", "Good bye!"],
    "encoding_format": "float"
}))]
pub struct EmbeddingRequest {
    /// The model group.
    pub model: String,
    pub input: EmbeddingInput,
    /// `float` or `base64`. The gateway never decodes vectors.
    pub encoding_format: Option<String>,
    /// The number of dimensions of each vector.
    pub dimensions: Option<u64>,
    /// The client's end user, stored in the ledger.
    pub user: Option<String>,
    /// Stored in the ledger, and not sent; `tags` is a list of texts by which requests can be filtered.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The same where the path names the model group.
#[derive(ToSchema)]
pub struct EmbeddingRequestByPath {
    /// Has no effect: the path names the group.
    pub model: Option<String>,
    pub input: EmbeddingInput,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A text, texts, the tokens of a text, or the tokens of several texts.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum EmbeddingInput {
    Text(String),
    List(Vec<Value>),
}

/// Vectors, one for each text.
#[derive(ToSchema)]
pub struct EmbeddingList {
    /// `list`.
    pub object: String,
    pub data: Vec<Embedding>,
    /// The model that served it.
    pub model: String,
    #[schema(nullable = false)]
    pub usage: Option<EmbeddingUsage>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One vector.
#[derive(ToSchema)]
pub struct Embedding {
    /// `embedding`.
    pub object: String,
    pub index: u64,
    /// Numbers, or with `encoding_format` `base64` the base64 of little-endian 32-bit floats.
    pub embedding: Value,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The token count and its cost (unless `answers.usage_cost` is false).
#[derive(ToSchema)]
pub struct EmbeddingUsage {
    pub prompt_tokens: u64,
    pub total_tokens: u64,
    /// The exact cost in dollars, as a JSON number; null if unknown.
    #[schema(value_type = Option<crate::DollarsNumber>)]
    pub cost: Option<Value>,
    #[schema(nullable = false)]
    pub cost_details: Option<CostDetails>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}
