//! The keys of a chat request that mean something to the gateway, and its mere settings.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::dialect::{
    BoundName, RequestError,
    request_view::{RequestKey, UsageOption, wrong_type},
};

const MESSAGES: &str = "messages";
const STREAM_OPTIONS: &str = "stream_options";

/// A stream's usage is reported only where it is asked for.
pub(in crate::dialect) const USAGE_OPTION: UsageOption = UsageOption {
    key: STREAM_OPTIONS,
    within: "include_usage",
    path: "stream_options.include_usage",
    value: r#"{"include_usage":true}"#,
};

/// The bound that counts reasoning as well.
pub(in crate::dialect) const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";
/// Its older name.
pub(in crate::dialect) const MAX_TOKENS: &str = "max_tokens";

/// Settings of the chat API, which no model reads.
pub(in crate::dialect) const SETTINGS: [&str; 23] = [
    "audio",
    "extra_headers",
    "frequency_penalty",
    "function_call",
    "logit_bias",
    "logprobs",
    "parallel_tool_calls",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "reasoning_effort",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "temperature",
    "thinking",
    "tool_choice",
    "top_k",
    "top_logprobs",
    "top_p",
    "verbosity",
];

/// The client's `stream_options`, of which only one key counts here.
#[derive(Deserialize)]
struct StreamOptions<'a> {
    #[serde(borrow)]
    include_usage: Option<&'a RawValue>,
}

/// The name and the meaning of a key.
#[inline]
pub(in crate::dialect) fn meaning(key: &str) -> Option<(&'static str, RequestKey)> {
    Some(match key {
        "model" => ("model", RequestKey::Model),
        MESSAGES => (MESSAGES, RequestKey::Prompt),
        "stream" => ("stream", RequestKey::Stream),
        STREAM_OPTIONS => (STREAM_OPTIONS, RequestKey::UsageOption),
        MAX_COMPLETION_TOKENS => {
            (MAX_COMPLETION_TOKENS, RequestKey::Bound(BoundName::MaxCompletionTokens))
        }
        MAX_TOKENS => (MAX_TOKENS, RequestKey::Bound(BoundName::MaxTokens)),
        "n" => ("n", RequestKey::Answers),
        "tools" => ("tools", RequestKey::Tools),
        "functions" => ("functions", RequestKey::Functions),
        "response_format" => ("response_format", RequestKey::Format),
        "prediction" => ("prediction", RequestKey::Prediction),
        "data_sources" => ("data_sources", RequestKey::DataSources),
        "modalities" => ("modalities", RequestKey::Modalities),
        "web_search_options" => ("web_search_options", RequestKey::Search),
        "user" => ("user", RequestKey::User),
        "metadata" => ("metadata", RequestKey::Metadata),
        "store" => ("store", RequestKey::Store),
        _ => return None,
    })
}

/// Messages must be there, in a list.
pub(in crate::dialect) fn check_messages(
    messages: Option<&str>,
    _stored: bool,
) -> Result<(), RequestError> {
    match messages {
        None => Err(RequestError::Missing(MESSAGES)),
        Some(raw) if !raw.starts_with('[') => {
            Err(wrong_type(MESSAGES, "an array of messages", raw))
        }
        Some(_) => Ok(()),
    }
}

/// The value of the usage option within the client's own options, if they have it.
pub(in crate::dialect) fn usage_within(options: &str) -> Result<Option<&str>, RequestError> {
    let options: Option<StreamOptions<'_>> = serde_json::from_str(options)
        .map_err(|_| wrong_type(USAGE_OPTION.key, "an object", options))?;
    Ok(options.and_then(|options| options.include_usage).map(RawValue::get))
}
