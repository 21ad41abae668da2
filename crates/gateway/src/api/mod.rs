//! Pages of the gateway: one folder for each API, one file for each page or resource.

mod fareway;
mod litellm;
mod openai;
mod pages;
mod params;
mod report_turn;
mod ui;

use std::sync::LazyLock;

use axum::Router;
use bytes::Bytes;
use http::{Method, Uri};

pub(crate) use self::pages::Pages;
use self::pages::page;
use crate::{
    app::Worker,
    http::{ApiError, unsupported_paths},
    inference::chat,
    openapi::Document,
};

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

/// A router of all pages, with answers for what is no page.
pub(crate) fn router() -> Router<Worker> {
    all(Router::new()).fallback(no_such_page).method_not_allowed_fallback(wrong_method)
}

/// The OpenAPI document of all pages, made when it is first asked for and kept as text.
#[must_use]
pub fn openapi() -> Bytes {
    static JSON: LazyLock<Bytes> = LazyLock::new(|| all(Document::default()).into_json());
    JSON.clone()
}

async fn no_such_page(method: Method, uri: Uri) -> ApiError {
    if let Some(what) = unsupported_paths::at(uri.path()) {
        return ApiError::Unsupported { path: uri.path().to_owned(), what };
    }
    ApiError::NoSuchPage { method: method.to_string(), path: uri.path().to_owned() }
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::WrongMethod { method: method.to_string() }
}
