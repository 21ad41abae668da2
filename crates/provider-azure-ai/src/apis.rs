//! The APIs of Azure's models, and the refusals of those that a model or an endpoint does not have.
//!
//! Sources: Microsoft's model router reference of November 2026 (only Claude answers Messages, from a router as
//! well), and refusals that were seen: `The requested operation is unsupported.` (400, Responses at a
//! resource's URL, 2026-09-10), `api_not_supported` (Claude at an API of OpenAI's), and 404 for a path that an
//! endpoint does not know.

use llm_types::{Dialect, Refusal};

use crate::additions;

/// Codes of refusals that say that the API is not to be had.
const CODES: [&str; 3] = ["api_not_supported", "operationnotsupported", "unsupported_api"];

/// Parts of their messages, where there is no such code.
const MESSAGES: [&str; 3] =
    ["requested operation is unsupported", "api is currently not supported", "resource not found"];

/// Whether a model has an API. Names that are no vendor's may be Claude's: it is tried.
pub(crate) fn has(dialect: Dialect, model: Option<&str>) -> bool {
    match (dialect, model) {
        (Dialect::Messages, model) => model.is_some_and(|model| !additions::is_known(model)),
        _ => true,
    }
}

/// Whether a refusal says that the API is not to be had. A deployment that does not exist has another code.
pub(crate) fn lacks(refusal: &Refusal) -> bool {
    let code = refusal.code.as_deref().unwrap_or_default().to_ascii_lowercase();
    let message = refusal.message.to_ascii_lowercase();
    matches!(refusal.status.as_u16(), 400 | 404 | 405 | 501)
        && (CODES.contains(&&*code) || MESSAGES.iter().any(|part| message.contains(part)))
}
