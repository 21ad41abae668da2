//! `GET /user/daily/activity` and its variants: daily sums, each broken down by model, key and
//! provider.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::{Dimension, SpendQuery, SpendRow, SpendSums};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Dollars, days, log::provider, name, spend, sums, tokens_at_least};
use crate::{
    api::params::{self, Params, given},
    app::Worker,
    auth::Caller,
    http::ApiError,
    limits::ReportTurn,
    openapi::NotRead,
};

/// Which days, and of what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ActivityParams {
    /// The first day, in UTC or in `timezone`.
    #[param(required, nullable = false)]
    start_date: Option<String>,
    /// The last day, in UTC or in `timezone`.
    #[param(required, nullable = false)]
    end_date: Option<String>,
    /// The model that served.
    model: Option<String>,
    /// A key, or its hash.
    api_key: Option<String>,
    user_id: Option<String>,
    /// One team or several, separated by commas.
    team_ids: Option<String>,
    /// The offset of the days' zone in minutes behind UTC: -120 for UTC+2. At most 366 days then.
    timezone: Option<String>,
    /// Without effect: the days of `timezone` are exact and include today.
    include_current_utc_day: Option<String>,
    /// From 1, newest days first.
    page: Option<String>,
    /// In days, from 1 to 1000; defaults to 50.
    page_size: Option<String>,
}

/// A range of days.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Activity {
    /// Newest first.
    results: Vec<DayActivity>,
    metadata: Totals,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
struct DayActivity {
    date: String,
    metrics: Metrics,
    breakdown: Breakdown,
}

/// The parts of a day, by name.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ActivityBreakdown)]
struct Breakdown {
    /// By the model that served.
    models: BTreeMap<String, Part>,
    /// By the model group that was asked for.
    model_groups: BTreeMap<String, Part>,
    providers: BTreeMap<String, Part>,
    /// By key hash.
    api_keys: BTreeMap<String, Part>,
    /// By user, or by team in a report on teams.
    entities: BTreeMap<String, Part>,
}

/// A part of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityPart)]
struct Part {
    metrics: Metrics,
    metadata: PartMetadata,
}

/// Details of a part.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ActivityPartMetadata)]
struct PartMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key_alias: Option<String>,
}

/// Totals with `LiteLLM`'s names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityMetrics)]
struct Metrics {
    spend: Option<Dollars>,
    prompt_tokens: i64,
    completion_tokens: i64,
    cache_read_input_tokens: i64,
    cache_creation_input_tokens: i64,
    total_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
    successful_requests: i64,
    failed_requests: i64,
    api_requests: i64,
    /// Added by Fareway: requests whose cost is not completely known, and the routing fee.
    unpriced_requests: i64,
    routing_fee: Dollars,
}

/// Totals of all requested days, and the position of this page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityTotals)]
struct Totals {
    total_spend: Option<Dollars>,
    total_prompt_tokens: i64,
    total_completion_tokens: i64,
    total_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
    total_api_requests: i64,
    total_successful_requests: i64,
    total_failed_requests: i64,
    total_cache_read_input_tokens: i64,
    total_cache_creation_input_tokens: i64,
    total_unpriced_requests: i64,
    page: u32,
    total_pages: u64,
    has_more: bool,
    /// Requests before this time count on their day in UTC, because their entries were deleted.
    /// Null if this changes nothing.
    utc_before: Option<Timestamp>,
}

/// Sums, and those of them that are of completed requests.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    sums: SpendSums,
    completed: i64,
}

/// By day and by name.
type Days = BTreeMap<String, BTreeMap<String, Counted>>;

/// A page of days with their users; a key that is not an admin's sees its own.
#[utoipa::path(get, path = "/user/daily/activity", tag = "spend", params(ActivityParams),
    responses((status = 200, body = Activity), NotRead))]
pub(super) async fn by_user(
    State(worker): State<Worker>,
    _: ReportTurn,
    caller: Caller,
    Params(params): Params<ActivityParams>,
) -> Result<Json<Activity>, ApiError> {
    params.activity(&worker, &caller, Dimension::User, true).await
}

/// All days in one page.
#[utoipa::path(get, path = "/user/daily/activity/aggregated", tag = "spend", params(ActivityParams),
    responses((status = 200, body = Activity), NotRead))]
pub(super) async fn by_user_aggregated(
    State(worker): State<Worker>,
    _: ReportTurn,
    caller: Caller,
    Params(params): Params<ActivityParams>,
) -> Result<Json<Activity>, ApiError> {
    params.activity(&worker, &caller, Dimension::User, false).await
}

/// A page of days with their teams.
#[utoipa::path(get, path = "/team/daily/activity", tag = "spend", params(ActivityParams),
    responses((status = 200, body = Activity), NotRead))]
pub(super) async fn by_team(
    State(worker): State<Worker>,
    _: ReportTurn,
    caller: Caller,
    Params(params): Params<ActivityParams>,
) -> Result<Json<Activity>, ApiError> {
    params.activity(&worker, &caller, Dimension::Team, true).await
}

// === impl ActivityParams ===

impl ActivityParams {
    async fn activity(
        &self,
        worker: &Worker,
        caller: &Caller,
        entity: Dimension,
        paged: bool,
    ) -> Result<Json<Activity>, ApiError> {
        let mut query = self.query()?;
        caller.narrow(&mut query.key_id)?;
        let size = if paged {
            params::number("page_size", &self.page_size, (1, 1_000), 50)?
        } else {
            u32::MAX
        };
        let page = params::number("page", &self.page, (1, 1_000_000), 1)?;
        // By outcome, which has the fewest values: this gives all days and their totals, whatever
        // page is shown.
        let all = by_day(worker, &query, Dimension::Outcome).await?;
        let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let total = all.values().flat_map(BTreeMap::values).copied().sum();
        let total_pages = count.div_ceil(size.into());
        let skip = usize::try_from((u64::from(page) - 1) * u64::from(size)).unwrap_or(usize::MAX);
        let shown: Vec<(String, Counted)> = all
            .into_iter()
            .rev()
            .skip(skip)
            .take(usize::try_from(size).unwrap_or(usize::MAX))
            .map(|(day, parts)| (day, parts.into_values().sum()))
            .collect();
        let results = results(worker, &query, entity, shown).await?;
        let has_more = u64::from(page) < total_pages;
        let mut metadata = Totals::new(&total, page, total_pages, has_more);
        // Days of another zone are summed up from entries, which retention deletes; daily sums are
        // of days in UTC.
        if let Some(from) = query.midnights.first() {
            let kept = worker.app.books.store().entries_kept_since().await?;
            let kept = kept.filter(|kept| from < kept);
            metadata.utc_before = kept.and_then(|kept| Timestamp::from_microsecond(kept).ok());
        }
        Ok(Json(Activity { results, metadata }))
    }

    fn query(&self) -> Result<SpendQuery, ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let teams = given(&self.team_ids).unwrap_or_default().split(',').map(str::trim);
        let teams = teams.filter(|team| !team.is_empty());
        let mut query = SpendQuery {
            key_id: params::key(&self.api_key),
            user_id: text(&self.user_id),
            teams: teams.map(str::to_owned).collect(),
            served: text(&self.model),
            ..SpendQuery::default()
        };
        days(&mut query, &self.start_date, &self.end_date, &super::zone(&self.timezone)?)?;
        if query.from_day.is_none() || query.to_day.is_none() {
            let text = "expected `start_date` and `end_date`, such as 2026-11-22, found none";
            return Err(ApiError::BadField(text.to_owned()));
        }
        Ok(query)
    }
}

/// The days that are shown, with all that they are made up of.
async fn results(
    worker: &Worker,
    query: &SpendQuery,
    entity: Dimension,
    shown: Vec<(String, Counted)>,
) -> Result<Vec<DayActivity>, ApiError> {
    // A query for each: one by all of these dimensions would have nearly a row for each request.
    let models = by_day(worker, query, Dimension::Served).await?;
    let groups = by_day(worker, query, Dimension::Asked).await?;
    let deployments = by_day(worker, query, Dimension::Deployment).await?;
    let keys = by_day(worker, query, Dimension::Key).await?;
    let entities = by_day(worker, query, entity).await?;
    let parts = |all: &Days, day: &str| all.get(day).map(parts).unwrap_or_default();
    let mut results = Vec::with_capacity(shown.len());
    for (date, day) in shown {
        let mut providers = BTreeMap::<String, Counted>::new();
        for (deployment, counted) in deployments.get(&date).into_iter().flatten() {
            let sum = providers.entry(provider(deployment).to_owned()).or_default();
            *sum = [*sum, *counted].into_iter().sum();
        }
        let mut breakdown = Breakdown {
            models: parts(&models, &date),
            model_groups: parts(&groups, &date),
            providers: self::parts(&providers),
            api_keys: parts(&keys, &date),
            entities: parts(&entities, &date),
        };
        for (key, part) in &mut breakdown.api_keys {
            part.metadata.key_alias = worker.app.books.key_alias(key).await?;
        }
        results.push(DayActivity { date, metrics: Metrics::new(&day), breakdown });
    }
    Ok(results)
}

fn parts(all: &BTreeMap<String, Counted>) -> BTreeMap<String, Part> {
    let part = |counted| Part { metrics: Metrics::new(counted), metadata: PartMetadata::default() };
    all.iter().map(|(name, counted)| (name.clone(), part(counted))).collect()
}

/// The sums of each day by one dimension, with those of completed requests separate.
async fn by_day(worker: &Worker, query: &SpendQuery, by: Dimension) -> Result<Days, ApiError> {
    let outcome = [Dimension::Day, by, Dimension::Outcome];
    let by = if by == Dimension::Outcome { &outcome[..2] } else { &outcome[..] };
    let mut all = Days::new();
    for row in sums(worker, query, by).await? {
        let sum = all.entry(name(&row, 0)).or_default().entry(name(&row, 1)).or_default();
        *sum = [*sum, Counted::new(&row, by.len() - 1)].into_iter().sum();
    }
    Ok(all)
}

// === impl Counted ===

impl Counted {
    fn new(row: &SpendRow, outcome: usize) -> Self {
        let completed = if name(row, outcome) == "completed" { row.sums.requests } else { 0 };
        Self { sums: row.sums, completed }
    }
}

impl std::iter::Sum for Counted {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, more| Self {
            sums: sum.sums + more.sums,
            completed: sum.completed + more.completed,
        })
    }
}

// === impl Metrics ===

impl Metrics {
    fn new(counted: &Counted) -> Self {
        let Counted { sums, completed } = counted;
        Self {
            spend: spend(sums),
            prompt_tokens: sums.prompt_tokens.count(),
            completion_tokens: sums.output_tokens.count(),
            cache_read_input_tokens: sums.cached_tokens.count(),
            cache_creation_input_tokens: sums.cache_write_tokens.count(),
            total_tokens: sums.all_tokens().count(),
            tokens_at_least: tokens_at_least(sums),
            successful_requests: *completed,
            failed_requests: sums.requests - completed,
            api_requests: sums.requests,
            unpriced_requests: sums.unpriced,
            routing_fee: Dollars(sums.fee),
        }
    }
}

// === impl Totals ===

impl Totals {
    fn new(total: &Counted, page: u32, total_pages: u64, has_more: bool) -> Self {
        let of = Metrics::new(total);
        Self {
            total_spend: of.spend,
            total_prompt_tokens: of.prompt_tokens,
            total_completion_tokens: of.completion_tokens,
            total_tokens: of.total_tokens,
            tokens_at_least: of.tokens_at_least,
            total_api_requests: of.api_requests,
            total_successful_requests: of.successful_requests,
            total_failed_requests: of.failed_requests,
            total_cache_read_input_tokens: of.cache_read_input_tokens,
            total_cache_creation_input_tokens: of.cache_creation_input_tokens,
            total_unpriced_requests: of.unpriced_requests,
            page,
            total_pages,
            has_more,
            utc_before: None,
        }
    }
}
