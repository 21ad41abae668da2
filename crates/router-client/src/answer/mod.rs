//! Answers on their way to the caller: streamed or whole, metered, and optionally typed.

pub(crate) mod completion_cost;
pub(crate) mod splice;
pub(crate) mod stream;
pub(crate) mod typed;
pub(crate) mod whole;
