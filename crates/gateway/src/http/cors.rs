//! CORS: browser pages of the origins in `general_settings.cors_origins` may call the API with a
//! key.
//!
//! Cookies are not accepted: `Access-Control-Allow-Credentials` is never sent, so that a session of
//! the admin UI opens nothing for other origins. The UI's own pages allow no other origin at all.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, DELETE");
/// How long browsers may remember a preflight's answer, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
/// All of an answer's headers, such as `x-fareway-request-id`: without credentials `*` means that.
const ANY: HeaderValue = HeaderValue::from_static("*");

/// The origin of a page that may read the answer.
#[derive(Clone, Debug)]
pub(crate) struct AllowedOrigin(HeaderValue);

// === impl AllowedOrigin ===

impl AllowedOrigin {
    /// The one of a request for this path, if it is in the list; `*` allows every origin.
    pub(crate) fn of(origins: &[String], path: &str, headers: &HeaderMap) -> Option<Self> {
        let origin = headers.get(ORIGIN).filter(|_| !origins.is_empty())?;
        // The UI has a session cookie, which no other origin may use.
        let own = path == "/ui" || path.starts_with("/ui/");
        let listed = origins.iter().any(|listed| listed == "*" || origin == listed.as_str());
        (listed && !own).then(|| Self(origin.clone()))
    }

    /// The answer to a preflight request, with which a browser asks before it sends the real one.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        if method != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let mut answer = (StatusCode::NO_CONTENT, Body::empty()).into_response();
        let to = answer.headers_mut();
        to.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        to.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        // SDKs send headers of their own, and which ones changes with their versions.
        if let Some(asked) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            to.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        self.mark(to);
        Some(answer)
    }

    /// Lets the page read an answer.
    pub(crate) fn mark(&self, to: &mut HeaderMap) {
        to.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0.clone());
        to.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
        to.append(VARY, HeaderValue::from_static("origin"));
    }
}
