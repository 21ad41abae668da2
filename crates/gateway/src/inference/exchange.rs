//! The exchange of one request to a model, in any dialect: read, admitted, sent, and answered.

use std::{pin::pin, sync::Arc};

use api_translation::Translation;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::Either;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use ledger::{SpoolWriter, Who};
use llm_types::{Dialect, RequestError, RequestView};
use router_client::{
    Call, CallError, MeteredStream, Recorder, RouterClient, Sent, SentJson, StreamEdits,
};

use super::{
    admission::{self, Admitted},
    early_head::{Answering, Early},
    gathered_body::Gathered,
    made_before,
    recorder::{RequestRecorder, durable},
    translated,
};
use crate::{
    accounting::{Finished, HeaderLabels, stored_texts},
    app::{App, Worker},
    auth::Caller,
    config::{Answers, FirstChunk},
    http::{ApiError, ClientIp, ContentEncoding, Reading, headers},
    limits::Places,
};

/// Tells proxies not to buffer a stream.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Names of versions to come, which a chat does not know.
const BETA: HeaderName = HeaderName::from_static("anthropic-beta");

/// What a request is besides its body.
#[derive(Clone)]
pub(super) struct Exchange {
    dialect: Dialect,
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
    /// The page below the API's own.
    page: &'static str,
    /// The compression of the body.
    encoding: Option<ContentEncoding>,
}

// === impl Exchange ===

impl Exchange {
    pub(super) fn new(
        dialect: Dialect,
        worker: Worker,
        (caller, client): (Caller, ClientIp),
        headers: &HeaderMap,
        group: Option<String>,
    ) -> Result<Self, ApiError> {
        let (caller, acted_by) = caller.acting(headers, &worker.app.auth)?;
        let (forwarded, labels) = (headers::forwarded(headers), HeaderLabels::read(headers));
        let encoding = ContentEncoding::of(headers)?;
        Ok(Self {
            dialect,
            worker,
            forwarded,
            labels,
            caller,
            client,
            acted_by,
            group,
            page: "",
            encoding,
        })
    }

    /// The same for a page below the API's own.
    pub(super) fn below(self, page: &'static str) -> Self {
        Self { page, ..self }
    }

    pub(super) async fn answer(self, body: Body) -> Result<Response, ApiError> {
        let app = &self.worker.app;
        // Before the body is read, which takes time and memory.
        let places = self.caller.enter(&app.auth)?;
        let body = reading(app, &self.caller, self.encoding).whole(body).await?;
        let (background, early) =
            (app.background.clone(), Early::new(self.dialect, app.answers.hold));
        let shared = Arc::clone(&early);
        let call = if self.dialect.chat_stands_in() {
            // On the heap: the future of every chat would be larger.
            Either::Left(Box::pin(self.either_way(body, shared, places)))
        } else {
            Either::Right(self.call(body, shared, places))
        };
        Answering::new(Finished::new(call, background), early).await
    }

    /// Sends a request; once more as a chat, where the API turns out not to be had.
    async fn either_way(
        self,
        body: Bytes,
        early: Arc<Early>,
        places: Places,
    ) -> Result<Response, ApiError> {
        let again = self.clone();
        match self.call(body.clone(), Arc::clone(&early), places).await {
            Err(ApiError::Call(CallError::NoApi { .. })) => {
                let places = again.caller.enter(&again.worker.app.auth)?;
                Box::pin(again.call(body, early, places)).await
            }
            answered => answered,
        }
    }

    async fn call(
        self,
        body: Bytes,
        early: Arc<Early>,
        places: Places,
    ) -> Result<Response, ApiError> {
        let app = self.worker.app;
        let own = RequestView::parse(self.dialect, &body).map_err(CallError::from)?;
        let asked = asked_group(self.group.as_deref(), &own)?;
        let (now, caller) = (app.now(), &self.caller);
        let id = RouterClient::id_at(now);
        let pinned = made_before::pinned(&app, caller, (asked, &own)).await?;
        let translation = match (self.page, &pinned) {
            ("", None) => translated::needed(&app, caller, (&own, asked), (&id, now))?,
            // A chat has no such page, and goes on with no stored answer.
            _ => None,
        };
        let chat = translation.as_ref().map(|chat| RequestView::parse(Dialect::Chat, &chat.body));
        let chat = chat.transpose().map_err(CallError::from)?;
        let view = chat.as_ref().unwrap_or(&own);
        let body = translation.as_ref().map_or(&body, |chat| &chat.body);
        let request =
            admission::Request { app: &app, caller, asked, view, longest: None, body, now };
        let mut admitted = request.admit(places).await?;
        let (who, ip) = (self.labels.with(&own.labels, admitted.who), Some(self.client.text));
        let prompt = app.stores_texts().then(|| stored_texts::bounded(own.prompt()).into());
        admitted.who = Who { acted_by: self.acted_by, client_ip: ip, prompt, ..who };
        admitted.only = pinned.or(admitted.only.take());
        let (client, writer, page) = (self.worker.client, self.worker.writer, self.page);
        let translation = translation.as_ref();
        let request =
            Accepted { client, writer, id, asked, own: &own, view, body, page, translation };
        request.send((app, admitted), self.forwarded, (now, early)).await
    }
}

/// A request that was admitted.
struct Accepted<'a> {
    client: Arc<RouterClient>,
    writer: Arc<SpoolWriter>,
    id: String,
    asked: &'a str,
    /// As the client sent it.
    own: &'a RequestView<'a>,
    /// As it is sent on, with the body.
    view: &'a RequestView<'a>,
    body: &'a Bytes,
    page: &'static str,
    translation: Option<&'a Translation>,
}

// === impl Accepted ===

impl Accepted<'_> {
    async fn send(
        self,
        (app, mut admitted): (Arc<App>, Admitted),
        forwarded: HeaderMap,
        (at, early): (Timestamp, Arc<Early>),
    ) -> Result<Response, ApiError> {
        let (max_output, only) = (admitted.max_output, admitted.only.take());
        let (room, beta) = (admitted.places.room, forwarded.contains_key(BETA));
        // A translation needs the usage of a stream, and says it in its own events.
        let edits = edits(app.answers, self.view.include_usage || self.translation.is_some());
        let booking = Arc::new(RequestRecorder::new(app, Arc::clone(&self.writer), admitted));
        let call = Call {
            id: self.id.clone(),
            spoken: self.own.dialect(),
            at,
            asked: self.asked,
            body: self.body.clone(),
            view: self.view,
            page: self.page,
            headers: forwarded,
            edits,
            max_output,
            only,
            recorder: Some(Arc::clone(&booking) as Arc<dyn Recorder>),
            early: self.view.stream.then(|| Arc::clone(&early.comments)),
        };
        let known = &|to: &mut HeaderMap| {
            headers::limits(&room, to);
            headers::max_output(booking.max_output(), to);
            headers::ignored(self.own.ignored(), to);
            if let Some(chat) = self.translation {
                headers::not_translated(&chat.dropped.to_string(), beta, to);
            }
        };
        let begin = |headers| with(stream_head(&self.id, self.asked, headers), known);
        // Pinned here: handed over by value, it would have its room in two futures.
        let sending = pin!(self.client.send(call));
        let sent = early.announced(sending, || begin(HeaderMap::new())).await;
        if !matches!(sent, Ok(Sent::Stream { .. })) {
            // What is settled must be durable before the answer leaves.
            durable(self.writer.commit_all().await);
        }
        match sent? {
            Sent::Stream { headers, events } => Ok(self.streamed(begin(headers), events)),
            Sent::Json(answer) => {
                let mut response = self.whole(answer, early.has_left())?;
                known(response.headers_mut());
                Ok(response)
            }
        }
    }

    fn streamed(&self, mut head: HeaderMap, events: Box<MeteredStream>) -> Response {
        headers::served(events.served(), &mut head);
        let writer = Arc::clone(&self.writer);
        match self.translation {
            None => streamed(head, events, writer),
            Some(chat) => streamed(head, translated::events(&chat.answers, events), writer),
        }
    }

    /// A whole answer; `begun`: the head of a stream has left, so that it becomes one.
    fn whole(&self, answer: SentJson, begun: bool) -> Result<Response, ApiError> {
        Ok(match (self.translation.map(|chat| &chat.answers), begun) {
            (None, true) => as_events(self.own.dialect(), &answer),
            (None, false) => whole(answer),
            (Some(answers), true) => translated::as_events(answers, &answer.body),
            (Some(answers), false) => whole(translated::whole(answers, answer)?),
        })
    }
}

/// How the body of a caller's request is read: within the limits of all bodies.
pub(super) fn reading<'a>(
    app: &'a App,
    caller: &'a Caller,
    encoding: Option<ContentEncoding>,
) -> Reading<'a> {
    let (bodies, limit) = (&app.bodies, app.max_request_bytes);
    Reading { bodies, owner: caller.id(), encoding, limit }
}

/// The model group that a request names, in its path or otherwise in its body.
pub(super) fn asked_group<'a>(
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

/// Headers with what is known of the request.
fn with(mut headers: HeaderMap, known: impl Fn(&mut HeaderMap)) -> HeaderMap {
    known(&mut headers);
    headers
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
    headers: HeaderMap,
    events: impl Stream<Item = Bytes> + Send + Unpin + 'static,
    writer: Arc<SpoolWriter>,
) -> Response {
    // The events that are sent may have settled the request: the ledger records it first.
    let before = move || durable(writer.flush_if_due());
    response(StatusCode::OK, headers, Body::new(Gathered::new(events, before)))
}

/// A whole answer to a request whose head has left as that of a stream: its events.
fn as_events(dialect: Dialect, answer: &SentJson) -> Response {
    Response::new(dialect.as_events(&answer.body).into())
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
