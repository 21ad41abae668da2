//! `GET /fareway/v1/reports/p95`: the 95th-percentile cost of billable requests.
//!
//! It is a page of its own because it reads the entries: reports of sums do not wait for it.

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::{EntryFilter, Store};
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use super::query::SpendParams;
use crate::{
    api::params::Params,
    app::Worker,
    auth::Caller,
    http::ApiError,
    limits::ReportTurn,
    openapi::{NotRead, UsdText},
};

/// The 95th-percentile cost, by nearest rank: the lowest cost that at least 95 % of the requests do
/// not exceed. It is the exact cost of one of the requests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CostPercentile)]
pub(crate) struct P95Shown {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The number of requests included: those with a known cost above zero whose entries still
    /// exist.
    priced_requests: Option<u64>,
    /// Null if there are no such requests, or too many.
    #[schema(value_type = Option<UsdText>)]
    p95_usd: Option<Usd>,
    /// Whether there are more requests than can be read.
    too_many: bool,
    /// Entries before this time were deleted, so their requests are not included. Null if this
    /// changes nothing.
    kept_since: Option<Timestamp>,
    /// The maximum number of entries that are read. Filters that few requests match can be found
    /// among more.
    most_requests: i64,
}

/// The 95th-percentile cost of billable requests; for a key that is not an admin's, of its own
/// requests.
#[utoipa::path(get, path = "/fareway/v1/reports/p95", tag = "requests", params(SpendParams),
    responses((status = 200, body = P95Shown), NotRead))]
pub(crate) async fn p95(
    State(worker): State<Worker>,
    _: ReportTurn,
    caller: Caller,
    Params(params): Params<SpendParams>,
) -> Result<Json<P95Shown>, ApiError> {
    let mut filter = params.entries()?;
    caller.narrow(&mut filter.key_id)?;
    let books = &worker.app.books;
    books.catch_up().await;
    let found = books.store().p95(&filter).await?;
    let EntryFilter { from, to, .. } = filter;
    let kept = books.store().entries_kept_since().await?;
    // Only of interest if entries of the period were deleted.
    let kept = kept.filter(|kept| from.is_none_or(|from| from < *kept));
    let [since, until, kept_since] =
        [from, to, kept].map(|time| Timestamp::from_microsecond(time?).ok());
    Ok(Json(P95Shown {
        since,
        until,
        priced_requests: found.map(|found| found.priced),
        p95_usd: found.and_then(|found| found.cost),
        too_many: found.is_none(),
        kept_since,
        most_requests: Store::MOST_FOR_P95,
    }))
}
