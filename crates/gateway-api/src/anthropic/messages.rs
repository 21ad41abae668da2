//! OpenAPI shapes of Messages: Anthropic's fields, as far as the gateway reads them. All others pass
//! through unchanged.

use std::collections::HashMap;

use serde_json::Value;
use utoipa::ToSchema;

use crate::CostDetails;

/// A request for a message. Other parameters of Anthropic's API are sent upstream unchanged.
#[derive(ToSchema)]
#[schema(example = json!({
    "model": "claude-sonnet-5",
    "max_tokens": 500,
    "messages": [{"role": "user", "content": "Hello!"}]
}))]
pub struct MessagesRequest {
    /// The model group.
    pub model: String,
    /// Limits the answer, and so the maximum cost of the request. The API requires it.
    pub max_tokens: Option<u64>,
    pub messages: Vec<MessageParam>,
    /// Instructions: a text, or a list of blocks.
    pub system: Option<Value>,
    pub stream: Option<bool>,
    #[schema(value_type = Option<Vec<Object>>)]
    pub tools: Option<Value>,
    /// Stored in the ledger; `user_id` is the client's end user.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One message of a request.
#[derive(ToSchema)]
pub struct MessageParam {
    /// `user` or `assistant`.
    pub role: String,
    /// Text, or a list of blocks.
    pub content: Value,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A whole answer.
#[derive(ToSchema)]
pub struct Message {
    pub id: String,
    /// `message`.
    #[schema(rename = "type")]
    pub kind: String,
    /// `assistant`.
    pub role: String,
    /// The model that served it.
    pub model: String,
    pub content: Vec<ContentBlock>,
    /// `end_turn`, `max_tokens`, `stop_sequence`, `tool_use`, `pause_turn` or `refusal`.
    pub stop_reason: Option<String>,
    pub usage: MessageUsage,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// A block of an answer.
#[derive(ToSchema)]
pub struct ContentBlock {
    /// `text`, `thinking`, `tool_use` and so on.
    #[schema(rename = "type")]
    pub kind: String,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// Token counts, which are disjoint, and their cost (unless `answers.usage_cost` is false).
#[derive(ToSchema)]
pub struct MessageUsage {
    /// Prompt tokens neither read from the cache nor written to it. In a stream's last usage it may be
    /// absent.
    #[schema(nullable = false)]
    pub input_tokens: Option<u64>,
    pub output_tokens: u64,
    /// The exact cost in dollars, model and routing fee together, as a JSON number; null if
    /// unknown. In a stream it is in the last `message_delta`.
    #[schema(value_type = Option<crate::DollarsNumber>, required = false)]
    pub cost: Option<Value>,
    #[schema(nullable = false)]
    pub cost_details: Option<CostDetails>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// One event of a stream: its `type` is also the event's name.
#[derive(ToSchema)]
pub struct MessageStreamPart {
    /// `message_start`, `content_block_start`, `content_block_delta`, `content_block_stop`,
    /// `message_delta`, `message_stop` or `ping`.
    #[schema(rename = "type")]
    pub kind: String,
    /// In `message_delta`: counts so far.
    #[schema(nullable = false)]
    pub usage: Option<MessageUsage>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// The length of a prompt.
#[derive(ToSchema)]
pub struct TokenCount {
    pub input_tokens: u64,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// An error, in Anthropic's shape. One of the upstream's passes on as it came.
#[derive(ToSchema)]
pub struct MessagesError {
    /// `error`.
    #[schema(rename = "type")]
    pub kind: String,
    pub error: MessagesErrorDetail,
    /// The id of the request in the ledger, or the upstream's own.
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}

/// What went wrong.
#[derive(ToSchema)]
pub struct MessagesErrorDetail {
    /// Anthropic's class of the error, such as `invalid_request_error`.
    #[schema(rename = "type")]
    pub kind: String,
    /// What happened and what to do, for people.
    pub message: String,
    /// A code for programs, of an error of the gateway's.
    #[schema(value_type = Option<crate::ErrorCode>, required = false)]
    pub code: Option<String>,
    #[serde(flatten)]
    pub others: HashMap<String, Value>,
}
