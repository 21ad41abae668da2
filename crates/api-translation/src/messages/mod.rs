//! Anthropic's Messages.

pub(crate) mod answer;
mod content;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod request;
mod tools;
