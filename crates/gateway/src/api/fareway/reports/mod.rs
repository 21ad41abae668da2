//! `GET /fareway/v1/reports/spend`: spend, grouped by any dimensions.

mod percentile;
mod query;

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::{Timestamp, civil::Date};
use ledger::{Member, SpendReport, SpendRow, SpendSums};
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::percentile::{__path_p95, p95};
use self::query::{Asked, SpendParams};
use crate::{
    api::params::{self, Params},
    app::Worker,
    auth::Caller,
    http::ApiError,
    limits::ReportTurn,
    openapi::{self, NotRead, UsdText},
};

/// A report. Totals are stored by whole days in UTC; totals of another zone, or of part of a day,
/// are computed from them and from entries. Hours are in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendReport)]
pub(crate) struct SpendShown {
    /// The first day.
    from: Option<Date>,
    /// The last day, which is part of it, until `until`.
    to: Option<Date>,
    /// The zone of the days.
    tz: String,
    /// The start of the period.
    since: Option<Timestamp>,
    /// The end of the period.
    until: Option<Timestamp>,
    /// Requests before this time count on their day in UTC, whatever the zone, and with the whole
    /// day: their entries were deleted. Null if this changes nothing.
    utc_before: Option<Timestamp>,
    by: Vec<&'static str>,
    /// Most expensive first, or by day.
    rows: Vec<RowShown>,
    /// Of all requests, each counted once. Rows by tag overlap, and exclude requests without tags.
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
    #[schema(value_type = openapi::SpentBy)]
    of: BTreeMap<&'static str, Option<String>>,
    #[serde(flatten)]
    sums: SumsShown,
}

/// Totals of settled requests, with money in dollars as decimal strings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendSums)]
struct SumsShown {
    requests: i64,
    /// Requests whose cost is unknown or only partly known.
    unpriced_requests: i64,
    prompt_tokens: i64,
    cached_tokens: i64,
    cache_write_tokens: i64,
    output_tokens: i64,
    /// True if a total of tokens is too large to be stored: it then reads 9223372036854775807 and
    /// is a lower bound. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tokens_at_least: Option<bool>,
    /// The total of completely known costs; null if there is none.
    #[schema(value_type = Option<UsdText>)]
    cost_usd: Option<Usd>,
    /// The known part of all costs.
    #[schema(value_type = UsdText)]
    known_usd: Usd,
    /// The routing fees in it.
    #[schema(value_type = UsdText)]
    routing_fee_usd: Usd,
    /// The amount that budgets were charged.
    #[schema(value_type = UsdText)]
    charged_usd: Usd,
}

/// Microseconds.
const HOUR: i64 = 3_600_000_000;
/// The most rows of a report.
const MOST_ROWS: u32 = 10_000;
/// The most deleted keys whose aliases are looked up in the entries, with one query each: those of the
/// first rows. The others are shown by their ids.
const MOST_GONE: usize = 100;
/// Spend; a key that is not an admin's sees its own.
#[utoipa::path(get, path = "/fareway/v1/reports/spend", tag = "requests", params(SpendParams),
    responses((status = 200, body = SpendShown), NotRead))]
pub(crate) async fn spend(
    State(worker): State<Worker>,
    _: ReportTurn,
    caller: Caller,
    Params(params): Params<SpendParams>,
) -> Result<Json<SpendShown>, ApiError> {
    let mut asked = params.asked(worker.app.now())?;
    caller.narrow(&mut asked.query.key_id)?;
    let books = &worker.app.books;
    books.catch_up().await;
    let report = books.store().spend(&asked.query, MOST_ROWS).await?;
    let mut shown = SpendShown::new(&asked, report);
    // Days that are summed from entries: all days of another zone; of UTC, the last one.
    let helped = if asked.query.midnights.is_empty() { asked.query.until } else { asked.times[0] };
    if let Some(from) = helped {
        let kept = books.store().entries_kept_since().await?.filter(|kept| from < *kept);
        shown.utc_before = kept.and_then(|kept| Timestamp::from_microsecond(kept).ok());
    }
    name_keys(&worker, &mut shown.rows).await?;
    Ok(Json(shown))
}

/// Adds what people call the keys.
async fn name_keys(worker: &Worker, rows: &mut [RowShown]) -> Result<(), ApiError> {
    let books = &worker.app.books;
    let mut gone = BTreeMap::<String, Option<String>>::new();
    for row in rows {
        // All rows have the same fields, so if one has no key, none has.
        let Some(key) = row.of.get("key") else { return Ok(()) };
        let alias = match key {
            None => None,
            Some(key) => match books.alias_of_known(key).or_else(|| gone.get(key).cloned()) {
                Some(alias) => alias,
                None if gone.len() == MOST_GONE => None,
                None => {
                    let alias = books.store().last_alias(key).await?;
                    gone.insert(key.clone(), alias.clone());
                    alias
                }
            },
        };
        row.of.insert("key_alias", alias);
    }
    Ok(())
}

// === impl SpendShown ===

impl SpendShown {
    fn new(asked: &Asked, report: SpendReport) -> Self {
        let SpendReport { rows, total, truncated } = report;
        let Asked { query, by, zone, times } = asked;
        let [since, until] = times.map(|time| Timestamp::from_microsecond(time?).ok());
        Self {
            from: query.from_day.and_then(params::day),
            to: query.to_day.and_then(|day| params::day(day - 1)),
            tz: zone.iana_name().unwrap_or("UTC").to_owned(),
            since,
            until,
            utc_before: None,
            rows: rows.into_iter().map(|row| RowShown::new(by, row)).collect(),
            by: by.clone(),
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
            prompt_tokens: sums.prompt_tokens.count(),
            cached_tokens: sums.cached_tokens.count(),
            cache_write_tokens: sums.cache_write_tokens.count(),
            output_tokens: sums.output_tokens.count(),
            tokens_at_least: sums.tokens_are_beyond().then_some(true),
            cost_usd: sums.whole_cost(),
            known_usd: sums.known,
            routing_fee_usd: sums.fee,
            charged_usd: sums.charged,
        }
    }
}
