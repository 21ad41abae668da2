//! The keys of a Responses request that mean something to the gateway, and its mere settings.

use crate::dialect::{
    BoundName, RequestError,
    request_view::{RequestKey, wrong_type},
};

const INPUT: &str = "input";

/// The one bound: reasoning counts as well.
pub(in crate::dialect) const MAX_OUTPUT_TOKENS: &str = "max_output_tokens";

/// Settings of the API, which no model reads.
pub(in crate::dialect) const SETTINGS: [&str; 22] = [
    "context_management",
    "extra_headers",
    "include",
    "max_tool_calls",
    "moderation",
    "parallel_tool_calls",
    "prompt_cache_diagnostics",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "routing_config",
    "safety_identifier",
    "service_tier",
    "stream_options",
    "temperature",
    "tool_choice",
    "top_logprobs",
    "top_p",
    "truncation",
    "verbosity",
    "client_metadata",
];

/// The name and the meaning of a key.
#[inline]
pub(in crate::dialect) fn meaning(key: &str) -> Option<(&'static str, RequestKey)> {
    Some(match key {
        "model" => ("model", RequestKey::Model),
        INPUT => (INPUT, RequestKey::Prompt),
        "instructions" => ("instructions", RequestKey::Instructions),
        "stream" => ("stream", RequestKey::Stream),
        MAX_OUTPUT_TOKENS => (MAX_OUTPUT_TOKENS, RequestKey::Bound(BoundName::MaxOutputTokens)),
        "tools" => ("tools", RequestKey::Tools),
        "text" => ("text", RequestKey::Format),
        "user" => ("user", RequestKey::User),
        "metadata" => ("metadata", RequestKey::Metadata),
        "store" => ("store", RequestKey::Store),
        "background" => ("background", RequestKey::Background),
        "previous_response_id" => ("previous_response_id", RequestKey::Earlier),
        "conversation" => ("conversation", RequestKey::Conversation),
        "prompt" => ("prompt", RequestKey::StoredPrompt),
        _ => return None,
    })
}

/// The input is a text or a list of items. It may be missing where the prompt is stored upstream.
pub(in crate::dialect) fn check_input(
    input: Option<&str>,
    stored: bool,
) -> Result<(), RequestError> {
    match input {
        None | Some("null") if stored => Ok(()),
        None | Some("null") => Err(RequestError::Missing(INPUT)),
        Some(raw) if raw.starts_with(['"', '[']) => Ok(()),
        Some(raw) => Err(wrong_type(INPUT, "a text or an array of items", raw)),
    }
}
