//! OpenAPI shapes of chat requests and answers: OpenAI's fields, as far as the gateway reads them.
//! All others pass through unchanged.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{CostStatus, Currency, UsdText};

/// A chat request. Other parameters of OpenAI's API are sent to Azure unchanged.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "azure-model-router",
    "messages": [{"role": "user", "content": "Hello!"}],
    "max_completion_tokens": 500
}))]
pub struct ChatRequest {
    /// The model group.
    pub model: String,
    pub messages: Vec<ChatMessage>,
    pub stream: Option<bool>,
    pub stream_options: Option<StreamOptions>,
    /// Limits the answer, and so the maximum cost of the request.
    pub max_completion_tokens: Option<u64>,
    /// The older name of `max_completion_tokens`.
    pub max_tokens: Option<u64>,
    /// The number of choices.
    pub n: Option<u64>,
    /// The client's end user, stored in the ledger.
    pub user: Option<String>,
    /// Stored in the ledger; `tags` is a list of texts by which requests can be filtered.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The same where the path names the model group.
#[derive(ToSchema)]
pub struct ChatRequestByPath {
    /// Has no effect: the path names the group.
    pub model: Option<String>,
    pub messages: Vec<ChatMessage>,
    pub stream: Option<bool>,
    pub stream_options: Option<StreamOptions>,
    pub max_completion_tokens: Option<u64>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One message.
#[derive(ToSchema)]
pub struct ChatMessage {
    /// `system`, `user`, `assistant`, `tool` and so on.
    pub role: String,
    /// Text, or a list of parts.
    pub content: Option<Value>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// Options of a stream.
#[derive(ToSchema)]
pub struct StreamOptions {
    /// Whether the last event contains the usage, with the cost.
    pub include_usage: Option<bool>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A complete answer. Azure adds fields of its own.
#[derive(ToSchema)]
pub struct ChatCompletion {
    pub id: String,
    /// `chat.completion`.
    pub object: String,
    /// Seconds since 1970.
    pub created: u64,
    /// The model that served it.
    pub model: String,
    pub choices: Vec<ChatChoice>,
    #[schema(nullable = false)]
    pub usage: Option<ChatUsage>,
    /// The tier that was billed.
    pub service_tier: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One choice.
#[derive(ToSchema)]
pub struct ChatChoice {
    pub index: u32,
    pub message: ChatMessage,
    /// `stop`, `length`, `tool_calls` or `content_filter`.
    pub finish_reason: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One event of a streamed answer: `data: {…}`, the last one `data: [DONE]`. An error within a
/// stream is an event with `error`.
#[derive(ToSchema)]
pub struct ChatCompletionChunk {
    pub id: String,
    /// `chat.completion.chunk`.
    pub object: String,
    pub created: u64,
    /// The model that serves it; empty in Azure's first event.
    pub model: String,
    pub choices: Vec<ChunkChoice>,
    /// In the last event, if the client asked for it.
    pub usage: Option<ChatUsage>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The part of one choice that an event adds.
#[derive(ToSchema)]
pub struct ChunkChoice {
    pub index: u32,
    #[schema(value_type = Object, required = false)]
    pub delta: Value,
    pub finish_reason: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// Token counts and their cost (unless `answers.usage_cost` is false).
#[derive(ToSchema)]
pub struct ChatUsage {
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub total_tokens: u64,
    #[schema(value_type = Object, required = false, nullable)]
    pub prompt_tokens_details: Value,
    #[schema(value_type = Object, required = false, nullable)]
    pub completion_tokens_details: Value,
    /// The exact cost in dollars, model and routing fee together, as a JSON number; null if
    /// unknown.
    #[schema(value_type = Option<crate::DollarsNumber>)]
    pub cost: Option<Value>,
    #[schema(nullable = false)]
    pub cost_details: Option<CostDetails>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The cost beside the token counts.
#[derive(ToSchema)]
pub struct CostDetails {
    pub status: CostStatus,
    pub currency: Currency,
    /// Null unless model and fee are both known.
    pub total: Option<UsdText>,
    pub uncached_input: Option<UsdText>,
    pub cached_input: Option<UsdText>,
    pub cache_write: Option<UsdText>,
    pub output: Option<UsdText>,
    /// The cost of tokens that the total contains and prompt and completion do not; absent if there
    /// are none.
    #[schema(nullable = false)]
    pub hidden_reasoning: Option<UsdText>,
    /// The total if hidden tokens are billed after all; absent if there are none, or no total.
    #[schema(nullable = false)]
    pub upper_bound: Option<UsdText>,
    pub routing_fee: Option<UsdText>,
    /// The estimated cost of attempts without an answer; absent if they cost nothing.
    #[schema(nullable = false)]
    pub earlier_attempts: Option<UsdText>,
    /// The price's stable id.
    #[schema(nullable = false)]
    pub price_id: Option<String>,
    /// The day since which this price is due for review: it is applied, but may be out of date.
    /// Absent if no review is due.
    #[schema(nullable = false)]
    pub price_review_due: Option<Date>,
    /// Why something has no price.
    #[schema(nullable = false)]
    pub unpriced: Option<String>,
}
