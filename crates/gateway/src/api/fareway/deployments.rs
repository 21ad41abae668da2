//! `GET /fareway/v1/deployments`: the deployments, with their requests, failures and latency in the
//! last hours.

use std::collections::HashMap;

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::Recent;
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use super::router_pool::PoolShown;
use crate::{
    app::{App, Worker},
    auth::Admin,
    deployments::{Entry, Member, Stored, text_of},
    http::ApiError,
    limits::ReportTurn,
    openapi::{self, NoBooks, NoRoom, UsdText},
};

/// Every deployment with its last 24 hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentsNow)]
pub(crate) struct List {
    /// The start of the period.
    since: Timestamp,
    /// Deployments of the configuration file in its order, then those added by API, oldest first.
    deployments: Vec<DeploymentShown>,
}

/// One deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentNow)]
struct DeploymentShown {
    /// The id for `/model/update` and `/model/delete`, if it was added by API.
    id: String,
    /// The model group that it serves.
    group: String,
    /// As configured, such as `azure_ai/azure-model-router`.
    model: String,
    source: Source,
    /// Whether it receives requests. A deployment that was added by API is disabled with `blocked:
    /// true` in `/model/update`, and enabled with `blocked: false`.
    enabled: bool,
    /// Why it cannot be used.
    error: Option<String>,
    /// The URL that is called.
    url: Option<String>,
    #[schema(value_type = Option<openapi::DeploymentType>)]
    deployment_type: Option<&'static str>,
    #[schema(value_type = Option<openapi::Zone>)]
    zone: Option<&'static str>,
    region: Option<String>,
    /// Whether it is a model router, for which the routing fee applies.
    router: bool,
    /// The models that have answered, if there are several and it is not configured whether it is a
    /// router: set `model_info.router`. Empty otherwise.
    possible_router: Vec<String>,
    /// The models that the router chooses from; null if it is not a router.
    router_pool: Option<PoolShown>,
    /// The model behind a deployment with a name of its own (`model_info.base_model`).
    base_model: Option<String>,
    /// The only team whose keys can use it (`model_info.team_id`); null: any key.
    team_id: Option<String>,
    /// Names that stand for this deployment in `models` of keys, teams and users
    /// (`model_info.access_groups`).
    access_groups: Vec<String>,
    /// Whether the operator set a price for it.
    own_price: bool,
    /// Maximum requests per minute; null: unlimited.
    rpm: Option<u64>,
    /// Maximum tokens per minute; null: unlimited.
    tpm: Option<u64>,
    last_day: Lately,
}

/// Where a deployment comes from.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeploymentSource)]
enum Source {
    Config,
    Api,
}

/// A deployment's last 24 hours.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = DeploymentLately)]
struct Lately {
    /// Settled requests that it answered, or for which it was tried last.
    requests: i64,
    /// Requests that were refused, failed, or were cut off.
    errors: i64,
    /// Requests whose cost is unknown or only partly known.
    unpriced_requests: i64,
    /// The total of completely known costs; null if there are requests and none has such a cost.
    #[schema(value_type = Option<UsdText>)]
    cost_usd: Option<Usd>,
    /// The known part of all costs.
    #[schema(value_type = UsdText)]
    known_usd: Usd,
    /// The models that served, most frequent first.
    served: Vec<Served>,
}

/// Requests that one model served.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentServed)]
struct Served {
    /// Null for requests without an answer.
    served: Option<String>,
    requests: i64,
    #[schema(value_type = Option<UsdText>)]
    cost_usd: Option<Usd>,
    #[schema(value_type = UsdText)]
    known_usd: Usd,
}

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// Every deployment with its last 24 hours. No credential is shown.
#[utoipa::path(get, path = "/fareway/v1/deployments", tag = "models",
    responses((status = 200, body = List), NoBooks, NoRoom))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    _: ReportTurn,
) -> Result<Json<List>, ApiError> {
    let app = &worker.app;
    // Requests that have just ended count as well.
    app.books.catch_up().await;
    let since = app.now().as_microsecond() - DAY;
    let mut lately = HashMap::<String, Lately>::new();
    for recent in app.books.store().recent(since).await? {
        lately.entry(recent.deployment_id.clone()).or_default().add(recent);
    }
    let set = app.set();
    let fixed = app.deployments.all_fixed().iter();
    let fixed = fixed.map(|one| DeploymentShown::of_config(app, one));
    let added = set.stored.iter().map(|stored| DeploymentShown::of_store(app, stored));
    let mut deployments: Vec<_> = fixed.chain(added).collect();
    for shown in &mut deployments {
        shown.last_day = lately.remove(&shown.id).unwrap_or_default().summed();
    }
    let since = Timestamp::from_microsecond(since).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Json(List { since, deployments }))
}

// === impl DeploymentShown ===

impl DeploymentShown {
    fn new(id: String, group: String, source: Source) -> Self {
        Self {
            id,
            group,
            model: String::new(),
            source,
            enabled: true,
            error: None,
            url: None,
            deployment_type: None,
            zone: None,
            region: None,
            router: false,
            possible_router: Vec::new(),
            router_pool: None,
            base_model: None,
            team_id: None,
            access_groups: Vec::new(),
            own_price: false,
            rpm: None,
            tpm: None,
            last_day: Lately::default(),
        }
    }

    fn of_config(app: &App, configured: &Member) -> Self {
        let id = configured.deployment.id.to_string();
        let mut shown = Self::new(id, configured.group.clone(), Source::Config);
        shown.describe(app, configured);
        shown
    }

    fn of_store(app: &App, stored: &Stored) -> Self {
        let model = &stored.model;
        let mut shown = Self::new(model.id.clone(), model.group.clone(), Source::Api);
        shown.enabled = !model.blocked && stored.found.is_ok();
        match &stored.found {
            Ok(added) => shown.describe(app, &added.configured),
            Err(why) => {
                shown.error = Some(why.clone());
                let written = Entry::of(model).ok();
                let written = written.and_then(|entry| text_of(entry.params.get("model")?));
                shown.model = written.unwrap_or_default();
            }
        }
        shown
    }

    fn describe(&mut self, app: &App, configured: &Member) {
        let deployment = &configured.deployment;
        self.model = deployment.name.to_string();
        self.url = Some(deployment.provider.endpoint().to_owned());
        self.deployment_type = Some(deployment.sku.deployment_type());
        self.zone = deployment.sku.zone();
        self.region = deployment.sku.region().map(str::to_owned);
        self.router = deployment.router;
        self.possible_router = configured.possible_pool(&app.prices()).unwrap_or_default();
        self.router_pool = deployment.router.then(|| PoolShown::of(app, configured));
        self.base_model = deployment.base_model.clone();
        self.team_id = configured.access.team_id.clone();
        self.access_groups = configured.access.groups.clone();
        self.own_price = deployment.fixed_price.is_some();
        (self.rpm, self.tpm) = (configured.limits.rpm, configured.limits.tpm);
    }
}

// === impl Lately ===

impl Lately {
    fn add(&mut self, recent: Recent) {
        let Recent { served, requests, errors, unpriced, cost, known, .. } = recent;
        self.requests += requests;
        self.errors += errors;
        self.unpriced_requests += unpriced;
        self.cost_usd = Some(self.cost_usd.unwrap_or(Usd::ZERO) + cost);
        self.known_usd = self.known_usd + known;
        let cost_usd = (unpriced < requests).then_some(cost);
        self.served.push(Served { served, requests, cost_usd, known_usd: known });
    }

    /// No requests cost zero; an unknown cost is not zero.
    fn summed(mut self) -> Self {
        let known = self.requests == 0 || self.unpriced_requests < self.requests;
        self.cost_usd = known.then(|| self.cost_usd.unwrap_or(Usd::ZERO));
        self
    }
}
