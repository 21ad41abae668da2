//! `LiteLLM`'s spend reports, in its shapes, from the same ledger as Fareway's own.
//!
//! Where `LiteLLM` says `model` it is the model that served, and `model_group` the one that was
//! asked for. `spend` is a JSON number with all its digits, and null where nothing of it is known.

mod activity;
mod global;
mod log;
mod logs;
mod summary;

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use ledger::{Dimension, Member, SpendQuery, SpendRow, SpendSums};

use super::Dollars;
use crate::{
    api::{
        pages::{Page, also, routes},
        params::{self, given, wrong},
    },
    app::Worker,
    http::ApiError,
};

/// All pages of spend.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        routes!(summary::logs),
        also(routes!(logs::page), &["/spend/logs/ui"]),
        routes!(logs::one),
        routes!(global::total),
        routes!(global::keys),
        routes!(global::models),
        routes!(global::teams),
        routes!(global::tags),
        routes!(global::report),
        routes!(activity::by_user),
        routes!(activity::by_user_aggregated),
        routes!(activity::by_team),
    ]
}

/// No more rows than this make up a page.
const MOST_ROWS: u32 = 50_000;
/// Each day of another zone than UTC has a part that is read from entries.
const MOST_DAYS_OF_A_ZONE: i64 = 366;

/// Rows of sums, once all that waits is in them.
async fn sums(
    worker: &Worker,
    query: &SpendQuery,
    by: &[Dimension],
) -> Result<Vec<SpendRow>, ApiError> {
    let books = &worker.app.books;
    books.catch_up().await;
    let query = SpendQuery { by: by.to_vec(), ..query.clone() };
    let report = books.store().spend(&query, MOST_ROWS).await?;
    if report.truncated {
        let text = format!("expected a time with at most {MOST_ROWS} sums, found more; shorten it");
        return Err(ApiError::BadField(text));
    }
    Ok(report.rows)
}

/// The days of a query in a zone, both of them part of it.
fn days(
    query: &mut SpendQuery,
    start_date: &Option<String>,
    end_date: &Option<String>,
    zone: &TimeZone,
) -> Result<(), ApiError> {
    let from = params::from_in("start_date", start_date, zone)?;
    let to = params::to_in("end_date", end_date, zone)?;
    query.from_day = from.and_then(|from| day_at(from, zone));
    // Sums are of whole days: a day that is requested in part is reported as a whole.
    query.to_day = to.and_then(|to| Some(day_at(to - 1, zone)? + 1));
    if let (Some(from), Some(to)) = (query.from_day, query.to_day)
        && *zone != TimeZone::UTC
    {
        if to.saturating_sub(from) > MOST_DAYS_OF_A_ZONE {
            let expected =
                format!("at most {MOST_DAYS_OF_A_ZONE} days before `end_date`, with `timezone`");
            return Err(wrong("start_date", &expected, given(start_date).unwrap_or_default()));
        }
        query.midnights = (from..=to).filter_map(|day| params::midnight(day, zone)).collect();
    }
    Ok(())
}

/// The day of a time in a zone, since 1970.
fn day_at(micros: i64, zone: &TimeZone) -> Option<i64> {
    let at = Timestamp::from_microsecond(micros).ok()?.to_zoned(zone.clone());
    Some(params::day_number(at.date()))
}

/// The zone that is so many minutes before UTC, as `LiteLLM`'s clients count: -120 for UTC+2.
fn zone(timezone: &Option<String>) -> Result<TimeZone, ApiError> {
    let Some(text) = given(timezone) else { return Ok(TimeZone::UTC) };
    let minutes: Option<i32> = text.parse().ok().filter(|minutes| (-840..=720).contains(minutes));
    let offset = minutes.and_then(|minutes| Offset::from_seconds(-60 * minutes).ok());
    match offset {
        Some(Offset::UTC) => Ok(TimeZone::UTC),
        Some(offset) => Ok(TimeZone::fixed(offset)),
        None => {
            let expected =
                "how many minutes the zone is behind UTC, from -840 to 720, such as -120 for UTC+2";
            Err(wrong("timezone", expected, text))
        }
    }
}

/// What a row is of, as text; empty where requests have none.
fn name(row: &SpendRow, nth: usize) -> String {
    match row.members.get(nth) {
        Some(Member::Name(name)) => name.clone().unwrap_or_default(),
        Some(Member::Hour(_)) => String::new(),
        Some(Member::Day(day)) => params::day(*day).map(|day| day.to_string()).unwrap_or_default(),
        None => String::new(),
    }
}

/// Some where a sum of tokens, or that of prompt and answer, is more than can be held.
fn tokens_at_least(sums: &SpendSums) -> Option<bool> {
    (sums.tokens_are_beyond() || sums.all_tokens().is_beyond()).then_some(true)
}

/// What is known of the money; `None` where there are requests, and nothing of it is.
fn spend(sums: &SpendSums) -> Option<Dollars> {
    let nothing = sums.whole_cost().is_none() && sums.known == llm_types::Usd::ZERO;
    (!nothing).then_some(Dollars(sums.known))
}
