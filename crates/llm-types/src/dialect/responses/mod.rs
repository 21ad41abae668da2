//! OpenAI's Responses: their words.

mod events;
pub(super) mod keys;
mod parts;
mod peek;
mod said;
mod usage;
pub(super) mod words;
