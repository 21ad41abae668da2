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

use super::pages::{Page, also, routes};

/// All pages of it.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        also(routes!(health::liveliness), &["/health/liveness"]),
        routes!(health::readiness),
        routes!(health::metrics),
        routes!(openapi::show),
        routes!(requests::list),
        routes!(requests::show),
        routes!(requests::csv),
        routes!(deployments::list),
        routes!(router_pool::narrow),
        routes!(prices::list),
        routes!(settings::show),
        routes!(instances::list),
        routes!(instances::free),
        routes!(repricing::reprice),
        routes!(reports::spend),
        routes!(reports::p95),
        routes!(audit::list),
        routes!(refusals::report),
    ]
}
