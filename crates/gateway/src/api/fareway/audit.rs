//! `GET /fareway/v1/audit`: administrative changes and sign-ins, newest first.

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::{AuditEntry, AuditFilter};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::params::{self, Params, given, wrong},
    app::Worker,
    auth::Admin,
    config::parse_address,
    http::ApiError,
    openapi::{NotRead, Written},
};

/// Which entries, and which part of them. All that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuditParams {
    /// The start: a time, or a day in UTC.
    from: Option<String>,
    /// The end: a time, or a day in UTC, which is included.
    to: Option<String>,
    /// The actor: `operator` (the master key), `gateway`, `nobody`, or a key by itself, its id or
    /// its alias.
    actor: Option<String>,
    /// The action, such as `update_key`, `sign_in` or `refuse_sign_in`.
    action: Option<String>,
    /// The kind of the object: `key`, `team`, `user`, `model`, `session`, `client`, `requests`,
    /// `prices` or `gateway`.
    kind: Option<String>,
    /// The object's id; for a key also the key itself.
    subject: Option<String>,
    /// The client's address.
    ip: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
    /// From 1 to 1000; defaults to 50.
    limit: Option<String>,
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(crate) struct List {
    entries: Vec<EntryShown>,
    /// `before` of the next page; null on the last.
    next: Option<String>,
}

/// One change, or one sign-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryShown {
    id: String,
    at: Option<Timestamp>,
    /// `operator` (the master key), `key`, `gateway`, or `nobody` if no valid key was sent.
    actor: String,
    /// SHA-256 of the key that made the change.
    key_id: Option<String>,
    /// The key's alias at that time.
    key_alias: Option<String>,
    /// Whether it was made in the admin UI.
    session: bool,
    /// The client's address; null if it was not recorded.
    ip: Option<String>,
    /// The action, such as `update_key`.
    action: String,
    /// The kind of the object.
    kind: String,
    /// The object's id; for a session, the beginning of its id.
    subject: String,
    /// The changed values before, without secrets; null if the object did not exist.
    #[schema(value_type = Written)]
    before: Option<Box<RawValue>>,
    /// The changed values afterwards; null if the object was deleted.
    #[schema(value_type = Written)]
    after: Option<Box<RawValue>>,
}

/// The audit, newest first; for admins.
#[utoipa::path(get, path = "/fareway/v1/audit", tag = "gateway", params(AuditParams),
    responses((status = 200, body = List), NotRead))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Params(params): Params<AuditParams>,
) -> Result<Json<List>, ApiError> {
    let limit = params::number("limit", &params.limit, (1, 1_000), 50)?;
    let (filter, before) = (params.filter()?, given(&params.before));
    let page = worker.app.books.store().audit(&filter, (before, limit)).await?;
    let entries = page.entries.into_iter().map(EntryShown::new).collect();
    Ok(Json(List { entries, next: page.next }))
}

// === impl AuditParams ===

impl AuditParams {
    fn filter(&self) -> Result<AuditFilter, ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let ip = given(&self.ip).map(|ip| {
            // In the spelling in which addresses are recorded.
            let parsed = parse_address(ip).map(|ip| ip.to_string());
            parsed.ok_or_else(|| wrong("ip", "an IP address", ip))
        });
        Ok(AuditFilter {
            from: params::from("from", &self.from)?,
            to: params::to("to", &self.to)?,
            actor: given(&self.actor).map(|actor| match shown_key(actor) {
                Some(id) => format!("key:{id}"),
                None => actor.to_owned(),
            }),
            action: text(&self.action),
            kind: text(&self.kind),
            subject: given(&self.subject)
                .map(|subject| shown_key(subject).unwrap_or_else(|| subject.to_owned())),
            ip: ip.transpose()?,
        })
    }
}

/// The id of a key that is given as such, or as the key itself.
fn shown_key(text: &str) -> Option<String> {
    let is_key = ledger::KeyHash::parse(text).is_some() || text.starts_with("sk-");
    is_key.then(|| params::key(&Some(text.to_owned()))).flatten()
}

// === impl EntryShown ===

impl EntryShown {
    fn new(entry: AuditEntry) -> Self {
        let json = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
        let (actor, key_id) = match entry.actor.split_once(':') {
            Some((kind, id)) => (kind.to_owned(), Some(id.to_owned())),
            None => (entry.actor, None),
        };
        let (kind, subject) = entry.subject.split_once(':').unwrap_or(("", &entry.subject));
        Self {
            at: Timestamp::from_microsecond(entry.at).ok(),
            actor,
            key_id,
            key_alias: entry.alias,
            session: entry.session,
            ip: entry.ip,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            before: json(entry.before),
            after: json(entry.after),
            action: entry.action,
            id: entry.id,
        }
    }
}
