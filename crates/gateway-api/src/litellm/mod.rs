//! `LiteLLM`'s management API: keys, teams, users, deployments, costs and spend.

pub mod cost;
pub mod grant;
pub mod key;
pub mod model;
pub mod team;
pub mod user;
