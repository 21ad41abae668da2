//! Answers of Responses to the questions of [`Dialect`](crate::Dialect).

use bytes::Bytes;
use serde_json::{Value, json};

use super::events;
use crate::{
    dialect::{Additions, BoundName, RequestError, UsageOption, on_one_line},
    money::Tokens,
};

// Its errors are those of OpenAI's API.
pub(in crate::dialect) use crate::dialect::chat::words::{
    HOME, TRIAL_HEADER, error_body, error_status, is_hosted_tool, is_own_error, is_ping,
};

pub(in crate::dialect) use super::{
    events::{
        announces, announces as adds_nothing, begins_answer, deltas, ends, may_be_error, may_report,
    },
    keys::{SETTINGS, check_input as check_prompt, meaning},
    parts::{framing, pieces},
    peek::peek,
    said::{add as add_said, of_answer as said},
    usage::usage,
};

/// The API's name in the ledger.
pub(in crate::dialect) const NAME: &str = "responses";

/// What LiteLLM calls the `call_type` of such a request.
pub(in crate::dialect) const LITELLM_CALL: &str = "aresponses";

/// LiteLLM's `mode` of a model with this API.
pub(in crate::dialect) const LITELLM_MODE: &str = "responses";

/// The smallest request, to see whether a deployment answers. No bound below 16 is taken.
pub(in crate::dialect) const TRIAL: &str =
    r#"{"max_output_tokens":16,"input":"test","model":"test","store":false}"#;

/// Requests without stored state are translated.
pub(in crate::dialect) const CHAT_STANDS_IN: bool = true;

/// A router answers it with the model that it chooses.
pub(in crate::dialect) const ROUTED: bool = true;

/// Only requests and models bound an answer.
pub(in crate::dialect) const LONGEST_ANSWER: Option<Tokens> = None;

/// The path below the base of an API.
pub(in crate::dialect) const PATH: &str = "responses";

/// Azure's dated API has it beside the deployments, which the body names.
pub(in crate::dialect) const BELOW_DEPLOYMENT: bool = false;

/// What an answer is called in errors.
pub(in crate::dialect) const ANSWER: &str = "a response";

/// Streams report their usage unasked.
pub(in crate::dialect) const USAGE_OPTION: Option<UsageOption> = None;

/// The one name of a bound.
pub(in crate::dialect) const BOUNDS: &[BoundName] = &[BoundName::MaxOutputTokens];

/// Every model takes the bound here, whatever it takes in a chat.
pub(in crate::dialect) fn additions(_chat: impl FnOnce() -> Additions) -> Additions {
    Additions { usage: false, bound: Some(BoundName::MaxOutputTokens), max_output: None }
}

/// The items are one prompt.
pub(in crate::dialect) fn separate_inputs(_input: &str) -> Option<u64> {
    None
}

/// There is no such option.
pub(in crate::dialect) fn usage_within(_options: &str) -> Result<Option<&str>, RequestError> {
    Ok(None)
}

/// Every answer has the key of an error, so that it must be read.
pub(in crate::dialect) fn is_surely_answer(_body: &[u8]) -> bool {
    false
}

/// The usage comes with the event that ends the stream.
pub(in crate::dialect) fn finishes(_data: &[u8]) -> bool {
    false
}

/// The first event is one that SDKs wait for.
pub(in crate::dialect) fn is_preamble(_data: &[u8]) -> bool {
    false
}

/// A stream without its end was cut.
pub(in crate::dialect) fn end_event() -> Option<Bytes> {
    None
}

/// A whole answer as a stream: the event that SDKs wait for first, and the one with all of the answer.
pub(in crate::dialect) fn as_events(answer: &Bytes) -> Bytes {
    let read: Value = serde_json::from_slice(answer).unwrap_or_default();
    let end = events::end_of(read["status"] == "incomplete");
    let mut all = Vec::with_capacity(2 * answer.len() + 256);
    for (number, name) in ["response.created", end].into_iter().enumerate() {
        let head = format!(
            "event: {name}\ndata: {{\"type\":\"{name}\",\"sequence_number\":{number},\"response\":"
        );
        all.extend_from_slice(head.as_bytes());
        all.extend(on_one_line(answer));
        all.extend_from_slice(b"}\n\n");
    }
    all.into()
}

/// An error in the middle of a stream, after so many events.
pub(in crate::dialect) fn interrupted(reason: &str, passed: u64) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let error = json!({
        "message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"
    });
    event_of(&error, passed)
}

/// The error of a body. A stream that has begun has sent comments at most.
pub(in crate::dialect) fn error_event(body: &[u8]) -> Bytes {
    let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
    event_of(&body["error"].take(), 0)
}

/// An event with an error, in both forms that SDKs read: its fields at the top, as OpenAI documents it,
/// and below `error`, without which OpenAI's own SDK for Python takes it for a part of the answer.
fn event_of(error: &Value, number: u64) -> Bytes {
    let event = json!({
        "type": "error", "sequence_number": number, "code": error["code"],
        "message": error["message"], "param": error["param"], "error": error
    });
    format!("event: error\ndata: {event}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_by_every_sdk() {
        let event = interrupted("it broke", 7);
        let text = std::str::from_utf8(&event).unwrap();
        let data = text.strip_prefix("event: error\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
        let error = json!({
            "message": "it broke; the answer is incomplete", "type": "upstream_error", "param": null,
            "code": "upstream_interrupted"
        });
        let expect = json!({
            "type": "error", "sequence_number": 7, "code": "upstream_interrupted",
            "message": error["message"], "param": null, "error": error
        });
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), expect);
    }

    #[test]
    fn a_whole_answer_is_two_events() {
        let events = as_events(&Bytes::from_static(b"{\"status\":\"incomplete\",\n\"a\":1.0}"));
        assert_eq!(
            std::str::from_utf8(&events).unwrap(),
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\
             \"response\":{\"status\":\"incomplete\", \"a\":1.0}}\n\n\
             event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"sequence_number\":1,\
             \"response\":{\"status\":\"incomplete\", \"a\":1.0}}\n\n"
        );
    }
}
