//! Health checks and `/metrics`. They never call Azure, which would be billed.

use std::sync::Arc;

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    accounting::Health,
    app::{App, Worker},
    auth::Admin,
    deployments::Member,
    limits::SharedCounters,
    openapi::NoAccess,
};

/// Health of the gateway.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    status: &'static str,
    /// `LiteLLM`'s key.
    db: &'static str,
    version: &'static str,
    model_groups: usize,
    /// Deployments whose answers name several models although it is not configured whether they are
    /// routers.
    possible_routers: usize,
    books: BooksHealth,
    limits: LimitsHealth,
    prices: PricesHealth,
}

/// Health of the ledger. While the database is unreachable, requests are stored in the spool.
#[derive(Serialize, ToSchema)]
pub(crate) struct BooksHealth {
    /// `connected` or `away`.
    store: &'static str,
    spool_rows: u64,
    spool_bytes: u64,
    /// Time since the database was last up to date.
    lag_seconds: u64,
    /// Entries that the database refused, each in a file in the spool's folder.
    refused_rows: u64,
}

/// How rate limits are counted.
#[derive(Serialize, ToSchema)]
pub(crate) struct LimitsHealth {
    /// `shared` by all instances, or `per_instance`.
    counted: &'static str,
    /// `connected` or `away`; null if none is configured.
    redis: Option<&'static str>,
}

/// Which published prices are in use.
#[derive(Serialize, ToSchema)]
pub(crate) struct PricesHealth {
    /// The version of their table: the day of its content, a `+`, and a hash.
    table: String,
    /// Whether the file of `pricing.table` cannot be used, so that the previous table stays in use.
    table_refused: bool,
}

/// Whether the process is alive.
#[utoipa::path(get, path = "/health/liveliness", tag = "gateway", security(()), responses(
    (status = 200, description = "It does.", body = String,
        content_type = "application/json", example = json!("I'm alive!"))
))]
pub(crate) async fn liveliness() -> Json<&'static str> {
    Json("I'm alive!")
}

/// Whether the gateway can serve requests, and the health of its ledger.
#[utoipa::path(get, path = "/health/readiness", tag = "gateway", security(()), responses(
    (status = 200, body = Readiness)
))]
pub(crate) async fn readiness(State(worker): State<Worker>) -> Json<Readiness> {
    let health = worker.app.books.health();
    let away = health.store_is_away;
    let (set, prices) = (worker.app.set(), worker.app.prices());
    let possible = |member: &&Arc<Member>| member.possible_pool(&prices).is_some();
    Json(Readiness {
        status: "healthy",
        db: if away { "disconnected" } else { "connected" },
        version: env!("CARGO_PKG_VERSION"),
        model_groups: set.groups.len(),
        possible_routers: set.serving.iter().filter(possible).count(),
        books: BooksHealth::of(&health),
        limits: LimitsHealth::of(worker.app.shared.as_deref()),
        prices: PricesHealth::of(&worker.app),
    })
}

/// Prometheus metrics; for admins, because they contain model names and amounts of money.
#[utoipa::path(get, path = "/metrics", tag = "gateway", responses(
    (status = 200, description = "Metrics in OpenMetrics' format.", body = String,
        content_type = "application/openmetrics-text"),
    NoAccess
))]
pub(crate) async fn metrics(State(worker): State<Worker>, _: Admin) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let app = &worker.app;
    // Counted at each scrape: answers that other gateways saw widen pools as well.
    let widened = app.set().serving.iter().filter(|member| member.is_widened()).count();
    app.metrics.widened_pools(widened);
    let prices = (app.under_review().count(), PricesHealth::of(app).table_refused);
    let text = app.metrics.text(&app.books.health(), prices);
    ([(header::CONTENT_TYPE, kind)], text)
}

// === impl PricesHealth ===

impl PricesHealth {
    fn of(app: &App) -> Self {
        let refused = app.price_table.as_ref().and_then(|table| table.refused());
        Self { table: app.prices().table_version().to_owned(), table_refused: refused.is_some() }
    }
}

// === impl BooksHealth ===

impl BooksHealth {
    pub(crate) fn of(health: &Health) -> Self {
        Self {
            store: if health.store_is_away { "away" } else { "connected" },
            spool_rows: health.spool.rows,
            spool_bytes: health.spool.bytes,
            lag_seconds: health.lag_seconds,
            refused_rows: u64::try_from(health.refused_rows).unwrap_or(u64::MAX),
        }
    }
}

// === impl LimitsHealth ===

impl LimitsHealth {
    pub(crate) fn of(shared: Option<&SharedCounters>) -> Self {
        match shared.map(SharedCounters::are_shared) {
            None => Self { counted: "per_instance", redis: None },
            Some(false) => Self { counted: "per_instance", redis: Some("away") },
            Some(true) => Self { counted: "shared", redis: Some("connected") },
        }
    }
}
