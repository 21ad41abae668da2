//! Anthropic's Messages.

pub(crate) mod answer;
mod blocks;
mod content;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod request;
mod tools;
