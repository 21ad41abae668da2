//! The events of a response's stream in Azure's order, or the failure that the plan sets.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::{
        content::{Answer, Said},
        response_objects::{ResponseTurn, incomplete, text_part},
        tokenizer,
    },
    routing::model_pool,
    scenario::{
        envelope::Envelope,
        plan::{Plan, StreamError},
    },
};

/// A whole stream, one frame per event.
pub(crate) fn frames(turn: &mut ResponseTurn, answer: &Answer, plan: &Plan) -> VecDeque<Bytes> {
    let begun = turn.begun();
    let mut events = vec![about("response.created", &begun), about("response.in_progress", &begun)];
    let failed = plan.failed.then_some(StreamError::BeforeContent);
    match plan.stream_error.or(failed) {
        None => {
            events.extend(turn.contents(answer));
            if !plan.no_done {
                events.push(turn.end(answer));
            }
        }
        Some(StreamError::First) => {
            events = vec![turn.error(&rate_limited(model_pool::undated(&turn.model)), plan)];
        }
        Some(StreamError::BeforeContent) => events.push(turn.error(&server_error(), plan)),
        Some(StreamError::Late) => {
            let contents = turn.contents(answer);
            let half = contents.len().div_ceil(2);
            events.extend(contents.into_iter().take(half));
            events.push(turn.error(&server_error(), plan));
        }
    }
    let numbered = events.into_iter().enumerate().map(|(number, mut event)| {
        event["sequence_number"] = number.into();
        let kind = event["type"].as_str().unwrap_or_default();
        Bytes::from(format!("event: {kind}\ndata: {event}\n\n"))
    });
    numbered.collect()
}

// === impl ResponseTurn ===

impl ResponseTurn {
    /// The events of all items.
    fn contents(&mut self, answer: &Answer) -> Vec<Value> {
        let mut events = Vec::new();
        for (index, item) in self.items(answer).into_iter().enumerate() {
            let place = json!({ "output_index": index, "item_id": item["id"] });
            events.push(with(&place, "response.output_item.added", [("item", begun(&item))]));
            match (&answer.said, item["type"].as_str()) {
                (Said::Text(text), Some("message")) => self.text(text, &place, &mut events),
                (Said::ToolCall { arguments, .. }, Some("function_call")) => {
                    self.arguments(arguments, &place, &mut events);
                }
                _ => {}
            }
            events.push(with(&place, "response.output_item.done", [("item", item)]));
        }
        events
    }

    fn text(&mut self, text: &str, place: &Value, events: &mut Vec<Value>) {
        let mut place = place.clone();
        place["content_index"] = 0.into();
        events.push(with(&place, "response.content_part.added", [("part", text_part(""))]));
        for piece in tokenizer::pieces(text) {
            let mut delta = with(&place, "response.output_text.delta", [("delta", piece.into())]);
            delta["logprobs"] = json!([]);
            events.push(self.padded(delta));
        }
        let mut done = with(&place, "response.output_text.done", [("text", text.into())]);
        done["logprobs"] = json!([]);
        events.push(done);
        events.push(with(&place, "response.content_part.done", [("part", text_part(text))]));
    }

    fn arguments(&mut self, arguments: &str, place: &Value, events: &mut Vec<Value>) {
        for piece in tokenizer::pieces(arguments) {
            let kind = "response.function_call_arguments.delta";
            let delta = with(place, kind, [("delta", piece.into())]);
            events.push(self.padded(delta));
        }
        let kind = "response.function_call_arguments.done";
        events.push(with(place, kind, [("arguments", arguments.into())]));
    }

    fn padded(&mut self, mut delta: Value) -> Value {
        let padding = 1 + self.dice.below(12);
        if self.obfuscation {
            delta["obfuscation"] = self.dice.letters(padding).into();
        }
        delta
    }

    fn end(&self, answer: &Answer) -> Value {
        let kind = match incomplete(answer) {
            Some(_) => "response.incomplete",
            None => "response.completed",
        };
        about(kind, &self.ended(answer))
    }

    fn error(&self, error: &Value, plan: &Plan) -> Value {
        match plan.envelope {
            Envelope::Failed => about("response.failed", &self.failed(error, plan.failed_usage)),
            Envelope::Flat => json!({
                "type": "error", "code": error["code"], "message": error["message"], "param": null,
            }),
            Envelope::Nested => json!({ "type": "error", "error": error }),
        }
    }
}

fn about(kind: &str, response: &Value) -> Value {
    json!({ "type": kind, "response": response })
}

fn with<const N: usize>(place: &Value, kind: &str, more: [(&str, Value); N]) -> Value {
    let mut event = place.clone();
    event["type"] = kind.into();
    for (key, value) in more {
        event[key] = value;
    }
    if event.get("item").is_some()
        && let Value::Object(fields) = &mut event
    {
        fields.remove("item_id");
    }
    event
}

/// An item that has just begun.
fn begun(item: &Value) -> Value {
    let mut item = item.clone();
    match item["type"].as_str() {
        Some("message") => (item["content"], item["status"]) = (json!([]), "in_progress".into()),
        Some("function_call") => {
            (item["arguments"], item["status"]) = ("".into(), "in_progress".into());
        }
        _ => {}
    }
    item
}

/// The error of a server that fails.
pub(crate) fn server_error() -> Value {
    let message = "The server had an error while processing your request. Sorry about that!";
    json!({ "type": "server_error", "code": "server_error", "message": message, "param": null })
}

fn rate_limited(served: &str) -> Value {
    let message = format!(
        "Your requests to {served} for {served} in swedencentral have exceeded rate limit."
    );
    json!({
        "type": "too_many_requests", "code": "rate_limit_exceeded", "message": message, "param": null,
    })
}
