//! A Responses request as the model API reads it: checked, and put into the form of a chat, in which the
//! emulated models think.

use serde_json::{Map, Value, json};

use crate::request::{chat_request::Ask, refusal::Refusal, validation};

/// A request body that is valid as far as Azure checks.
#[derive(Debug)]
pub(crate) struct ResponsesAsk {
    /// The same as a chat.
    pub(crate) ask: Ask,
    /// As it was sent.
    pub(crate) body: Map<String, Value>,
}

/// Request keys: what Azure's Responses API knows. All others are refused.
const PARAMETERS: [&str; 34] = [
    "background",
    "context_management",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_diagnostics",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "routing_config",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
    "client_metadata",
];

/// Keys that a chat has as well, with the same meaning.
const SAME: [&str; 12] = [
    "metadata",
    "model",
    "parallel_tool_calls",
    "prompt_cache_key",
    "routing_config",
    "service_tier",
    "store",
    "stream",
    "temperature",
    "top_logprobs",
    "top_p",
    "user",
];

/// The smallest bound that the API takes.
const SMALLEST_BOUND: u64 = 16;

// === impl ResponsesAsk ===

impl ResponsesAsk {
    /// Reads and checks a request body. `earlier`: the messages of the answer that it goes on with.
    pub(crate) fn read(
        body: &[u8],
        earlier: impl FnOnce(&str) -> Option<Vec<Value>>,
    ) -> Result<Self, Refusal> {
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| validation::not_json())?;
        check(&body)?;
        let mut messages = match body.get("previous_response_id").and_then(Value::as_str) {
            Some(id) => earlier(id).ok_or_else(|| no_such_response(id))?,
            None => Vec::new(),
        };
        messages.extend(messages_of(&body)?);
        let chat = as_chat(&body, messages);
        Ok(Self { ask: Ask::of_chat(chat), body })
    }
}

fn check(body: &Map<String, Value>) -> Result<(), Refusal> {
    if body.contains_key("messages") {
        let message = "Unsupported parameter: 'messages'. In the Responses API, this parameter has \
                       moved to 'input'. Try again with the new parameter.";
        return Err(Refusal::invalid(message, Some("messages"), Some("unsupported_parameter")));
    }
    if let Some(name) = body.keys().find(|name| !PARAMETERS.contains(&name.as_str())) {
        return Err(unknown(name));
    }
    let options = body.get("stream_options").and_then(Value::as_object);
    let option = options.into_iter().flatten().find(|(name, _)| *name != "include_obfuscation");
    if let Some((name, _)) = option {
        return Err(unknown(&format!("stream_options.{name}")));
    }
    match body.get("max_output_tokens") {
        None | Some(Value::Null) => Ok(()),
        Some(bound) => match bound.as_u64() {
            Some(bound) if bound >= SMALLEST_BOUND => Ok(()),
            Some(bound) => {
                let message = format!(
                    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= \
                     {SMALLEST_BOUND}, but got {bound} instead."
                );
                let code = Some("integer_below_min_value");
                Err(Refusal::invalid(&message, Some("max_output_tokens"), code))
            }
            None => {
                let message = "Invalid type for 'max_output_tokens': expected an integer.";
                Err(Refusal::invalid(message, Some("max_output_tokens"), Some("invalid_type")))
            }
        },
    }
}

fn unknown(name: &str) -> Refusal {
    let message = format!("Unknown parameter: '{name}'.");
    Refusal::invalid(&message, Some(name), Some("unknown_parameter"))
}

fn no_such_response(id: &str) -> Refusal {
    let message = format!("Previous response with id '{id}' not found.");
    let code = Some("previous_response_not_found");
    Refusal::invalid(&message, Some("previous_response_id"), code)
}

/// The messages of a request alone.
fn messages_of(body: &Map<String, Value>) -> Result<Vec<Value>, Refusal> {
    let instructions = body.get("instructions").filter(|value| !value.is_null());
    let system = instructions.map(|text| json!({ "role": "system", "content": text }));
    let mut messages: Vec<Value> = system.into_iter().collect();
    match body.get("input") {
        Some(Value::String(text)) => messages.push(json!({ "role": "user", "content": text })),
        Some(Value::Array(items)) => messages.extend(items.iter().map(message)),
        None if ["previous_response_id", "conversation", "prompt"]
            .iter()
            .any(|key| body.contains_key(*key)) => {}
        None => return Err(validation::missing("input")),
        Some(_) => {
            let message = "Invalid type for 'input': expected one of a string or array of objects.";
            return Err(Refusal::invalid(message, Some("input"), Some("invalid_type")));
        }
    }
    Ok(messages)
}

/// An item of the input as a chat's message.
pub(crate) fn message(item: &Value) -> Value {
    match item["type"].as_str() {
        Some("function_call" | "custom_tool_call") => {
            let arguments = item.get("arguments").or_else(|| item.get("input"));
            let function = json!({ "name": item["name"], "arguments": arguments });
            let call = json!({ "id": item["call_id"], "type": "function", "function": function });
            json!({ "role": "assistant", "tool_calls": [call] })
        }
        Some("function_call_output" | "custom_tool_call_output") => {
            json!({ "role": "tool", "content": content(&item["output"]) })
        }
        Some("reasoning") => json!({ "role": "assistant", "content": content(&item["summary"]) }),
        _ => {
            json!({ "role": item["role"].as_str().unwrap_or("user"), "content": content(&item["content"]) })
        }
    }
}

fn content(value: &Value) -> Value {
    let part = |part: &Value| match part["type"].as_str() {
        Some("input_image") => json!({ "type": "image_url", "image_url": part["image_url"] }),
        _ => json!({ "type": "text", "text": part["text"] }),
    };
    match value {
        Value::Array(parts) => parts.iter().map(part).collect(),
        other => other.clone(),
    }
}

fn as_chat(body: &Map<String, Value>, messages: Vec<Value>) -> Map<String, Value> {
    let mut chat: Map<String, Value> =
        SAME.iter().filter_map(|key| Some(((*key).to_owned(), body.get(*key)?.clone()))).collect();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            chat.insert(key.to_owned(), value);
        }
    };
    put("messages", Some(messages.into()));
    put("max_completion_tokens", body.get("max_output_tokens").cloned());
    put("reasoning_effort", body.get("reasoning").and_then(|it| it.get("effort")).cloned());
    put("stream_options", body.get("stream_options").cloned());
    let tools = body.get("tools").and_then(Value::as_array);
    put("tools", tools.map(|tools| tools.iter().map(tool).collect()));
    put("tool_choice", body.get("tool_choice").map(choice));
    let format = body.get("text").and_then(|text| text.get("format"));
    put(
        "response_format",
        format.map(|format| match format["type"].as_str() {
            Some("json_schema") => {
                json!({ "type": "json_schema", "json_schema": { "schema": format["schema"] } })
            }
            _ => format.clone(),
        }),
    );
    chat
}

/// A function as a chat names it; other tools stay as they are, and are never called.
fn tool(tool: &Value) -> Value {
    match tool["type"].as_str() {
        Some("function") => {
            let function = json!({ "name": tool["name"], "parameters": tool["parameters"] });
            json!({ "type": "function", "function": function })
        }
        _ => tool.clone(),
    }
}

fn choice(choice: &Value) -> Value {
    match choice.get("name") {
        Some(name) => json!({ "type": "function", "function": { "name": name } }),
        None => choice.clone(),
    }
}
