//! A stream's events in Azure's order: prompt filter, roles, content, finish, usage, `[DONE]`; or
//! the failure that the plan sets.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::{
        chat_objects::{Message, Turn},
        content::{Answer, Said},
        content_filter, tokenizer,
    },
    routing::model_pool,
    scenario::{
        filter_mode::Filter,
        plan::{Plan, StreamError},
    },
};

/// A whole stream, one frame per event.
pub(crate) fn frames(turn: &mut Turn, answers: &[Answer], plan: &Plan) -> VecDeque<Bytes> {
    let mut events = turn.opening(answers);
    match plan.stream_error {
        None => {
            events.extend(turn.contents(answers));
            events.extend(turn.closing(answers));
            if !plan.no_done {
                events.push("[DONE]".to_owned());
            }
        }
        Some(StreamError::First) => events = vec![rate_limited(model_pool::undated(&turn.model))],
        Some(StreamError::BeforeContent) => events.push(server_error()),
        Some(StreamError::Late) => {
            let contents = turn.contents(answers);
            let half = contents.len().div_ceil(2);
            events.extend(contents.into_iter().take(half));
            events.push(server_error());
        }
    }
    events.into_iter().map(|event| Bytes::from(format!("data: {event}\n\n"))).collect()
}

// === impl Turn ===

impl Turn {
    /// The events before any content.
    fn opening(&mut self, answers: &[Answer]) -> Vec<String> {
        let mut events = Vec::new();
        if let Some(verdict) = self.prompt_filter() {
            let first = Message { prompt_filter_results: Some(verdict), ..Message::default() };
            events.push(first.to_text());
        }
        for (index, answer) in answers.iter().enumerate() {
            let content = match answer.said {
                Said::Text(_) => Value::from(""),
                Said::ToolCall { .. } => Value::Null,
            };
            let role = json!({ "content": content, "refusal": null, "role": "assistant" });
            let choice = self.choice_delta(role, index, None, json!({}));
            let obfuscation = self.obfuscation.then(String::new);
            let event = Message {
                choices: vec![choice],
                model_selection_details: self.selection.as_ref(),
                obfuscation,
                ..self.chunk()
            };
            events.push(event.to_text());
        }
        events
    }

    /// The pieces of all answers, taking turns as parallel answers do.
    fn contents(&mut self, answers: &[Answer]) -> Vec<String> {
        let mut events = Vec::new();
        let mut left: Vec<_> =
            answers.iter().map(|answer| deltas(&answer.said).into_iter()).collect();
        // The older models say of every chunk that it is safe.
        let verdict =
            if self.model.starts_with("gpt-4o") { content_filter::safe() } else { json!({}) };
        let mut before = usize::MAX;
        while before != events.len() {
            before = events.len();
            for (index, deltas) in left.iter_mut().enumerate() {
                if let Some(delta) = deltas.next() {
                    events.push(self.delta(delta, index, None, verdict.clone()));
                }
            }
        }
        if self.filter == Filter::Async {
            let halfway = answers.iter().enumerate();
            let notes =
                halfway.map(|(index, answer)| content_filter::annotation(index, answer, false));
            let middle = events.len() / 2;
            events.splice(middle..middle, notes.collect::<Vec<_>>());
        }
        events
    }

    /// The events after all content, without `[DONE]`.
    fn closing(&mut self, answers: &[Answer]) -> Vec<String> {
        let mut events = Vec::new();
        for (index, answer) in answers.iter().enumerate() {
            // The asynchronous filter stops an answer with an event of its own.
            if self.filter != Filter::Async || answer.finish != "content_filter" {
                let verdict = content_filter::finish(answer);
                events.push(self.delta(json!({}), index, Some(answer.finish), verdict));
            }
            if self.filter == Filter::Async {
                events.push(content_filter::annotation(index, answer, true));
            }
        }
        if self.include_usage && self.usage.is_some() {
            events.push(self.usage_event());
        }
        events
    }

    fn delta(
        &mut self,
        delta: Value,
        index: usize,
        finish: Option<&str>,
        verdict: Value,
    ) -> String {
        let choice = self.choice_delta(delta, index, finish, verdict);
        let padding = 1 + self.dice.below(12);
        let obfuscation = self.obfuscation.then(|| self.dice.letters(padding));
        Message { choices: vec![choice], obfuscation, ..self.chunk() }.to_text()
    }

    fn choice_delta(
        &self,
        delta: Value,
        index: usize,
        finish: Option<&str>,
        verdict: Value,
    ) -> Value {
        let mut choice =
            json!({ "delta": delta, "finish_reason": finish, "index": index, "logprobs": null });
        self.filter.mark(&mut choice, verdict);
        choice
    }

    fn usage_event(&mut self) -> String {
        let (latency, routing) = (self.latency(), self.routing());
        let event = Message {
            latency_checkpoint: Some(latency),
            obfuscation: self.obfuscation.then(String::new),
            routing: Some(routing),
            usage: Some(self.usage.as_ref()),
            ..self.chunk()
        };
        event.to_text()
    }

    /// The fields that every chunk of this turn has; `usage: null` only when usage was requested.
    fn chunk(&self) -> Message<'_> {
        Message {
            object: "chat.completion.chunk",
            usage: self.include_usage.then_some(None),
            ..self.message()
        }
    }
}

/// An answer as stream deltas, one token each.
fn deltas(said: &Said) -> Vec<Value> {
    match said {
        Said::Text(text) => {
            tokenizer::pieces(text).map(|piece| json!({ "content": piece })).collect()
        }
        Said::ToolCall { id, name, arguments } => {
            let function = json!({ "arguments": "", "name": name });
            let start = json!({ "function": function, "id": id, "index": 0, "type": "function" });
            let more = tokenizer::pieces(arguments)
                .map(|piece| json!({ "function": { "arguments": piece }, "index": 0 }));
            let calls = std::iter::once(start).chain(more);
            calls.map(|call| json!({ "tool_calls": [call] })).collect()
        }
    }
}

fn rate_limited(served: &str) -> String {
    let message = format!(
        "Your requests to {served} for {served} in swedencentral have exceeded rate limit."
    );
    error("429", "too_many_requests", &message)
}

fn server_error() -> String {
    let message = "The server had an error while processing your request. Sorry about that!";
    error("server_error", "server_error", message)
}

fn error(code: &str, kind: &str, message: &str) -> String {
    let error = json!({ "code": code, "message": message, "param": null, "type": kind });
    json!({ "error": error }).to_string()
}
