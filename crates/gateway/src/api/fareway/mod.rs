//! Fareway's own API, under `/fareway/v1`, and the pages for operating the gateway.

pub(crate) mod audit;
pub(crate) mod deployments;
pub(crate) mod health;
pub(crate) mod instances;
pub(crate) mod openapi;
pub(crate) mod prices;
pub(crate) mod refusals;
pub(crate) mod reports;
pub(crate) mod repricing;
pub(crate) mod requests;
pub(crate) mod router_pool;
pub(crate) mod settings;
