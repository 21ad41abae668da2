//! Sessions of the admin UI: a random cookie that stands for the key that signed in. The store has
//! its SHA-256 and nothing more of it, and is asked each time, so that a session that ends has ended
//! at every gateway.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use ledger::{KeyHash, Session};
use llm_types::{Clock as _, SystemClock};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::{app::Worker, caller::Caller, error::ApiError};

/// The cookie's name.
pub(crate) const COOKIE: &str = "fareway_session";
/// A working day, in seconds.
const LASTS: i64 = 12 * 3_600;

/// The page of sessions.
pub(crate) const PAGE: &str = "/ui/api/session";

/// What the browser shows.
pub(crate) struct Token(SecretString);

// === impl Token ===

impl Token {
    fn new() -> Result<Self, ApiError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| ApiError::NoRandom)?;
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    /// The one that a request shows.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(|line| line.split(';'));
        let (_, value) = cookies
            .find_map(|cookie| cookie.trim().split_once('=').filter(|(name, _)| *name == COOKIE))?;
        (!value.is_empty()).then(|| Self(value.into()))
    }

    /// What is stored of it.
    fn id(&self) -> String {
        KeyHash::of(self.0.expose_secret()).to_string()
    }

    /// What proves that the master key is still the one that signed in. Without the token nobody can
    /// try master keys against it.
    fn bound_to(&self, master: &SecretString) -> String {
        let both =
            SecretString::from(format!("{}{}", self.0.expose_secret(), master.expose_secret()));
        KeyHash::of(both.expose_secret()).to_string()
    }

    /// The header that gives it to the browser.
    pub(crate) fn set_cookie(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let secure = if is_https(headers) { "; Secure" } else { "" };
        let token = self.0.expose_secret();
        let text =
            format!("{COOKIE}={token}; Path=/; Max-Age={LASTS}; HttpOnly; SameSite=Strict{secure}");
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The header that takes the cookie from the browser.
pub(crate) const NO_COOKIE: HeaderValue =
    HeaderValue::from_static("fareway_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");

/// Whether the browser shows the page by TLS, which may end before the gateway.
fn is_https(headers: &HeaderMap) -> bool {
    let proto = headers.get("x-forwarded-proto").and_then(|proto| proto.to_str().ok());
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    proto == Some("https") || origin.is_some_and(|origin| origin.starts_with("https://"))
}

/// Who has the session that a request shows. A change is taken from the gateway's own pages only.
pub(crate) async fn caller(
    parts: &Parts,
    worker: &Worker,
    master: &SecretString,
) -> Result<Caller, ApiError> {
    let token = Token::of(&parts.headers).ok_or(ApiError::NoKey)?;
    if !parts.method.is_safe() && !is_own(&parts.headers) {
        return Err(ApiError::WrongOrigin);
    }
    let store = worker.app.books.store();
    let now = SystemClock.now().as_microsecond();
    let session = store.session(&token.id(), now).await?.ok_or(ApiError::SessionOver)?;
    let Some(key_id) = &session.key_id else {
        let bound = session.bound.unwrap_or_default();
        let same: bool = bound.as_bytes().ct_eq(token.bound_to(master).as_bytes()).into();
        return if same { Ok(Caller::Operator) } else { Err(ApiError::SessionOver) };
    };
    let known = KeyHash::parse(key_id).and_then(|hash| worker.app.books.directory().find(&hash));
    match Caller::known(known.ok_or(ApiError::SessionOver)?) {
        Ok(caller) if caller.is_admin() || may_look(parts) => Ok(caller),
        Ok(_) => Err(ApiError::ReadOnly),
        Err(refused) => {
            // It does not come back when the key is unblocked.
            store.delete_session(&session.id).await?;
            Err(refused)
        }
    }
}

/// Whether a request only looks, or signs out.
fn may_look(parts: &Parts) -> bool {
    parts.method.is_safe() || (parts.method == Method::DELETE && parts.uri.path() == PAGE)
}

/// When the session ends that a request shows, in microseconds since 1970.
pub(crate) async fn expires_at(
    headers: &HeaderMap,
    worker: &Worker,
) -> Result<Option<i64>, ApiError> {
    let Some(token) = Token::of(headers) else { return Ok(None) };
    let now = SystemClock.now().as_microsecond();
    let session = worker.app.books.store().session(&token.id(), now).await?;
    Ok(session.map(|session| session.expires_at))
}

/// Makes a session, with a token that nobody has seen before.
pub(crate) async fn begin(
    caller: &Caller,
    worker: &Worker,
    master: &SecretString,
) -> Result<(Token, i64), ApiError> {
    let token = Token::new()?;
    let created_at = SystemClock.now().as_microsecond();
    let (key_id, bound) = match caller {
        Caller::Operator => (None, Some(token.bound_to(master))),
        Caller::Key(known) => (Some(known.key.id.clone()), None),
    };
    let expires_at = created_at + LASTS * 1_000_000;
    let session = Session { id: token.id(), key_id, bound, created_at, expires_at };
    worker.app.books.store().put_session(&session).await?;
    Ok((token, expires_at))
}

/// Ends the session that a request shows.
pub(crate) async fn end(headers: &HeaderMap, worker: &Worker) -> Result<(), ApiError> {
    let Some(token) = Token::of(headers) else { return Ok(()) };
    Ok(worker.app.books.store().delete_session(&token.id()).await?)
}

/// Whether the page that asks is the gateway's own: cookies are sent by pages of other ports, too.
/// What a proxy says of the host cannot be set by a page of another site without asking first.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some((_, origin)) = text(header::ORIGIN).and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let forwarded = text(HeaderName::from_static("x-forwarded-host"));
    let hosts = [text(header::HOST), forwarded];
    hosts.into_iter().flatten().any(|host| host.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(HeaderName, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_the_gateways_own_pages_are_its_own() {
        let host = (header::HOST, "gw.example.com:4000");
        let own = |origin| is_own(&headers(&[host.clone(), (header::ORIGIN, origin)]));
        assert!(own("https://gw.example.com:4000") && own("http://GW.example.com:4000"));
        for other in [
            "https://gw.example.com",
            "https://gw.example.com:4001",
            "https://gw.example.com:4000.example.com",
            "https://example.com",
            "null",
            "",
        ] {
            assert!(!own(other), "{other}");
        }
        assert!(!is_own(&headers(std::slice::from_ref(&host))));
        let forwarded = (HeaderName::from_static("x-forwarded-host"), "fareway.example.com");
        let origin = (header::ORIGIN, "https://fareway.example.com");
        assert!(is_own(&headers(&[host, forwarded, origin])));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |line| {
            let token = Token::of(&headers(&[(header::COOKIE, line)]));
            token.map(|token| token.0.expose_secret().to_owned())
        };
        assert_eq!(found("a=1; fareway_session=xyz; b=2").as_deref(), Some("xyz"));
        for none in ["", "fareway_session=", "other_fareway_session=xyz", "fareway_session"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn a_session_is_bound_to_the_master_key() {
        let token = Token("t".into());
        assert_ne!(token.bound_to(&"sk-a".into()), token.bound_to(&"sk-b".into()));
        assert_ne!(token.bound_to(&"sk-a".into()), token.id());
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_other_sites() {
        let cookie = |headers: &HeaderMap| Token("t".into()).set_cookie(headers).unwrap();
        let plain = cookie(&headers(&[(header::ORIGIN, "http://gw")]));
        assert_eq!(plain, "fareway_session=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
        let tls = cookie(&headers(&[(header::ORIGIN, "https://gw")]));
        assert!(tls.to_str().unwrap().ends_with("; Secure"));
    }
}
