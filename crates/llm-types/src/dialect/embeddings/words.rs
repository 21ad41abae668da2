//! Answers of embeddings to the questions of [`Dialect`](crate::Dialect). They are never streamed: the
//! questions about events have neutral answers, by which an upstream's stream is no answer.

use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use serde_json::Value;

use crate::{
    dialect::{Additions, AnswerPeek, BoundName, RequestError, UsageOption},
    json::top_level::NotAnObject,
    money::Tokens,
    usage::ReportedUsage,
};

// Its errors are those of OpenAI's API.
pub(in crate::dialect) use crate::dialect::chat::words::{
    HOME, TRIAL_HEADER, error_body, error_status, is_hosted_tool, is_own_error, is_ping,
};

pub(in crate::dialect) use super::{
    inputs::pieces,
    keys::{SETTINGS, check_input as check_prompt, meaning},
};

/// The API's name in the ledger.
pub(in crate::dialect) const NAME: &str = "embeddings";

/// LiteLLM's `call_type` of a request.
pub(in crate::dialect) const LITELLM_CALL: &str = "aembedding";

/// LiteLLM's `mode` of a model with this API.
pub(in crate::dialect) const LITELLM_MODE: &str = "embedding";

/// The smallest request, to see whether a deployment answers.
pub(in crate::dialect) const TRIAL: &str = r#"{"input":"test","model":"test"}"#;

/// The path below the base of an API.
pub(in crate::dialect) const PATH: &str = "embeddings";

/// The deployment is named in the path of Azure's dated API.
pub(in crate::dialect) const BELOW_DEPLOYMENT: bool = true;

/// Nothing is generated that could be bounded.
pub(in crate::dialect) const BOUNDS: &[BoundName] = &[];

/// What an answer is called in errors.
pub(in crate::dialect) const ANSWER: &str = "a list of embeddings";

/// A chat has no vectors.
pub(in crate::dialect) const CHAT_STANDS_IN: bool = false;

/// No router chooses among models whose vectors cannot be compared.
pub(in crate::dialect) const ROUTED: bool = false;

/// Nothing is generated.
pub(in crate::dialect) const LONGEST_ANSWER: Option<Tokens> = Some(Tokens(0));

/// The usage is always reported.
pub(in crate::dialect) const USAGE_OPTION: Option<UsageOption> = None;

/// Nothing is added.
pub(in crate::dialect) fn additions(_chat: impl FnOnce() -> Additions) -> Additions {
    Additions::NONE
}

pub(in crate::dialect) fn usage_within(_options: &str) -> Result<Option<&str>, RequestError> {
    Ok(None)
}

/// Each text is a prompt of its own, and the model reads nothing else.
pub(in crate::dialect) fn separate_inputs(input: &str) -> Option<u64> {
    Some(super::inputs::count(input))
}

/// Texts are not framed.
pub(in crate::dialect) fn framing(_input: &str) -> u64 {
    0
}

/// Reads the metered facts of an answer.
pub(in crate::dialect) fn peek(json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
    AnswerPeek::of_top_level(json, b"data")
}

/// Reads counts. OpenAI reports those of the prompt alone; without a total they say all there is.
pub(in crate::dialect) fn usage(
    usage: &str,
    _earlier: Option<&ReportedUsage>,
) -> Result<ReportedUsage, serde_json::Error> {
    let mut counts: ReportedUsage = serde_json::from_str(usage)?;
    counts.total_tokens = counts.total_tokens.or(counts.prompt_tokens);
    Ok(counts)
}

/// Whether a body has vectors, and the key of an error nowhere.
pub(in crate::dialect) fn is_surely_answer(body: &[u8]) -> bool {
    static VECTOR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"embedding\""));
    static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"error\""));
    VECTOR.find(body).is_some() && ERROR.find(body).is_none()
}

/// Vectors are no text.
pub(in crate::dialect) fn said(_answer: &[u8]) -> String {
    String::new()
}

pub(in crate::dialect) fn as_events(answer: &Bytes) -> Bytes {
    answer.clone()
}

pub(in crate::dialect) fn ends(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn may_be_error(_data: &[u8]) -> bool {
    true
}

pub(in crate::dialect) fn may_report(_data: &[u8], _knows_routing: bool) -> bool {
    false
}

pub(in crate::dialect) fn announces(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn begins_answer(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn adds_nothing(_data: &[u8]) -> bool {
    true
}

pub(in crate::dialect) fn finishes(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn is_preamble(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn deltas<'a>(_data: &'a [u8], _each: impl FnMut(&'a [u8])) {}

pub(in crate::dialect) fn add_said(_delta: &Value, _text: &mut String) {}

pub(in crate::dialect) fn end_event() -> Option<Bytes> {
    None
}

pub(in crate::dialect) fn interrupted(_reason: &str, _passed: u64) -> Bytes {
    Bytes::new()
}

pub(in crate::dialect) fn error_event(_body: &[u8]) -> Bytes {
    Bytes::new()
}
