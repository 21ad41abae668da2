//! `GET /spend/logs`: requests, or spend per day.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use jiff::tz::TimeZone;
use ledger::{Dimension, EntryFilter, Page, SpendQuery, SpendSums};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Dollars, days, log::SpendLog, logs::named, name, spend, sums};
use crate::{
    api::params::{self, Params, given, wrong},
    app::Worker,
    auth::Caller,
    http::ApiError,
    openapi::{self, NotRead},
};

/// Which requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SummaryParams {
    /// A key, or its hash.
    api_key: Option<String>,
    user_id: Option<String>,
    /// The id of the gateway, of the provider, or of the answer (`chatcmpl-…`); if several match,
    /// the newest.
    request_id: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    /// Whether a range of dates returns totals by day instead of requests; defaults to `true`.
    summarize: Option<String>,
    /// Requests older than the one with this id; use the last id of a page for the next page.
    before: Option<String>,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendDay)]
struct DayShown {
    #[serde(rename = "startTime")]
    day: String,
    spend: Option<Dollars>,
    /// The spend of each user.
    #[schema(value_type = BTreeMap<String, openapi::DollarsOrNull>)]
    users: BTreeMap<String, Option<Dollars>>,
    /// The cost of each served model.
    #[schema(value_type = BTreeMap<String, openapi::DollarsOrNull>)]
    models: BTreeMap<String, Option<Dollars>>,
    unpriced_requests: i64,
}

/// Requests, or days.
#[derive(ToSchema)]
#[schema(as = SpendLogs)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is used")]
enum Logs {
    Requests(Vec<SpendLog>),
    Days(Vec<DayShown>),
}

/// The most rows of one answer.
const MOST: u32 = 1_000;
/// `LiteLLM`'s header of an answer that is not all there is.
const TRUNCATED: HeaderName = HeaderName::from_static("x-litellm-spend-logs-truncated");

/// Requests, newest first and at most 1,000, or totals by day; a key that is not an admin's sees
/// its own. If there are more requests, the header `link` has the URL of the next 1,000.
#[utoipa::path(get, path = "/spend/logs", tag = "spend", params(SummaryParams),
    responses(
        (status = 200, body = Logs, headers(
            ("link", description = "The URL of the next requests (`rel=\"next\"`), where there are more."),
            ("x-litellm-spend-logs-truncated", description = "`true`, where there are more."),
        )),
        NotRead,
    ))]
pub(super) async fn logs(
    State(worker): State<Worker>,
    caller: Caller,
    uri: Uri,
    Params(params): Params<SummaryParams>,
) -> Result<Response, ApiError> {
    let mut key_id = params::key(&params.api_key);
    caller.narrow(&mut key_id)?;
    let summarize = match given(&params.summarize) {
        None | Some("true" | "True") => true,
        Some("false" | "False") => false,
        Some(found) => return Err(wrong("summarize", "true or false", found)),
    };
    let dates = given(&params.start_date).is_some() && given(&params.end_date).is_some();
    if summarize && dates && given(&params.request_id).is_none() {
        let _turn = worker.app.report_turns.take(caller.id()).await?;
        return Ok(Json(by_day(&worker, &params, key_id).await?).into_response());
    }
    let books = &worker.app.books;
    books.catch_up().await;
    if let Some(id) = given(&params.request_id) {
        let row = named(books, &EntryFilter { key_id, ..EntryFilter::default() }, id).await?;
        return Ok(Json(row.iter().map(SpendLog::of).collect::<Vec<_>>()).into_response());
    }
    let filter = EntryFilter {
        from: params::from("start_date", &params.start_date)?,
        to: params::to("end_date", &params.end_date)?,
        key_id,
        user_id: given(&params.user_id).map(str::to_owned),
        ..EntryFilter::default()
    };
    let mut page = Page { before: given(&params.before).map(str::to_owned), limit: MOST };
    let mut rows = Vec::new();
    loop {
        let found = books.store().entries(&filter, &page).await?;
        rows.extend(found.rows);
        page.before = found.next;
        // A page can end early, where it takes long to find what fits.
        page.limit = MOST.saturating_sub(u32::try_from(rows.len()).unwrap_or(MOST));
        if page.limit == 0 || page.before.is_none() {
            break;
        }
    }
    let shown: Vec<_> = rows.iter().map(SpendLog::of).collect();
    Ok((next(&uri, page.before.as_deref()), Json(shown)).into_response())
}

/// Says that there are more requests, and where.
fn next(uri: &Uri, before: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(before) = before else { return headers };
    let kept = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("before="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    let link = format!("</spend/logs?{}{separator}before={before}>; rel=\"next\"", query.join("&"));
    headers.extend(HeaderValue::from_str(&link).ok().map(|link| (header::LINK, link)));
    headers.insert(TRUNCATED, HeaderValue::from_static("true"));
    headers
}

async fn by_day(
    worker: &Worker,
    params: &SummaryParams,
    key_id: Option<String>,
) -> Result<Vec<DayShown>, ApiError> {
    let user_id = given(&params.user_id).map(str::to_owned);
    let mut query = SpendQuery { key_id, user_id, ..SpendQuery::default() };
    days(&mut query, &params.start_date, &params.end_date, &TimeZone::UTC)?;
    let by = [Dimension::Day, Dimension::User, Dimension::Served];
    let mut all = BTreeMap::<String, [BTreeMap<String, SpendSums>; 2]>::new();
    for row in sums(worker, &query, &by).await? {
        let [users, models] = all.entry(name(&row, 0)).or_default();
        for (by_name, name) in [(users, name(&row, 1)), (models, name(&row, 2))] {
            let sum = by_name.entry(name).or_default();
            *sum = *sum + row.sums;
        }
    }
    let day = |(day, [users, models]): (String, [BTreeMap<String, SpendSums>; 2])| {
        // Each row is in both maps, so either of them adds up to the day.
        let sum: SpendSums = models.values().copied().sum();
        let each = |sums: BTreeMap<String, SpendSums>| {
            sums.into_iter().map(|(name, sums)| (name, spend(&sums))).collect()
        };
        DayShown {
            day,
            spend: spend(&sum),
            users: each(users),
            models: each(models),
            unpriced_requests: sum.unpriced,
        }
    };
    Ok(all.into_iter().map(day).collect())
}
