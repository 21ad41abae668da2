//! Session cookie: its two names, and its lookup among a browser's cookies.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header};
use ledger::KeyHash;
use secrecy::{ExposeSecret as _, SecretString};

use super::page_origin::is_https;
use crate::http::ApiError;

/// The cookie's name over plain HTTP, where browsers take no better one.
pub(crate) const PLAIN: &str = "fareway_session";
/// Its name over TLS. Browsers take one of this name from this very host only: no other host of the
/// site, and nobody who answers in its place without TLS, can set it.
const OVER_TLS: &str = "__Host-fareway_session";

/// A working day, in seconds.
pub(super) const LASTS: i64 = 12 * 3_600;

/// The session token in the browser's cookie.
pub(crate) struct Token {
    secret: SecretString,
    over_tls: bool,
}

// === impl Token ===

impl Token {
    /// A new one, for the page that sent the request.
    pub(super) fn new(asked: &HeaderMap) -> Result<Self, ApiError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| ApiError::NoRandom)?;
        let secret = BASE64_URL_SAFE_NO_PAD.encode(bytes).into();
        Ok(Self { secret, over_tls: is_https(asked) })
    }

    /// The one that a request shows.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        if let Some(secret) = only(headers, OVER_TLS)? {
            return Ok(Some(Self { secret, over_tls: true }));
        }
        // Over TLS the plain name is not this gateway's doing.
        let secret = if is_https(headers) { None } else { only(headers, PLAIN)? };
        Ok(secret.map(|secret| Self { secret, over_tls: false }))
    }

    /// Whether it was given to a page that was loaded by TLS.
    pub(super) fn is_over_tls(&self) -> bool {
        self.over_tls
    }

    /// Its hash, which is what the database stores.
    pub(super) fn id(&self) -> String {
        KeyHash::of(self.secret.expose_secret()).to_string()
    }

    /// A proof that the master key is still the one that signed in. Without the token it cannot be
    /// used to try master keys.
    pub(super) fn bound_to(&self, master: &SecretString) -> String {
        let both = SecretString::from(format!(
            "{}{}",
            self.secret.expose_secret(),
            master.expose_secret()
        ));
        KeyHash::of(both.expose_secret()).to_string()
    }

    /// The header that gives it to the browser.
    pub(crate) fn set_cookie(&self) -> Option<HeaderValue> {
        self.header(self.secret.expose_secret(), LASTS)
    }

    /// The header that takes it from the browser.
    pub(crate) fn take_cookie(&self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(&self, value: &str, lasts: i64) -> Option<HeaderValue> {
        let (name, secure) = if self.over_tls { (OVER_TLS, "; Secure") } else { (PLAIN, "") };
        // No `Domain`: without it the cookie goes to this host alone, which `__Host-` also demands.
        let text =
            format!("{name}={value}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict{secure}");
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The cookie of a name. If there are two, another party has set one of them, for another path or for
/// all hosts of the site. They cannot be distinguished, so that neither counts.
fn only(headers: &HeaderMap, name: &str) -> Result<Option<SecretString>, ApiError> {
    let lines = headers.get_all(header::COOKIE).iter();
    let cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    // Other programs' cookies on this host need not be text.
    let cookies = cookies.filter_map(|cookie| std::str::from_utf8(cookie).ok());
    let mut values = cookies
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(of, value)| *of == name && !value.is_empty())
        .map(|(_, value)| SecretString::from(value));
    let first = values.next();
    if values.next().is_some() { Err(ApiError::TwoSessions) } else { Ok(first) }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;
    use crate::auth::session::page_origin::FORWARDED_PROTO;

    const HTTPS: (HeaderName, &str) = (FORWARDED_PROTO, "https");
    const HOST: (HeaderName, &str) = (header::HOST, "gw");

    fn headers(all: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn found(all: &[(HeaderName, &'static str)]) -> Option<String> {
        let token = Token::of(&headers(all)).unwrap();
        token.map(|token| token.secret.expose_secret().to_owned())
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |line| found(&[(header::COOKIE, line)]);
        assert_eq!(found("a=1; fareway_session=xyz; b=2").as_deref(), Some("xyz"));
        assert_eq!(found("name=Zoë; fareway_session=xyz").as_deref(), Some("xyz"));
        for none in ["", "fareway_session=", "other_fareway_session=xyz", "fareway_session"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn the_name_that_nobody_else_can_set_comes_first() {
        let both = (header::COOKIE, "fareway_session=planted; __Host-fareway_session=own");
        assert_eq!(found(std::slice::from_ref(&both)).as_deref(), Some("own"));
        let planted = (header::COOKIE, "fareway_session=planted");
        assert_eq!(found(&[planted.clone(), HTTPS]), None);
        assert_eq!(found(&[planted.clone(), HOST, (header::ORIGIN, "https://gw")]), None);
        // Whether a page of another site has TLS says nothing of this one.
        let other = (header::ORIGIN, "https://example.com");
        assert_eq!(found(&[planted, HOST, other]).as_deref(), Some("planted"));
    }

    #[test]
    fn two_of_one_name_are_none() {
        let two = (header::COOKIE, "fareway_session=a; fareway_session=b");
        assert!(matches!(Token::of(&headers(&[two])), Err(ApiError::TwoSessions)));
        let lines = ["fareway_session=a", "fareway_session=a"].map(|line| (header::COOKIE, line));
        assert!(matches!(Token::of(&headers(&lines)), Err(ApiError::TwoSessions)));
    }

    #[test]
    fn a_session_is_bound_to_the_master_key() {
        let token = Token { secret: "t".into(), over_tls: false };
        assert_ne!(token.bound_to(&"sk-a".into()), token.bound_to(&"sk-b".into()));
        assert_ne!(token.bound_to(&"sk-a".into()), token.id());
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_other_sites() {
        let cookie = |asked: &[_]| {
            let token = Token::new(&headers(asked)).unwrap();
            Token { secret: "t".into(), ..token }.set_cookie().unwrap()
        };
        let plain = cookie(&[HOST, (header::ORIGIN, "http://gw")]);
        assert_eq!(plain, "fareway_session=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
        for tls in [HTTPS, (header::ORIGIN, "https://gw")] {
            let cookie = cookie(&[HOST, tls]);
            assert_eq!(
                cookie,
                "__Host-fareway_session=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"
            );
        }
    }
}
