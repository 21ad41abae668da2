//! Requests to models, from admission to the last byte.

mod admission;
mod budget_advice;
pub(crate) mod chat;
mod early_head;
pub(crate) mod embeddings;
mod exchange;
mod gathered_body;
mod made_before;
pub(crate) mod messages;
pub(crate) mod recorder;
pub(crate) mod responses;
pub(crate) mod stored_responses;
mod translated;

use llm_types::Dialect;

pub(crate) use self::{admission::Request, recorder::RequestRecorder};

/// The API of a path, in whose envelope its errors are.
pub(crate) fn dialect_of(path: &str) -> Dialect {
    if messages::is_below(path) { Dialect::Messages } else { Dialect::Chat }
}
