//! OpenAI's chat types, for code that wants to read an answer rather than pass it on.
//!
//! Every type keeps the fields that it does not know in `extra`, so that what was read can be
//! written again without loss. Numbers such as a temperature are [`serde_json::Number`]s.

mod error;
mod request;
mod response;

pub use error::{ErrorBody, ErrorDetail};
pub use request::{ChatRequest, Content, FunctionCall, Message, StreamOptions, ToolCall};
pub use request::{assistant, system, tool, user};
pub use response::{
    ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Delta, ToolCallDelta, Usage,
};

/// Fields beyond those that a type names.
pub type Extra = serde_json::Map<String, serde_json::Value>;
