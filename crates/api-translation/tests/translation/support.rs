//! Shared parts of the tests: requests, chats and the events of a stream.

use api_translation::{Answers, Api, EventTranslator, Refused, Target, Translation};
use llm_types::{BoundName, EventSplitter, event_data};
use serde_json::{Value, json};

pub(crate) const TARGET: Target<'static> = Target {
    deployment: "router",
    bound: BoundName::MaxCompletionTokens,
    id: "fallback",
    created: 1_796_000_000,
};

/// An event of the client's API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

pub(crate) fn translate(api: Api, request: &Value) -> Result<Translation, Refused> {
    Translation::request(api, request.to_string().as_bytes(), &TARGET)
}

/// The chat request of a request.
#[track_caller]
pub(crate) fn chat(api: Api, request: &Value) -> Value {
    let translated = translate(api, request).unwrap_or_else(|refused| panic!("{refused}"));
    serde_json::from_slice(&translated.body).unwrap()
}

/// What translates the answers to the least request of an API, with these fields added to it.
#[track_caller]
pub(crate) fn answers(api: Api, more: Value) -> Answers {
    let mut request = match api {
        Api::Responses => json!({"model": "m", "input": "hi"}),
        Api::Messages => {
            json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
        }
    };
    let Value::Object(more) = more else { panic!("no fields") };
    request.as_object_mut().unwrap().extend(more);
    translate(api, &request).unwrap_or_else(|refused| panic!("{refused}")).answers
}

/// A chat's event.
pub(crate) fn chunk(delta: Value) -> Value {
    json!({"id": "c1", "model": "gpt-5.6-luna-2026-07-09", "created": 7,
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

pub(crate) fn finish(reason: &str) -> Value {
    json!({"id": "c1", "model": "gpt-5.6-luna-2026-07-09", "created": 7,
        "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

pub(crate) fn usage() -> Value {
    json!({"id": "c1", "model": "gpt-5.6-luna-2026-07-09", "created": 7, "choices": [],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}})
}

/// The first event of Azure's.
pub(crate) fn preamble() -> Value {
    json!({"choices": [], "created": 0, "id": "", "model": "", "prompt_filter_results": []})
}

/// Pushes these events and the end.
pub(crate) fn pushed(translator: &mut EventTranslator, chunks: &[Value]) -> Vec<Event> {
    let mut bytes = Vec::new();
    for chunk in chunks {
        bytes.extend_from_slice(&translator.push(chunk.to_string().as_bytes()));
    }
    bytes.extend_from_slice(&translator.push(b"[DONE]"));
    bytes.extend_from_slice(&translator.finish());
    assert!(translator.has_ended());
    events(&bytes)
}

/// The events of a stream's bytes, all of which must be whole and named as their data says.
#[track_caller]
pub(crate) fn events(bytes: &[u8]) -> Vec<Event> {
    let mut splitter = EventSplitter::default();
    splitter.push(bytes.to_vec().into());
    let mut events = Vec::new();
    while let Some(event) = splitter.next_event() {
        let text = std::str::from_utf8(&event).unwrap();
        let name = text.strip_prefix("event: ").and_then(|rest| rest.split('\n').next()).unwrap();
        let data = event_data(&event).unwrap();
        let data: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(data["type"], name, "{text}");
        events.push(Event { name: name.to_owned(), data });
    }
    assert!(splitter.remainder().is_empty());
    events
}

/// The events as lines: a name, and the fields that say something.
pub(crate) fn lines(events: &[Event], keys: &[&str]) -> String {
    let line = |event: &Event| {
        let fields = keys.iter().filter_map(|key| {
            let found = event.data.pointer(key)?;
            (!found.is_null()).then(|| format!(" {}={found}", key.trim_start_matches('/')))
        });
        format!("{}{}", event.name, fields.collect::<String>())
    };
    events.iter().map(line).collect::<Vec<_>>().join("\n")
}
