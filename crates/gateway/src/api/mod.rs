//! Pages of the gateway: one folder for each API, one file for each page or resource.

mod fareway;
mod litellm;
mod openai;
mod pages;
mod params;
mod ui;

pub(crate) use self::pages::Pages;
use self::pages::page;
use crate::inference::chat;

/// Every page. Each says beside its handler what its path is, what it takes and what it answers.
pub(crate) fn all<P: Pages>(pages: P) -> P {
    let pages = pages
        .page(page!(chat::by_model), &chat::OTHER_NAMES)
        .page(page!(chat::by_path), &[])
        .page(page!(openai::models::list), &["/models", "/openai/models", "/openai/v1/models"])
        .page(
            page!(openai::models::one),
            &["/models/{*group}", "/openai/models/{*group}", "/openai/v1/models/{*group}"],
        )
        .page(page!(fareway::health::liveliness), &["/health/liveness"])
        .page(page!(fareway::health::readiness), &[])
        .page(page!(fareway::health::metrics), &[])
        .page(page!(fareway::openapi::show), &[])
        .page(page!(fareway::requests::list), &[])
        .page(page!(fareway::requests::show), &[])
        .page(page!(fareway::requests::csv), &[])
        .page(page!(fareway::deployments::list), &[])
        .page(page!(fareway::router_pool::narrow), &[])
        .page(page!(fareway::prices::list), &[])
        .page(page!(fareway::settings::show), &[])
        .page(page!(fareway::instances::list), &[])
        .page(page!(fareway::instances::free), &[])
        .page(page!(fareway::repricing::reprice), &[])
        .page(page!(fareway::reports::spend), &[])
        .page(page!(fareway::reports::p95), &[])
        .page(page!(fareway::audit::list), &[])
        .page(page!(fareway::refusals::report), &[]);
    ui::all(litellm::all(litellm::spend::all(pages)))
}
