//! A faithful pretend Azure Model Router on loopback, for tests and demos: Azure's addresses,
//! credentials, shapes, headers, errors and accounting, and every trouble that can be asked for.
//!
//! It shares no code with what it tests: it reads and writes plain JSON values.

mod answer;
mod ask;
mod auth;
mod chat;
mod control;
mod details;
mod dice;
mod emulator;
mod endpoint;
mod entra;
mod headers;
mod parameters;
mod plan;
mod pool;
mod refusal;
mod rules;
mod scenario;
mod schema;
mod seen;
mod server;
mod shapes;
mod state;
mod tokens;
mod usage;
mod wire;

pub use emulator::{Builder, Emulator, StartError};
pub use pool::Mode;
pub use rules::{Rule, RulesError};
pub use scenario::{ParseScenarioError, SCENARIOS, Scenario};
pub use seen::{Auth, Ended, SeenRequest};
