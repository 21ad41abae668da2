//! Azure's JSON objects on the wire: one completion, or the chunks of a stream, keys in its order.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Said},
    dice::Dice,
    tokens,
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

/// How the content filter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// In every chunk.
    #[default]
    On,
    /// As events of its own.
    Async,
    /// It failed, and says so.
    Failed,
}

/// A completion or a chunk. Fields are in alphabetical order, as Azure sends them.
#[derive(Debug, Default, Serialize)]
struct Message<'a> {
    choices: Vec<Value>,
    created: u64,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_checkpoint: Option<Value>,
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_selection_details: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    obfuscation: Option<String>,
    object: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_filter_results: Option<[PromptFilter; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_fingerprint: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<&'a Value>>,
}

/// The one object whose keys Azure does not sort.
#[derive(Debug, Serialize)]
struct PromptFilter {
    prompt_index: u32,
    content_filter_results: Value,
}

// === impl Turn ===

impl Turn {
    /// The whole answer in one object.
    pub(crate) fn completion(&mut self, answers: &[Answer]) -> String {
        let checkpoint = self.latency();
        let usage = self.usage.take().map(|mut usage| {
            usage["latency_checkpoint"] = checkpoint;
            sorted(usage)
        });
        let routing = self.routing();
        let choices = answers.iter().zip(0..).map(|(answer, index)| self.choice(answer, index));
        let choices = choices.collect();
        text(&Message {
            choices,
            created: self.created,
            id: &self.id,
            model: &self.model,
            model_selection_details: self.selection.as_ref(),
            object: "chat.completion",
            prompt_filter_results: Some(prompt_filters()),
            routing: Some(routing),
            service_tier: Some(&self.tier),
            system_fingerprint: Some(self.fingerprint.as_deref()),
            usage: usage.as_ref().map(Some),
            ..Message::default()
        })
    }

    /// The answers as stream events, each the JSON of one `data:` line, `[DONE]` not included.
    pub(crate) fn events(&mut self, answers: &[Answer]) -> Vec<String> {
        let mut events = Vec::new();
        if self.filter == Filter::On {
            let first =
                Message { prompt_filter_results: Some(prompt_filters()), ..Message::default() };
            events.push(text(&first));
        }
        for (index, answer) in answers.iter().enumerate() {
            let role = match answer.said {
                Said::Text(_) => json!({ "content": "", "refusal": null, "role": "assistant" }),
                Said::ToolCall { .. } => {
                    json!({ "content": null, "refusal": null, "role": "assistant" })
                }
            };
            events.push(self.delta(role, index, None, json!({}), true));
        }
        self.contents(answers, &mut events);
        for (index, answer) in answers.iter().enumerate() {
            let filters = finish_filters(answer);
            events.push(self.delta(json!({}), index, Some(answer.finish), filters, false));
        }
        if self.filter == Filter::Async {
            events.extend(async_annotations(answers, self.include_usage));
        }
        if self.include_usage && self.usage.is_some() {
            events.push(self.usage_event());
        }
        events
    }

    /// The pieces of all answers, taking turns as parallel answers do.
    fn contents(&mut self, answers: &[Answer], events: &mut Vec<String>) {
        let mut left: Vec<_> =
            answers.iter().map(|answer| deltas(&answer.said).into_iter()).collect();
        loop {
            let mut any = false;
            for (index, deltas) in left.iter_mut().enumerate() {
                if let Some(delta) = deltas.next() {
                    let filters = json!({});
                    events.push(self.delta(delta, index, None, filters, false));
                    any = true;
                }
            }
            if !any {
                return;
            }
        }
    }

    fn delta(
        &mut self,
        delta: Value,
        index: usize,
        finish: Option<&str>,
        filters: Value,
        first: bool,
    ) -> String {
        let choice = self.with_filters(
            json!({ "delta": delta, "finish_reason": finish, "index": index, "logprobs": null }),
            filters,
        );
        let pad = if first { 0 } else { 1 + self.dice.below(12) };
        let selection = if first { self.selection.clone() } else { None };
        let obfuscation = self.obfuscation.then(|| self.dice.letters(pad));
        text(&Message {
            choices: vec![choice],
            model_selection_details: selection.as_ref(),
            obfuscation,
            usage: self.include_usage.then_some(None),
            ..self.chunk()
        })
    }

    fn usage_event(&mut self) -> String {
        let (latency, routing) = (self.latency(), self.routing());
        text(&Message {
            latency_checkpoint: Some(latency),
            obfuscation: self.obfuscation.then(String::new),
            routing: Some(routing),
            usage: Some(self.usage.as_ref()),
            ..self.chunk()
        })
    }

    fn chunk(&self) -> Message<'_> {
        Message {
            created: self.created,
            id: &self.id,
            model: &self.model,
            object: "chat.completion.chunk",
            service_tier: Some(&self.tier),
            system_fingerprint: Some(self.fingerprint.as_deref()),
            ..Message::default()
        }
    }

    fn choice(&self, answer: &Answer, index: u32) -> Value {
        let (content, calls) = match &answer.said {
            Said::Text(text) => (json!(text), None),
            Said::ToolCall { id, name, arguments } => {
                let function = json!({ "arguments": arguments, "name": name });
                (Value::Null, Some(json!([{ "function": function, "id": id, "type": "function" }])))
            }
        };
        let mut message = json!({
            "annotations": [], "content": content, "refusal": null, "role": "assistant",
        });
        if let Some(calls) = calls {
            message["tool_calls"] = calls;
            message = sorted(message);
        }
        let filters = match answer.finish {
            "content_filter" => finish_filters(answer),
            _ => completion_filters(),
        };
        self.with_filters(
            json!({
                "finish_reason": answer.finish, "index": index, "logprobs": null,
                "message": message,
            }),
            filters,
        )
    }

    /// The choice with what the content filter says about it.
    fn with_filters(&self, mut choice: Value, filters: Value) -> Value {
        match self.filter {
            Filter::On => choice["content_filter_results"] = filters,
            Filter::Async => return choice,
            Filter::Failed => {
                choice["content_filter_result"] = json!({ "error": {
                    "code": "content_filter_error", "message": "The contents are not filtered",
                }});
            }
        }
        sorted(choice)
    }

    fn latency(&mut self) -> Value {
        let first = 150 + self.dice.below(400);
        let last = first + 20 + self.dice.below(900);
        json!({
            "engine_tbt_ms": 7, "engine_ttft_ms": first - 60, "engine_ttlt_ms": last - 70,
            "pre_inference_ms": 78, "service_tbt_ms": 8, "service_ttft_ms": first,
            "service_ttlt_ms": last, "user_visible_ttft_ms": first - 40,
        })
    }

    fn routing(&mut self) -> Value {
        let build = self.dice.roll() >> 32;
        json!({ "serving_pipereplica": format!("d20260930154032-{build:08x}-prefill-r9-dp0-prefill") })
    }
}

/// An answer as stream deltas.
fn deltas(said: &Said) -> Vec<Value> {
    match said {
        Said::Text(text) => tokens::pieces(text).map(|piece| json!({ "content": piece })).collect(),
        Said::ToolCall { id, name, arguments } => {
            let start = json!({ "tool_calls": [{
                "function": { "arguments": "", "name": name },
                "id": id, "index": 0, "type": "function",
            }]});
            let more = tokens::pieces(arguments).map(
                |piece| json!({ "tool_calls": [{ "function": { "arguments": piece }, "index": 0 }] }),
            );
            std::iter::once(start).chain(more).collect()
        }
    }
}

/// What the asynchronous filter says about each answer: in part after its finish.
fn async_annotations(answers: &[Answer], _usage: bool) -> Vec<String> {
    answers
        .iter()
        .enumerate()
        .map(|(index, answer)| {
            let end = match &answer.said {
                Said::Text(text) => text.chars().count(),
                Said::ToolCall { .. } => 0,
            };
            // These events are not in alphabetical order on the wire; nobody depends on it.
            json!({
                "choices": [{
                    "content_filter_offsets": {
                        "check_offset": 0, "end_offset": end, "start_offset": 0,
                    },
                    "content_filter_results": safe(),
                    "finish_reason": null,
                    "index": index,
                }],
                "created": 0, "id": "", "model": "", "object": "", "usage": null,
            })
            .to_string()
        })
        .collect()
}

fn safe() -> Value {
    let safe = json!({ "filtered": false, "severity": "safe" });
    json!({ "hate": safe, "self_harm": safe, "sexual": safe, "violence": safe })
}

fn completion_filters() -> Value {
    let mut filters = safe();
    filters["protected_material_code"] = json!({ "detected": false, "filtered": false });
    filters["protected_material_text"] = json!({ "detected": false, "filtered": false });
    sorted(filters)
}

fn finish_filters(answer: &Answer) -> Value {
    if answer.finish != "content_filter" {
        return json!({});
    }
    let mut filters = safe();
    filters["violence"] = json!({ "filtered": true, "severity": "medium" });
    filters
}

fn prompt_filters() -> [PromptFilter; 1] {
    let mut filters = safe();
    filters["jailbreak"] = json!({ "detected": false, "filtered": false });
    [PromptFilter { prompt_index: 0, content_filter_results: sorted(filters) }]
}

/// The same value with the keys of its top level sorted, whatever features of `serde_json` are on.
fn sorted(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.sort_keys();
    }
    value
}

fn text(message: &Message<'_>) -> String {
    // Strings, numbers and JSON values always serialise.
    serde_json::to_string(message).unwrap_or_default()
}
