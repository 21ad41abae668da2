//! `POST /v1/embeddings` and its aliases.

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
    http::{ApiError, ClientIp, PathName},
    openapi::{EmbeddingRequest, EmbeddingRequestByPath, Embeddings, NoAnswer},
};

/// The names of [`by_model`] beside the one below.
pub(crate) const OTHER_NAMES: [&str; 3] =
    ["/embeddings", "/models/embeddings", "/openai/v1/embeddings"];

/// Vectors of texts. The model group is named in the body.
///
/// The group needs a deployment of an embedding model: no router answers embeddings. The answer contains
/// the model that served it (`model`) and its cost (`usage.cost`, `usage.cost_details`, and headers).
#[utoipa::path(post, path = "/v1/embeddings", tag = "embeddings", request_body = EmbeddingRequest,
    params(("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
        charged as that key. For admins.")),
    responses(Embeddings, NoAnswer))]
pub(crate) async fn by_model(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Embeddings, worker, (caller, client), &headers, None)?.answer(body).await
}

/// Vectors of texts, from a model group that is named in the path, as Azure's own SDKs do.
#[utoipa::path(post, path = "/openai/deployments/{group}/embeddings", tag = "embeddings",
    params(("group" = String, Path, description = "The model group."),
        ("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
            charged as that key. For admins.")),
    request_body = EmbeddingRequestByPath, responses(Embeddings, NoAnswer))]
pub(crate) async fn by_path(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    PathName(group): PathName,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Embeddings, worker, (caller, client), &headers, Some(group))?
        .answer(body)
        .await
}
