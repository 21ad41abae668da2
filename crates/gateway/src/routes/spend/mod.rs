//! `LiteLLM`'s pages about spending, in its shapes, from the same books as our own.
//!
//! Where `LiteLLM` says `model` it is the model that served, and `model_group` the one that was
//! asked for. `spend` is a JSON number with all its digits, and null where nothing of it is known.

mod activity;
mod global;
mod log;
mod logs;
mod summary;

use ledger::{Dimension, Member, SpendQuery, SpendRow, SpendSums};

use super::{
    manage::Dollars,
    pages::{Pages, page},
    params,
};
use crate::{app::Worker, error::ApiError};

/// Every page of it.
pub(super) fn all<P: Pages>(pages: P) -> P {
    pages
        .page(page!(summary::logs), &[])
        .page(page!(logs::page), &["/spend/logs/ui"])
        .page(page!(logs::one), &[])
        .page(page!(global::total), &[])
        .page(page!(global::keys), &[])
        .page(page!(global::models), &[])
        .page(page!(global::teams), &[])
        .page(page!(global::tags), &[])
        .page(page!(global::report), &[])
        .page(page!(activity::by_user), &[])
        .page(page!(activity::by_user_aggregated), &[])
        .page(page!(activity::by_team), &[])
}

/// No more rows than this make up a page.
const MOST_ROWS: u32 = 50_000;

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

/// The days of a query, both of them part of it.
fn days(
    query: &mut SpendQuery,
    start_date: &Option<String>,
    end_date: &Option<String>,
) -> Result<(), ApiError> {
    const DAY: i64 = 86_400_000_000;
    let from = params::from("start_date", start_date)?;
    let to = params::to("end_date", end_date)?;
    query.from_day = from.map(|from| from.div_euclid(DAY));
    // Sums are of whole days: the one of which only a part is asked for is told as a whole.
    query.to_day = to.map(|to| (to + DAY - 1).div_euclid(DAY));
    Ok(())
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
