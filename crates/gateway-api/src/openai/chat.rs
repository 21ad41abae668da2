//! OpenAPI shapes of chat requests and answers: OpenAI's fields, as far as the gateway reads them.
//! All others pass through unchanged.
#![expect(dead_code, reason = "only the shapes are used")]

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::Value;
use utoipa::ToSchema;

use super::{CostStatus, Currency, UsdText};

/// A chat request. Other parameters of OpenAI's API are sent to Azure unchanged.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "azure-model-router",
    "messages": [{"role": "user", "content": "Hello!"}],
    "max_completion_tokens": 500
}))]
pub(crate) struct ChatRequest {
    /// The model group.
    model: String,
    messages: Vec<ChatMessage>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    /// Limits the answer, and so the maximum cost of the request.
    max_completion_tokens: Option<u64>,
    /// The older name of `max_completion_tokens`.
    max_tokens: Option<u64>,
    /// The number of choices.
    n: Option<u64>,
    /// The client's end user, stored in the ledger.
    user: Option<String>,
    /// Stored in the ledger; `tags` is a list of texts by which requests can be filtered.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// The same where the path names the model group.
#[derive(ToSchema)]
pub(crate) struct ChatRequestByPath {
    /// Has no effect: the path names the group.
    model: Option<String>,
    messages: Vec<ChatMessage>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    max_completion_tokens: Option<u64>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// One message.
#[derive(ToSchema)]
pub(crate) struct ChatMessage {
    /// `system`, `user`, `assistant`, `tool` and so on.
    role: String,
    /// Text, or a list of parts.
    content: Option<Value>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// Options of a stream.
#[derive(ToSchema)]
pub(crate) struct StreamOptions {
    /// Whether the last event contains the usage, with the cost.
    include_usage: Option<bool>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// A complete answer. Azure adds fields of its own.
#[derive(ToSchema)]
pub(crate) struct ChatCompletion {
    id: String,
    /// `chat.completion`.
    object: String,
    /// Seconds since 1970.
    created: u64,
    /// The model that served it.
    model: String,
    choices: Vec<ChatChoice>,
    #[schema(nullable = false)]
    usage: Option<ChatUsage>,
    /// The tier that was billed.
    service_tier: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// One choice.
#[derive(ToSchema)]
pub(crate) struct ChatChoice {
    index: u32,
    message: ChatMessage,
    /// `stop`, `length`, `tool_calls` or `content_filter`.
    finish_reason: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// One event of a streamed answer: `data: {…}`, the last one `data: [DONE]`. An error within a
/// stream is an event with `error`.
#[derive(ToSchema)]
pub(crate) struct ChatCompletionChunk {
    id: String,
    /// `chat.completion.chunk`.
    object: String,
    created: u64,
    /// The model that serves it; empty in Azure's first event.
    model: String,
    choices: Vec<ChunkChoice>,
    /// In the last event, if the client asked for it.
    usage: Option<ChatUsage>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// The part of one choice that an event adds.
#[derive(ToSchema)]
pub(crate) struct ChunkChoice {
    index: u32,
    #[schema(value_type = Object, required = false)]
    delta: Value,
    finish_reason: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// Token counts and their cost (unless `answers.usage_cost` is false).
#[derive(ToSchema)]
pub(crate) struct ChatUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    #[schema(value_type = Object, required = false, nullable)]
    prompt_tokens_details: Value,
    #[schema(value_type = Object, required = false, nullable)]
    completion_tokens_details: Value,
    /// The exact cost in dollars, model and routing fee together, as a JSON number; null if
    /// unknown.
    #[schema(value_type = Option<super::DollarsNumber>)]
    cost: Option<Value>,
    #[schema(nullable = false)]
    cost_details: Option<CostDetails>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// The cost beside the token counts.
#[derive(ToSchema)]
pub(crate) struct CostDetails {
    status: CostStatus,
    currency: Currency,
    /// Null unless model and fee are both known.
    total: Option<UsdText>,
    uncached_input: Option<UsdText>,
    cached_input: Option<UsdText>,
    cache_write: Option<UsdText>,
    output: Option<UsdText>,
    /// The cost of tokens that the total contains and prompt and completion do not; absent if there
    /// are none.
    #[schema(nullable = false)]
    hidden_reasoning: Option<UsdText>,
    /// The total if hidden tokens are billed after all; absent if there are none, or no total.
    #[schema(nullable = false)]
    upper_bound: Option<UsdText>,
    routing_fee: Option<UsdText>,
    /// The estimated cost of attempts without an answer; absent if they cost nothing.
    #[schema(nullable = false)]
    earlier_attempts: Option<UsdText>,
    /// The price's stable id.
    #[schema(nullable = false)]
    price_id: Option<String>,
    /// The day since which this price is due for review: it is applied, but may be out of date.
    /// Absent if no review is due.
    #[schema(nullable = false)]
    price_review_due: Option<Date>,
    /// Why something has no price.
    #[schema(nullable = false)]
    unpriced: Option<String>,
}
