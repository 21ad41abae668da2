//! Requests to models, from admission to the last byte.

mod admission;
mod budget_advice;
pub(crate) mod chat;
mod early_head;
pub(crate) mod embeddings;
mod exchange;
mod gathered_body;
pub(crate) mod recorder;
pub(crate) mod responses;

pub(crate) use self::{admission::Request, recorder::RequestRecorder};
