//! `/model/info` and its variants: the deployments, with their token prices.

use std::collections::HashSet;

use axum::{Json, extract::State};
use gateway_api::litellm::model::{ModelInfoParams, ModelPageParams};
use ledger::Limits;
use llm_types::Dialect;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::{price::Prices, row::masked};
use crate::{
    api::{
        litellm::list_query::{Asked, Cut},
        params::given,
    },
    app::{App, Worker},
    auth::{Admin, Caller},
    config::providers,
    deployments::{Entry, Member, Object, Stored, is_secret, text, text_of},
    http::ApiError,
    openapi::{self, BadRequest, NoAccess, NotFound},
};

/// Every deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentList)]
pub(crate) struct ModelList {
    data: Vec<ModelShown>,
}

/// A page of deployments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentPage)]
pub(crate) struct ModelPage {
    data: Vec<ModelShown>,
    total_count: usize,
    current_page: usize,
    total_pages: usize,
    size: usize,
}

/// One deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deployment)]
pub(crate) struct ModelShown {
    model_name: String,
    /// Without secrets.
    litellm_params: Object,
    model_info: ModelInfo,
}

/// Details of a deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentInfo)]
struct ModelInfo {
    id: String,
    /// Whether it was added by API and can be changed by API.
    db_model: bool,
    litellm_provider: &'static str,
    /// The value in `model_info`, else `embedding` for an embedding model, and `chat` for any other.
    mode: String,
    #[serde(flatten)]
    prices: Prices,
    #[schema(value_type = Option<openapi::DeploymentType>)]
    deployment_type: Option<&'static str>,
    #[schema(value_type = Option<openapi::Zone>)]
    zone: Option<&'static str>,
    region: Option<String>,
    /// The models that the router is restricted to in Azure; null: the whole pool, or not a router.
    router_models: Option<Vec<String>>,
    /// The model behind a deployment with a name of its own.
    base_model: Option<String>,
    /// The only team whose keys can use it; null: any key.
    team_id: Option<String>,
    /// Names that stand for this deployment in `models` of keys, teams and users.
    access_groups: Vec<String>,
    /// The URL that is called.
    url: Option<String>,
    blocked: bool,
    /// Why it cannot be used.
    error: Option<String>,
    /// Other fields of `model_info`.
    #[serde(flatten)]
    #[schema(value_type = HashMap<String, openapi::Written>)]
    written: Object,
}

/// Keys of `model_info` that are between operators.
const INTERNAL: [&str; 6] =
    ["access_groups", "created_at", "created_by", "team_id", "updated_at", "updated_by"];

/// What every router takes, by Microsoft's "Model router concepts", where `model_info` does not say
/// otherwise: tools, and pictures, of which only the text beside them decides the route.
const OF_ROUTERS: [&str; 2] = ["supports_function_calling", "supports_vision"];

/// The deployments with their prices, without secrets. A key that is not an admin's sees those that
/// it can use, without their addresses.
#[utoipa::path(get, path = "/v1/model/info", tag = "models",
    params(ModelInfoParams),
    responses((status = 200, body = ModelList), NoAccess, NotFound))]
pub(crate) async fn info(
    State(worker): State<Worker>,
    caller: Caller,
    Asked(query): Asked<ModelInfoParams>,
) -> Result<Json<ModelList>, ApiError> {
    let mut data = all(&worker.app);
    if !caller.is_admin() {
        let set = worker.app.set();
        let may = set.serving.iter().filter(|member| caller.may_use(member));
        let may: HashSet<_> = may.map(|member| &*member.deployment.id).collect();
        data.retain(|model| model.serves() && may.contains(&*model.model_info.id));
        data.iter_mut().for_each(ModelShown::hide);
    }
    if let Some(id) = &query.litellm_model_id {
        data.retain(|model| model.model_info.id == *id);
        if data.is_empty() {
            return Err(ApiError::NoSuch { what: "model", id: id.clone() });
        }
    }
    Ok(Json(ModelList { data }))
}

/// The same, with pages.
#[utoipa::path(get, path = "/v2/model/info", tag = "models",
    params(ModelPageParams),
    responses((status = 200, body = ModelPage), BadRequest, NoAccess))]
pub(crate) async fn page(
    State(worker): State<Worker>,
    _: Admin,
    Asked(query): Asked<ModelPageParams>,
) -> Result<Json<ModelPage>, ApiError> {
    let cut = Cut::of(&query.page, ("size", &query.size), 50)?;
    let mut data = all(&worker.app);
    if let Some(search) = given(&query.search) {
        data.retain(|model| model.has(&search.to_lowercase()));
    }
    if let Some(id) = given(&query.model_id) {
        data.retain(|model| model.model_info.id == id);
    }
    let total = data.len();
    Ok(Json(ModelPage {
        data: cut.of_all(data).collect(),
        total_count: total,
        current_page: cut.page,
        total_pages: cut.pages(total),
        size: cut.size,
    }))
}

fn all(app: &App) -> Vec<ModelShown> {
    let fixed = app.deployments.all_fixed().iter().map(|one| ModelShown::of_config(app, one));
    let set = app.set();
    fixed.chain(set.stored.iter().map(|stored| ModelShown::of_store(app, stored))).collect()
}

/// `model_info` of a stored model as it is shown; null where there is none.
pub(crate) fn shown(app: &App, id: &str) -> serde_json::Value {
    let set = app.set();
    let stored = set.stored.iter().find(|stored| stored.model.id == id);
    let info = stored.map(|stored| ModelShown::of_store(app, stored).model_info);
    serde_json::to_value(info).unwrap_or_default()
}

pub(crate) fn provider(configured: &Member) -> &'static str {
    providers::label(&configured.deployment.name)
}

// === impl ModelShown ===

impl ModelShown {
    fn of_config(app: &App, configured: &Member) -> Self {
        let mut params = Object::new();
        params.insert("model".to_owned(), text(&configured.deployment.name));
        let shown = configured.shown.iter();
        params.extend(shown.map(|(key, value)| ((*key).to_owned(), text(value))));
        let Limits { rpm, tpm, .. } = configured.limits;
        for (key, limit) in [("rpm", rpm), ("tpm", tpm)] {
            let written = limit.and_then(|limit| to_raw_value(&limit).ok());
            params.extend(written.map(|limit| (key.to_owned(), limit)));
        }
        let mut info = ModelInfo::new(configured.deployment.id.to_string());
        info.describe(app, configured);
        info.write(configured.described.clone(), configured.deployment.router);
        Self { model_name: configured.group.clone(), litellm_params: params, model_info: info }
    }

    fn of_store(app: &App, stored: &Stored) -> Self {
        let model = &stored.model;
        let entry = Entry::of(model);
        let (mut params, written) = entry.map_or_else(
            |_| (Object::new(), Object::new()),
            |entry| (masked(entry.params), entry.info),
        );
        params.retain(|key, _| !is_secret(key));
        let mut info = ModelInfo::new(model.id.clone());
        (info.db_model, info.blocked) = (true, model.blocked);
        let router = match &stored.found {
            Ok(added) => {
                info.describe(app, &added.configured);
                added.configured.deployment.router
            }
            Err(why) => {
                info.error = Some(why.clone());
                false
            }
        };
        info.write(written, router);
        Self { model_name: model.group.clone(), litellm_params: params, model_info: info }
    }

    /// Whether requests can go to it.
    fn serves(&self) -> bool {
        !self.model_info.blocked && self.model_info.error.is_none()
    }

    /// Leaves out what only operators need to know: where it is, and who made it for whom.
    fn hide(&mut self) {
        self.litellm_params.retain(|key, _| key == "model");
        let info = &mut self.model_info;
        info.url = None;
        info.written.retain(|key, _| !INTERNAL.contains(&key.as_str()));
    }

    /// Whether a name of it has these letters.
    fn has(&self, letters: &str) -> bool {
        let named = self.litellm_params.get("model").map_or("", |model| model.get());
        let names = [self.model_name.as_str(), &self.model_info.id, named];
        names.iter().any(|name| name.to_lowercase().contains(letters))
    }
}

// === impl ModelInfo ===

impl ModelInfo {
    fn new(id: String) -> Self {
        Self {
            id,
            db_model: false,
            litellm_provider: "azure_ai",
            mode: Dialect::Chat.litellm_mode().to_owned(),
            prices: Prices::default(),
            deployment_type: None,
            zone: None,
            region: None,
            router_models: None,
            base_model: None,
            team_id: None,
            access_groups: Vec::new(),
            url: None,
            blocked: false,
            error: None,
            written: Object::new(),
        }
    }

    fn describe(&mut self, app: &App, configured: &Member) {
        let deployment = &configured.deployment;
        self.litellm_provider = provider(configured);
        let book = app.prices();
        configured.dialect(&book).litellm_mode().clone_into(&mut self.mode);
        self.prices = Prices::of(configured, &book, app.now());
        self.deployment_type = Some(deployment.sku.deployment_type());
        self.zone = deployment.sku.zone();
        self.region = deployment.sku.region().map(str::to_owned);
        self.router_models = configured.subset.as_ref().map(|subset| subset.patterns.clone());
        self.base_model = deployment.base_model.clone();
        self.team_id = configured.access.team_id.clone();
        self.access_groups = configured.access.groups.clone();
        self.url = Some(deployment.provider.endpoint().to_owned());
    }

    /// What was written and is not shown already.
    fn write(&mut self, mut written: Object, router: bool) {
        for key in OF_ROUTERS.into_iter().filter(|_| router) {
            written.entry(key.to_owned()).or_insert_with(|| RawValue::TRUE.to_owned());
        }
        if let Some(mode) = written.get("mode").and_then(|mode| text_of(mode)) {
            self.mode = mode;
        }
        let count = |key: &str| {
            let text = written.get(key)?.get().trim_matches('"');
            u32::try_from(llm_types::count(text)?).ok()
        };
        let prices = &mut self.prices;
        prices.max_input_tokens = count("max_input_tokens").or(prices.max_input_tokens);
        prices.max_output_tokens = count("max_output_tokens").or(prices.max_output_tokens);
        let shown = serde_json::to_value(&*self).unwrap_or_default();
        written.retain(|key, _| shown.get(key).is_none());
        self.written = written;
    }
}
