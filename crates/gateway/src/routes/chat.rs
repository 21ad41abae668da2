//! `POST /v1/chat/completions` and its other names: the one thing that this gateway is for.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ledger::Who;
use llm_types::{RequestError, RequestView};
use router_client::{CallError, ChatCall, Sent, SentJson, StreamEdits};

use crate::{
    app::Worker,
    background::Finished,
    body,
    booking::{Booking, durable},
    caller::Caller,
    error::ApiError,
    gather::Gathered,
    headers,
    named::Named,
};

/// Tells proxies on the way not to hold a stream back.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// The model group is named in the body.
pub(super) async fn by_model(
    State(worker): State<Worker>,
    _: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    answer(worker, headers, body, None).await
}

/// The model group is named in the path, as Azure's own SDKs do.
pub(super) async fn by_path(
    State(worker): State<Worker>,
    _: Caller,
    Named(group): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    answer(worker, headers, body, Some(group)).await
}

async fn answer(
    worker: Worker,
    headers: HeaderMap,
    body: Body,
    group: Option<String>,
) -> Result<Response, ApiError> {
    let body = body::read(body, worker.app.max_request_bytes).await?;
    let background = worker.app.background.clone();
    let call = call(worker, headers::forwarded(&headers), body, group);
    Finished::new(call, background).await
}

async fn call(
    worker: Worker,
    headers: HeaderMap,
    body: Bytes,
    group: Option<String>,
) -> Result<Response, ApiError> {
    let view = RequestView::parse(&body).map_err(CallError::from)?;
    let asked = group.as_deref().or(view.asked.as_deref());
    let asked = asked.ok_or(CallError::Request(RequestError::Missing("model")))?;
    let usage_cost = worker.app.answers.usage_cost;
    let edits = StreamEdits { hide_usage: !view.include_usage, add_cost: usage_cost };
    let id = worker.client.new_id();
    let writer = &worker.writer;
    let call = ChatCall {
        id: id.clone(),
        asked,
        body: body.clone(),
        view: &view,
        headers,
        edits,
        max_output: None,
        recorder: Some(Arc::new(Booking::new(
            Arc::clone(&worker.app),
            writer.clone(),
            Who::default(),
        ))),
    };
    let sent = worker.client.send(call).await;
    if !matches!(sent, Ok(Sent::Stream { .. })) {
        // What is settled must be durable before the answer leaves; a stream's body sees to it.
        durable(writer.commit_all().await);
    }
    Ok(match sent? {
        Sent::Json(answer) => whole(answer),
        Sent::Stream { headers: upstream, events } => {
            let mut headers = headers::of_upstream(upstream);
            headers::announce(&id, asked, &mut headers);
            headers::served(events.served(), &mut headers);
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            headers.extend([NO_BUFFERING]);
            // The events that leave may have settled the request: the books know it first.
            let writer = Arc::clone(writer);
            let before = move || durable(writer.flush_if_due());
            response(StatusCode::OK, headers, Body::new(Gathered::new(events, before)))
        }
    })
}

fn whole(answer: SentJson) -> Response {
    let SentJson { status, headers: upstream, body, receipt } = answer;
    let mut headers = headers::of_upstream(upstream);
    headers::describe(&receipt, &mut headers);
    let json = HeaderValue::from_static("application/json");
    headers.entry(header::CONTENT_TYPE).or_insert(json);
    response(status, headers, body.into())
}

/// Takes the headers as they are: adding them one by one to others hashes each of them again.
fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
