//! The answers of the Messages API to the questions of [`Dialect`](crate::Dialect).

use bytes::Bytes;

use super::events;
use crate::{
    dialect::{Additions, BoundName, Home, UsageOption},
    money::Tokens,
};

pub(in crate::dialect) use super::{
    errors::{body as error_body, interrupted, is_own_error, status as error_status},
    events::{
        adds_nothing, announces, as_events, begins_answer, deltas, ends, finishes, is_ping,
        is_surely_answer, may_be_error, may_report, named, peek,
    },
    keys::{SETTINGS, check_messages as check_prompt, is_hosted_tool, meaning},
    parts::{framing, pieces},
    said::{add as add_said, of_answer as said},
    usage::read as usage,
};

/// The API's name in the ledger.
pub(in crate::dialect) const NAME: &str = "messages";

/// What LiteLLM calls the `call_type` of such a request.
pub(in crate::dialect) const LITELLM_CALL: &str = "anthropic_messages";

/// LiteLLM has no `mode` for it: its models are chat models.
pub(in crate::dialect) const LITELLM_MODE: &str = "messages";

/// The smallest request, to see whether a deployment answers.
pub(in crate::dialect) const TRIAL: &str =
    r#"{"messages":[{"content":"test","role":"user"}],"model":"test"}"#;

/// The version of the API, without which Azure refuses the smallest request, too.
pub(in crate::dialect) const TRIAL_HEADER: Option<(&str, &str)> =
    Some(("anthropic-version", "2023-06-01"));

/// Requests are translated.
pub(in crate::dialect) const CHAT_STANDS_IN: bool = true;

/// A router answers it with one of its Claude models.
pub(in crate::dialect) const ROUTED: bool = true;

/// Only requests and models bound an answer.
pub(in crate::dialect) const LONGEST_ANSWER: Option<Tokens> = None;

/// The path below the base of an API.
pub(in crate::dialect) const PATH: &str = "messages";

/// Whose API it is.
pub(in crate::dialect) const HOME: Home = Home::Anthropic;

/// What an answer is called in errors.
pub(in crate::dialect) const ANSWER: &str = "a message";

/// A stream reports its usage unasked; options for that would be refused.
pub(in crate::dialect) const USAGE_OPTION: Option<UsageOption> = None;

/// The one name of a bound.
pub(in crate::dialect) const BOUNDS: &[BoundName] = &[BoundName::MaxTokens];

/// It stands beside OpenAI's APIs.
pub(in crate::dialect) const BELOW_DEPLOYMENT: bool = false;

/// Every model takes the one bound, which the API requires of clients anyway.
pub(in crate::dialect) fn additions(_chat: impl FnOnce() -> Additions) -> Additions {
    Additions { bound: Some(BoundName::MaxTokens), ..Additions::NONE }
}

/// The messages are one prompt.
pub(in crate::dialect) fn separate_inputs(_messages: &str) -> Option<u64> {
    None
}

/// There is no such option.
pub(in crate::dialect) fn usage_within(
    _options: &str,
) -> Result<Option<&str>, crate::dialect::RequestError> {
    Ok(None)
}

/// Its first event names the model, and every client expects it.
pub(in crate::dialect) fn is_preamble(_data: &[u8]) -> bool {
    false
}

pub(in crate::dialect) fn end_event() -> Option<Bytes> {
    Some(Bytes::from_static(events::STOP_EVENT))
}

pub(in crate::dialect) fn error_event(body: &[u8]) -> Bytes {
    named("error", body)
}
