//! The gateway in front of an emulated Azure, and an HTTP client that hides nothing, for tests.

pub mod budgets;
pub mod client;
pub mod config;
pub mod gateway;
pub mod keys;
pub mod logs;
pub mod prices;
pub mod program;
pub mod scripted;
