//! `GET /fareway/v1/reports/spend`: what was spent, by whatever it is asked for.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::{Timestamp, civil::Date};
use ledger::{Dimension, Member, SpendQuery, SpendReport, SpendRow, SpendSums};
use llm_types::{Clock as _, SystemClock, Usd};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::params::{self, Params, given, wrong};
use crate::{
    app::Worker,
    caller::Caller,
    document::{self, NotRead, UsdText},
    error::ApiError,
};

/// What is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SpendParams {
    /// What rows are kept apart by, with commas between: `served`, `asked` (or `group`),
    /// `deployment`, `key`, `team`, `user`, `tag`, `day`, `hour`, `outcome`, `cost_status`. By the
    /// hour, sums are made of the entries of at most three days, as long as they are kept, and
    /// neither by tag nor of one.
    by: Option<String>,
    /// The first day, UTC, or the time at which it begins; by the hour, any time.
    from: Option<String>,
    /// The last day, UTC, or the time at which the day after it begins; by the hour, any time, or
    /// now unless set.
    to: Option<String>,
    /// A key, or its hash.
    key: Option<String>,
    team: Option<String>,
    user: Option<String>,
    tag: Option<String>,
    asked: Option<String>,
    served: Option<String>,
    deployment: Option<String>,
}

/// A report. Sums are kept by whole days, UTC; hours are UTC as well.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReport)]
pub(super) struct SpendShown {
    /// The first day.
    from: Option<Date>,
    /// The last day, which is part of it.
    to: Option<Date>,
    /// By the hour: from when on requests are counted.
    since: Option<Timestamp>,
    /// By the hour: until when.
    until: Option<Timestamp>,
    by: Vec<&'static str>,
    /// The dearest first, or by day.
    rows: Vec<RowShown>,
    /// Of all requests, each once. Rows by tag overlap, and leave out requests without tags.
    total: SumsShown,
    /// Whether there are more rows.
    truncated: bool,
}

/// One row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendRow)]
struct RowShown {
    /// What it is of: a field for each of `by`, null where requests have none; `key_alias` with
    /// `key`.
    #[serde(flatten)]
    #[schema(value_type = document::SpentBy)]
    of: BTreeMap<&'static str, Option<String>>,
    #[serde(flatten)]
    sums: SumsShown,
}

/// Sums of settled requests, money in dollars as decimal strings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendSums)]
struct SumsShown {
    requests: i64,
    /// Requests whose cost is not known, or only a part of it.
    unpriced_requests: i64,
    prompt_tokens: i64,
    cached_tokens: i64,
    cache_write_tokens: i64,
    output_tokens: i64,
    /// The costs that are known as a whole; null where none is.
    #[schema(value_type = Option<UsdText>)]
    cost_usd: Option<Usd>,
    /// All that is known of any cost.
    #[schema(value_type = UsdText)]
    known_usd: Usd,
    /// The part of it that is for routing.
    #[schema(value_type = UsdText)]
    routing_fee_usd: Usd,
    /// What budgets were charged.
    #[schema(value_type = UsdText)]
    charged_usd: Usd,
}

/// No more rows than this are told.
const MOST_ROWS: u32 = 10_000;
/// Microseconds.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
/// So many days of entries are summed up in one go.
const MOST_DAYS: i64 = 3;

const DIMENSIONS: [(&str, Dimension); 12] = [
    ("served", Dimension::Served),
    ("asked", Dimension::Asked),
    ("group", Dimension::Asked),
    ("deployment", Dimension::Deployment),
    ("key", Dimension::Key),
    ("team", Dimension::Team),
    ("user", Dimension::User),
    ("tag", Dimension::Tag),
    ("day", Dimension::Day),
    ("hour", Dimension::Hour),
    ("outcome", Dimension::Outcome),
    ("cost_status", Dimension::CostStatus),
];

/// What was spent; a key that is not an admin's sees its own spending.
#[utoipa::path(get, path = "/fareway/v1/reports/spend", tag = "requests", params(SpendParams),
    responses((status = 200, body = SpendShown), NotRead))]
pub(super) async fn spend(
    State(worker): State<Worker>,
    caller: Caller,
    Params(params): Params<SpendParams>,
) -> Result<Json<SpendShown>, ApiError> {
    let (mut query, by) = params.query()?;
    caller.narrow(&mut query.key_id)?;
    let books = &worker.app.books;
    books.catch_up().await;
    let report = books.store().spend(&query, MOST_ROWS).await?;
    let mut shown = SpendShown::new(&query, by, report);
    name_keys(&worker, &mut shown.rows).await?;
    Ok(Json(shown))
}

/// Adds what people call the keys.
async fn name_keys(worker: &Worker, rows: &mut [RowShown]) -> Result<(), ApiError> {
    let mut known = BTreeMap::new();
    for row in rows {
        let Some(key) = row.of.get("key") else { return Ok(()) };
        let alias = match key {
            None => None,
            Some(key) => match known.get(key) {
                Some(alias) => Clone::clone(alias),
                None => {
                    let alias = worker.app.books.key_alias(key).await?;
                    known.insert(key.clone(), alias.clone());
                    alias
                }
            },
        };
        row.of.insert("key_alias", alias);
    }
    Ok(())
}

// === impl SpendParams ===

impl SpendParams {
    fn query(&self) -> Result<(SpendQuery, Vec<&'static str>), ApiError> {
        let mut by: Vec<&'static str> = Vec::new();
        let mut dimensions = Vec::new();
        for name in given(&self.by).unwrap_or_default().split(',').map(str::trim) {
            let found = DIMENSIONS.into_iter().find(|(known, _)| *known == name);
            match found {
                None if name.is_empty() => {}
                None => return Err(unknown(name)),
                Some((_, dimension)) if dimensions.contains(&dimension) => {}
                Some((name, dimension)) => {
                    by.push(if name == "group" { "asked" } else { name });
                    dimensions.push(dimension);
                }
            }
        }
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let (from, to) = (params::from("from", &self.from)?, params::to("to", &self.to)?);
        let mut days = [None, None];
        let mut entries = None;
        if dimensions.contains(&Dimension::Hour) {
            if dimensions.contains(&Dimension::Tag) || given(&self.tag).is_some() {
                return Err(wrong("by", "without tags, as sums by the hour are", "tag"));
            }
            entries = Some(short_time(from, to)?);
        } else {
            days = [whole_day("from", &self.from, from)?, whole_day("to", &self.to, to)?];
        }
        let query = SpendQuery {
            by: dimensions,
            from_day: days[0],
            to_day: days[1],
            entries,
            key_id: params::key(&self.key),
            team_id: text(&self.team),
            user_id: text(&self.user),
            tag: text(&self.tag),
            asked: text(&self.asked),
            served: text(&self.served),
            deployment: text(&self.deployment),
        };
        Ok((query, by))
    }
}

fn unknown(found: &str) -> ApiError {
    let all: Vec<&str> = DIMENSIONS.iter().map(|(name, _)| *name).collect();
    wrong("by", &format!("one or more of {}", all.join(", ")), found)
}

/// A time of which entries are summed up one by one; a day unless it is said.
fn short_time(from: Option<i64>, to: Option<i64>) -> Result<[i64; 2], ApiError> {
    let to = to.unwrap_or_else(|| SystemClock.now().as_microsecond());
    // Whole hours, so that the first one is not shown as less than it was.
    let from = from.unwrap_or_else(|| to.saturating_sub(DAY).div_euclid(HOUR) * HOUR);
    if !(0..=MOST_DAYS * DAY).contains(&to.saturating_sub(from)) {
        let expected = format!("at most {MOST_DAYS} days before `to`, as sums by the hour are");
        return Err(wrong("from", &expected, "another time"));
    }
    Ok([from, to])
}

/// Sums are kept by days: a part of one cannot be told from the rest of it.
fn whole_day(
    name: &str,
    field: &Option<String>,
    time: Option<i64>,
) -> Result<Option<i64>, ApiError> {
    let Some(time) = time else { return Ok(None) };
    if time.rem_euclid(DAY) != 0 {
        let expected = "a day, or midnight in UTC (sums are kept by whole days)";
        return Err(wrong(name, expected, field.as_deref().unwrap_or_default()));
    }
    Ok(Some(time.div_euclid(DAY)))
}

// === impl SpendShown ===

impl SpendShown {
    fn new(query: &SpendQuery, by: Vec<&'static str>, report: SpendReport) -> Self {
        let SpendReport { rows, total, truncated } = report;
        Self {
            from: query.from_day.and_then(params::day),
            to: query.to_day.and_then(|day| params::day(day - 1)),
            since: query.entries.and_then(|[since, _]| Timestamp::from_microsecond(since).ok()),
            until: query.entries.and_then(|[_, until]| Timestamp::from_microsecond(until).ok()),
            rows: rows.into_iter().map(|row| RowShown::new(&by, row)).collect(),
            by,
            total: SumsShown::new(&total),
            truncated,
        }
    }
}

// === impl RowShown ===

impl RowShown {
    fn new(by: &[&'static str], row: SpendRow) -> Self {
        let text = |member| match member {
            Member::Name(name) => name,
            Member::Hour(hour) => {
                let at = Timestamp::from_microsecond(hour.saturating_mul(HOUR));
                at.ok().map(|at| at.to_string())
            }
            Member::Day(day) => params::day(day).map(|day| day.to_string()),
        };
        Self {
            of: by.iter().copied().zip(row.members.into_iter().map(text)).collect(),
            sums: SumsShown::new(&row.sums),
        }
    }
}

// === impl SumsShown ===

impl SumsShown {
    fn new(sums: &SpendSums) -> Self {
        Self {
            requests: sums.requests,
            unpriced_requests: sums.unpriced,
            prompt_tokens: sums.prompt_tokens,
            cached_tokens: sums.cached_tokens,
            cache_write_tokens: sums.cache_write_tokens,
            output_tokens: sums.output_tokens,
            cost_usd: sums.whole_cost(),
            known_usd: sums.known,
            routing_fee_usd: sums.fee,
            charged_usd: sums.charged,
        }
    }
}
