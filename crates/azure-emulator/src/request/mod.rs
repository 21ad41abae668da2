//! Requests as Azure reads them: addresses, the bodies, their validation, and refusals.

pub(crate) mod chat_request;
pub(crate) mod embedding_request;
pub(crate) mod endpoint;
pub(crate) mod messages_request;
pub(crate) mod refusal;
pub(crate) mod responses_request;
pub(crate) mod validation;
