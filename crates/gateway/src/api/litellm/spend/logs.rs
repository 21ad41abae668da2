//! `GET /spend/logs/v2` and `/spend/logs/ui`: requests by page number.

use axum::{Json, extract::State};
use ledger::{EntryFilter, EntryRow, Page, SortBy, Sorted, Store};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::log::SpendLog;
use crate::{
    accounting::Books,
    api::params::{self, Params, given, wrong},
    app::Worker,
    auth::Caller,
    http::{ApiError, PathName},
    limits::ReportTurn,
    openapi::{BadRequest, NoBooks, NotFound, NotRead},
};

/// Which requests, and which part of them. All that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LogParams {
    /// A key, or its hash.
    api_key: Option<String>,
    user_id: Option<String>,
    /// The id of the gateway, of the provider, or of the answer; if several match, the newest.
    request_id: Option<String>,
    session_id: Option<String>,
    team_id: Option<String>,
    key_alias: Option<String>,
    end_user: Option<String>,
    tag: Option<String>,
    /// The model that served.
    model: Option<String>,
    /// The model group that was asked for.
    model_group: Option<String>,
    /// `success` or `failure`.
    status_filter: Option<String>,
    cost_status: Option<String>,
    /// The start: a time, or a day in UTC.
    start_date: Option<String>,
    /// The end: a time, or a day in UTC.
    end_date: Option<String>,
    /// From 1.
    page: Option<String>,
    /// From 1 to 1000; defaults to 50.
    page_size: Option<String>,
    /// `startTime`, `spend`, `total_tokens` or `request_duration_ms`.
    sort_by: Option<String>,
    /// `asc` or `desc`.
    sort_order: Option<String>,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendLogPage)]
pub(super) struct LogPage {
    data: Vec<SpendLog>,
    /// The total number; a lower bound unless `total_is_exact`.
    total: u64,
    page: u32,
    page_size: u32,
    total_pages: u64,
    /// Whether `total` is exact.
    total_is_exact: bool,
}

/// The last request that paging reaches; those beyond it need a shorter period.
const DEEPEST: u32 = 20_000;

/// A page of requests; a key that is not an admin's sees its own.
#[utoipa::path(get, path = "/spend/logs/v2", tag = "spend", params(LogParams),
    responses((status = 200, body = LogPage), NotRead))]
pub(super) async fn page(
    State(worker): State<Worker>,
    caller: Caller,
    _: ReportTurn,
    Params(params): Params<LogParams>,
) -> Result<Json<LogPage>, ApiError> {
    let mut filter = params.filter()?;
    caller.narrow(&mut filter.key_id)?;
    let (number, sorted) = params.sorted()?;
    let books = &worker.app.books;
    books.catch_up().await;
    let store = books.store();
    let (mut rows, mut total, mut exact) = (Vec::new(), 0, true);
    let all = params.outcomes(&filter)?;
    if let Some(id) = given(&params.request_id) {
        for one in &all {
            rows.extend(named(books, one, id).await?);
        }
        total = u64::try_from(rows.len()).unwrap_or(0);
        rows = rows.split_off(rows.len().min(usize::try_from(sorted.offset).unwrap_or(0)));
    } else {
        for one in &all {
            let count = store.count(one, DEEPEST).await?;
            total += count.entries;
            exact &= count.whole;
        }
        rows = merged(store, &all, &sorted).await?;
    }
    Ok(Json(LogPage {
        data: rows.iter().map(SpendLog::of).collect(),
        total,
        page: number,
        page_size: sorted.limit,
        total_pages: total.div_ceil(sorted.limit.into()),
        total_is_exact: exact,
    }))
}

/// One request, with its prompt and answer if they are stored, for admins.
#[utoipa::path(get, path = "/spend/logs/ui/{id}", tag = "spend",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, body = SpendLog), BadRequest, NoBooks, NotFound))]
pub(super) async fn one(
    State(worker): State<Worker>,
    caller: Caller,
    PathName(id): PathName,
) -> Result<Json<SpendLog>, ApiError> {
    let books = &worker.app.books;
    books.catch_up().await;
    let mut filter = EntryFilter::default();
    caller.narrow(&mut filter.key_id)?;
    let row = named(books, &filter, &id).await?;
    let row = row.ok_or(ApiError::NoReceipt(id))?;
    let mut shown = SpendLog::of(&row);
    if caller.is_admin()
        && let Some(texts) = books.store().texts(&row.id).await?
    {
        let json =
            |text: String| serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
        shown.messages = texts.prompt.map_or_else(|| shown.messages.take(), json);
        shown.response = texts.answer.map_or_else(|| shown.response.take(), json);
    }
    Ok(Json(shown))
}

/// The request of an id, if it fits the rest.
pub(super) async fn named(
    books: &Books,
    filter: &EntryFilter,
    id: &str,
) -> Result<Option<EntryRow<'static>>, ApiError> {
    let store = books.store();
    if let Some(row) = store.entry(id).await? {
        // Of the requests that fit, the last one up to this id, within its microsecond.
        let from = filter.from.map_or(row.at, |from| from.max(row.at));
        let to = filter.to.map_or(row.at + 1, |to| to.min(row.at + 1));
        let filter = EntryFilter { from: Some(from), to: Some(to), ..filter.clone() };
        let page = Page { before: Some(format!("{id}~")), limit: 1 };
        let found = store.entries(&filter, &page).await?.rows.pop();
        return Ok(found.filter(|found| found.id == row.id));
    }
    Ok(books.row_at_provider(id, filter).await?)
}

/// One page out of several lists that are each sorted.
async fn merged(
    store: &Store,
    all: &[EntryFilter],
    sorted: &Sorted,
) -> Result<Vec<EntryRow<'static>>, ApiError> {
    if let [filter] = all {
        return Ok(store.sorted(filter, sorted).await?);
    }
    // Each list from its beginning, as a page of the merged list can begin anywhere in any of them.
    let from_first = Sorted { offset: 0, limit: sorted.offset + sorted.limit, ..*sorted };
    let mut rows = Vec::new();
    for filter in all {
        rows.extend(store.sorted(filter, &from_first).await?);
    }
    let value = |row: &EntryRow<'_>| match sorted.by {
        SortBy::Time => 0,
        SortBy::Known => i128::from(row.known_pico),
        SortBy::Tokens => {
            [row.prompt_tokens, row.output_tokens].into_iter().flatten().map(i128::from).sum()
        }
        SortBy::Duration => i128::from(row.duration_ms),
    };
    rows.sort_by(|a, b| (value(a), &a.id).cmp(&(value(b), &b.id)));
    if !sorted.ascending {
        rows.reverse();
    }
    let (skip, take) = (usize::try_from(sorted.offset), usize::try_from(sorted.limit));
    Ok(rows.into_iter().skip(skip.unwrap_or(0)).take(take.unwrap_or(0)).collect())
}

// === impl LogParams ===

impl LogParams {
    fn filter(&self) -> Result<EntryFilter, ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        Ok(EntryFilter {
            from: params::from("start_date", &self.start_date)?,
            to: params::to("end_date", &self.end_date)?,
            key_id: params::key(&self.api_key),
            key_alias: text(&self.key_alias),
            team_id: text(&self.team_id),
            user_id: text(&self.user_id),
            end_user: text(&self.end_user),
            session_id: text(&self.session_id),
            tag: text(&self.tag),
            asked: text(&self.model_group),
            served: text(&self.model),
            cost_status: text(&self.cost_status),
            ..EntryFilter::default()
        })
    }

    /// One filter for each of the outcomes that are asked for.
    fn outcomes(&self, filter: &EntryFilter) -> Result<Vec<EntryFilter>, ApiError> {
        let outcomes: &[&str] = match given(&self.status_filter) {
            None => return Ok(vec![filter.clone()]),
            Some("success") => &["completed"],
            Some("failure") => &["refused", "failed", "client_gone", "interrupted"],
            Some(found) => return Err(wrong("status_filter", "`success` or `failure`", found)),
        };
        let with =
            |outcome: &&str| EntryFilter { outcome: Some((*outcome).to_owned()), ..filter.clone() };
        Ok(outcomes.iter().map(with).collect())
    }

    fn sorted(&self) -> Result<(u32, Sorted), ApiError> {
        let limit = params::number("page_size", &self.page_size, (1, 1_000), 50)?;
        // The database reads all rows before a page, so that a far page costs as much as all those
        // before it.
        let page = params::number("page", &self.page, (1, DEEPEST / limit), 1)?;
        let by = match given(&self.sort_by) {
            None | Some("startTime") => SortBy::Time,
            Some("spend") => SortBy::Known,
            Some("total_tokens") => SortBy::Tokens,
            Some("request_duration_ms") => SortBy::Duration,
            Some(found) => {
                let known = "`startTime`, `spend`, `total_tokens` or `request_duration_ms`";
                return Err(wrong("sort_by", known, found));
            }
        };
        let ascending = match given(&self.sort_order) {
            None | Some("desc") => false,
            Some("asc") => true,
            Some(found) => return Err(wrong("sort_order", "`asc` or `desc`", found)),
        };
        Ok((page, Sorted { by, ascending, offset: (page - 1) * limit, limit }))
    }
}
