//! The chat side: what a request's messages become, and what an answer of a chat says.

pub(crate) mod answer;
pub(crate) mod arguments;
pub(crate) mod conversation;
pub(crate) mod effort;
pub(crate) mod finish;
pub(crate) mod parts;
pub(crate) mod sequence;
pub(crate) mod usage;
