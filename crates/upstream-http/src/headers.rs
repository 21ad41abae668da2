//! Headers of a connection, and the caller's headers that a provider sends on.

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

/// Whether a header describes a connection rather than a message.
#[must_use]
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name)
}

/// Removes the headers that describe a connection.
#[must_use]
pub fn without_hop_by_hop(mut headers: HeaderMap) -> HeaderMap {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
    headers
}

/// Adds the headers of `from` that `may` go up, all values of each.
pub fn forward(from: HeaderMap, to: &mut HeaderMap, may: impl Fn(&HeaderName) -> bool) {
    let mut current = None;
    for (name, value) in from {
        // The map's iterator names a header only once, with its first value.
        current = name.or(current);
        if let Some(name) = current.as_ref().filter(|name| may(name)) {
            to.append(name.clone(), value);
        }
    }
}
