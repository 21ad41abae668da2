//! `POST /v1/chat/completions` and its aliases: the gateway's main page.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use ledger::{SpoolWriter, Who};
use llm_types::{RequestError, RequestView};
use router_client::{
    CallError, ChatCall, MeteredStream, Recorder, RouterClient, Sent, SentJson, StreamEdits,
};

use super::{
    admission,
    early_head::{self, Answering, Early},
    gathered_body::Gathered,
    recorder::{RequestRecorder, durable},
};
use crate::{
    accounting::{Finished, HeaderLabels, stored_texts},
    app::Worker,
    auth::Caller,
    config::{Answers, FirstChunk},
    http::{ApiError, ClientIp, ContentEncoding, PathName, Reading, headers},
    limits::Places,
    openapi::{Answer, ChatRequest, ChatRequestByPath, NoAnswer},
};

/// Tells proxies not to buffer a stream.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// The names of [`by_model`] beside the one below.
pub(crate) const OTHER_NAMES: [&str; 3] =
    ["/chat/completions", "/models/chat/completions", "/openai/v1/chat/completions"];

/// What a request is besides its body.
struct Asking {
    worker: Worker,
    /// The client's headers that are forwarded to Azure.
    forwarded: HeaderMap,
    labels: HeaderLabels,
    caller: Caller,
    client: ClientIp,
    /// The admin who acts on behalf of the caller.
    acted_by: Option<Arc<str>>,
    /// The model group that the path names.
    group: Option<String>,
    /// The compression of the body.
    encoding: Option<ContentEncoding>,
}

/// A chat completion, whole or as a stream. The model group is named in the body.
///
/// The answer contains the model that served it (`model`) and its cost (`usage.cost`,
/// `usage.cost_details`, and headers).
#[utoipa::path(post, path = "/v1/chat/completions", tag = "chat", request_body = ChatRequest,
    params(("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
        charged as that key. For admins.")),
    responses(Answer, NoAnswer))]
pub(crate) async fn by_model(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Asking::new(worker, (caller, client), &headers, None)?.answer(body).await
}

/// A chat completion whose model group is named in the path, as Azure's own SDKs do.
#[utoipa::path(post, path = "/openai/deployments/{group}/chat/completions", tag = "chat",
    params(("group" = String, Path, description = "The model group."),
        ("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
            charged as that key. For admins.")),
    request_body = ChatRequestByPath, responses(Answer, NoAnswer))]
pub(crate) async fn by_path(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    PathName(group): PathName,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Asking::new(worker, (caller, client), &headers, Some(group))?.answer(body).await
}

/// Whether the request is for [`by_model`].
pub(crate) fn asks_by_model(method: &Method, path: &str) -> bool {
    *method == Method::POST && (path == "/v1/chat/completions" || OTHER_NAMES.contains(&path))
}

// === impl Asking ===

impl Asking {
    fn new(
        worker: Worker,
        (caller, client): (Caller, ClientIp),
        headers: &HeaderMap,
        group: Option<String>,
    ) -> Result<Self, ApiError> {
        let (caller, acted_by) = caller.acting(headers, &worker.app.auth)?;
        let (forwarded, labels) = (headers::forwarded(headers), HeaderLabels::read(headers));
        let encoding = ContentEncoding::of(headers)?;
        Ok(Self { worker, forwarded, labels, caller, client, acted_by, group, encoding })
    }

    async fn answer(self, body: Body) -> Result<Response, ApiError> {
        let app = &self.worker.app;
        // Before the body is read, which takes time and memory.
        let places = self.caller.enter(&app.auth)?;
        let reading = Reading {
            bodies: &app.bodies,
            owner: self.caller.id(),
            encoding: self.encoding,
            limit: app.max_request_bytes,
        };
        let body = reading.whole(body).await?;
        let (background, early) = (app.background.clone(), Early::new(app.answers.hold));
        let call = Finished::new(self.call(body, Arc::clone(&early), places), background);
        Answering::new(call, early).await
    }

    async fn call(
        self,
        body: Bytes,
        early: Arc<Early>,
        places: Places,
    ) -> Result<Response, ApiError> {
        let Worker { app, client, writer } = self.worker;
        let view = RequestView::parse(&body).map_err(CallError::from)?;
        let asked = asked_group(self.group.as_deref(), &view)?;
        let now = app.now();
        let (caller, view) = (&self.caller, &view);
        let request =
            admission::Request { app: &app, caller, asked, view, longest: None, body: &body, now };
        let mut admitted = request.admit(places).await?;
        let (who, ip) = (self.labels.with(&view.labels, admitted.who), Some(self.client.text));
        let prompt = app.stores_texts().then(|| stored_texts::prompt(&body)).flatten();
        admitted.who = Who { acted_by: self.acted_by, client_ip: ip, prompt, ..who };
        let (max_output, only) = (admitted.max_output, admitted.only.take());
        let room = admitted.places.room;
        let id = RouterClient::id_at(now);
        let edits = edits(app.answers, view.include_usage);
        let booking = Arc::new(RequestRecorder::new(app, Arc::clone(&writer), admitted));
        let call = ChatCall {
            id: id.clone(),
            at: now,
            asked,
            body: body.clone(),
            view,
            headers: self.forwarded,
            edits,
            max_output,
            only,
            recorder: Some(Arc::clone(&booking) as Arc<dyn Recorder>),
            early: view.stream.then(|| Arc::clone(&early.comments)),
        };
        let known = |to: &mut HeaderMap| {
            headers::limits(&room, to);
            headers::max_output(booking.max_output(), to);
            headers::ignored(view.ignored(), to);
        };
        let begin = |headers| {
            let mut head = stream_head(&id, asked, headers);
            known(&mut head);
            head
        };
        let sent = early.announced(client.send(call), || begin(HeaderMap::new())).await;
        if !matches!(sent, Ok(Sent::Stream { .. })) {
            // What is settled must be durable before the answer leaves.
            durable(writer.commit_all().await);
        }
        let mut response = match sent? {
            Sent::Stream { headers, events } => {
                return Ok(streamed(begin(headers), events, writer));
            }
            Sent::Json(answer) if early.has_left() => as_events(&answer),
            Sent::Json(answer) => whole(answer),
        };
        known(response.headers_mut());
        Ok(response)
    }
}

/// The model group that a request names, in its path or otherwise in its body.
fn asked_group<'a>(
    in_path: Option<&'a str>,
    view: &'a RequestView<'_>,
) -> Result<&'a str, CallError> {
    let asked = in_path.or(view.asked.as_deref());
    asked.ok_or(CallError::Request(RequestError::Missing("model")))
}

/// The edits to an answer; `usage`: whether the client asked for a stream's usage.
fn edits(answers: Answers, usage: bool) -> StreamEdits {
    let hide_first = answers.first_chunk == FirstChunk::Litellm && !usage;
    StreamEdits { hide_usage: !usage, add_cost: answers.usage_cost, hide_first }
}

/// What is known when a stream begins, with those of the upstream's headers that pass.
fn stream_head(id: &str, asked: &str, upstream: HeaderMap) -> HeaderMap {
    let mut headers = headers::of_upstream(upstream);
    headers::announce(id, asked, &mut headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.extend([NO_BUFFERING]);
    headers
}

fn streamed(
    mut headers: HeaderMap,
    events: Box<MeteredStream>,
    writer: Arc<SpoolWriter>,
) -> Response {
    headers::served(events.served(), &mut headers);
    // The events that are sent may have settled the request: the ledger records it first.
    let before = move || durable(writer.flush_if_due());
    response(StatusCode::OK, headers, Body::new(Gathered::new(events, before)))
}

/// A whole answer to a request whose head has left as that of a stream: its one event.
fn as_events(answer: &SentJson) -> Response {
    let events =
        [early_head::event(&answer.body), Bytes::from_static(b"data: [DONE]\n\n")].concat();
    Response::new(events.into())
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
pub(crate) fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page that is tried before all others is the one in `/openapi.json`.
    #[test]
    fn the_first_page_has_its_own_names() {
        let document: serde_json::Value = serde_json::from_slice(&crate::openapi()).unwrap();
        let described = document["paths"].as_object().unwrap().keys();
        let chat: Vec<_> = described.filter(|path| path.contains("chat/completions")).collect();
        assert!(chat.len() >= 2, "{chat:?}");
        for path in chat {
            let by_path = path.contains("{group}");
            assert_eq!(asks_by_model(&Method::POST, path), !by_path, "{path}");
        }
        for path in OTHER_NAMES {
            assert!(asks_by_model(&Method::POST, path), "{path}");
            assert!(!asks_by_model(&Method::GET, path), "{path}");
        }
        for path in ["/v1/chat/completions/", "/v1//chat/completions", "/v1/models", "/"] {
            assert!(!asks_by_model(&Method::POST, path), "{path}");
        }
    }
}
