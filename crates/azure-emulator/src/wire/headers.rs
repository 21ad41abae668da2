//! Azure's response headers, on answers and on refusals.

use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
};

use crate::{
    random::Dice, request::refusal::Refusal, routing::model_pool, state::State,
    wire::body::WireBody,
};

/// The facts about a request that headers contain.
pub(crate) struct About {
    request_id: String,
    client_request_id: Option<HeaderValue>,
    dice: Dice,
    /// Empty until known.
    pub(crate) deployment: String,
    /// Empty until known.
    pub(crate) served: String,
}

const REQUESTS_PER_MINUTE: u64 = 4_500;
const TOKENS_PER_MINUTE: u64 = 450_000;

// === impl About ===

impl About {
    pub(crate) fn new(state: &State, number: u64, headers: &HeaderMap) -> Self {
        let mut dice = Dice::new(state.settings.seed, &format!("headers {number}"));
        Self {
            request_id: dice.guid(),
            client_request_id: headers.get("x-ms-client-request-id").cloned(),
            dice,
            deployment: String::new(),
            served: String::new(),
        }
    }

    /// The headers of every response.
    fn common(&self, headers: &mut HeaderMap) {
        // A copy, so that a second call for the same request gives the same headers.
        let mut dice = self.dice.clone();
        set(headers, "apim-request-id", &self.request_id);
        set(headers, "x-request-id", &dice.guid());
        match &self.client_request_id {
            Some(id) => {
                headers.insert("x-ms-client-request-id", id.clone());
            }
            None => set(headers, "x-ms-client-request-id", "Not-Set"),
        }
        set(headers, "strict-transport-security", "max-age=31536000; includeSubDomains; preload");
        set(headers, "x-content-type-options", "nosniff");
        set(headers, "x-ms-region", "East US 2");
        if !self.deployment.is_empty() {
            set(headers, "x-ms-deployment-name", &self.deployment);
        }
        set(headers, "x-envoy-upstream-service-time", &(150 + dice.below(900)).to_string());
        self.limits(headers, &mut dice);
    }

    fn limits(&self, headers: &mut HeaderMap, dice: &mut Dice) {
        // At random: Azure's counters are not exact either, so nobody should rely on them.
        let left = u64::try_from(dice.below(1_000)).unwrap_or(0);
        set(headers, "x-ratelimit-limit-requests", &REQUESTS_PER_MINUTE.to_string());
        set(headers, "x-ratelimit-limit-tokens", &TOKENS_PER_MINUTE.to_string());
        set(headers, "x-ratelimit-remaining-requests", &(REQUESTS_PER_MINUTE - left).to_string());
        set(headers, "x-ratelimit-remaining-tokens", &(TOKENS_PER_MINUTE - 100 * left).to_string());
    }
}

/// A 200 with Azure's headers around `body`.
pub(crate) fn answered(body: WireBody, stream: bool, about: &About) -> Response<WireBody> {
    let promised = body.promised();
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    about.common(headers);
    if let Some(length) = promised {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, must-revalidate"));
    let kind = if stream { "text/event-stream; charset=utf-8" } else { "application/json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    set(headers, "access-control-allow-origin", "*");
    set(headers, "azureml-model-session", "d20260930154032-380c3f99");
    set(headers, "x-accel-buffering", "no");
    set(headers, "x-ms-rai-invoked", "true");
    set(headers, "x-ms-served-model", &about.served);
    set(headers, "x-ratelimit-key", model_pool::undated(&about.served));
    response
}

/// An error response.
pub(crate) fn refused(refusal: &Refusal, about: &About) -> Response<WireBody> {
    let mut response = Response::new(WireBody::whole(refusal.body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    about.common(headers);
    let kind = if refusal.html { "text/html" } else { "application/json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(milliseconds) = refusal.retry_after {
        let seconds = milliseconds.div_ceil(1_000).to_string();
        set(headers, "retry-after", &seconds);
        set(headers, "retry-after-ms", &milliseconds.to_string());
        set(headers, "x-ratelimit-remaining-requests", "0");
        set(headers, "x-ratelimit-remaining-tokens", "0");
        set(headers, "x-ratelimit-reset-requests", &seconds);
        set(headers, "x-ratelimit-reset-tokens", &seconds);
    }
    response
}

/// Sets a header; a value that HTTP cannot carry is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
