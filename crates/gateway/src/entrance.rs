//! Where a worker's requests come in.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use tower_service::Service as _;

use crate::{
    app::Worker,
    caller::Caller,
    client_ip::Peer,
    error::ApiError,
    framing,
    refusals::{Asking, ShownKeys},
    routes::chat,
};

/// One worker's pages.
///
/// A router's maps and boxes take 5,800 of a chat request's 101,000 instructions, so that the page which
/// nearly every request is for is looked for first.
#[derive(Debug)]
pub(crate) struct Entrance {
    worker: Worker,
    /// All pages, that one as well.
    pages: axum::Router,
}

impl Entrance {
    pub(crate) fn new(worker: Worker, pages: axum::Router) -> Arc<Self> {
        Arc::new(Self { worker, pages })
    }

    pub(crate) async fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
        peer: Peer,
    ) -> Result<Response, Infallible> {
        let app = &self.worker.app;
        if let Some(hosts) = &app.host_check
            && let Err(error) = hosts.check(request.uri(), request.headers())
        {
            app.refused_for(&error, || ShownKeys::of(request.headers()).whose(app));
            return Ok(error.into_response());
        }
        if let Err(refused) = framing::check(request.headers()) {
            app.refused_for(&refused, || ShownKeys::of(request.headers()).whose(app));
            let mut answer = refused.into_response();
            // What follows on this connection may be the rest of a body.
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return Ok(answer);
        }
        if chat::asks_by_model(request.method(), request.uri().path()) {
            let answered = self.chat(request.map(Body::new), &peer).await;
            return Ok(answered.unwrap_or_else(|error| error.into_response()));
        }
        request.extensions_mut().insert(peer);
        let shown = ShownKeys::of(request.headers());
        let answer = self.pages.clone().call(request).await?;
        shown.answered(app, &answer);
        Ok(answer)
    }

    async fn chat(&self, request: Request<Body>, peer: &Peer) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let app = &self.worker.app;
        let caller = Caller::of_request(&parts, Some(peer), &self.worker).await;
        let caller = caller.inspect_err(|error| {
            app.refused_for(error, || ShownKeys::of(&parts.headers).whose(app));
        })?;
        let client = self.worker.client_of(&parts.headers, Some(peer));
        let asking = Asking::new(&caller, &parts.headers);
        let request = Request::from_parts(parts, body);
        let answered = chat::by_model(State(self.worker.clone()), caller, client, request).await;
        answered.inspect_err(|error| app.refused_for(error, || asking.whose(app)))
    }
}
