//! The model's answer: content, usage, filter annotations, and its JSON as a body or as events.

pub(crate) mod chat_objects;
pub(crate) mod content;
pub(crate) mod content_filter;
pub(crate) mod events;
pub(crate) mod message_events;
pub(crate) mod message_prompt;
pub(crate) mod messages;
pub(crate) mod response_events;
pub(crate) mod response_objects;
pub(crate) mod schema;
pub(crate) mod tokenizer;
pub(crate) mod usage;
pub(crate) mod vectors;
