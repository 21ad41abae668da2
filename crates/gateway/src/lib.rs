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

use std::{net::SocketAddr, sync::Arc};

use llm_types::Clock;

pub use self::{
    api::openapi,
    app::App,
    http::headers::ADDED as ADDED_HEADERS,
    server::{Running, ServeError, Workers},
};

impl Running {
    /// Listens on `address` and serves until [`Running::shutdown`]; `clock` decides what day it is.
    ///
    /// # Errors
    /// When the address cannot be listened on, or must not be with a master key like this.
    pub async fn start(
        config: config::Config,
        address: SocketAddr,
        workers: Workers,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ServeError> {
        Self::start_with(config, (address, workers), clock, api::router).await
    }
}
