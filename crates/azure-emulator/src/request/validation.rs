//! Validation of a request body as the model API does it first, with its error texts.

use serde_json::{Map, Value};

use crate::request::refusal::Refusal;

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

/// Checks the types of all known keys, and the messages, which it returns.
pub(crate) fn check(body: &Map<String, Value>) -> Result<&[Value], Refusal> {
    for (name, value) in body {
        check_type(name, value)?;
    }
    let messages = body.get("messages").and_then(Value::as_array);
    let messages = messages.ok_or_else(|| missing("messages"))?;
    check_messages(messages)?;
    Ok(messages)
}

/// Whether the model API has a parameter of this name.
pub(crate) fn knows(name: &str) -> bool {
    PARAMETERS.iter().any(|(known, _)| *known == name)
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

/// A parameter that has to be there.
pub(crate) fn missing(param: &str) -> Refusal {
    let message = format!("Missing required parameter: '{param}'.");
    Refusal::invalid(&message, Some(param), Some("missing_required_parameter"))
}

/// A parameter that the API does not have.
pub(crate) fn unknown(param: &str) -> Refusal {
    let message = format!("Unknown parameter: '{param}'.");
    Refusal::invalid(&message, Some(param), Some("unknown_parameter"))
}

/// A body that is no JSON object.
pub(crate) fn not_json() -> Refusal {
    let message = "We could not parse the JSON body of your request. (HINT: This likely means you \
                   aren't using your HTTP library correctly. The API expects a JSON payload, but \
                   what was sent was not valid JSON.)";
    Refusal::invalid(message, None, None)
}

#[cfg(test)]
mod tests {
    use crate::request::chat_request::Ask;

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
}
