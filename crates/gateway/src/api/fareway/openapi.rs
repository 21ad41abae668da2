//! `GET /openapi.json`: what all pages take and give. It tells nothing of this gateway but its
//! version, and so needs no key.

use axum::response::IntoResponse;
use http::header;

use crate::openapi;

/// This document: OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", tag = "gateway", security(()), responses(
    (status = 200, description = "An OpenAPI document.", body = Object)
))]
pub(crate) async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::json())
}
