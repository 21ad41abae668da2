//! The gateway: OpenAI's API in front of Azure Model Router, and a receipt for every request.
//!
//! Path of a request: `server` (connection) → `auth` (caller) → `inference` (limits, budgets, receipt) →
//! `router-client` (deployment, cost) → `provider-azure-ai` → Azure, and back, byte for byte.

mod accounting;
mod api;
mod app;
mod auth;
pub mod config;
mod deployments;
mod http;
mod inference;
mod limits;
mod metrics;
mod openapi;
mod server;

#[cfg(feature = "fuzzing")]
pub use self::auth::fuzzing;

pub use self::{
    app::App,
    http::headers::ADDED as ADDED_HEADERS,
    openapi::json as openapi,
    server::{Running, ServeError, Workers},
};
