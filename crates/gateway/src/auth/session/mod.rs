//! Sessions of the admin UI: a random cookie in place of the key that signed in. The database
//! stores its SHA-256 only and is queried for each request, so that a session that ends has ended
//! at every gateway.

mod cookie;
mod page_origin;

use http::{HeaderMap, Method, request::Parts};
use ledger::{ChangedBy, KeyHash, Session};
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;

pub(crate) use self::{
    cookie::{PLAIN as COOKIE, Token},
    page_origin::{is_foreign, is_own},
};
use super::{actor::Actor, caller::Caller};
use crate::{auth::Auth, http::ApiError};

/// The page of sessions.
const PAGE: &str = "/ui/api/session";

/// The caller that the session of a request belongs to. Changes are accepted from the gateway's own pages
/// only.
pub(crate) async fn caller(
    parts: &Parts,
    auth: &Auth,
    master: &SecretString,
) -> Result<Caller, ApiError> {
    let token = Token::of(&parts.headers)?.ok_or(ApiError::NoKey)?;
    let own =
        is_own(&parts.headers) && (page_origin::is_https(&parts.headers) || !token.is_over_tls());
    // Before the session is looked up, so that a foreign page learns nothing from the answer.
    if !parts.method.is_safe() && !own {
        return Err(ApiError::WrongOrigin);
    }
    let store = auth.books.store();
    let now = auth.now().as_microsecond();
    let session = store.session(&token.id(), now).await?.ok_or(ApiError::SessionOver)?;
    let Some(key_id) = &session.key_id else {
        let bound = session.bound.unwrap_or_default();
        // A new master key ends the sessions that the old one opened.
        let same: bool = bound.as_bytes().ct_eq(token.bound_to(master).as_bytes()).into();
        return if same { Ok(Caller::Operator) } else { Err(ApiError::SessionOver) };
    };
    // The key is looked up for each request, so that its end and its limits count at once.
    let known = KeyHash::parse(key_id).and_then(|hash| auth.books.keys().find(&hash));
    match Caller::known(known.ok_or(ApiError::SessionOver)?, auth) {
        Ok(caller) if caller.is_admin() || may_look(parts) => Ok(caller),
        Ok(_) => Err(ApiError::ReadOnly),
        Err(refused) => {
            // It does not come back when the key is unblocked.
            let by = ChangedBy::new(ChangedBy::GATEWAY, now);
            store.delete_session(&session.id, &by).await?;
            Err(refused)
        }
    }
}

/// Whether a request only looks, or signs out.
fn may_look(parts: &Parts) -> bool {
    parts.method.is_safe() || (parts.method == Method::DELETE && parts.uri.path() == PAGE)
}

/// End of a request's session, in microseconds since 1970.
pub(crate) async fn expires_at(headers: &HeaderMap, auth: &Auth) -> Result<Option<i64>, ApiError> {
    let Some(token) = Token::of(headers)? else { return Ok(None) };
    let now = auth.now().as_microsecond();
    let session = auth.books.store().session(&token.id(), now).await?;
    Ok(session.map(|session| session.expires_at))
}

/// Creates a session for a page, with a new token.
pub(crate) async fn begin(
    headers: &HeaderMap,
    (caller, actor): (&Caller, &Actor),
    auth: &Auth,
    master: &SecretString,
) -> Result<(Token, i64), ApiError> {
    let token = Token::new(headers)?;
    let created_at = auth.now().as_microsecond();
    let (key_id, bound) = match caller {
        Caller::Operator => (None, Some(token.bound_to(master))),
        Caller::Key(known) => (Some(known.key.id.clone()), None),
    };
    let expires_at = created_at + cookie::LASTS * 1_000_000;
    let session = Session { id: token.id(), key_id, bound, created_at, expires_at };
    auth.books.store().put_session(&session, &actor.change()).await?;
    Ok((token, expires_at))
}

/// Ends the session of a request, and returns its token.
pub(crate) async fn end(
    headers: &HeaderMap,
    actor: &Actor,
    auth: &Auth,
) -> Result<Option<Token>, ApiError> {
    let Some(token) = Token::of(headers)? else { return Ok(None) };
    auth.books.store().delete_session(&token.id(), &actor.change()).await?;
    Ok(Some(token))
}
