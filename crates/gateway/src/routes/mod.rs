//! The gateway's pages, one file each.

mod audit;
pub(crate) mod chat;
mod deployments;
mod health;
mod instances;
mod manage;
mod models;
mod openapi;
mod pages;
mod params;
mod prices;
mod refusals;
mod reports;
mod reprice;
mod requests;
mod router_pool;
mod settings;
mod spend;
mod ui;

pub(crate) use self::pages::Pages;
use self::pages::page;

/// Every page. Each says beside its handler what its path is, what it takes and what it answers.
pub(crate) fn all<P: Pages>(pages: P) -> P {
    let pages = pages
        .page(page!(chat::by_model), &chat::OTHER_NAMES)
        .page(page!(chat::by_path), &[])
        .page(page!(models::list), &["/models", "/openai/models", "/openai/v1/models"])
        .page(
            page!(models::one),
            &["/models/{*group}", "/openai/models/{*group}", "/openai/v1/models/{*group}"],
        )
        .page(page!(health::liveliness), &["/health/liveness"])
        .page(page!(health::readiness), &[])
        .page(page!(health::metrics), &[])
        .page(page!(openapi::show), &[])
        .page(page!(requests::list), &[])
        .page(page!(requests::show), &[])
        .page(page!(requests::csv), &[])
        .page(page!(deployments::list), &[])
        .page(page!(router_pool::narrow), &[])
        .page(page!(prices::list), &[])
        .page(page!(settings::show), &[])
        .page(page!(instances::list), &[])
        .page(page!(instances::free), &[])
        .page(page!(reprice::reprice), &[])
        .page(page!(reports::spend), &[])
        .page(page!(reports::p95), &[])
        .page(page!(audit::list), &[])
        .page(page!(refusals::report), &[]);
    ui::all(manage::all(spend::all(pages)))
}
