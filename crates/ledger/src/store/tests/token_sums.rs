//! Sums of tokens that no column holds are marked, wherever they are made, and keep nothing from being
//! stored or read.

use super::*;
use crate::store::{Dimension, SortBy, Sorted, SpendQuery, SpendSums, token_sum::TokenSum};

on_both!(
    what_no_column_holds_is_marked,
    a_marked_sum_stays_marked,
    sums_by_the_hour_are_marked,
    days_of_another_zone_are_marked,
    entries_with_any_counts_are_sorted,
);

const DAY: i64 = 86_400_000_000;
const AT: i64 = 1_767_225_600_000_000;

/// As 114d8c7 stored what an upstream reported.
fn counting(id: &str, prompt: i64, output: i64) -> EntryRow<'static> {
    let row = row(id, "completed", 1);
    EntryRow { prompt_tokens: Some(prompt), output_tokens: Some(output), ..row }
}

/// In a batch of its own each, or all in one.
async fn stored(on: &Backend, rows: &[EntryRow<'static>], apart: bool) -> Store {
    let store = on.store().await;
    let size = if apart { 1 } else { rows.len() };
    let mut position = None;
    for (nth, rows) in (1..).zip(rows.chunks(size)) {
        store.apply(batch(position, nth, rows.to_vec())).await.unwrap();
        position = Some(nth);
    }
    store
}

async fn total(store: &Store, query: &SpendQuery) -> SpendSums {
    store.spend(query, 100).await.unwrap().total
}

async fn what_no_column_holds_is_marked(on: Backend) {
    let most = i64::MAX - 1;
    let check = async |counts: &[i64], apart, expect: Option<i64>| {
        let rows: Vec<_> = counts.iter().zip("abcdef".chars()).collect();
        let rows: Vec<_> =
            rows.iter().map(|(count, id)| counting(&id.to_string(), **count, 3)).collect();
        let store = stored(&on, &rows, apart).await;
        for query in [SpendQuery::default(), by(Dimension::Served), by(Dimension::Tag)] {
            let sums = total(&store, &query).await;
            assert_eq!(sums.requests, counts.len() as i64);
            let expect = expect.map_or(TokenSum::BEYOND, |sum| TokenSum::new(sum.into()));
            assert_eq!(sums.prompt_tokens, expect, "{counts:?} {query:?}");
            assert_eq!(sums.output_tokens.count(), 3 * counts.len() as i64);
            assert_eq!(sums.tokens_are_beyond(), expect.is_beyond());
        }
    };
    for apart in [true, false] {
        check(&[most - 1, 1], apart, Some(most)).await;
        check(&[most, 1], apart, None).await;
        check(&[most, 1, 1, 1], apart, None).await;
        check(&[1, most], apart, None).await;
        check(&[i64::MAX, i64::MAX, i64::MAX], apart, None).await;
        check(&[i64::MAX], apart, None).await;
        check(&[1 << 62, 1 << 61], apart, Some((1 << 62) + (1 << 61))).await;
    }
    // Of several rows of the roll-up as well.
    let apart = |id, count, served: &'static str| {
        let row = counting(id, count, 3);
        EntryRow { served: Some(served.into()), ..row }
    };
    let store = stored(&on, &[apart("a", most, "one"), apart("b", 1, "two")], true).await;
    assert!(total(&store, &SpendQuery::default()).await.prompt_tokens.is_beyond());
    let report = store.spend(&by(Dimension::Served), 100).await.unwrap();
    assert!(report.rows.iter().all(|row| !row.sums.prompt_tokens.is_beyond()));
}

fn by(dimension: Dimension) -> SpendQuery {
    SpendQuery { by: vec![dimension], ..SpendQuery::default() }
}

/// Nobody knows what would be left.
async fn a_marked_sum_stays_marked(on: Backend) {
    let (all, least) = (counting("a", i64::MAX, 0), counting("b", 1, 0));
    let store = stored(&on, &[all.clone(), least], true).await;
    let taken = daily_sums::take_out([&all].into_iter()).unwrap();
    store.db.transact(vec![taken]).await.unwrap();
    let sums = total(&store, &SpendQuery::default()).await;
    assert_eq!((sums.requests, sums.prompt_tokens), (1, TokenSum::BEYOND));
    // A sum that always fitted its column is reduced exactly.
    let (all, least) = (counting("a", i64::MAX - 2, 0), counting("b", 1, 0));
    let store = stored(&on, &[all.clone(), least], true).await;
    let taken = daily_sums::take_out([&all].into_iter()).unwrap();
    store.db.transact(vec![taken]).await.unwrap();
    assert_eq!(total(&store, &SpendQuery::default()).await.prompt_tokens.count(), 1);
}

fn of_time(id: &str, at: i64, count: i64) -> EntryRow<'static> {
    let id = format!("{}{id}", &super::super::page::first_id(at)[..35]);
    EntryRow { id: id.into(), at, ..counting("", count, 3) }
}

async fn sums_by_the_hour_are_marked(on: Backend) {
    let rows = [of_time("1", AT + 1, i64::MAX - 1), of_time("2", AT + 2, 7)];
    let store = stored(&on, &rows, false).await;
    let entries = Some([AT, AT + DAY]);
    let query = SpendQuery { entries, ..by(Dimension::Hour) };
    let report = store.spend(&query, 100).await.unwrap();
    assert_eq!(report.rows.len(), 1);
    assert!(report.rows[0].sums.prompt_tokens.is_beyond());
    assert_eq!(report.total.output_tokens.count(), 6);
}

/// A day that has been marked does not look like a number when hours are taken from it.
async fn days_of_another_zone_are_marked(on: Backend) {
    let hour = 3_600_000_000;
    let rows = [of_time("1", AT + 20 * hour, i64::MAX), of_time("2", AT + 23 * hour, 7)];
    let store = stored(&on, &rows, true).await;
    // An hour east of UTC.
    let day = AT / DAY;
    let query = SpendQuery {
        from_day: Some(day),
        to_day: Some(day + 2),
        midnights: vec![AT - hour, AT + DAY - hour, AT + 2 * DAY - hour],
        ..by(Dimension::Day)
    };
    let report = store.spend(&query, 100).await.unwrap();
    let days: Vec<_> = report.rows.iter().map(|row| row.sums.prompt_tokens).collect();
    assert_eq!(days, [TokenSum::BEYOND, TokenSum::new(7)]);
}

async fn entries_with_any_counts_are_sorted(on: Backend) {
    let (most, half) = (i64::MAX, i64::MAX / 2);
    let rows = [
        counting("a", most, most),
        counting("b", most, most - 1),
        counting("c", most, 0),
        counting("d", half, half),
        counting("e", half, half + 1),
        counting("f", 3, 4),
        counting("g", 4, 4),
    ];
    let store = stored(&on, &rows, false).await;
    let sorted = Sorted { by: SortBy::Tokens, ascending: true, limit: 10, offset: 0 };
    let found = store.sorted(&EntryFilter::default(), &sorted).await.unwrap();
    let ids: String = found.iter().map(|row| &*row.id).collect();
    // Two of the same sum by their ids.
    assert_eq!(ids, "fgdceba");
}
