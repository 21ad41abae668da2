//! Input from a client or an upstream that is translated: a request into a chat, a chat's answer back.

use api_translation::{Api, Target, Translation};
use llm_types::{BoundName, Dialect, EventSplitter, RequestView, event_data};
use serde_json::Value;

const APIS: [Api; 2] = [Api::Responses, Api::Messages];

const TARGET: Target<'static> =
    Target { deployment: "the-deployment", bound: BoundName::MaxTokens, id: "id", created: 0 };

/// The least request of each API.
const LEAST: [&[u8]; 2] =
    [br#"{"input":"a"}"#, br#"{"max_tokens":1,"messages":[],"thinking":{"type":"adaptive"}}"#];

/// A request is refused with a reason, or becomes a chat request for the deployment.
pub(crate) fn request(bytes: &[u8]) {
    for api in APIS {
        match Translation::request(api, bytes, &TARGET) {
            Err(refused) => assert!(!refused.parameter.is_empty() && !refused.reason.is_empty()),
            Ok(there) => {
                let view = RequestView::parse(Dialect::Chat, &there.body);
                let view = view.unwrap_or_else(|error| unreachable!("{error} of {api}"));
                assert_eq!(view.asked.as_deref(), Some(TARGET.deployment));
                assert!(!view.stream || view.include_usage, "a stream does not report its usage");
            }
        }
    }
}

/// Each line is the data of one event. The translated events are whole, and the last one is an end or an
/// error. All of it is also one whole answer.
pub(crate) fn answer(bytes: &[u8]) {
    for (api, least) in APIS.into_iter().zip(LEAST) {
        let there = Translation::request(api, least, &TARGET);
        let there = there.unwrap_or_else(|refused| unreachable!("{refused}"));
        if let Ok(whole) = there.answers.whole(bytes) {
            assert!(serde_json::from_slice::<Value>(&whole).is_ok(), "an answer is not JSON");
        }
        let mut translator = there.answers.events();
        let mut stream = Vec::new();
        for data in bytes.split(|byte| *byte == b'\n') {
            stream.extend_from_slice(&translator.push(data));
        }
        stream.extend_from_slice(&translator.finish());
        assert!(translator.has_ended());
        assert!(translator.push(b"{}").is_empty() && translator.finish().is_empty());
        check(&kinds(stream));
    }
}

/// The types of the events of a stream.
fn kinds(stream: Vec<u8>) -> Vec<String> {
    let mut splitter = EventSplitter::default();
    splitter.push(stream.into());
    let mut kinds = Vec::new();
    while let Some(event) = splitter.next_event() {
        let data = event_data(&event).unwrap_or_default();
        let event: Value = serde_json::from_slice(&data)
            .unwrap_or_else(|error| unreachable!("an event is not JSON: {error}"));
        kinds.push(event["type"].as_str().unwrap_or_default().to_owned());
    }
    assert!(splitter.remainder().is_empty(), "an event is not whole");
    kinds
}

/// Blocks and items come one after the other, and the last event ends the stream.
fn check(kinds: &[String]) {
    let mut open = false;
    for kind in kinds {
        match kind.as_str() {
            "content_block_start" | "response.output_item.added" => {
                assert!(!std::mem::replace(&mut open, true), "two blocks are open in {kinds:?}");
            }
            "content_block_stop" | "response.output_item.done" => {
                assert!(std::mem::replace(&mut open, false), "no block is open in {kinds:?}");
            }
            _ => {}
        }
    }
    let last = kinds.last().map(String::as_str);
    let whole = ["message_stop", "response.completed", "response.incomplete"];
    let broken = ["error", "response.failed"];
    match last {
        Some(last) if whole.contains(&last) => assert!(!open, "a block is open at the end"),
        Some(last) => assert!(broken.contains(&last), "{kinds:?}"),
        None => unreachable!("a stream ends without an event"),
    }
}
