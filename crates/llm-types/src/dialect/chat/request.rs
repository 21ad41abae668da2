//! A chat request and its messages.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Extra;

/// The body of a chat request.
///
/// ```
/// use llm_types::chat::{ChatRequest, user};
/// let request = ChatRequest::new("azure_ai/azure-model-router", [user("Hello!")])
///     .with("temperature", 1)
///     .with("max_completion_tokens", 500);
/// assert_eq!(request.extra["max_completion_tokens"], 500);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The model asked for.
    pub model: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Whether the answer shall be a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// How to stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// Everything else: `temperature`, `tools`, `response_format` and so on.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How to stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Whether the last event shall tell the usage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_usage: Option<bool>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One message of a conversation, or the one that answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool` and so on.
    #[serde(default)]
    pub role: String,
    /// What is said; absent or null where only tools are called.
    #[serde(default)]
    pub content: Option<Content>,
    /// The tools that the assistant calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// The call that a `tool` message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Text alone.
    Text(String),
    /// Text, images and more, each a JSON object with a `type`.
    Parts(Vec<Value>),
}

/// A call of a tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Names the call in the `tool` message that answers it.
    pub id: String,
    /// `function`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is called.
    #[serde(default)]
    pub function: FunctionCall,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The function that a tool call names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FunctionCall {
    /// Its name.
    pub name: String,
    /// Its arguments, as JSON text.
    pub arguments: String,
}

/// A message of the user.
#[must_use]
pub fn user(text: impl Into<String>) -> Message {
    Message::text("user", text)
}

/// A message that sets the assistant's task.
#[must_use]
pub fn system(text: impl Into<String>) -> Message {
    Message::text("system", text)
}

/// An earlier answer of the assistant.
#[must_use]
pub fn assistant(text: impl Into<String>) -> Message {
    Message::text("assistant", text)
}

/// What a tool answered to the call `id`.
#[must_use]
pub fn tool(id: impl Into<String>, text: impl Into<String>) -> Message {
    Message { tool_call_id: Some(id.into()), ..Message::text("tool", text) }
}

// === impl ChatRequest ===

impl ChatRequest {
    /// A request for one answer that is not streamed.
    pub fn new(
        asked: impl Into<String>,
        messages: impl IntoIterator<Item = impl Into<Message>>,
    ) -> Self {
        let messages = messages.into_iter().map(Into::into).collect();
        Self { model: asked.into(), messages, ..Self::default() }
    }

    /// Sets a parameter that has no field of its own.
    #[must_use]
    pub fn with(mut self, parameter: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(parameter.into(), value.into());
        self
    }
}

// === impl Message ===

impl Message {
    fn text(role: &str, text: impl Into<String>) -> Self {
        Self { role: role.to_owned(), content: Some(Content::Text(text.into())), ..Self::default() }
    }

    /// The text of the message; empty where it has none, or parts.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match &self.content {
            Some(Content::Text(text)) => text,
            Some(Content::Parts(_)) | None => "",
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        user(text)
    }
}
