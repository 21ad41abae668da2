//! A chat request as the model API reads it: checked, and with the questions that shape the answer.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    refusal::Refusal,
    scenario::{ParseScenarioError, Scenario},
};

/// A request body that is valid as far as Azure checks.
#[derive(Debug)]
pub(crate) struct Ask {
    body: Map<String, Value>,
    /// The last user message's text, without scenario markers.
    pub(crate) prompt: String,
    /// What the markers say: `[[scenario:NAME]]`.
    pub(crate) markers: String,
}

/// A piece of the prompt that is counted.
pub(crate) struct Part<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Tokens beside the text's own.
    pub(crate) overhead: u64,
}

/// What form the answer must have.
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

/// What a picture counts for.
const IMAGE_TOKENS: u64 = 255;

/// Request keys and the JSON type of each: what Azure's chat API knows.
const PARAMETERS: &[(&str, &str)] = &[
    ("audio", "an object"),
    ("data_sources", "an array"),
    ("frequency_penalty", "a number"),
    ("function_call", ""),
    ("functions", "an array"),
    ("logit_bias", "an object"),
    ("logprobs", "a boolean"),
    ("max_completion_tokens", "an integer"),
    ("max_tokens", "an integer"),
    ("messages", "an array"),
    ("metadata", "an object"),
    ("modalities", "an array"),
    ("model", "a string"),
    ("n", "an integer"),
    ("parallel_tool_calls", "a boolean"),
    ("prediction", "an object"),
    ("presence_penalty", "a number"),
    ("prompt_cache_key", "a string"),
    ("prompt_cache_retention", "a string"),
    ("reasoning_effort", "a string"),
    ("response_format", "an object"),
    ("routing_config", "an object"),
    ("safety_identifier", "a string"),
    ("seed", "an integer"),
    ("service_tier", "a string"),
    ("stop", ""),
    ("store", "a boolean"),
    ("stream", "a boolean"),
    ("stream_options", "an object"),
    ("temperature", "a number"),
    ("tool_choice", ""),
    ("tools", "an array"),
    ("top_logprobs", "an integer"),
    ("top_p", "a number"),
    ("user", "a string"),
    ("user_security_context", "an object"),
    ("verbosity", "a string"),
    ("web_search_options", "an object"),
];

// === impl Ask ===

impl Ask {
    /// Reads and checks a request body.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let body: Map<String, Value> = serde_json::from_slice(body).map_err(|_| not_json())?;
        for (name, value) in &body {
            check_type(name, value)?;
        }
        let messages = body.get("messages").and_then(Value::as_array).ok_or_else(no_messages)?;
        check_messages(messages)?;
        let (prompt, markers) = without_markers(&last_user_text(messages));
        Ok(Self { body, prompt, markers })
    }

    /// The scenarios that the markers in the last user message name.
    pub(crate) fn scenarios(&self) -> Result<Vec<Scenario>, ParseScenarioError> {
        Scenario::parse_list(&self.markers)
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
        let known = |name: &str| PARAMETERS.iter().any(|(known, _)| *known == name);
        self.body.keys().map(String::as_str).find(|name| !known(name))
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

    fn messages(&self) -> &[Value] {
        self.body.get("messages").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn tool_to_call(&self) -> Option<&Value> {
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

/// The text without `[[scenario:…]]`, and what stood in the brackets, joined by commas.
fn without_markers(text: &str) -> (String, String) {
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

fn check_messages(messages: &[Value]) -> Result<(), Refusal> {
    if messages.is_empty() {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1, \
                       but got an empty array instead.";
        return Err(Refusal::invalid(message, Some("messages"), Some("empty_array")));
    }
    for (place, message) in messages.iter().enumerate() {
        let param = format!("messages[{place}]");
        if !message.is_object() {
            return Err(wrong_type(&param, "an object", message));
        }
        match message.get("role") {
            Some(Value::String(_)) => {}
            Some(other) => return Err(wrong_type(&format!("{param}.role"), "a string", other)),
            None => return Err(missing(&format!("{param}.role"))),
        }
    }
    Ok(())
}

fn check_type(name: &str, value: &Value) -> Result<(), Refusal> {
    let expected = PARAMETERS.iter().find(|(known, _)| *known == name).map_or("", |(_, kind)| kind);
    let fits = match expected {
        "an array" => value.is_array(),
        "an object" => value.is_object(),
        "a string" => value.is_string(),
        "a boolean" => value.is_boolean(),
        "a number" => value.is_number(),
        "an integer" => value.is_u64() || value.is_i64(),
        _ => true,
    };
    // Null means "not given", except where something has to be given.
    if fits || (value.is_null() && name != "messages") {
        return Ok(());
    }
    Err(wrong_type(name, expected, value))
}

fn wrong_type(param: &str, expected: &str, found: &Value) -> Refusal {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "an integer",
        Value::Number(_) => "a decimal number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    let expected = if param == "messages" { "an array of objects" } else { expected };
    let message =
        format!("Invalid type for '{param}': expected {expected}, but got {found} instead.");
    Refusal::invalid(&message, Some(param), Some("invalid_type"))
}

fn missing(param: &str) -> Refusal {
    let message = format!("Missing required parameter: '{param}'.");
    Refusal::invalid(&message, Some(param), Some("missing_required_parameter"))
}

fn no_messages() -> Refusal {
    missing("messages")
}

fn not_json() -> Refusal {
    let message = "We could not parse the JSON body of your request. (HINT: This likely means you \
                   aren't using your HTTP library correctly. The API expects a JSON payload, but \
                   what was sent was not valid JSON.)";
    Refusal::invalid(message, None, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> String {
        let refusal = Ask::read(body.as_bytes()).unwrap_err();
        assert_eq!(refusal.status, 400);
        String::from_utf8(refusal.body.to_vec()).unwrap()
    }

    #[test]
    fn bad_requests_are_refused_in_azures_words() {
        insta::assert_snapshot!(refused("{}"), @r#"{"error":{"message":"Missing required parameter: 'messages'.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}"#);
        insta::assert_snapshot!(refused(r#"{"messages":"hi"}"#), @r#"{"error":{"message":"Invalid type for 'messages': expected an array of objects, but got a string instead.","type":"invalid_request_error","param":"messages","code":"invalid_type"}}"#);
        insta::assert_snapshot!(refused(r#"{"messages":[{}]}"#), @r#"{"error":{"message":"Missing required parameter: 'messages[0].role'.","type":"invalid_request_error","param":"messages[0].role","code":"missing_required_parameter"}}"#);
        insta::assert_snapshot!(refused(r#"{"messages":[],"n":1}"#), @r#"{"error":{"message":"Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.","type":"invalid_request_error","param":"messages","code":"empty_array"}}"#);
        insta::assert_snapshot!(refused(r#"{"messages":[],"max_tokens":"9"}"#), @r#"{"error":{"message":"Invalid type for 'max_tokens': expected an integer, but got a string instead.","type":"invalid_request_error","param":"max_tokens","code":"invalid_type"}}"#);
        assert!(refused("{").contains("could not parse the JSON body"));
        assert!(refused("[1]").contains("could not parse the JSON body"));
    }

    #[test]
    fn markers_are_taken_out_of_the_last_user_message() {
        let ask = Ask::read(
            br#"{"messages":[{"role":"user","content":"[[scenario:cut]] old"},{"role":"user",
            "content":[{"type":"text","text":"Hi [[scenario:no-usage,served=grok-4]]"}]}]}"#,
        )
        .unwrap();
        assert_eq!(ask.prompt, "Hi");
        assert_eq!(ask.scenarios().unwrap(), [Scenario::NoUsage, Scenario::served("grok-4")]);
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
