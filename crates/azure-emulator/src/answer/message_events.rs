//! A message as a stream's events, in Anthropic's order; or the failure that the plan sets.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::{messages::Message, tokenizer},
    scenario::plan::{Plan, StreamError},
};

/// A whole stream, one frame per event.
pub(crate) fn frames(message: &Message, plan: &Plan) -> VecDeque<Bytes> {
    let mut events = vec![begin(message)];
    match plan.stream_error {
        None => {
            events.extend(contents(message));
            events.push(end(message));
            if !plan.no_done {
                events.push(json!({ "type": "message_stop" }));
            }
        }
        Some(StreamError::First) => events = vec![error("rate_limit_error", "Too many requests")],
        Some(StreamError::BeforeContent) => events.push(error("overloaded_error", "Overloaded")),
        Some(StreamError::Late) => {
            let contents = contents(message);
            let half = contents.len().div_ceil(2);
            events.extend(contents.into_iter().take(half));
            events.push(error("overloaded_error", "Overloaded"));
        }
    }
    events.iter().map(frame).collect()
}

fn frame(event: &Value) -> Bytes {
    let name = event["type"].as_str().unwrap_or_default();
    format!("event: {name}\ndata: {event}\n\n").into()
}

/// The usage is known but for the output, which begins with one token.
fn begin(message: &Message) -> Value {
    let mut object = message.object(Vec::new());
    if let Some(usage) = &message.usage {
        let mut usage = usage.clone();
        usage["output_tokens"] = 1.into();
        if let Some(usage) = usage.as_object_mut() {
            usage.remove("output_tokens_details");
            usage.remove("server_tool_use");
        }
        object["usage"] = usage;
    }
    json!({ "type": "message_start", "message": object })
}

/// The counts are whole; how long the cache keeps what was written, and the tier, are not repeated.
fn end(message: &Message) -> Value {
    let delta = json!({ "stop_reason": message.stop, "stop_sequence": null });
    let mut event = json!({ "type": "message_delta", "delta": delta });
    if let Some(usage) = &message.usage {
        let mut usage = usage.clone();
        if let Some(usage) = usage.as_object_mut() {
            for key in ["cache_creation", "service_tier", "speed"] {
                usage.remove(key);
            }
        }
        event["usage"] = usage;
    }
    event
}

fn contents(message: &Message) -> Vec<Value> {
    let mut events = Vec::new();
    for (index, block) in message.blocks.iter().enumerate() {
        let (empty, deltas) = pieces(block);
        events
            .push(json!({ "type": "content_block_start", "index": index, "content_block": empty }));
        if index == 0 {
            events.push(json!({ "type": "ping" }));
        }
        for delta in deltas {
            events.push(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        }
        events.push(json!({ "type": "content_block_stop", "index": index }));
    }
    events
}

/// A block as it begins, and what is added to it piece by piece.
fn pieces(block: &Value) -> (Value, Vec<Value>) {
    let mut empty = block.clone();
    let text = |key: &str| block[key].as_str().unwrap_or_default().to_owned();
    let deltas = |kind: &str, key: &str, text: &str| -> Vec<Value> {
        tokenizer::pieces(text).map(|piece| json!({ "type": kind, key: piece })).collect()
    };
    let deltas = match block["type"].as_str() {
        Some("text") => {
            empty["text"] = "".into();
            deltas("text_delta", "text", &text("text"))
        }
        Some("thinking") => {
            (empty["thinking"], empty["signature"]) = ("".into(), "".into());
            let mut all = deltas("thinking_delta", "thinking", &text("thinking"));
            all.push(json!({ "type": "signature_delta", "signature": text("signature") }));
            all
        }
        Some("tool_use" | "server_tool_use") => {
            empty["input"] = json!({});
            deltas("input_json_delta", "partial_json", &block["input"].to_string())
        }
        _ => Vec::new(),
    };
    (empty, deltas)
}

fn error(kind: &str, message: &str) -> Value {
    json!({ "type": "error", "error": { "type": kind, "message": message } })
}
