//! `GET /global/spend` and the pages below it: sums over all keys, for admins.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use ledger::{Dimension, SpendQuery, SpendRow, SpendSums};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Dollars, days, name, spend, sums, tokens_at_least};
use crate::{
    api::params::{self, Params, given, wrong},
    app::Worker,
    auth::Admin,
    http::ApiError,
    limits::ReportTurn,
    openapi::NotRead,
};

/// Which sums.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GlobalParams {
    /// The first day, UTC.
    start_date: Option<String>,
    /// The last day, UTC.
    end_date: Option<String>,
    /// A key, or its hash.
    api_key: Option<String>,
    team_id: Option<String>,
    internal_user_id: Option<String>,
    /// Of a report: `team`, `api_key` or `internal_user`.
    group_by: Option<String>,
    /// The maximum number of rows.
    limit: Option<String>,
}

/// Everything together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GlobalSpend)]
struct Total {
    spend: Option<Dollars>,
    /// Null: the gateway as a whole has no budget.
    max_budget: Option<Dollars>,
    requests: i64,
    unpriced_requests: i64,
}

/// The spend of teams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsSpend)]
struct Teams {
    /// For each day its `date` and one field per team.
    daily_spend: Vec<BTreeMap<String, DayField>>,
    teams: Vec<String>,
    total_spend_per_team: Vec<Ranked>,
}

/// A field of a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = TeamsDayField)]
enum DayField {
    Date(String),
    Spend(Option<Dollars>),
}

/// Totals of one key, model or tag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RankedSpend)]
struct Ranked {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key_alias: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    individual_request_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    team_id: Option<String>,
    log_count: i64,
    total_spend: Option<Dollars>,
    unpriced_requests: i64,
}

/// A day of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReportDay)]
struct DayReport {
    group_by_day: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    teams: Vec<Party>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    internal_users: Vec<Party>,
}

/// A team, user or key, with its spend by model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReportParty)]
struct Party {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    team_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    internal_user_id: Option<String>,
    total_spend: Option<Dollars>,
    metadata: Vec<PartyModel>,
}

/// Its spend on one model with one key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReportPartyModel)]
struct PartyModel {
    model: String,
    spend: Option<Dollars>,
    total_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
    api_key: String,
}

/// A report: days with teams or users, or keys.
#[derive(ToSchema)]
#[schema(as = GlobalSpendReport)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its shape is used")]
enum Report {
    Days(Vec<DayReport>),
    Keys(Vec<KeyReport>),
}

/// A key of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReportKey)]
struct KeyReport {
    api_key: String,
    total_cost: Option<Dollars>,
    total_input_tokens: i64,
    total_output_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
    unpriced_requests: i64,
    model_details: Vec<ModelReport>,
}

/// The spend of a key on one model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReportModel)]
struct ModelReport {
    model: String,
    total_cost: Option<Dollars>,
    total_input_tokens: i64,
    total_output_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
}

/// Everything together.
#[utoipa::path(get, path = "/global/spend", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Total), NotRead))]
pub(super) async fn total(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    // Without a dimension there is one row at most; adding also covers none.
    let all: SpendSums =
        sums(&worker, &params.query()?, &[]).await?.iter().map(|row| row.sums).sum();
    Ok(Json(Total {
        spend: spend(&all),
        max_budget: None,
        requests: all.requests,
        unpriced_requests: all.unpriced,
    })
    .into_response())
}

/// The most expensive keys.
#[utoipa::path(get, path = "/global/spend/keys", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Vec<Ranked>), NotRead))]
pub(super) async fn keys(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    let mut shown = Vec::new();
    for row in params.ranked(&worker, Dimension::Key).await? {
        let key = name(&row, 0);
        let alias = worker.app.books.key_alias(&key).await?;
        shown.push(Ranked { api_key: Some(key), key_alias: alias, ..Ranked::new(&row) });
    }
    Ok(Json(shown).into_response())
}

/// The most expensive models, by the model that served.
#[utoipa::path(get, path = "/global/spend/models", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Vec<Ranked>), NotRead))]
pub(super) async fn models(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    let rows = params.ranked(&worker, Dimension::Served).await?;
    let shown = |row: &SpendRow| Ranked { model: Some(name(row, 0)), ..Ranked::new(row) };
    Ok(Json(rows.iter().map(shown).collect::<Vec<_>>()).into_response())
}

/// The most expensive tags.
#[utoipa::path(get, path = "/global/spend/tags", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Vec<Ranked>), NotRead))]
pub(super) async fn tags(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    let rows = params.ranked(&worker, Dimension::Tag).await?;
    let shown =
        |row: &SpendRow| Ranked { individual_request_tag: Some(name(row, 0)), ..Ranked::new(row) };
    Ok(Json(rows.iter().map(shown).collect::<Vec<_>>()).into_response())
}

/// The spend of teams, in total and by day.
#[utoipa::path(get, path = "/global/spend/teams", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Teams), NotRead))]
pub(super) async fn teams(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    let rows = params.ranked(&worker, Dimension::Team).await?;
    let mut by_day = BTreeMap::<String, BTreeMap<String, DayField>>::new();
    for row in sums(&worker, &params.query()?, &[Dimension::Day, Dimension::Team]).await? {
        let day = by_day.entry(name(&row, 0)).or_default();
        day.insert(name(&row, 1), DayField::Spend(spend(&row.sums)));
        day.insert("date".to_owned(), DayField::Date(name(&row, 0)));
    }
    let shown = |row: &SpendRow| Ranked { team_id: Some(name(row, 0)), ..Ranked::new(row) };
    Ok(Json(Teams {
        daily_spend: by_day.into_values().collect(),
        teams: rows.iter().map(|row| name(row, 0)).collect(),
        total_spend_per_team: rows.iter().map(shown).collect(),
    })
    .into_response())
}

/// The spend of each team, user or key, by model.
#[utoipa::path(get, path = "/global/spend/report", tag = "spend", params(GlobalParams),
    responses((status = 200, body = Report), NotRead))]
pub(super) async fn report(
    State(worker): State<Worker>,
    _: ReportTurn,
    _: Admin,
    Params(params): Params<GlobalParams>,
) -> Result<Response, ApiError> {
    let query = params.query()?;
    if query.from_day.is_none() || query.to_day.is_none() {
        let text = "expected `start_date` and `end_date`, such as 2026-11-22, found none";
        return Err(ApiError::BadField(text.to_owned()));
    }
    let dimension = match given(&params.group_by) {
        None | Some("team") => Dimension::Team,
        Some("internal_user") => Dimension::User,
        Some("api_key") => {
            let rows = sums(&worker, &query, &[Dimension::Key, Dimension::Served]).await?;
            return Ok(Json(by_key(&rows)).into_response());
        }
        Some(found) => {
            let known =
                "`team`, `api_key` or `internal_user` (the gateway keeps no sums by customer)";
            return Err(wrong("group_by", known, found));
        }
    };
    let by = [Dimension::Day, dimension, Dimension::Served, Dimension::Key];
    let rows = sums(&worker, &query, &by).await?;
    Ok(Json(by_party(&rows, dimension)).into_response())
}

fn by_key(rows: &[SpendRow]) -> Vec<KeyReport> {
    let mut keys = BTreeMap::<String, Vec<&SpendRow>>::new();
    for row in rows {
        keys.entry(name(row, 0)).or_default().push(row);
    }
    let model = |row: &&SpendRow| ModelReport {
        model: name(row, 1),
        total_cost: spend(&row.sums),
        total_input_tokens: row.sums.prompt_tokens.count(),
        total_output_tokens: row.sums.output_tokens.count(),
        tokens_at_least: tokens_at_least(&row.sums),
    };
    let key = |(api_key, rows): (String, Vec<&SpendRow>)| {
        let sum: SpendSums = rows.iter().map(|row| row.sums).sum();
        KeyReport {
            api_key,
            total_cost: spend(&sum),
            total_input_tokens: sum.prompt_tokens.count(),
            total_output_tokens: sum.output_tokens.count(),
            tokens_at_least: tokens_at_least(&sum),
            unpriced_requests: sum.unpriced,
            model_details: rows.iter().map(model).collect(),
        }
    };
    keys.into_iter().map(key).collect()
}

fn by_party(rows: &[SpendRow], dimension: Dimension) -> Vec<DayReport> {
    let mut all = BTreeMap::<String, BTreeMap<String, Vec<&SpendRow>>>::new();
    for row in rows {
        all.entry(name(row, 0)).or_default().entry(name(row, 1)).or_default().push(row);
    }
    let model = |row: &&SpendRow| PartyModel {
        model: name(row, 2),
        spend: spend(&row.sums),
        total_tokens: row.sums.all_tokens().count(),
        tokens_at_least: tokens_at_least(&row.sums),
        api_key: name(row, 3),
    };
    let of_teams = dimension == Dimension::Team;
    let party = |(who, rows): (String, Vec<&SpendRow>)| {
        let sum: SpendSums = rows.iter().map(|row| row.sums).sum();
        let (team_name, internal_user_id) =
            if of_teams { (Some(who), None) } else { (None, Some(who)) };
        let metadata = rows.iter().map(model).collect();
        Party { team_name, internal_user_id, total_spend: spend(&sum), metadata }
    };
    let day = |(day, parties): (String, BTreeMap<String, Vec<&SpendRow>>)| {
        let parties = parties.into_iter().map(party).collect();
        let (teams, internal_users) =
            if of_teams { (parties, Vec::new()) } else { (Vec::new(), parties) };
        DayReport { group_by_day: day, teams, internal_users }
    };
    all.into_iter().map(day).collect()
}

// === impl GlobalParams ===

impl GlobalParams {
    fn query(&self) -> Result<SpendQuery, ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let mut query = SpendQuery {
            key_id: params::key(&self.api_key),
            team_id: text(&self.team_id),
            user_id: text(&self.internal_user_id),
            ..SpendQuery::default()
        };
        days(&mut query, &self.start_date, &self.end_date, &TimeZone::UTC)?;
        Ok(query)
    }

    /// The most expensive first.
    async fn ranked(&self, worker: &Worker, by: Dimension) -> Result<Vec<SpendRow>, ApiError> {
        let limit = params::number("limit", &self.limit, (1, 10_000), 1_000)?;
        let books = &worker.app.books;
        // Entries that are still in the spool count as well.
        books.catch_up().await;
        // No error for too many rows, unlike `sums`: a ranking may be cut.
        let query = SpendQuery { by: vec![by], ..self.query()? };
        Ok(books.store().spend(&query, limit).await?.rows)
    }
}

// === impl Ranked ===

impl Ranked {
    fn new(row: &SpendRow) -> Self {
        Self {
            api_key: None,
            key_alias: None,
            model: None,
            individual_request_tag: None,
            team_id: None,
            log_count: row.sums.requests,
            total_spend: spend(&row.sums),
            unpriced_requests: row.sums.unpriced,
        }
    }
}
