//! `GET /fareway/v1/refusals`: requests that the gateway itself refused, by reason.

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::{RefusalQuery, RefusalRow, RefusedBy};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    accounting::{OPERATOR, OTHER, SESSION, UNKNOWN},
    api::params::{self, Params, given, wrong},
    app::{App, Worker},
    auth::Caller,
    http::ApiError,
    openapi::NotRead,
};

/// Which refusals, and how they are grouped.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RefusalParams {
    /// Group by, separated by commas: `key`, `reason` (default), and one of `minute`, `hour` and
    /// `day` (UTC).
    by: Option<String>,
    /// The start: a time, or a day in UTC. Counts are per whole minute.
    from: Option<String>,
    /// The end: a time, or a day in UTC, which is included.
    to: Option<String>,
    /// A key, or its hash.
    key: Option<String>,
    /// One reason, such as `team_budget`.
    reason: Option<String>,
}

/// Requests that the gateway refused. They were never sent, and are in no other report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusalReport)]
pub(crate) struct Report {
    by: Vec<&'static str>,
    /// Largest first, or by time.
    rows: Vec<RowShown>,
    /// All matching refusals, including those beyond the rows.
    total: i64,
    /// Whether there are more rows.
    truncated: bool,
}

/// One group. Fields that are not grouped by are absent.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = RefusalRow)]
struct RowShown {
    /// The start of its minute, hour or day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    at: Option<Timestamp>,
    /// The key's alias or id; `operator` for the master key, `session` for a session of the admin UI, `unknown`
    /// for wrong keys and none, and `other` for keys beyond the first 1,000 of a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key: Option<String>,
    /// SHA-256 of the key, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    requests: i64,
}

/// No more rows than this are shown.
const MOST_ROWS: u32 = 10_000;
/// Microseconds.
const MINUTE: i64 = 60_000_000;

const DIMENSIONS: [(&str, RefusedBy); 5] = [
    ("key", RefusedBy::Key),
    ("reason", RefusedBy::Reason),
    ("minute", RefusedBy::Minutes(1)),
    ("hour", RefusedBy::Minutes(60)),
    ("day", RefusedBy::Minutes(1_440)),
];

/// Requests that the gateway refused; a key that is not an admin's sees its own.
#[utoipa::path(get, path = "/fareway/v1/refusals", tag = "requests", params(RefusalParams),
    responses((status = 200, body = Report), NotRead))]
pub(crate) async fn report(
    State(worker): State<Worker>,
    caller: Caller,
    Params(params): Params<RefusalParams>,
) -> Result<Json<Report>, ApiError> {
    let (by, groups) = params.groups()?;
    let mut query = RefusalQuery {
        from: params::from("from", &params.from)?.map(|time| time.div_euclid(MINUTE)),
        // Rounded up: a minute counts whole if any part of it is within the period.
        to: params::to("to", &params.to)?.map(|time| (time + MINUTE - 1).div_euclid(MINUTE)),
        key_id: params::key(&params.key),
        reason: given(&params.reason).map(str::to_owned),
        by: groups,
    };
    caller.narrow(&mut query.key_id)?;
    let app = &worker.app;
    // This gateway's own counts of the last seconds are only in memory.
    app.books.refusals().store(app.books.store()).await?;
    // One more than is shown, to find out whether there are more.
    let mut rows = app.books.store().refusals(&query, MOST_ROWS + 1).await?;
    let truncated = u32::try_from(rows.len()).is_ok_and(|rows| rows > MOST_ROWS);
    rows.truncate(usize::try_from(MOST_ROWS).unwrap_or(usize::MAX));
    let all = RefusalQuery { by: Vec::new(), ..query };
    let total = app.books.store().refusals(&all, 1).await?.first().map_or(0, |all| all.requests);
    let rows = rows.into_iter().map(|row| RowShown::new(row, app)).collect();
    Ok(Json(Report { by, rows, total, truncated }))
}

// === impl RefusalParams ===

impl RefusalParams {
    fn groups(&self) -> Result<(Vec<&'static str>, Vec<RefusedBy>), ApiError> {
        let expected = "`key`, `reason`, and one of `minute`, `hour` and `day`, each once";
        let mut found: Vec<(&'static str, RefusedBy)> = Vec::new();
        let text = given(&self.by).unwrap_or("reason");
        for name in text.split(',').map(str::trim) {
            let known = DIMENSIONS.iter().find(|(known, _)| *known == name);
            let (name, by) = *known.ok_or_else(|| wrong("by", expected, text))?;
            let is_time = |by: RefusedBy| matches!(by, RefusedBy::Minutes(_));
            if found.iter().any(|(_, other)| *other == by || (is_time(*other) && is_time(by))) {
                return Err(wrong("by", expected, text));
            }
            found.push((name, by));
        }
        Ok(found.into_iter().unzip())
    }
}

// === impl RowShown ===

impl RowShown {
    fn new(row: RefusalRow, app: &App) -> Self {
        let RefusalRow { minute, key_id, reason, requests } = row;
        let at = minute.and_then(|minute| Timestamp::from_second(minute.checked_mul(60)?).ok());
        let (key, key_id) = match key_id {
            None => (None, None),
            Some(id) if [OPERATOR, OTHER, SESSION, UNKNOWN].contains(&&*id) => {
                (Some(id.trim_matches(['(', ')']).to_owned()), None)
            }
            Some(id) => {
                let alias = app.books.alias_of_known(&id).flatten();
                (Some(alias.unwrap_or_else(|| id.clone())), Some(id))
            }
        };
        Self { at, key, key_id, reason, requests }
    }
}
