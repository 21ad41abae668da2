//! `GET /openapi.json`: the OpenAPI document. It shows nothing of this gateway except its version,
//! so it needs no key.

use axum::response::IntoResponse;
use http::header;

use crate::api::openapi;

/// This document: OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", tag = "gateway", security(()), responses(
    (status = 200, description = "An OpenAPI document.", body = Object)
))]
pub(crate) async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi())
}
