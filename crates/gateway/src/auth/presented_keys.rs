//! Keys that a request presents, in any of four headers, and their comparison with the master key.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// Headers in which clients send their key, in the order in which they are read. `Authorization` is the last:
/// a proxy on the way, or another service's client, may have put its own credential there.
static HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("x-litellm-api-key"),
    HeaderName::from_static("api-key"),
    HeaderName::from_static("x-api-key"),
    header::AUTHORIZATION,
];

/// The keys of a request, in the order in which they are tried.
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
    // `Basic …` stays as it is: it is no key, and is refused as one.
    let key = if scheme.eq_ignore_ascii_case("bearer") { rest.trim() } else { value };
    (!key.is_empty()).then_some(key)
}

/// Compares in constant time.
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
}
