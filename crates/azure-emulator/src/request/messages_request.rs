//! A Messages request as Anthropic's API reads it: validated, with accessors for what shapes the answer.

use serde_json::{Map, Value, json};

use crate::request::{chat_request::without_markers, refusal::Refusal};

/// A request body that is valid as far as the API checks.
#[derive(Debug)]
pub(crate) struct MessagesAsk {
    body: Map<String, Value>,
    /// The text of the last user message that has one, without scenario markers.
    pub(crate) prompt: String,
    /// The content of the markers: `[[scenario:NAME]]`.
    pub(crate) markers: String,
}

/// The API's keys; others are refused.
const KEYS: [&str; 22] = [
    "cache_control",
    "container",
    "context_management",
    "inference_geo",
    "max_tokens",
    "mcp_servers",
    "messages",
    "metadata",
    "model",
    "output_config",
    "output_format",
    "routing_config",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
    "top_p",
];

/// The beginning of a marker with calls of tools, one for each turn: `[[calls:[{"name":…,"input":…},…]]]`.
const CALLS: &str = "[[calls:";

/// A refusal in Anthropic's envelope.
pub(crate) fn refusal(status: u16, kind: &str, message: &str) -> Refusal {
    let error = json!({ "type": kind, "message": message });
    let body = json!({ "type": "error", "error": error, "request_id": "req_emulated" });
    Refusal { status, body: body.to_string().into(), html: false, retry_after: None }
}

fn invalid(message: &str) -> Refusal {
    refusal(400, "invalid_request_error", message)
}

// === impl MessagesAsk ===

impl MessagesAsk {
    /// Reads and checks a request body. `counting`: its tokens are counted, so that it needs no bound.
    pub(crate) fn read(body: &[u8], counting: bool) -> Result<Self, Refusal> {
        let body: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| invalid("The request body is not valid JSON"))?;
        if let Some(unknown) =
            body.keys().find(|key| !KEYS.contains(&key.as_str()) && *key != "top_k")
        {
            return Err(invalid(&format!("{unknown}: Extra inputs are not permitted")));
        }
        if !body.get("model").is_some_and(Value::is_string) {
            return Err(invalid("model: Field required"));
        }
        match body.get("max_tokens") {
            Some(Value::Number(bound)) if bound.as_u64() == Some(0) => {
                return Err(invalid("max_tokens: must be greater than or equal to 1"));
            }
            Some(Value::Number(bound)) if bound.is_u64() => {}
            None if counting => {}
            None => return Err(invalid("max_tokens: Field required")),
            Some(_) => return Err(invalid("max_tokens: Input should be a valid integer")),
        }
        let messages = body.get("messages").and_then(Value::as_array);
        let messages = messages.ok_or_else(|| invalid("messages: Field required"))?;
        check(messages)?;
        let (prompt, markers) = without_markers(&last_text(messages));
        Ok(Self { body, prompt, markers })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    pub(crate) fn stream(&self) -> bool {
        self.get("stream") == Some(&Value::Bool(true))
    }

    /// The most tokens that an answer may have.
    pub(crate) fn cap(&self) -> u64 {
        self.get("max_tokens").and_then(Value::as_u64).unwrap_or(1)
    }

    pub(crate) fn thinks(&self) -> bool {
        let kind = self.get("thinking").and_then(|thinking| thinking["type"].as_str());
        matches!(kind, Some("enabled" | "adaptive"))
    }

    /// How many results of tools came since the last text of a user.
    pub(crate) fn results(&self) -> usize {
        let turns = self.messages().iter().rev().take_while(|message| !has_text(message));
        let of_user = turns.filter(|message| message["role"] == "user");
        of_user
            .flat_map(|message| message["content"].as_array().into_iter().flatten())
            .filter(|block| block["type"] == "tool_result")
            .count()
    }

    /// The call that a marker in a user's text asks for next: `Some(None)` after the last one. Clients that run
    /// tools are led through a task by it.
    pub(crate) fn scripted_call(&self) -> Option<Option<Value>> {
        let messages = self.messages();
        let marked =
            |message: &Value| message["role"] == "user" && text_of(message).contains(CALLS);
        let at = messages.iter().rposition(marked)?;
        let text = text_of(&messages[at]);
        let script = text.split_once(CALLS)?.1;
        let calls = serde_json::Deserializer::from_str(script).into_iter().next()?.ok();
        let Some(Value::Array(mut calls)) = calls else { return None };
        let offered = |call: &Value| self.tools().any(|tool| tool["name"] == call["name"]);
        calls.retain(offered);
        let blocks = messages[at..].iter().flat_map(|message| blocks(message.get("content")));
        let done = blocks.filter(|block| block["type"] == "tool_result").count();
        Some((done < calls.len()).then(|| calls.swap_remove(done)))
    }

    /// The tool of the client's to call: once for each text of a user.
    pub(crate) fn tool_to_call(&self) -> Option<&Value> {
        let choice = self.get("tool_choice").unwrap_or(&Value::Null);
        if self.results() > 0 || choice["type"] == "none" {
            return None;
        }
        let wanted = choice["name"].as_str();
        self.tools().find(|tool| {
            matches!(tool["type"].as_str(), None | Some("custom"))
                && wanted.is_none_or(|wanted| tool["name"] == wanted)
        })
    }

    /// Whether the web may be searched.
    pub(crate) fn searches(&self) -> bool {
        self.tools()
            .any(|tool| tool["type"].as_str().is_some_and(|kind| kind.starts_with("web_search")))
    }

    /// The schema that the answer must have.
    pub(crate) fn schema(&self) -> Option<&Value> {
        self.get("output_config")?.pointer("/format/schema")
    }

    /// The blocks of the prompt in the order in which they are cached: tools, instructions, messages.
    pub(crate) fn prompt_blocks(&self) -> Vec<Value> {
        let mut all: Vec<Value> = self.tools().cloned().collect();
        all.extend(blocks(self.get("system")));
        all.extend(self.messages().iter().flat_map(|message| blocks(message.get("content"))));
        all
    }

    fn tools(&self) -> impl Iterator<Item = &Value> {
        self.get("tools").and_then(Value::as_array).into_iter().flatten()
    }

    fn messages(&self) -> &[Value] {
        self.body.get("messages").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

fn check(messages: &[Value]) -> Result<(), Refusal> {
    if messages.is_empty() {
        return Err(invalid("messages: at least one message is required"));
    }
    for (place, message) in messages.iter().enumerate() {
        if !matches!(message["role"].as_str(), Some("user" | "assistant" | "system")) {
            let expected = "Input should be 'user' or 'assistant'";
            return Err(invalid(&format!("messages.{place}.role: {expected}")));
        }
        if !message["content"].is_string() && !message["content"].is_array() {
            return Err(invalid(&format!("messages.{place}.content: Field required")));
        }
    }
    Ok(())
}

/// A text counts as a block, too.
fn blocks(content: Option<&Value>) -> Vec<Value> {
    match content {
        Some(Value::String(text)) => vec![json!({ "type": "text", "text": text })],
        Some(Value::Array(blocks)) => blocks.clone(),
        _ => Vec::new(),
    }
}

fn has_text(message: &Value) -> bool {
    message["role"] == "user" && !text_of(message).is_empty()
}

fn text_of(message: &Value) -> String {
    let blocks = blocks(message.get("content"));
    let texts: Vec<&str> = blocks.iter().filter_map(|block| block["text"].as_str()).collect();
    texts.join("\n")
}

fn last_text(messages: &[Value]) -> String {
    messages.iter().rfind(|message| has_text(message)).map(text_of).unwrap_or_default()
}
