//! Caller of a request. A handler that takes a [`Caller`] or an [`Admin`] cannot be reached without
//! authentication.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use ledger::KeyHash;
use secrecy::SecretString;

use super::{actor::Actor, presented_keys, session, state::Auth};
use crate::{
    accounting::{KeyRefusal, KnownKey},
    deployments::{DeploymentSet, Member},
    http::{ApiError, ClientIp, Peer, Refused, is_loopback},
    limits::Places,
};

/// A caller who may send requests.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// The operator: the master key, or any program on this machine when there is none.
    Operator,
    /// A virtual key.
    Key(Arc<KnownKey>),
}

/// A caller who may manage the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Admin(pub(crate) Actor);

impl<S: AsRef<Auth> + Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Self::of_request(parts, parts.extensions.get(), state.as_ref()).await
    }
}

impl Caller {
    /// Identifies the caller of a request that came from `peer`.
    pub(crate) async fn of_request(
        parts: &Parts,
        peer: Option<&Peer>,
        auth: &Auth,
    ) -> Result<Self, ApiError> {
        match &auth.master_key {
            // A presented key counts before the cookie of a session.
            Some(key) => match Self::of_headers(&parts.headers, auth, key) {
                // On the heap: it is rare, and would make the future of every request larger.
                None => Box::pin(session::caller(parts, auth, key)).await,
                Some(Err(ApiError::WrongKey)) => {
                    let client = auth.client_of(&parts.headers, peer);
                    Err(Box::pin(wrong_key(&parts.headers, client, auth)).await)
                }
                Some(caller) => caller,
            },
            // Programs on this machine may send requests, but web pages in its browser may not.
            None if !is_local(&parts.headers) => Err(ApiError::NotLocal),
            // Nor may pages of other programs on this machine change anything or spend money.
            None if !parts.method.is_safe() && session::is_foreign(&parts.headers) => {
                Err(ApiError::WrongOrigin)
            }
            None => Ok(Self::Operator),
        }
    }

    /// The first presented key that is known here; if there is none, the refusal of the first.
    fn of_headers(
        headers: &HeaderMap,
        auth: &Auth,
        master: &SecretString,
    ) -> Option<Result<Self, ApiError>> {
        let mut keys = presented_keys::shown(headers).map(|shown| Self::of(shown, auth, master));
        let first = keys.next()?;
        // A known key that is refused is the answer, even where another header has a valid one.
        if !matches!(first, Err(ApiError::WrongKey)) {
            return Some(first);
        }
        Some(keys.find(|caller| !matches!(caller, Err(ApiError::WrongKey))).unwrap_or(first))
    }

    fn of_key(shown: &str, auth: &Auth) -> Result<Self, ApiError> {
        let now = auth.now().as_microsecond();
        let known = auth.books.keys().find_shown(&KeyHash::of(shown), now);
        Self::known(known.ok_or(ApiError::WrongKey)?, auth)
    }

    /// A key that may be used now.
    pub(crate) fn known(known: Arc<KnownKey>, auth: &Auth) -> Result<Self, ApiError> {
        match known.refusal(auth.now().as_microsecond()) {
            None => Ok(Self::Key(known)),
            Some(KeyRefusal::Expired) => Err(ApiError::KeyExpired),
            Some(KeyRefusal::Blocked) => Err(ApiError::KeyBlocked("key")),
            Some(KeyRefusal::TeamBlocked) => Err(ApiError::KeyBlocked("key's team")),
        }
    }

    /// Resolves `x-fareway-as-key`: the caller to charge and limit, and the admin acting on its behalf, if
    /// any.
    pub(crate) fn acting(
        self,
        headers: &HeaderMap,
        auth: &Auth,
    ) -> Result<(Self, Option<Arc<str>>), ApiError> {
        let Some(wanted) = headers.get(AS_KEY) else { return Ok((self, None)) };
        if !self.is_admin() {
            return Err(ApiError::NotAdmin);
        }
        let wanted = wanted.to_str().unwrap_or_default();
        let hash = KeyHash::parse(wanted).ok_or_else(|| {
            let text = "expected `x-fareway-as-key` to be a key's id (its SHA-256 in hex)";
            ApiError::BadField(text.to_owned())
        })?;
        let missing = || ApiError::NoSuch { what: "key", id: wanted.to_owned() };
        let known = auth.books.keys().find(&hash).ok_or_else(missing)?;
        Ok((Self::known(known, auth)?, Some(self.called())))
    }

    /// The caller that a presented key belongs to.
    pub(crate) fn of(shown: &str, auth: &Auth, master: &SecretString) -> Result<Self, ApiError> {
        if presented_keys::is(master, shown) {
            Ok(Self::Operator)
        } else {
            Self::of_key(shown, auth)
        }
    }

    /// A place among its requests in flight, before the body is read. Minutes that are counted in Redis
    /// are checked later.
    pub(crate) fn enter(&self, auth: &Auth) -> Result<Places, ApiError> {
        let Self::Key(known) = self else { return Ok(Places::default()) };
        // `None` leaves the minutes to Redis, which is asked once the body is read.
        let now = auth.shared.is_none().then(|| auth.now().as_microsecond());
        Ok(Places::enter(&known.limits, now).map_err(Refused::Limit)?)
    }

    /// The id of its key; empty for the operator.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Operator => "",
            Self::Key(known) => &known.key.id,
        }
    }

    /// A place within the request limits, for work of the gateway that calls no model.
    pub(crate) async fn place(&self, auth: &Auth) -> Result<Places, ApiError> {
        let Self::Key(known) = self else { return Ok(Places::default()) };
        let now = auth.now().as_microsecond();
        let placed = Places::take(&known.limits, auth.shared.as_deref(), now).await;
        Ok(placed.map_err(Refused::Limit)?)
    }

    /// Whether it may use a model group: at least one deployment of it.
    pub(crate) fn may_ask(&self, set: &DeploymentSet, group: &str) -> bool {
        set.of_group(group).any(|member| self.may_use(member))
    }

    /// Whether a deployment may be used for its requests.
    pub(crate) fn may_use(&self, member: &Member) -> bool {
        match self {
            Self::Operator => true,
            Self::Key(known) => known.may_use(&member.group, &member.access),
        }
    }

    /// Whether it may learn of a group that nobody serves now.
    pub(crate) fn may_know(&self, set: &DeploymentSet, group: &str) -> bool {
        let Self::Key(known) = self else { return true };
        let mut known_members = set.stored.iter().filter(|stored| stored.model.group == group);
        known.may_name(group)
            // Of a deployment that cannot be read, the access list is not known.
            && known_members.all(|stored| {
                stored.found.as_ref().is_ok_and(|added| self.may_use(&added.configured))
            })
    }

    /// The ids of a group's deployments that may be used, where some may not; `None`: all.
    pub(crate) fn only(&self, set: &DeploymentSet, group: &str) -> Option<Vec<Arc<str>>> {
        if set.of_group(group).all(|member| self.may_use(member)) {
            return None;
        }
        let may = set.of_group(group).filter(|member| self.may_use(member));
        Some(may.map(|member| Arc::clone(&member.deployment.id)).collect())
    }

    /// Whether it may see the requests of a key.
    pub(crate) fn may_see(&self, key_id: Option<&str>) -> bool {
        match self {
            Self::Operator => true,
            Self::Key(known) => known.key.admin || key_id == Some(&known.key.id),
        }
    }

    /// Whether it may use what a key has made: its own, or that of its team.
    pub(crate) fn has_made(&self, key_id: Option<&str>, team_id: Option<&str>) -> bool {
        let Self::Key(known) = self else { return true };
        let of_team = team_id.is_some() && team_id == known.who.team_id.as_deref();
        self.may_see(key_id) || of_team
    }

    /// Restricts a key that is not an admin's to its own requests.
    pub(crate) fn narrow(&self, key_id: &mut Option<String>) -> Result<(), ApiError> {
        let Self::Key(known) = self else { return Ok(()) };
        if known.key.admin {
            return Ok(());
        }
        if key_id.as_ref().is_some_and(|wanted| *wanted != known.key.id) {
            // Refused and not replaced: the rows would be taken for those of the other key.
            return Err(ApiError::NotYours);
        }
        *key_id = Some(known.key.id.clone());
        Ok(())
    }

    /// Whether the key can manage the gateway.
    pub(crate) fn is_admin(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Key(known) => known.key.admin,
        }
    }

    /// Its display name, which the holder of the named key may see.
    fn called(&self) -> Arc<str> {
        match self {
            Self::Operator => "operator".into(),
            Self::Key(known) => known.key.alias.as_ref().unwrap_or(&known.key.name).as_str().into(),
        }
    }
}

/// The refusal of a request whose keys are unknown.
async fn wrong_key(headers: &HeaderMap, client: ClientIp, auth: &Auth) -> ApiError {
    let shown = presented_keys::shown(headers).next().unwrap_or_default();
    auth.wrong_key(&client, shown).await
}

impl<S: AsRef<Auth> + Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if !caller.is_admin() {
            return Err(ApiError::NotAdmin);
        }
        Ok(Self(Actor::of(&caller, parts, state.as_ref())))
    }
}

/// Names the key on whose behalf an admin sends a request.
pub(crate) const AS_KEY: HeaderName = HeaderName::from_static("x-fareway-as-key");

/// Whether the requested host and the requesting page, if there is one, are both this machine.
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    let local = |name, strip: fn(&str) -> &str| {
        // Programs need not send the header; browsers always do.
        headers.get(name).is_none_or(|value: &HeaderValue| {
            value.to_str().is_ok_and(|value| is_loopback(strip(value)))
        })
    };
    local(header::HOST, |host| host)
        && local(header::ORIGIN, |origin| origin.split_once("://").map_or("", |(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(http::HeaderName, &'static str)], expect: bool) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(is_local(&headers), expect, "{headers:?}");
    }

    #[test]
    fn pages_of_other_sites_may_not_ask() {
        let host = (header::HOST, "127.0.0.1:4000");
        check(&[], true);
        check(std::slice::from_ref(&host), true);
        for own in ["http://localhost:4000", "http://127.0.0.1:5173", "http://[::1]:4000"] {
            check(&[host.clone(), (header::ORIGIN, own)], true);
        }
        for other in ["https://example.com", "http://localhost.example.com", "null", ""] {
            check(&[host.clone(), (header::ORIGIN, other)], false);
        }
    }

    /// A name of the attacker's that resolves to this machine.
    #[test]
    fn a_name_that_only_points_here_is_not_local() {
        check(&[(header::HOST, "rebound.example.com:4000")], false);
        check(&[(header::HOST, "127.0.0.1.example.com")], false);
    }
}
