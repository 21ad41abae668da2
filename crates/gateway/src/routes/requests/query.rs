//! What a page of requests is filtered by. A parameter that is not known here is an error: a filter
//! that silently does nothing would show the wrong requests.

use axum::extract::{FromRequestParts, Query as Pairs};
use http::request::Parts;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ledger::{EntryFilter, KeyHash, Page};

use crate::{app::Worker, error::ApiError};

/// Which requests, and which part of them.
#[derive(Debug)]
pub(in crate::routes) struct Query {
    pub(super) filter: EntryFilter,
    pub(super) page: Page,
}

const MOST: u32 = 1_000;
const KNOWN: &str = "from, to, key, key_alias, team, user, end_user, session, tag, asked, served, \
    deployment, outcome, cost_status, provider_request_id, before, limit";

impl FromRequestParts<Worker> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, worker: &Worker) -> Result<Self, ApiError> {
        let pairs = Pairs::<Vec<(String, String)>>::from_request_parts(parts, worker).await;
        let Pairs(pairs) = pairs.map_err(|_| {
            ApiError::BadField("expected a query of `name=value` pairs in UTF-8".to_owned())
        })?;
        let mut query =
            Self { filter: EntryFilter::default(), page: Page { before: None, limit: 50 } };
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.take(&name, value)?;
        }
        Ok(query)
    }
}

impl Query {
    fn take(&mut self, name: &str, value: String) -> Result<(), ApiError> {
        let filter = &mut self.filter;
        let slot = match name {
            "from" => {
                filter.from = Some(time(name, &value)?);
                return Ok(());
            }
            "to" => {
                filter.to = Some(time(name, &value)?);
                return Ok(());
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                let wrong = || wrong(name, "a whole number from 1 to 1000", &value);
                self.page.limit = limit.ok_or_else(wrong)?;
                return Ok(());
            }
            "key" => {
                let hash = KeyHash::parse(&value).unwrap_or_else(|| KeyHash::of(&value));
                filter.key_id = Some(hash.to_string());
                return Ok(());
            }
            "before" => &mut self.page.before,
            "key_alias" => &mut filter.key_alias,
            "team" => &mut filter.team_id,
            "user" => &mut filter.user_id,
            "end_user" => &mut filter.end_user,
            "session" => &mut filter.session_id,
            "tag" => &mut filter.tag,
            "asked" => &mut filter.asked,
            "served" => &mut filter.served,
            "deployment" => &mut filter.deployment,
            "outcome" => &mut filter.outcome,
            "cost_status" => &mut filter.cost_status,
            "provider_request_id" => &mut filter.provider_request_id,
            _ => {
                let known = format!("expected one of {KNOWN}, found `{name}`");
                return Err(ApiError::BadField(known));
            }
        };
        *slot = Some(value);
        Ok(())
    }
}

/// Microseconds since 1970 of a time, or of a day's beginning in UTC.
fn time(name: &str, text: &str) -> Result<i64, ApiError> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| day().map(|day| day.timestamp()))
        .map(Timestamp::as_microsecond)
        .ok_or_else(|| wrong(name, "a time such as 2026-11-22T10:00:00Z, or a day", text))
}

fn wrong(name: &str, expected: &str, found: &str) -> ApiError {
    let found: String = found.chars().filter(|letter| !letter.is_control()).take(60).collect();
    ApiError::BadField(format!("expected `{name}` to be {expected}, found `{found}`"))
}
