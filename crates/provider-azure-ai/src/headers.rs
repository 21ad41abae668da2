//! Which headers go up, and which of those that come down say something.

use http::{HeaderMap, HeaderName, header};

/// Headers of a connection, not of a message (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// What the provider sets itself, or what would leak a credential of the caller's, or (with
/// `accept-encoding`) would bring back bytes that nobody here can read.
const OWN: [&str; 12] = [
    "accept-encoding",
    "api-key",
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "ocp-apim-subscription-key",
    "user-agent",
    "x-api-key",
];

/// Exact names of upstream headers that say something about the request, beside the families that
/// [`is_interesting_header`] knows.
const INTERESTING: [&str; 9] = [
    "api-supported-versions",
    "apim-request-id",
    "azureml-model-session",
    "policy-id",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-envoy-upstream-service-time",
    "x-request-id",
];

/// Whether a header of the caller's may go to Azure as it is.
#[must_use]
pub fn is_forwardable_header(name: &HeaderName) -> bool {
    !HOP_BY_HOP.contains(name) && !OWN.contains(&name.as_str())
}

/// Whether an upstream header is worth keeping: rate limits, waiting times, request ids, and what
/// Azure says about region, deployment and model.
#[must_use]
pub fn is_interesting_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    let family = name.starts_with("x-ms-")
        || name.starts_with("x-ratelimit-")
        || name.starts_with("x-rate-limit-");
    family || INTERESTING.contains(&name)
}

/// Takes out what describes the connection.
pub(crate) fn without_hop_by_hop(mut headers: HeaderMap) -> HeaderMap {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
    headers
}

/// Adds those headers of `from` that may go up, all values of each.
pub(crate) fn forward(from: HeaderMap, to: &mut HeaderMap) {
    let mut current = None;
    for (name, value) in from {
        // The map's iterator names a header only once, with its first value.
        current = name.or(current);
        if let Some(name) = current.as_ref().filter(|name| is_forwardable_header(name)) {
            to.append(name.clone(), value);
        }
    }
}
