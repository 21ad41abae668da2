//! `GET /v1/models`: the model groups that a key may use.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::Worker,
    auth::Caller,
    config::providers,
    deployments::DeploymentSet,
    http::{ApiError, PathName},
    openapi::{BadRequest, NoAccess, NotFound},
};

/// OpenAI's list.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelGroups)]
pub(crate) struct List {
    data: Vec<Model>,
    object: &'static str,
}

/// One model group, in OpenAI's shape.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelGroup)]
pub(crate) struct Model {
    id: String,
    object: &'static str,
    /// `LiteLLM`'s constant: groups have no creation time.
    created: u64,
    owned_by: &'static str,
}

/// The model groups that the key can use.
#[utoipa::path(get, path = "/v1/models", tag = "models", responses(
    (status = 200, body = List), NoAccess
))]
pub(crate) async fn list(State(worker): State<Worker>, caller: Caller) -> Json<List> {
    let set = worker.app.set();
    let groups = set.groups.iter().filter(|group| caller.may_ask(&set, group));
    let data = groups.map(|group| Model::new(group, &set, &caller)).collect();
    Json(List { data, object: "list" })
}

/// One model group. Its name can contain slashes.
#[utoipa::path(get, path = "/v1/models/{*group}", tag = "models",
    params(("group" = String, Path, description = "The model group.")),
    responses((status = 200, body = Model), BadRequest, NoAccess, NotFound))]
pub(crate) async fn one(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(group): PathName,
) -> Result<Json<Model>, ApiError> {
    let set = worker.app.set();
    if !caller.may_ask(&set, &group) {
        // The same answer as for a group that does not exist, so that keys learn nothing about
        // others.
        return Err(ApiError::NoModel(group));
    }
    Ok(Json(Model::new(&group, &set, &caller)))
}

impl Model {
    /// `owned_by`: the provider of the first deployment that the caller may use.
    fn new(id: &str, set: &DeploymentSet, caller: &Caller) -> Self {
        let member = set.of_group(id).find(|member| caller.may_use(member));
        let owned_by = providers::owner(member.map_or("", |member| &*member.deployment.name));
        Self { id: id.to_owned(), object: "model", created: 1_677_610_602, owned_by }
    }
}
