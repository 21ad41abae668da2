//! `POST /ui/api/endpoint`: the URL that an endpoint would be called at, shown while it is typed.

use axum::Json;
use provider_azure_ai::{Endpoint, EndpointForm};
use router_client::UpstreamName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::params::{Posted, given},
    auth::Admin,
    openapi::NotDone,
};

/// What was typed so far. Posted, since a key that is pasted along must not stand in a URL.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = EndpointText)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Typed {
    /// The endpoint, in any form that Azure's portal shows.
    api_base: Option<String>,
    /// `azure_ai/azure-model-router`.
    model: Option<String>,
    api_version: Option<String>,
    /// Whether plain HTTP to another machine is meant.
    allow_http: bool,
}

/// How it would be called, or why it cannot be. Nothing is called.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = EndpointTyped)]
pub(super) struct Told {
    /// The URL that requests would go to; null where it cannot be told.
    url: Option<String>,
    /// Which of Azure's APIs that is, as its path begins.
    form: Option<String>,
    /// Whether this API takes Entra ID tokens only.
    needs_token: bool,
    /// The deployment's name at Azure.
    deployment: Option<String>,
    /// Whether the name is a router's, so that the routing fee is due; null without a name.
    router: Option<bool>,
    /// What is wrong with the model's name.
    model_error: Option<String>,
    /// What is wrong with the endpoint.
    api_base_error: Option<String>,
    /// What works, but perhaps not as meant.
    warnings: Vec<String>,
}

/// Any name will do to look at an endpoint.
const SOME: &str = "deployment";

/// How an endpoint would be called, without calling it, and whether a model's name is a router's.
/// Mistakes are told in the answer, since whoever types has not finished.
#[utoipa::path(post, path = "/ui/api/endpoint", tag = "ui", request_body = Typed,
    responses((status = 200, body = Told), NotDone))]
pub(super) async fn endpoint(_: Admin, Posted(typed): Posted<Typed>) -> Json<Told> {
    let mut told = Told::default();
    match given(&typed.model).map(UpstreamName::parse) {
        None => {}
        Some(Ok(name)) => {
            told.router = Some(name.router);
            told.deployment = Some(name.deployment);
        }
        Some(Err(error)) => told.model_error = Some(error.to_string()),
    }
    let Some(api_base) = given(&typed.api_base) else { return Json(told) };
    let parse = if typed.allow_http { Endpoint::parse_allowing_http } else { Endpoint::parse };
    let deployment = told.deployment.as_deref().unwrap_or(SOME);
    match parse(api_base, given(&typed.api_version), deployment) {
        Ok(endpoint) => {
            told.needs_token = endpoint.form() == EndpointForm::Project;
            told.form = Some(endpoint.form().to_string());
            told.warnings = endpoint.warnings().iter().map(ToString::to_string).collect();
            told.url = Some(endpoint.url().to_owned());
        }
        Err(error) => told.api_base_error = Some(error.to_string()),
    }
    Json(told)
}
