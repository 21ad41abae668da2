//! The master key: whether it is one, and whether a request shows it.

use http::{HeaderMap, HeaderName, HeaderValue, header};
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

/// A shorter key can be guessed.
const SHORTEST: usize = 16;

/// Where clients put their key, in the order in which they are looked at. `Authorization` is the last:
/// a proxy on the way, or another service's client, may have put its own credential there.
static HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("x-litellm-api-key"),
    HeaderName::from_static("api-key"),
    HeaderName::from_static("x-api-key"),
    header::AUTHORIZATION,
];

/// Why a gateway may listen on loopback only.
pub(crate) fn weakness(key: Option<&SecretString>) -> Option<&'static str> {
    match key.map(ExposeSecret::expose_secret) {
        None | Some("") => Some("there is no `general_settings.master_key`"),
        Some(key) if WELL_KNOWN.contains(&key) => {
            Some("`general_settings.master_key` is a key that everybody knows from examples")
        }
        Some(key) if key.len() < SHORTEST => {
            Some("`general_settings.master_key` has fewer than 16 characters")
        }
        Some(_) => None,
    }
}

/// Whether a key can be guessed.
pub(crate) fn is_weak(key: &SecretString) -> bool {
    weakness(Some(key)).is_some()
}

/// The keys that a request shows, in the order in which they are tried.
pub(crate) fn shown(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    HEADERS.iter().filter_map(|name| key_of(headers.get(name)?))
}

/// The values of these headers, to be looked at later.
pub(crate) fn values(headers: &HeaderMap) -> [Option<HeaderValue>; 4] {
    HEADERS.each_ref().map(|name| headers.get(name).cloned())
}

/// The key that such a value shows.
pub(crate) fn key_of(value: &HeaderValue) -> Option<&str> {
    let value = value.to_str().ok()?.trim();
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    let key = if scheme.eq_ignore_ascii_case("bearer") { rest.trim() } else { value };
    (!key.is_empty()).then_some(key)
}

/// Compares in a time that does not tell how much is right.
pub(crate) fn is(key: &SecretString, shown: &str) -> bool {
    key.expose_secret().as_bytes().ct_eq(shown.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(HeaderName, &'static str)], expect: &[&str]) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(shown(&headers).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_key_is_found_wherever_clients_put_it() {
        check(&[(header::AUTHORIZATION, "Bearer sk-a")], &["sk-a"]);
        check(&[(header::AUTHORIZATION, " bearer   sk-a ")], &["sk-a"]);
        check(&[(header::AUTHORIZATION, "sk-a")], &["sk-a"]);
        for name in &HEADERS[..3] {
            check(&[(name.clone(), "sk-a")], &["sk-a"]);
            check(&[(header::AUTHORIZATION, "sk-b"), (name.clone(), "sk-a")], &["sk-a", "sk-b"]);
        }
    }

    #[test]
    fn no_key_is_no_key() {
        check(&[], &[]);
        for empty in ["", " ", "Bearer", "Bearer ", "bearer\t"] {
            check(&[(header::AUTHORIZATION, empty)], &[]);
        }
        check(&[(header::AUTHORIZATION, "Basic c2stYQ==")], &["Basic c2stYQ=="]);
    }

    #[test]
    fn only_the_whole_key_is_the_key() {
        let key = SecretString::from("sk-a");
        assert!(is(&key, "sk-a"));
        for wrong in ["", "sk-", "sk-b", "sk-a ", "sk-aa", "SK-A"] {
            assert!(!is(&key, wrong), "{wrong}");
        }
    }

    #[test]
    fn keys_that_everybody_knows_are_weak() {
        let why = |key: &str| weakness(Some(&key.into()));
        assert_eq!(weakness(None), Some("there is no `general_settings.master_key`"));
        assert!(why("sk-1234").is_some_and(|why| why.contains("everybody knows")));
        assert!(why("admin").is_some_and(|why| why.contains("fewer than 16 characters")));
        assert!(why("sk-fifteen-char").is_some());
        assert_eq!(why("sk-sixteen-chars"), None);
        assert_eq!(why("sk-2b7e151628aed2a6abf7158809cf4f3c"), None);
    }
}
