//! `/ui/api/session`: signing in to the admin UI and signing out.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::params::Posted,
    app::Worker,
    auth::{Actor, Caller, caller::is_local, presented_keys, session},
    http::{ApiError, ClientIp},
    openapi::{NoBooks, NoRandom, NotDone},
};

/// The key to sign in with.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SignIn {
    /// The master key, or a virtual key.
    key: String,
}

/// The rights of a session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SessionKind)]
enum Kind {
    /// Everything: the master key, or a gateway without one.
    Operator,
    /// The same: a virtual key that is an admin's.
    AdminKey,
    /// See what the virtual key itself has done.
    Key,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct Shown {
    kind: Kind,
    /// A display name: `operator`, the key's alias, or its last characters.
    name: String,
    /// SHA-256 of the virtual key.
    key_id: Option<String>,
    key_alias: Option<String>,
    /// Null if no sign-in is needed.
    expires_at: Option<Timestamp>,
    /// Whether the gateway has no master key, so that anyone on this machine is its operator.
    open: bool,
}

/// Signs in: the response sets the cookie `fareway_session`, over TLS `__Host-fareway_session`,
/// which expires after twelve hours.
#[utoipa::path(post, path = "/ui/api/session", tag = "ui", request_body = SignIn,
    responses((status = 200, body = Shown), NotDone, NoRandom))]
pub(super) async fn sign_in(
    State(worker): State<Worker>,
    headers: HeaderMap,
    client: ClientIp,
    Posted(SignIn { key }): Posted<SignIn>,
) -> Result<Response, ApiError> {
    let Some(master) = &worker.app.auth.master_key else {
        if !is_local(&headers) {
            return Err(ApiError::NotLocal);
        }
        return Ok(Json(Shown::new(&Caller::Operator, None, true)).into_response());
    };
    // A page of another site could make a browser work with its own key.
    if session::is_foreign(&headers) {
        return Err(ApiError::WrongOrigin);
    }
    let caller = match key.trim() {
        "" => Err(ApiError::NoKey),
        key => match Caller::of(key, &worker.app.auth, master) {
            Err(ApiError::WrongKey) => Err(worker.app.auth.wrong_key(&client, key).await),
            caller => caller,
        },
    };
    let now = worker.app.now().as_microsecond();
    let caller =
        caller.inspect_err(|_| worker.app.books.refusals().sign_in(client.address, now))?;
    let actor = Actor::with_key(&caller, client, &worker.app.auth);
    // The session that this browser still has ends, as its cookie is replaced.
    session::end(&headers, &actor, &worker.app.auth).await?;
    let begun = session::begin(&headers, (&caller, &actor), &worker.app.auth, master).await;
    let (token, expires_at) = begun?;
    let mut response = Json(Shown::new(&caller, Some(expires_at), false)).into_response();
    if let Some(cookie) = token.set_cookie() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/ui/api/session", tag = "ui",
    responses((status = 200, body = Shown), NoBooks))]
pub(super) async fn show(
    State(worker): State<Worker>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Shown>, ApiError> {
    let open = worker.app.auth.master_key.is_none();
    // A key in a header takes precedence over the cookie, and does not expire with it.
    let by_cookie = !open && presented_keys::shown(&headers).next().is_none();
    let expires_at =
        if by_cookie { session::expires_at(&headers, &worker.app.auth).await? } else { None };
    Ok(Json(Shown::new(&caller, expires_at, open)))
}

/// Signs out: ends the session for every holder of its cookie.
#[utoipa::path(delete, path = "/ui/api/session", tag = "ui",
    responses((status = 204, description = "Signed out."), NoBooks))]
pub(super) async fn sign_out(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let actor = Actor::with_key(&caller, client, &worker.app.auth);
    let ended = session::end(&headers, &actor, &worker.app.auth).await?;
    if let Some(cookie) = ended.and_then(|token| token.take_cookie()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

// === impl Shown ===

impl Shown {
    fn new(caller: &Caller, expires_at: Option<i64>, open: bool) -> Self {
        let expires_at = expires_at.and_then(|at| Timestamp::from_microsecond(at).ok());
        let Caller::Key(known) = caller else {
            let name = "operator".to_owned();
            let (key_id, key_alias) = (None, None);
            return Self { kind: Kind::Operator, name, key_id, key_alias, expires_at, open };
        };
        let key = &known.key;
        Self {
            kind: if key.admin { Kind::AdminKey } else { Kind::Key },
            name: key.alias.clone().unwrap_or_else(|| key.name.clone()),
            key_id: Some(key.id.clone()),
            key_alias: key.alias.clone(),
            expires_at,
            open,
        }
    }
}
