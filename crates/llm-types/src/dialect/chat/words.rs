//! Answers of chat completions to the questions of [`Dialect`](crate::Dialect).

use bytes::Bytes;
use serde_json::json;

use super::{ErrorBody, ErrorDetail, EventPeek, events, events::DONE_EVENT};
use crate::{
    dialect::{Additions, AnswerPeek, BoundName, ErrorFacts, Home, UsageOption, as_event},
    json::top_level::NotAnObject,
    money::Tokens,
    usage::ReportedUsage,
};

pub(in crate::dialect) use super::{
    events::{deltas, finishes, is_done as ends, is_surely_answer, may_be_error, may_report},
    keys::{SETTINGS, check_messages as check_prompt, meaning, usage_within},
    parts::{framing, pieces},
    said::{add as add_said, of_answer as said},
};

/// The API's name in the ledger.
pub(in crate::dialect) const NAME: &str = "chat";

/// LiteLLM's `call_type` of a request.
pub(in crate::dialect) const LITELLM_CALL: &str = "acompletion";

/// LiteLLM's `mode` of a model with this API.
pub(in crate::dialect) const LITELLM_MODE: &str = "chat";

/// The smallest request, to see whether a deployment answers.
pub(in crate::dialect) const TRIAL: &str =
    r#"{"messages":[{"content":"test","role":"user"}],"model":"test"}"#;

/// The path below the base of an API.
pub(in crate::dialect) const PATH: &str = "chat/completions";

/// The deployment is named in the path of Azure's dated API.
pub(in crate::dialect) const BELOW_DEPLOYMENT: bool = true;

/// The names of a bound.
pub(in crate::dialect) const BOUNDS: &[BoundName] =
    &[BoundName::MaxCompletionTokens, BoundName::MaxTokens];

/// Whose API it is.
pub(in crate::dialect) const HOME: Home = Home::OpenAi;

/// No headers come with the smallest request.
pub(in crate::dialect) const TRIAL_HEADER: Option<(&str, &str)> = None;

/// What an answer is called in errors.
pub(in crate::dialect) const ANSWER: &str = "a chat completion";

/// It is what stands in for others.
pub(in crate::dialect) const CHAT_STANDS_IN: bool = false;

/// A router answers it with the model that it chooses.
pub(in crate::dialect) const ROUTED: bool = true;

/// Only requests and models bound an answer.
pub(in crate::dialect) const LONGEST_ANSWER: Option<Tokens> = None;

/// What makes a stream report its usage.
pub(in crate::dialect) const USAGE_OPTION: Option<UsageOption> = Some(super::keys::USAGE_OPTION);

/// A provider's table of additions is about chats.
pub(in crate::dialect) fn additions(chat: impl FnOnce() -> Additions) -> Additions {
    chat()
}

/// The messages are one prompt.
pub(in crate::dialect) fn separate_inputs(_messages: &str) -> Option<u64> {
    None
}

/// Reads the metered facts of an answer or of an event.
#[inline]
pub(in crate::dialect) fn peek(json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
    AnswerPeek::of_top_level(json, b"choices")
}

/// Reads counts, which are inclusive here, and whole in each report.
#[inline]
pub(in crate::dialect) fn usage(
    usage: &str,
    _earlier: Option<&ReportedUsage>,
) -> Result<ReportedUsage, serde_json::Error> {
    serde_json::from_str(usage)
}

/// A whole answer as a stream: one event, and the end.
pub(in crate::dialect) fn as_events(answer: &Bytes) -> Bytes {
    [&as_event(answer)[..], DONE_EVENT].concat().into()
}

pub(in crate::dialect) fn begins_answer(data: &[u8]) -> bool {
    EventPeek::parse(data).is_ok_and(|event| event.begins_answer())
}

/// What comes before the answer tells a client nothing.
pub(in crate::dialect) fn announces(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn adds_nothing(data: &[u8]) -> bool {
    EventPeek::parse(data).is_ok_and(|event| event.adds_nothing())
}

/// Whether an event has a list of choices with none in it: Azure's first one, about the prompt.
pub(in crate::dialect) fn is_preamble(json: &[u8]) -> bool {
    peek(json).is_ok_and(|peek| peek.is_answer)
        && EventPeek::parse(json).is_ok_and(|peek| peek.choices.is_empty())
}

pub(in crate::dialect) fn end_event() -> Option<Bytes> {
    Some(Bytes::from_static(events::DONE_EVENT))
}

/// An error in the form in which OpenAI's SDKs raise it within a stream.
pub(in crate::dialect) fn interrupted(reason: &str, _passed: u64) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let error = json!({
        "error": {"message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"}
    });
    as_event(error.to_string().as_bytes())
}

pub(in crate::dialect) fn error_event(body: &[u8]) -> Bytes {
    as_event(body)
}

/// Nothing keeps a chat's stream alive but comments.
#[inline]
pub(in crate::dialect) fn is_ping(_data: &[u8]) -> bool {
    false
}

/// Whether a tool of this type is run by the upstream: all but functions.
pub(in crate::dialect) fn is_hosted_tool(kind: &str) -> bool {
    !matches!(kind, "function" | "custom")
}

/// An error in OpenAI's envelope.
pub(in crate::dialect) fn error_body(error: &ErrorFacts<'_>) -> Bytes {
    let detail = ErrorDetail {
        message: error.message.to_owned(),
        kind: Some(error.kind.to_owned()),
        param: error.param.map(str::to_owned),
        code: error.code.map(str::to_owned),
    };
    serde_json::to_vec(&ErrorBody { error: detail }).unwrap_or_default().into()
}

/// Azure's own errors have a message where OpenAI's have it.
pub(in crate::dialect) fn is_own_error(body: &[u8]) -> bool {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    body["error"]["message"].is_string()
}

/// OpenAI's types stand for no one status.
pub(in crate::dialect) fn error_status(_kind: &str) -> Option<u16> {
    None
}
