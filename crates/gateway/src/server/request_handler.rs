//! Handler of one worker's requests: checks that precede all pages, then chat, then the other
//! pages.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Method, Request, Uri, header};
use llm_types::Dialect;
use tower_service::Service as _;

use super::connection::Asked;
use crate::{
    app::Worker,
    auth::{Asking, Caller, ShownKeys},
    http::{AllowedOrigin, ApiError, Peer, Reason, framing, put_into_envelope},
    inference::{chat, dialect_of},
};

/// One worker's state and pages.
///
/// A router's maps and boxes take 5,800 of a chat request's 101,000 instructions, so that the page which
/// nearly every request is for is looked for first.
#[derive(Debug)]
pub(crate) struct RequestHandler {
    worker: Worker,
    /// All pages, that one as well.
    pages: axum::Router,
}

impl RequestHandler {
    pub(crate) fn new(worker: Worker, pages: axum::Router<Worker>) -> Arc<Self> {
        let pages = pages.with_state(worker.clone());
        Arc::new(Self { worker, pages })
    }

    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Asked>,
        peer: Peer,
    ) -> Result<Response, Infallible> {
        // Before anything is decided by the path.
        let request = with_one_first_slash(request);
        let (path, headers) = (request.uri().path(), request.headers());
        let origins = &self.worker.app.config().cors_origins;
        let Some(origin) = AllowedOrigin::of(origins, path, headers) else {
            return self.answer_any(request, peer).await;
        };
        if let Some(answer) = origin.preflight(request.method(), headers) {
            return Ok(answer);
        }
        // On the heap: few requests come from browsers, and the future of every one would be larger.
        let mut answer = Box::pin(self.answer_any(request, peer)).await?;
        origin.mark(answer.headers_mut());
        Ok(answer)
    }

    /// The answer, without CORS headers.
    async fn answer_any(
        &self,
        mut request: Request<Asked>,
        peer: Peer,
    ) -> Result<Response, Infallible> {
        let app = &self.worker.app;
        if let Some(hosts) = &app.host_check
            && let Err(error) = hosts.check(request.uri(), request.headers())
        {
            app.refused_for(&error, || ShownKeys::of(request.headers()).whose(&app.auth));
            return Ok(refused_at(request.uri().path(), error));
        }
        if let Err(refused) = framing::check(request.headers()) {
            app.refused_for(&refused, || ShownKeys::of(request.headers()).whose(&app.auth));
            let mut answer = refused_at(request.uri().path(), refused);
            // What follows on this connection may be the rest of a body.
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return Ok(answer);
        }
        if chat::asks_by_model(request.method(), request.uri().path()) {
            let answered = self.chat(request.map(Body::new), &peer).await;
            return Ok(answered.unwrap_or_else(|error| error.into_response()));
        }
        request.extensions_mut().insert(peer);
        // Read before the request is handed over, in case it is refused.
        let shown = ShownKeys::of(request.headers());
        let dialect = dialect_of(request.uri().path());
        let mut answer = self.pages.clone().call(without_last_slash(request)).await?;
        if dialect != Dialect::Chat {
            put_into_envelope(dialect, &mut answer);
        }
        if let Some(reason) = answer.extensions().get::<Reason>() {
            app.refused(&shown.whose(&app.auth), *reason);
        }
        Ok(answer)
    }

    async fn chat(&self, request: Request<Body>, peer: &Peer) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let app = &self.worker.app;
        let caller = Caller::of_request(&parts, Some(peer), &app.auth).await;
        let caller = caller.inspect_err(|error| {
            app.refused_for(error, || ShownKeys::of(&parts.headers).whose(&app.auth));
        })?;
        let client = app.auth.client_of(&parts.headers, Some(peer));
        let asking = Asking::new(&caller, &parts.headers);
        let request = Request::from_parts(parts, body);
        let answered = chat::by_model(State(self.worker.clone()), caller, client, request).await;
        answered.inspect_err(|error| app.refused_for(error, || asking.whose(&app.auth)))
    }
}

/// An error of a request that no page got to see.
fn refused_at(path: &str, error: ApiError) -> Response {
    let mut answer = error.into_response();
    put_into_envelope(dialect_of(path), &mut answer);
    answer
}

/// Removes surplus slashes at the start of the path of a `GET`: clients whose base URL ends with a
/// slash send two.
fn with_one_first_slash(mut request: Request<Asked>) -> Request<Asked> {
    if request.uri().path().starts_with("//")
        && request.method() == Method::GET
        && let Some(uri) = one_first_slash(request.uri())
    {
        *request.uri_mut() = uri;
    }
    request
}

fn one_first_slash(uri: &Uri) -> Option<Uri> {
    with_path(uri, &format!("/{}", uri.path().trim_start_matches('/')))
}

/// A request for the page without the slash at the end of its path. Base URLs often have one, which
/// clients repeat. Files of the admin UI keep theirs.
fn without_last_slash(mut request: Request<Asked>) -> Request<Asked> {
    if let Some(uri) = shorter(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn shorter(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty())?;
    if path == "/ui" || path.starts_with("/ui/") {
        return None;
    }
    with_path(uri, path)
}

/// The URI with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_at_the_end_is_of_no_matter() {
        for (path, expect) in [
            ("/v1/models/", Some("/v1/models")),
            ("/v1/chat/completions/?a=b/", Some("/v1/chat/completions?a=b/")),
            ("http://host/v1/models/", Some("http://host/v1/models")),
            ("/v1/models//", Some("/v1/models/")),
            ("/v1/models", None),
            ("/", None),
            ("/ui/", None),
            ("/ui/assets/", None),
            ("*", None),
        ] {
            let found = shorter(&path.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), expect, "{path}");
        }
    }
    #[test]
    fn several_slashes_at_the_beginning_are_one() {
        for (path, expect) in [
            ("//v1/model/info?a=//b", "/v1/model/info?a=//b"),
            ("///v1//models", "/v1//models"),
            ("//", "/"),
        ] {
            let found = one_first_slash(&path.parse().unwrap()).unwrap();
            assert_eq!(found.to_string(), expect, "{path}");
        }
    }
}
