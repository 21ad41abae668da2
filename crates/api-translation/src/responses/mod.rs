//! OpenAI's Responses.

pub(crate) mod answer;
pub(crate) mod events;
mod input;
pub(crate) mod request;
mod tools;
