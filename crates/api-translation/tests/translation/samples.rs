//! For each place of the lists, objects with all of its carried keys, and the request around them.

use api_translation::Api::{self, Messages, Responses};
use serde_json::{Value, json};

/// Objects that can be at a place.
pub(crate) struct Sample {
    pub(crate) api: Api,
    pub(crate) place: &'static str,
    pub(crate) objects: Vec<Value>,
    /// Puts an object into a request.
    pub(crate) request: fn(Value) -> Value,
}

/// The sample of a place.
pub(crate) fn of(api: Api, place: &str) -> Sample {
    let all = match api {
        Responses => [responses(), responses_input(), responses_content(), responses_tools()],
        Messages => [messages(), messages_tools(), messages_content(), messages_blocks()],
    };
    let mut all = all.into_iter().flatten().map(|(place, objects, request)| {
        let Value::Array(objects) = objects else { panic!("{place}") };
        Sample { api, place, objects, request }
    });
    all.find(|sample| sample.place == place).unwrap_or_else(|| panic!("no sample of `{place}`"))
}

type Row = (&'static str, Value, fn(Value) -> Value);

fn responses() -> Vec<Row> {
    let top = json!([{
        "model": "m", "input": "hi", "instructions": "i", "stream": true, "max_output_tokens": 9,
        "temperature": 1.0, "top_p": 0.5, "tools": [], "tool_choice": "auto",
        "parallel_tool_calls": true, "reasoning": {}, "text": {}, "metadata": {"a": "b"},
        "user": "u", "safety_identifier": "s", "prompt_cache_key": "p", "service_tier": "flex",
        "routing_config": {}, "store": false, "background": false, "include": [],
        "stream_options": {}, "truncation": "disabled", "top_logprobs": 0,
    }]);
    vec![
        ("", top, |object| object),
        (
            "reasoning",
            json!([{"effort": "low", "mode": "standard"}]),
            |object| json!({"input": "hi", "reasoning": object}),
        ),
        ("include[]", json!([]), |name| json!({"input": "hi", "include": [name]})),
        ("stream_options", json!([{}]), |object| json!({"input": "hi", "stream_options": object})),
        (
            "text",
            json!([{"format": {"type": "text"}, "verbosity": "low"}]),
            |object| json!({"input": "hi", "text": object}),
        ),
        (
            "text.format",
            json!([
                {"type": "json_schema", "name": "n", "schema": {}, "description": "d", "strict": true},
                {"type": "json_object"},
                {"type": "text"},
            ]),
            |object| json!({"input": "hi", "text": {"format": object}}),
        ),
    ]
}

/// A call, its result and more, whichever of them the object is not.
fn with_call(object: Value) -> Value {
    let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
    let kind = object["type"].as_str().unwrap_or_default();
    if kind.ends_with("_output") {
        return json!({"input": [call, object]});
    }
    json!({"input": [object]})
}

fn said(part: Value) -> Value {
    json!({"input": [{"role": "user", "content": [part]}]})
}

fn answered(part: Value) -> Value {
    json!({"input": [{"role": "assistant", "content": [part]}]})
}

fn responses_input() -> Vec<Row> {
    let message = json!({"type": "message", "role": "user", "content": "hi"});
    let call = json!({
        "type": "function_call", "call_id": "c", "name": "f", "namespace": "n", "arguments": "{}",
        "async": false, "caller": {"type": "direct"},
    });
    let output = json!({
        "type": "function_call_output", "call_id": "c", "output": "o", "caller": {"type": "direct"},
    });
    let custom = json!({
        "type": "custom_tool_call", "call_id": "c", "name": "f", "namespace": "n", "input": "x",
        "async": false, "caller": {"type": "direct"},
    });
    let custom_output = json!({"type": "custom_tool_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "o"}]});
    let tools = json!({"type": "additional_tools", "role": "developer", "tools": []});
    let items = json!([message, call, output, custom, custom_output, tools]);
    vec![
        ("input[]", items, with_call),
        ("input[message]", json!([message]), with_call),
        ("input[function_call]", json!([call]), with_call),
        ("input[function_call_output]", json!([output]), with_call),
        ("input[custom_tool_call]", json!([custom]), with_call),
        ("input[additional_tools]", json!([tools]), with_call),
        ("caller", json!([{"type": "direct"}]), |object| {
            with_call(json!({
                "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}",
                "caller": object,
            }))
        }),
    ]
}

fn responses_content() -> Vec<Row> {
    let text = json!({"type": "input_text", "text": "t"});
    let out_text = json!({"type": "output_text", "text": "t", "annotations": [], "logprobs": []});
    let refusal = json!({"type": "refusal", "refusal": "no"});
    let image = json!({"type": "input_image", "image_url": "https://a/b", "detail": "original"});
    let file = json!({
        "type": "input_file", "file_data": "data:application/pdf;base64,AA", "filename": "a.pdf",
        "file_id": "f", "detail": "auto",
    });
    let parts = json!([text, out_text, refusal, image, file]);
    vec![
        ("input[message].content[]", parts, said),
        ("content[input_text]", json!([text]), said),
        ("content[output_text]", json!([out_text]), answered),
        ("content[refusal]", json!([refusal]), answered),
        ("content[input_image]", json!([image]), said),
        ("content[input_file]", json!([file]), said),
    ]
}

fn responses_tools() -> Vec<Row> {
    fn tool(object: Value) -> Value {
        json!({"input": "hi", "tools": [object]})
    }
    fn choice(object: Value) -> Value {
        let tools = json!([{"type": "function", "name": "f"}, {"type": "custom", "name": "c"}]);
        json!({"input": "hi", "tools": tools, "tool_choice": object})
    }
    let function = json!({
        "type": "function", "name": "f", "description": "d", "parameters": {}, "strict": false,
        "defer_loading": false, "async": false, "allowed_callers": ["direct"],
    });
    let custom = json!({
        "type": "custom", "name": "c", "description": "d", "format": {"type": "text"},
        "defer_loading": false, "async": false, "allowed_callers": ["direct"],
    });
    let namespace =
        json!({"type": "namespace", "name": "n", "description": "d", "tools": [function]});
    let search = json!({"type": "web_search", "external_web_access": false});
    let grammar = json!({"type": "grammar", "syntax": "lark", "definition": "start: \"a\""});
    let choices = json!([
        {"type": "function", "name": "f"},
        {"type": "custom", "name": "c"},
        {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
    ]);
    vec![
        ("tools[]", json!([function, custom, namespace, search]), tool),
        ("tools[function]", json!([function]), tool),
        ("tools[custom]", json!([custom]), tool),
        ("tools[custom].format", json!([grammar, {"type": "text"}]), |object| {
            tool(json!({"type": "custom", "name": "c", "format": object}))
        }),
        ("tools[namespace]", json!([namespace]), tool),
        ("tools[web_search]", json!([search]), tool),
        ("tool_choice[]", choices.clone(), choice),
        ("tool_choice", choices, choice),
    ]
}

/// A request with this field.
fn with(key: &str, value: Value) -> Value {
    let mut request = json!({"max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
    request[key] = value;
    request
}

fn messages() -> Vec<Row> {
    let top = |tier: &str| {
        json!({
            "model": "m", "messages": [{"role": "user", "content": "hi"}], "system": "s",
            "stream": true, "max_tokens": 9, "stop_sequences": ["x"], "temperature": 1, "top_p": 1,
            "tools": [], "tool_choice": {"type": "auto"}, "thinking": {"type": "disabled"},
            "output_config": {}, "output_format": {"type": "json_schema", "schema": {}},
            "metadata": {}, "service_tier": tier, "routing_config": {}, "speed": "standard",
            "context_management": {},
        })
    };
    vec![
        ("", json!([top("auto"), top("standard_only")]), |object| object),
        (
            "thinking",
            json!([
                {"type": "enabled", "budget_tokens": 1024, "display": "summarized"},
                {"type": "disabled"}, {"type": "adaptive"}, {"type": "between_tools"},
            ]),
            |object| with("thinking", object),
        ),
        (
            "output_config",
            json!([{"effort": "low", "format": {"type": "json_schema", "schema": {}}}]),
            |object| with("output_config", object),
        ),
        ("output_config.format", json!([{"type": "json_schema", "schema": {}}]), |object| {
            with("output_config", json!({"format": object}))
        }),
        ("metadata", json!([{"user_id": "u"}]), |object| with("metadata", object)),
        ("context_management", json!([{"edits": []}]), |object| with("context_management", object)),
        (
            "context_management.edits[]",
            json!([{"type": "clear_thinking_20251015", "keep": "all"}]),
            |object| with("context_management", json!({"edits": [object]})),
        ),
    ]
}

fn messages_tools() -> Vec<Row> {
    let tool = json!({
        "type": "custom", "name": "f", "description": "d", "input_schema": {"type": "object"},
        "strict": true, "defer_loading": false, "allowed_callers": ["direct"],
    });
    fn choice(object: Value) -> Value {
        let mut request = with("tool_choice", object);
        request["tools"] = json!([{"name": "f", "input_schema": {}}]);
        request
    }
    let choices = json!([
        {"type": "auto", "disable_parallel_tool_use": true},
        {"type": "any"}, {"type": "tool", "name": "f"}, {"type": "none"},
    ]);
    vec![
        ("tools[]", json!([tool]), |object| with("tools", json!([object]))),
        ("tools[custom]", json!([tool]), |object| with("tools", json!([object]))),
        ("tool_choice", choices, choice),
    ]
}

/// A conversation with this block of the user, after a call.
fn block(object: Value) -> Value {
    let call = json!({"type": "tool_use", "id": "t", "name": "f", "input": {}});
    if object["type"] == "tool_use" {
        return with("messages", json!([{"role": "assistant", "content": [object]}]));
    }
    let messages = json!([
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [object]},
    ]);
    with("messages", messages)
}

fn result(object: Value) -> Value {
    block(json!({"type": "tool_result", "tool_use_id": "t", "content": [object]}))
}

fn messages_content() -> Vec<Row> {
    let text = json!({"type": "text", "text": "t", "citations": []});
    let base64 = json!({"type": "base64", "media_type": "image/png", "data": "AA"});
    let image = json!({"type": "image", "source": base64});
    let document = json!({
        "type": "document", "title": "a", "context": "c", "citations": {"enabled": false},
        "source": {"type": "text", "media_type": "text/plain", "data": "d"},
    });
    let found = json!({
        "type": "search_result", "source": "s", "title": "t", "content": [text],
        "citations": {"enabled": false},
    });
    let call = json!({
        "type": "tool_use", "id": "t", "name": "f", "input": {}, "caller": {"type": "direct"},
    });
    let returned =
        json!({"type": "tool_result", "tool_use_id": "t", "content": "r", "is_error": true});
    vec![
        ("system[]", json!([text]), |object| with("system", json!([object]))),
        ("messages[]", json!([{"role": "user", "content": "hi"}]), |object| {
            with("messages", json!([object]))
        }),
        ("content[]", json!([text, image, document, found, call, returned]), block),
        ("content[tool_result].content[]", json!([text, image, document, found]), result),
        ("content[text]", json!([text]), block),
        ("content[image]", json!([image]), block),
        ("content[document]", json!([document]), block),
        ("content[search_result]", json!([found]), block),
        ("content[tool_use]", json!([call]), block),
        ("content[tool_result]", json!([returned]), block),
    ]
}

fn messages_blocks() -> Vec<Row> {
    let base64 = json!({"type": "base64", "media_type": "image/png", "data": "AA"});
    let url = json!({"type": "url", "url": "https://a/b"});
    let pdf = json!({"type": "base64", "media_type": "application/pdf", "data": "AA"});
    let text = json!({"type": "text", "media_type": "text/plain", "data": "d"});
    let inner = json!([{"type": "text", "text": "t"}, {"type": "image", "source": url}]);
    vec![
        ("content[image].source", json!([base64, url]), |object| {
            block(json!({"type": "image", "source": object}))
        }),
        (
            "content[document].source",
            json!([pdf, text, {"type": "content", "content": inner}]),
            |object| block(json!({"type": "document", "source": object})),
        ),
        ("content[document].source.content[]", inner, |object| {
            let source = json!({"type": "content", "content": [object]});
            block(json!({"type": "document", "source": source}))
        }),
        ("citations", json!([{"enabled": false}]), |object| {
            let source = json!({"type": "text", "data": "d"});
            block(json!({"type": "document", "source": source, "citations": object}))
        }),
        ("caller", json!([{"type": "direct"}]), |object| {
            block(
                json!({"type": "tool_use", "id": "t", "name": "f", "input": {}, "caller": object}),
            )
        }),
    ]
}
