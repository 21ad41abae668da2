//! The gateway: OpenAI's API in front of Azure Model Router, and a receipt for every request.
//!
//! A request's way: `routes` → `caller` (who asks) → `router-client` (which deployment, what it
//! cost) → `provider-azure-ai` → Azure, and the same way back, byte for byte.

pub mod config;

mod access;
mod actor;
mod admit;
mod app;
mod background;
mod body;
mod booking;
mod books;
mod caller;
mod client_ip;
mod connection;
mod content_encoding;
mod cors;
mod deployments;
mod directory;
mod document;
mod early;
mod entrance;
mod error;
mod failed_keys;
mod framing;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod gather;
mod headers;
mod host_check;
mod labels;
mod limits;
mod master_key;
mod metrics;
mod named;
mod not_here;
mod price_table;
mod proposal;
mod refusals;
mod report_turn;
mod retention;
mod review;
mod router_pool;
mod routes;
mod serve;
mod session;
mod texts;
mod vault;
mod ways;
mod worst;

pub use app::App;
pub use document::json as openapi;
pub use headers::ADDED as ADDED_HEADERS;
pub use serve::{Running, ServeError, Workers};
