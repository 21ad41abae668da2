//! The keys of a Messages request that mean something to the gateway, and its mere settings.

use crate::dialect::{
    BoundName, RequestError,
    request_view::{RequestKey, wrong_type},
};

const MESSAGES: &str = "messages";

/// Settings of the API, which no model reads.
pub(in crate::dialect) const SETTINGS: [&str; 12] = [
    "anthropic_version",
    "cache_control",
    "container",
    "context_management",
    "inference_geo",
    "service_tier",
    "speed",
    "stop_sequences",
    "temperature",
    "thinking",
    "tool_choice",
    "top_p",
];

/// Beginnings of the types of tools that the client runs itself.
const CLIENTS_TOOLS: [&str; 5] = ["custom", "bash_", "text_editor_", "computer_", "memory_"];

/// The name and the meaning of a key.
#[inline]
pub(in crate::dialect) fn meaning(key: &str) -> Option<(&'static str, RequestKey)> {
    Some(match key {
        "model" => ("model", RequestKey::Model),
        MESSAGES => (MESSAGES, RequestKey::Prompt),
        "system" => ("system", RequestKey::Instructions),
        "stream" => ("stream", RequestKey::Stream),
        "max_tokens" => ("max_tokens", RequestKey::Bound(BoundName::MaxTokens)),
        "tools" => ("tools", RequestKey::Tools),
        "output_config" => ("output_config", RequestKey::Format),
        // What such servers offer becomes part of the prompt.
        "mcp_servers" => ("mcp_servers", RequestKey::Search),
        "metadata" => ("metadata", RequestKey::Metadata),
        _ => return None,
    })
}

/// Whether a tool of this type is run by the upstream, such as a search of the web.
pub(in crate::dialect) fn is_hosted_tool(kind: &str) -> bool {
    !CLIENTS_TOOLS.iter().any(|beginning| kind.starts_with(beginning))
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
