//! A chat request as the model API reads it: validated, with accessors for what shapes the answer.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::request::{refusal::Refusal, validation};

/// A request body that is valid as far as Azure checks.
#[derive(Debug)]
pub(crate) struct Ask {
    body: Map<String, Value>,
    /// The last user message's text, without scenario markers.
    pub(crate) prompt: String,
    /// The content of the markers: `[[scenario:NAME]]`.
    pub(crate) markers: String,
}

/// A piece of the prompt that is counted.
pub(crate) struct Part<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Tokens beside the text's own.
    pub(crate) overhead: u64,
}

/// The form that the answer must have.
#[derive(Debug, PartialEq)]
pub(crate) enum Form<'a> {
    /// Prose.
    Text,
    /// Some JSON object.
    JsonObject,
    /// JSON for this schema.
    JsonSchema(&'a Value),
    /// A call of this tool.
    ToolCall(&'a Value),
}

/// The tokens that a picture counts for.
const IMAGE_TOKENS: u64 = 255;

// === impl Ask ===

impl Ask {
    /// Reads and checks a request body.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| validation::not_json())?;
        validation::check(&body)?;
        Ok(Self::of_chat(body))
    }

    /// The request that a body in the form of a chat is.
    pub(crate) fn of_chat(body: Map<String, Value>) -> Self {
        let messages =
            body.get("messages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let (prompt, markers) = without_markers(&last_user_text(messages));
        Self { body, prompt, markers }
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

    /// Whether a `stream_options` switch is on.
    pub(crate) fn stream_option(&self, name: &str) -> Option<bool> {
        self.get("stream_options")?.get(name)?.as_bool()
    }

    /// How many answers are wanted, 1 to 128.
    pub(crate) fn choices(&self) -> u64 {
        self.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, 128)
    }

    /// The most tokens an answer may have.
    pub(crate) fn cap(&self) -> Option<u64> {
        let cap = |name| self.get(name).and_then(Value::as_u64);
        cap("max_completion_tokens").or_else(|| cap("max_tokens"))
    }

    pub(crate) fn reasoning_effort(&self) -> Option<&str> {
        self.text("reasoning_effort")
    }

    /// A key that Azure does not know.
    pub(crate) fn unknown_parameter(&self) -> Option<&str> {
        self.body.keys().map(String::as_str).find(|name| !validation::knows(name))
    }

    /// The texts that are counted as prompt, in the order in which they are cached.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let tools = self
            .get("tools")
            .map(|tools| Part { text: Cow::Owned(tools.to_string()), overhead: 9 });
        tools.into_iter().chain(self.messages().iter().map(message_part))
    }

    /// The form in which to answer. A tool is called once per user message.
    pub(crate) fn form(&self) -> Form<'_> {
        if let Some(tool) = self.tool_to_call() {
            return Form::ToolCall(tool);
        }
        let format = self.get("response_format");
        match format.and_then(|format| format.get("type")).and_then(Value::as_str) {
            Some("json_object") => Form::JsonObject,
            Some("json_schema") => format
                .and_then(|format| format.pointer("/json_schema/schema"))
                .map_or(Form::JsonObject, Form::JsonSchema),
            _ => Form::Text,
        }
    }

    pub(crate) fn messages(&self) -> &[Value] {
        self.body.get("messages").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn tool_to_call(&self) -> Option<&Value> {
        // After a tool's result comes prose, so that a client's loop ends.
        let from_user = self.messages().last()?.get("role")?.as_str()? == "user";
        let choice = self.get("tool_choice");
        if !from_user || choice.and_then(Value::as_str) == Some("none") {
            return None;
        }
        let tools = self.get("tools")?.as_array()?;
        let wanted = choice.and_then(|choice| choice.pointer("/function/name"));
        let named = |tool: &&Value| wanted.is_none() || tool.pointer("/function/name") == wanted;
        tools.iter().filter(|tool| tool.get("function").is_some()).find(named)
    }
}

fn message_part(message: &Value) -> Part<'_> {
    let images = content_parts(message).filter(|part| is_image(part)).count();
    let mut text = content_text(message);
    if let Some(calls) = message.get("tool_calls") {
        text = Cow::Owned(format!("{text}{calls}"));
    }
    Part { text, overhead: 4 + IMAGE_TOKENS * u64::try_from(images).unwrap_or(0) }
}

/// The text of a message, its text parts joined.
fn content_text(message: &Value) -> Cow<'_, str> {
    match message.get("content") {
        Some(Value::String(text)) => Cow::Borrowed(text),
        _ => content_parts(message)
            .filter_map(|part| part.get("text")?.as_str())
            .collect::<Vec<_>>()
            .join("\n")
            .into(),
    }
}

fn content_parts(message: &Value) -> impl Iterator<Item = &Value> {
    message.get("content").and_then(Value::as_array).into_iter().flatten()
}

fn is_image(part: &Value) -> bool {
    part.get("type").and_then(Value::as_str) == Some("image_url")
}

fn last_user_text(messages: &[Value]) -> Cow<'_, str> {
    let from_user = |message: &&Value| message.get("role").and_then(Value::as_str) == Some("user");
    messages.iter().rfind(from_user).map_or(Cow::Borrowed(""), content_text)
}

/// The text without `[[scenario:…]]`, and the contents of the brackets, joined by commas.
pub(crate) fn without_markers(text: &str) -> (String, String) {
    const OPEN: &str = "[[scenario:";
    let (mut plain, mut markers) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((marker, after)) = after.split_once("]]") else { break };
        plain.push_str(before);
        markers.push(marker);
        rest = after;
    }
    plain.push_str(rest);
    (plain.trim().to_owned(), markers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_taken_out_of_the_last_user_message() {
        let ask = Ask::read(
            br#"{"messages":[{"role":"user","content":"[[scenario:cut]] old"},{"role":"user",
            "content":[{"type":"text","text":"Hi [[scenario:no-usage,served=grok-4]]"}]}]}"#,
        )
        .unwrap();
        assert_eq!(ask.prompt, "Hi");
        assert_eq!(ask.markers, "no-usage,served=grok-4");
    }

    #[test]
    fn a_tool_is_called_once_per_user_message() {
        let tool = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
        let form = |rest: &str| {
            let body = format!(r#"{{"messages":[{{"role":"user"}}{rest}],{tool}}}"#);
            matches!(Ask::read(body.as_bytes()).unwrap().form(), Form::ToolCall(_))
        };
        assert!(form(""));
        assert!(!form(r#",{"role":"tool","content":"4"}"#));
    }
}
