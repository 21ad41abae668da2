//! Pages of responses that were made before, and pages that cost nothing.

use axum::{
    extract::{RawQuery, Request, State},
    response::Response,
};
use http::{HeaderMap, Method, request::Parts};
use llm_types::{Dialect, Page, RequestView};
use router_client::{CallError, Passed, Unbilled};

use super::{
    admission::nobody,
    exchange::{asked_group, reading, response},
    made_before,
};
use crate::{
    app::Worker,
    auth::Caller,
    http::{ApiError, ContentEncoding, PathName, headers},
    openapi::{InputItems, InputTokens, NoAnswer, ResponsesRequest, StoredResponse},
};

/// The names of [`retrieve`] and [`delete`] beside the one below.
pub(crate) const OTHER_NAMES: [&str; 3] =
    ["/responses/{id}", "/openai/v1/responses/{id}", "/openai/responses/{id}"];
/// The same of [`cancel`].
pub(crate) const OTHER_CANCEL: [&str; 3] =
    ["/responses/{id}/cancel", "/openai/v1/responses/{id}/cancel", "/openai/responses/{id}/cancel"];
/// The same of [`input_items`].
pub(crate) const OTHER_ITEMS: [&str; 3] = [
    "/responses/{id}/input_items",
    "/openai/v1/responses/{id}/input_items",
    "/openai/responses/{id}/input_items",
];
/// The same of [`input_tokens`].
pub(crate) const OTHER_TOKENS: [&str; 3] = [
    "/responses/input_tokens",
    "/openai/v1/responses/input_tokens",
    "/openai/responses/input_tokens",
];

/// A response that was made before, as the deployment that made it has stored it. Only the key that made it,
/// keys of its team, and admins can read it.
#[utoipa::path(get, path = "/v1/responses/{id}", tag = "responses",
    params(("id" = String, Path, description = "The response's id.")),
    responses(StoredResponse, NoAnswer))]
pub(crate) async fn retrieve(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stored(&worker, caller, (&id, ""), (Method::GET, query), &headers).await
}

/// Deletes a stored response.
#[utoipa::path(delete, path = "/v1/responses/{id}", tag = "responses",
    params(("id" = String, Path, description = "The response's id.")),
    responses(StoredResponse, NoAnswer))]
pub(crate) async fn delete(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stored(&worker, caller, (&id, ""), (Method::DELETE, None), &headers).await
}

/// Cancels a response that is still being made.
#[utoipa::path(post, path = "/v1/responses/{id}/cancel", tag = "responses",
    params(("id" = String, Path, description = "The response's id.")),
    responses(StoredResponse, NoAnswer))]
pub(crate) async fn cancel(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stored(&worker, caller, (&id, "/cancel"), (Method::POST, None), &headers).await
}

/// The items that a stored response answers.
#[utoipa::path(get, path = "/v1/responses/{id}/input_items", tag = "responses",
    params(("id" = String, Path, description = "The response's id.")),
    responses(InputItems, NoAnswer))]
pub(crate) async fn input_items(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stored(&worker, caller, (&id, "/input_items"), (Method::GET, query), &headers).await
}

/// Counts the input tokens of a Responses request. It costs nothing, and is not in the ledger.
#[utoipa::path(post, path = "/v1/responses/input_tokens", tag = "responses",
    request_body = ResponsesRequest, responses(InputTokens, NoAnswer))]
pub(crate) async fn input_tokens(
    State(worker): State<Worker>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    let app = &worker.app;
    let (caller, _) = caller.acting(&headers, &app.auth)?;
    let _place = caller.place(&app.auth).await?;
    let body = reading(app, &caller, ContentEncoding::of(&headers)?).whole(body).await?;
    let view = RequestView::parse(Dialect::Responses, &body).map_err(CallError::from)?;
    let (asked, set) = (asked_group(None, &view)?, app.set());
    if !caller.may_ask(&set, asked) {
        return Err(nobody(&caller, &set, asked));
    }
    let pinned = made_before::pinned(app, &caller, (asked, &view)).await?;
    let only = pinned.or_else(|| caller.only(&set, asked));
    let request = Unbilled {
        asked,
        dialect: Dialect::Responses,
        view: Some(&view),
        page: Page::posted("/input_tokens"),
        headers: headers::forwarded(&headers),
        only,
    };
    Ok(passed_on(worker.client.pass_unbilled(&request).await?))
}

/// Sends a request for a stored response to the deployment that made it.
async fn stored(
    worker: &Worker,
    caller: Caller,
    (id, below): (&str, &str),
    (method, query): (Method, Option<String>),
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let app = &worker.app;
    let (caller, _) = caller.acting(headers, &app.auth)?;
    let _place = caller.place(&app.auth).await?;
    let unknown = || ApiError::NoSuch { what: "response", id: id.to_owned() };
    let made = made_before::find(app, &caller, id).await?.ok_or_else(unknown)?;
    let set = app.set();
    let maker = set.of_group(&made.group).find(|member| member.deployment.id == made.deployment_id);
    if !maker.is_some_and(|member| caller.may_use(member)) {
        return Err(unknown());
    }
    let request = Unbilled {
        asked: &made.group,
        only: Some(vec![made.deployment_id]),
        dialect: Dialect::Responses,
        page: Page {
            method,
            below: format!("/{id}{below}").into(),
            query: query.map(without_version),
        },
        view: None,
        headers: headers::forwarded(headers),
    };
    Ok(passed_on(worker.client.pass_unbilled(&request).await?))
}

/// The client's parameters without Azure's version: the deployment has its own.
fn without_version(query: String) -> String {
    let is_version = |part: &&str| part.to_ascii_lowercase().starts_with("api-version=");
    let parts: Vec<_> = query.split('&').filter(|part| !is_version(part)).collect();
    parts.join("&")
}

/// The upstream's answer as it comes.
fn passed_on(answer: Passed) -> Response {
    let Passed { status, headers, body } = answer;
    response(status, headers::of_upstream(headers), body.into())
}
