//! `GET /fareway/v1/settings`: the gateway's version, state and configuration.

use std::sync::Arc;

use axum::{Json, extract::State};
use cost_model::day_of;
use jiff::civil::Date;
use ledger::Durability;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    health::{BooksHealth, LimitsHealth},
    prices::date,
};
use crate::{
    app::{App, Worker},
    auth::Admin,
    config::{Database, Setting},
    deployments::Member,
    openapi::NoAccess,
};

/// A gateway.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct Shown {
    version: &'static str,
    /// This gateway's id in the ledger.
    instance: String,
    /// Whether there is no master key, so that anyone on its machine is its operator.
    open: bool,
    prices: PricesShown,
    /// `sqlite` or `postgres`.
    store_kind: &'static str,
    books: BooksHealth,
    /// What an entry survives before its request is sent: `process`, `disk` or `relaxed`.
    durability: &'static str,
    /// How long entries are kept; null: without limit.
    retention: Option<String>,
    /// Whether prompts and answers are stored.
    stores_texts: bool,
    limits: LimitsHealth,
    /// The configuration file, key by key in its order.
    config: Vec<SettingShown>,
    /// Warnings that were logged at start, and deployments that may be routers because their
    /// answers name several models.
    warnings: Vec<String>,
}

/// The prices in force, in short.
#[derive(Serialize, ToSchema)]
#[schema(as = PricesInForce)]
struct PricesShown {
    /// How many.
    count: usize,
    /// The number of the operator's own prices.
    own: usize,
    /// The latest day from which one of them applies.
    newest: Option<Date>,
    /// The version of the published table: the day of its content, a `+`, and a hash.
    version: String,
    /// The file of the published table; null: the built-in one.
    table: Option<String>,
    /// Why this file is not in use; null if it is.
    table_refused: Option<String>,
    /// The file of the operator's own prices.
    overlay: Option<String>,
    /// Prices that must be reviewed, the earliest first.
    reviews: Vec<Review>,
}

/// A price that is due for review.
#[derive(Serialize, ToSchema)]
#[schema(as = PriceReview)]
struct Review {
    price_id: String,
    model: String,
    by: Option<Date>,
    /// Whether that day has come.
    due: bool,
}

/// One key of the configuration.
#[derive(Serialize, ToSchema)]
#[schema(as = Setting)]
struct SettingShown {
    /// `model_list[0].litellm_params.model`.
    key: String,
    /// Its line, from 1.
    line: usize,
    /// Its value as written; `•••` for a secret or a key without effect. Null: there is no value.
    value: Option<String>,
    /// Whether it has an effect.
    honoured: bool,
}

/// This gateway's version, health and configuration, without secrets.
#[utoipa::path(get, path = "/fareway/v1/settings", tag = "gateway",
    responses((status = 200, body = Shown), NoAccess))]
pub(crate) async fn show(State(worker): State<Worker>, _: Admin) -> Json<Shown> {
    let app = &worker.app;
    let config = app.config();
    let written = |setting: &Setting| SettingShown {
        key: setting.key.clone(),
        line: setting.line,
        value: setting.value.clone(),
        honoured: setting.honoured,
    };
    Json(Shown {
        version: env!("CARGO_PKG_VERSION"),
        instance: app.books.instance().to_owned(),
        open: app.auth.master_key.is_none(),
        prices: PricesShown::of(app),
        store_kind: match config.ledger.database {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        },
        books: BooksHealth::of(&app.books.health()),
        durability: match config.ledger.durability {
            Durability::Process => "process",
            Durability::Disk => "disk",
            Durability::Relaxed => "relaxed",
        },
        retention: app
            .config()
            .retention
            .as_ref()
            .map(|retention| retention.period.as_str().to_owned()),
        stores_texts: app.stores_texts(),
        limits: LimitsHealth::of(app.shared.as_deref()),
        config: config.settings.iter().map(written).collect(),
        warnings: config.warnings.iter().cloned().chain(possible_routers(app)).collect(),
    })
}

/// Deployments whose answers name several models although it is not configured whether they are
/// routers.
fn possible_routers(app: &App) -> Vec<String> {
    let prices = app.prices();
    let warning = |member: &Arc<Member>| {
        let models = member.possible_pool(&prices)?.join(", ");
        let (name, group) = (&member.deployment.name, &member.group);
        Some(format!(
            "`{name}` of the group `{group}` is answered by several models ({models}); if it is a model \
             router, set `model_info.router: true`, and `router: false` otherwise"
        ))
    };
    app.set().serving.iter().filter_map(warning).collect()
}

// === impl PricesShown ===

impl PricesShown {
    fn of(app: &App) -> Self {
        let today = day_of(app.now());
        let book = app.prices();
        let all: Vec<_> = book.in_force(today).collect();
        let mut due: Vec<_> = all
            .iter()
            .filter_map(|(model, price, _)| Some((price.review_by?, *model, *price)))
            .collect();
        due.sort_by_key(|(by, ..)| *by);
        let overlay = app.config().settings.iter().find(|one| one.key == "pricing.overlay");
        Self {
            count: all.len(),
            own: all.iter().filter(|(.., own)| *own).count(),
            newest: all.iter().map(|(_, price, _)| price.from).max().and_then(date),
            version: book.table_version().to_owned(),
            table: app.price_table.as_ref().map(|table| table.file()),
            table_refused: app.price_table.as_ref().and_then(|table| table.refused()),
            overlay: overlay.and_then(|one| one.value.clone()),
            reviews: due
                .into_iter()
                .map(|(by, model, price)| Review {
                    price_id: price.id.to_string(),
                    model: model.id.to_string(),
                    by: date(by),
                    due: by <= today,
                })
                .collect(),
        }
    }
}
