//! Azure's JSON objects: a completion, and the parts from which a stream's chunks are made. Keys
//! are in Azure's order, which is alphabetical with few exceptions.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    answer::{
        content::{Answer, Said},
        content_filter::{self, PromptFilter},
    },
    random::Dice,
    scenario::filter_mode::Filter,
};

/// Everything about a response that is not the answer itself.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) id: String,
    pub(crate) created: u64,
    /// The `model` that the client reads.
    pub(crate) model: String,
    pub(crate) tier: String,
    pub(crate) fingerprint: Option<String>,
    pub(crate) obfuscation: bool,
    /// The client asked for usage in the stream.
    pub(crate) include_usage: bool,
    /// The usage to show; nothing when it is withheld.
    pub(crate) usage: Option<Value>,
    pub(crate) selection: Option<Value>,
    pub(crate) filter: Filter,
    pub(crate) dice: Dice,
}

/// A completion or a chunk. Fields are in alphabetical order, as Azure sends them.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Message<'a> {
    pub(crate) choices: Vec<Value>,
    pub(crate) created: u64,
    pub(crate) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latency_checkpoint: Option<Value>,
    pub(crate) model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model_selection_details: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) obfuscation: Option<String>,
    pub(crate) object: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prompt_filter_results: Option<[PromptFilter; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) routing: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system_fingerprint: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Option<&'a Value>>,
}

// === impl Turn ===

impl Turn {
    /// The whole answer in one object.
    pub(crate) fn completion(&mut self, answers: &[Answer]) -> String {
        let (checkpoint, routing) = (self.latency(), self.routing());
        let usage = self.usage.take().map(|mut usage| {
            usage["latency_checkpoint"] = checkpoint;
            usage
        });
        let choices = answers.iter().enumerate();
        let message = Message {
            choices: choices.map(|(index, answer)| self.choice(answer, index)).collect(),
            model_selection_details: self.selection.as_ref(),
            object: "chat.completion",
            prompt_filter_results: self.prompt_filter(),
            routing: Some(routing),
            usage: usage.as_ref().map(Some),
            ..self.message()
        };
        message.to_text()
    }

    /// The fields that every message of this turn has.
    pub(crate) fn message(&self) -> Message<'_> {
        Message {
            created: self.created,
            id: &self.id,
            model: &self.model,
            service_tier: Some(&self.tier),
            system_fingerprint: Some(self.fingerprint.as_deref()),
            ..Message::default()
        }
    }

    /// The filter's verdict on the prompt, if there is one.
    pub(crate) fn prompt_filter(&self) -> Option<[PromptFilter; 1]> {
        (self.filter != Filter::Failed).then(content_filter::prompt)
    }

    pub(crate) fn latency(&mut self) -> Value {
        let first = 150 + self.dice.below(400);
        let last = first + 20 + self.dice.below(900);
        json!({
            "engine_tbt_ms": 7, "engine_ttft_ms": first - 60, "engine_ttlt_ms": last - 70,
            "pre_inference_ms": 78, "service_tbt_ms": 8, "service_ttft_ms": first,
            "service_ttlt_ms": last, "user_visible_ttft_ms": first - 40,
        })
    }

    pub(crate) fn routing(&mut self) -> Value {
        let build = self.dice.roll() >> 32;
        let replica = format!("d20260930154032-{build:08x}-prefill-r9-dp0-prefill");
        json!({ "serving_pipereplica": replica })
    }

    fn choice(&self, answer: &Answer, index: usize) -> Value {
        let mut message = json!({
            "annotations": [], "content": null, "refusal": null, "role": "assistant",
        });
        match &answer.said {
            Said::Text(text) => message["content"] = text.as_str().into(),
            Said::ToolCall { id, name, arguments } => {
                let function = json!({ "arguments": arguments, "name": name });
                let call = json!({ "function": function, "id": id, "type": "function" });
                message["tool_calls"] = [call].into_iter().collect();
            }
        }
        let mut choice = json!({
            "finish_reason": answer.finish, "index": index, "logprobs": null, "message": message,
        });
        self.filter.mark(&mut choice, content_filter::completion(answer));
        choice
    }
}

// === impl Message ===

impl Message<'_> {
    pub(crate) fn to_text(&self) -> String {
        // Strings, numbers and JSON values always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}
