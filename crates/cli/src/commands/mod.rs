//! The commands of `fareway`, one module each: its arguments, its request and its output.

pub(crate) mod audit;
pub(crate) mod chat;
pub(crate) mod cost;
pub(crate) mod instances;
pub(crate) mod keys;
pub(crate) mod models;
pub(crate) mod price;
pub(crate) mod refusals;
pub(crate) mod reprice;
pub(crate) mod requests;
pub(crate) mod spend;
