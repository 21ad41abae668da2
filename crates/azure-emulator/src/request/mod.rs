//! Requests as Azure reads them: addresses, the chat body, its validation, and refusals.

pub(crate) mod chat_request;
pub(crate) mod endpoint;
pub(crate) mod refusal;
pub(crate) mod validation;
