//! `POST /v1/responses` and its aliases.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::request::Parts;
use llm_types::Dialect;

use super::exchange::Exchange;
use crate::{
    app::Worker,
    auth::Caller,
    http::{ApiError, ClientIp},
    openapi::{CompactedAnswer, NoAnswer, ResponseAnswer, ResponsesRequest},
};

/// The names of [`create`] beside the one below; the last one is Azure's with dated versions.
pub(crate) const OTHER_NAMES: [&str; 3] =
    ["/responses", "/openai/v1/responses", "/openai/responses"];

/// A response, whole or as a stream. The model group is named in the body.
///
/// The answer contains the model that served it (`model`) and its cost (`usage.cost`,
/// `usage.cost_details`, and headers); of a stream they are in its last event.
#[utoipa::path(post, path = "/v1/responses", tag = "responses", request_body = ResponsesRequest,
    params(("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
        charged as that key. For admins.")),
    responses(ResponseAnswer, NoAnswer))]
pub(crate) async fn create(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Responses, worker, (caller, client), &headers, None)?.answer(body).await
}

/// The names of [`compact`] beside the one below.
pub(crate) const OTHER_COMPACT: [&str; 3] =
    ["/responses/compact", "/openai/v1/responses/compact", "/openai/responses/compact"];

/// Compacts a conversation into fewer items. It is metered and reserved like a response; an answer that names
/// no model has no price, unless the deployment has one.
#[utoipa::path(post, path = "/v1/responses/compact", tag = "responses", request_body = ResponsesRequest,
    responses(CompactedAnswer, NoAnswer))]
pub(crate) async fn compact(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    let exchange = Exchange::new(Dialect::Responses, worker, (caller, client), &headers, None)?;
    exchange.below("/compact").answer(body).await
}
