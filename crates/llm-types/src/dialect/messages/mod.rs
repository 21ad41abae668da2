//! Anthropic's Messages API: its words, and what its requests, answers and events look like.

mod errors;
mod events;
pub(super) mod keys;
mod parts;
mod said;
mod usage;
pub(super) mod words;
