//! A chat answer, whole or in chunks.

use serde::{Deserialize, Serialize};

use super::{Extra, Message};
use crate::usage::ReportedUsage;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatCompletion {
    /// The upstream's id of the answer.
    pub id: String,
    /// `chat.completion`.
    pub object: String,
    /// Seconds since 1970.
    pub created: u64,
    /// The model that answered.
    pub model: String,
    /// One answer for each that was asked for.
    pub choices: Vec<Choice>,
    /// Token counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The tier that was billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// Fields not named here, such as Azure's `prompt_filter_results`.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Its place among the choices.
    pub index: u32,
    /// What is answered.
    pub message: Message,
    /// `stop`, `length`, `tool_calls`, `content_filter`.
    pub finish_reason: Option<String>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One event of a streamed answer. Azure's first one names no model and has no choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatCompletionChunk {
    /// The upstream's id of the answer.
    pub id: String,
    /// `chat.completion.chunk`.
    pub object: String,
    /// Seconds since 1970.
    pub created: u64,
    /// The model that answers.
    pub model: String,
    /// What is added to each answer.
    pub choices: Vec<ChunkChoice>,
    /// Token counts, in the last chunk only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The tier that is billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a chunk adds to one answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChunkChoice {
    /// Its place among the choices.
    pub index: u32,
    /// What is added; empty in events that only annotate.
    pub delta: Delta,
    /// Set in the last chunk of the choice.
    pub finish_reason: Option<String>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What is added to a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delta {
    /// In the first chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// More text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// More of the calls of tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCallDelta>>,
    /// Fields not named here.
    #[serde(flatten)]
    pub extra: Extra,
}

/// More of one call of a tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolCallDelta {
    /// Which call is meant.
    pub index: u32,
    /// In the first chunk of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Fields not named here, such as `function` with a piece of the `arguments`.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Token counts with everything that stood beside them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// The counts, all of which are optional.
    #[serde(flatten)]
    pub counts: ReportedUsage,
    /// Fields not named there, such as `latency_checkpoint`, or a gateway's `cost`.
    #[serde(flatten)]
    pub extra: Extra,
}

// === impl ChatCompletion ===

impl ChatCompletion {
    /// The text of the first answer; empty where it has none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.choices.first().map_or("", |choice| choice.message.as_text())
    }
}

// === impl ChatCompletionChunk ===

impl ChatCompletionChunk {
    /// The text that this chunk adds to the first answer.
    #[must_use]
    pub fn text(&self) -> &str {
        self.choices.first().and_then(|choice| choice.delta.content.as_deref()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::money::Tokens;

    #[test]
    fn what_is_not_known_is_kept() {
        let azure = json!({
            "id": "c", "object": "chat.completion", "created": 1, "model": "gpt-5.6-sol-2026-07-09",
            "choices": [{"index": 0, "finish_reason": "stop", "logprobs": null,
                "content_filter_results": {"hate": {"filtered": false}},
                "message": {"role": "assistant", "content": "Hello.", "refusal": null, "annotations": []}}],
            "prompt_filter_results": [], "routing": {"serving_pipereplica": "d"}, "service_tier": "default",
            "system_fingerprint": null,
            "usage": {"prompt_tokens": 19, "completion_tokens": 5, "total_tokens": 24,
                "latency_checkpoint": {"engine_tbt_ms": 7}}
        });
        let answer: ChatCompletion = serde_json::from_value(azure.clone()).unwrap();
        assert_eq!(answer.text(), "Hello.");
        assert_eq!(answer.usage.as_ref().unwrap().counts.prompt_tokens, Some(Tokens(19)));
        assert_eq!(serde_json::to_value(&answer).unwrap(), azure);
    }

    #[test]
    fn events_without_delta_are_read() {
        let event: Value = json!({"id": "", "choices": [{"index": 0, "content_filter_offsets": {"check_offset": 44}}], "usage": null});
        let chunk: ChatCompletionChunk = serde_json::from_value(event).unwrap();
        assert_eq!(chunk.text(), "");
        assert_eq!(chunk.usage, None);
    }
}
