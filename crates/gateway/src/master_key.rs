//! The master key: whether it is one, and whether a request shows it.

use http::{HeaderMap, HeaderName, header};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// Keys that stand in published examples. A gateway with one of these is open to everybody.
const WELL_KNOWN: [&str; 8] = [
    "sk-1234",
    "sk-12345",
    "sk-123456",
    "sk-12345678",
    "sk-master",
    "sk-test",
    "changeme",
    "sk-xxxx",
];

/// Where clients put their key, in the order in which they are looked at.
const HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    HeaderName::from_static("api-key"),
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("x-litellm-api-key"),
];

/// Why a gateway may listen on loopback only.
pub(crate) fn weakness(key: Option<&SecretString>) -> Option<&'static str> {
    match key.map(ExposeSecret::expose_secret) {
        None | Some("") => Some("there is no `general_settings.master_key`"),
        Some(key) if WELL_KNOWN.contains(&key) => {
            Some("`general_settings.master_key` is a key that everybody knows from examples")
        }
        Some(_) => None,
    }
}

/// The key that a request shows.
pub(crate) fn shown(headers: &HeaderMap) -> Option<&str> {
    let value = HEADERS.iter().find_map(|name| headers.get(name))?.to_str().ok()?.trim();
    let bearer = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let key = bearer.map_or(value, |(_, key)| key.trim());
    (!key.is_empty()).then_some(key)
}

/// Compares in a time that does not tell how much is right.
pub(crate) fn is(key: &SecretString, shown: &str) -> bool {
    key.expose_secret().as_bytes().ct_eq(shown.as_bytes()).into()
}
