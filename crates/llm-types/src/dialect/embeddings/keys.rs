//! The keys of an embedding request that mean something to the gateway, and its mere settings.

use crate::dialect::{
    RequestError,
    request_view::{RequestKey, wrong_type},
};

const INPUT: &str = "input";

/// Settings of the API, which no model reads. `stream` is none of them: OpenAI's schema of the request is
/// closed and does not have it, so that the deployment refuses it like any other unknown key.
pub(in crate::dialect) const SETTINGS: [&str; 2] = ["dimensions", "encoding_format"];

/// The name and the meaning of a key.
pub(in crate::dialect) fn meaning(key: &str) -> Option<(&'static str, RequestKey)> {
    Some(match key {
        "model" => ("model", RequestKey::Model),
        INPUT => (INPUT, RequestKey::Prompt),
        "user" => ("user", RequestKey::User),
        // The API has no metadata: it is a label for the gateway alone.
        "metadata" => ("metadata", RequestKey::OwnMetadata),
        _ => return None,
    })
}

/// The input must be there, as a text or as a list.
pub(in crate::dialect) fn check_input(
    input: Option<&str>,
    _stored: bool,
) -> Result<(), RequestError> {
    match input {
        None => Err(RequestError::Missing(INPUT)),
        Some(raw) if !raw.starts_with(['"', '[']) => {
            Err(wrong_type(INPUT, "a string, an array of strings, or an array of tokens", raw))
        }
        Some(_) => Ok(()),
    }
}
