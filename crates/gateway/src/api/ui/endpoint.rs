//! `POST /ui/api/endpoint`: the URL that an endpoint would be called at, shown while it is typed.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::params::{Posted, given},
    auth::Admin,
    config::providers::{self, Written},
    openapi::NotDone,
};

/// The text typed so far. It is posted so that a key pasted with it is not in a URL.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = EndpointText)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Typed {
    /// The endpoint, in any form that Azure's portal shows.
    api_base: Option<String>,
    /// `azure_ai/azure-model-router`.
    model: Option<String>,
    api_version: Option<String>,
    /// Whether plain HTTP to another machine is allowed.
    allow_http: bool,
}

/// How the endpoint would be called, or why it cannot be. Nothing is sent.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = EndpointTyped)]
pub(super) struct EndpointPreview {
    /// The URL that requests would go to; null where it cannot be determined.
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
    /// The problem with the endpoint.
    api_base_error: Option<String>,
    /// What works, but perhaps not as meant.
    warnings: Vec<String>,
}

/// How an endpoint would be called, without calling it, and whether a model's name is that of a
/// router. Mistakes are part of a successful answer, because the user is still typing.
#[utoipa::path(post, path = "/ui/api/endpoint", tag = "ui", request_body = Typed,
    responses((status = 200, body = EndpointPreview), NotDone))]
pub(super) async fn endpoint(_: Admin, Posted(typed): Posted<Typed>) -> Json<EndpointPreview> {
    let mut shown = EndpointPreview::default();
    let model = given(&typed.model).unwrap_or_default();
    if !model.is_empty() {
        match providers::name(model) {
            Ok(name) => {
                shown.router = Some(name.router);
                shown.deployment = Some(name.deployment);
            }
            Err(error) => shown.model_error = Some(error.to_string()),
        }
    }
    let written = Written {
        model,
        deployment: shown.deployment.as_deref(),
        api_base: given(&typed.api_base),
        api_version: given(&typed.api_version),
        allow_http: typed.allow_http,
    };
    match providers::preview(&written) {
        Ok(None) => {}
        Ok(Some(preview)) => {
            shown.needs_token = preview.needs_token;
            shown.form = Some(preview.form);
            shown.warnings = preview.warnings;
            shown.url = Some(preview.url);
        }
        Err(error) => shown.api_base_error = Some(error.to_string()),
    }
    Json(shown)
}
