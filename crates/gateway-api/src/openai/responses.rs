//! OpenAPI shapes of Responses: OpenAI's fields, as far as the gateway reads them. All others pass
//! through unchanged.

use std::collections::HashMap;

use serde_json::Value;
use utoipa::ToSchema;

use super::CostDetails;

/// A Responses request. Other parameters of OpenAI's API are sent to Azure unchanged.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "azure-model-router",
    "input": "Hello!",
    "max_output_tokens": 500
}))]
pub struct ResponsesRequest {
    /// The model group.
    pub model: String,
    /// A text, or a list of items.
    pub input: Option<Value>,
    pub instructions: Option<String>,
    pub stream: Option<bool>,
    /// Limits the answer, and so the maximum cost of the request.
    pub max_output_tokens: Option<u64>,
    /// `true` is refused.
    pub background: Option<bool>,
    /// The client's end user, stored in the ledger.
    pub user: Option<String>,
    /// Stored in the ledger; `tags` is a list of texts by which requests can be filtered.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A complete response. Azure adds fields of its own.
#[derive(ToSchema)]
pub struct ResponseObject {
    pub id: String,
    /// `response`.
    pub object: String,
    /// `completed` or `incomplete`; a failed one is an error.
    pub status: Option<String>,
    /// The model that served it.
    pub model: String,
    /// Messages, reasoning and calls of tools.
    #[schema(value_type = Vec<Object>)]
    pub output: Vec<Value>,
    pub usage: Option<ResponseUsage>,
    /// The tier that was billed.
    pub service_tier: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One event of a streamed response: `event: <type>` and `data: {…}`. The last one is
/// `response.completed` or `response.incomplete`, whose response has the usage and the cost; or
/// `response.failed` or `error`.
#[derive(ToSchema)]
pub struct ResponseEvent {
    /// Such as `response.output_text.delta`.
    pub r#type: String,
    /// Rises by one from 0.
    pub sequence_number: Option<u64>,
    /// In events about the response as a whole.
    #[schema(nullable = false)]
    pub response: Option<ResponseObject>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// Token counts and their cost (unless `answers.usage_cost` is false).
#[derive(ToSchema)]
pub struct ResponseUsage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub total_tokens: u64,
    #[schema(value_type = Object, required = false, nullable)]
    pub input_tokens_details: Value,
    #[schema(value_type = Object, required = false, nullable)]
    pub output_tokens_details: Value,
    /// The exact cost in dollars, model and routing fee together, as a JSON number; null if
    /// unknown.
    #[schema(value_type = Option<crate::DollarsNumber>)]
    pub cost: Option<Value>,
    #[schema(nullable = false)]
    pub cost_details: Option<CostDetails>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A stored response, its input items, or a note that it was deleted: as the upstream has it.
#[derive(ToSchema)]
pub struct StoredObject {
    /// `response`, `list` or `response.deleted`.
    pub object: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A conversation that was compacted.
#[derive(ToSchema)]
pub struct CompactedResponse {
    pub id: String,
    /// `response.compaction`.
    pub object: String,
    /// The items to go on with.
    #[schema(value_type = Vec<Object>)]
    pub output: Vec<Value>,
    pub usage: Option<ResponseUsage>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// How many tokens an input has.
#[derive(ToSchema)]
pub struct InputTokenCount {
    /// `response.input_tokens`.
    pub object: String,
    pub input_tokens: u64,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}
