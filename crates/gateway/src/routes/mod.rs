//! The gateway's pages, one file each.

mod chat;
mod health;
mod manage;
mod models;
mod params;
mod reports;
mod reprice;
mod requests;
mod spend;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::Worker;

/// Every page.
pub(crate) fn all() -> Router<Worker> {
    Router::new()
        .route("/chat/completions", post(chat::by_model))
        .route("/v1/chat/completions", post(chat::by_model))
        .route("/openai/v1/chat/completions", post(chat::by_model))
        .route("/openai/deployments/{group}/chat/completions", post(chat::by_path))
        .route("/models", get(models::list))
        .route("/v1/models", get(models::list))
        .route("/openai/v1/models", get(models::list))
        .route("/models/{*group}", get(models::one))
        .route("/v1/models/{*group}", get(models::one))
        .route("/health/liveliness", get(health::liveliness))
        .route("/health/liveness", get(health::liveliness))
        .route("/health/readiness", get(health::readiness))
        .route("/metrics", get(health::metrics))
        .route("/fareway/v1/requests", get(requests::list))
        .route("/fareway/v1/requests/{id}", get(requests::show))
        .route("/fareway/v1/requests/reprice", post(reprice::reprice))
        .route("/fareway/v1/reports/spend", get(reports::spend))
        .merge(spend::all())
        .merge(manage::all())
}
