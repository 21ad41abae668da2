//! Reports are the sums of the entries, to the picodollar, in every dimension and for every filter.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    entry::row::EntryRow,
    store::{
        backend::{Backend, check_property, on_both},
        random_entries::{self, FIRST_DAY},
    },
};

on_both!(
    sums_of_more_than_a_column_holds_are_exact,
    what_is_looked_for_never_becomes_sql,
    a_report_that_is_too_long_has_the_total_of_all,
);

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

/// The sums of some entries, computed one by one.
fn sum<'a>(rows: impl Iterator<Item = &'a EntryRow<'static>>) -> SpendSums {
    let usd = |picos: i64| Usd::from_picos(picos.into());
    let tokens = |count: Option<i64>| TokenSum::new(count.unwrap_or(0).into());
    rows.map(|row| SpendSums {
        requests: 1,
        unpriced: i64::from(row.cost_pico.is_none()),
        prompt_tokens: tokens(row.prompt_tokens),
        cached_tokens: tokens(row.cached_tokens),
        cache_write_tokens: tokens(row.cache_write_tokens),
        output_tokens: tokens(row.output_tokens),
        cost: usd(row.cost_pico.unwrap_or(0)),
        known: usd(row.known_pico),
        fee: usd(row.fee_pico.unwrap_or(0)),
        charged: usd(row.charged_pico),
    })
    .sum()
}

/// The day on which a row counts.
fn day(row: &EntryRow<'static>, query: &SpendQuery) -> i64 {
    if let (Some(_), Some(end)) = (query.until.filter(|until| *until <= row.at), query.to_day) {
        return end;
    }
    let Some(first) = query.from_day.filter(|_| !query.midnights.is_empty()) else {
        return row.at / DAY;
    };
    let begun = query.midnights.iter().filter(|midnight| **midnight <= row.at).count();
    first + i64::try_from(begun).unwrap() - 1
}

/// What a row is of; several of them only by tag.
fn members(row: &EntryRow<'static>, query: &SpendQuery, dimension: Dimension) -> Vec<Member> {
    let name = |name: Option<&str>| vec![Member::Name(name.map(str::to_owned))];
    match dimension {
        Dimension::Served => name(row.served.as_deref()),
        Dimension::Asked => name(Some(&row.asked)),
        Dimension::Deployment => name(Some(&row.deployment)),
        Dimension::Key => name(row.key_id.as_deref()),
        Dimension::Team => name(row.team_id.as_deref()),
        Dimension::User => name(row.user_id.as_deref()),
        Dimension::Day => vec![Member::Day(day(row, query))],
        Dimension::Hour => vec![Member::Hour(row.at / HOUR)],
        Dimension::Outcome => name(Some(&row.outcome)),
        Dimension::CostStatus => name(Some(&row.cost_status)),
        Dimension::Tag => row.tags().into_iter().map(|tag| Member::Name(Some(tag))).collect(),
    }
}

fn fits(row: &EntryRow<'static>, query: &SpendQuery) -> bool {
    let equal = |wanted: &Option<String>, found: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
    };
    let day = day(row, query);
    query.from_day.is_none_or(|from| day >= from)
        && query.to_day.is_none_or(|to| day < to)
        && query.entries.is_none_or(|[from, until]| (from..until).contains(&row.at))
        && equal(&query.key_id, row.key_id.as_deref())
        && equal(&query.team_id, row.team_id.as_deref())
        && equal(&query.user_id, row.user_id.as_deref())
        && equal(&query.asked, Some(&row.asked))
        && equal(&query.served, row.served.as_deref())
        && equal(&query.deployment, Some(&row.deployment))
        && query.tag.as_ref().is_none_or(|tag| row.tags().contains(tag))
}

/// Whether a report agrees with the entries.
async fn check(store: &Store, rows: &[EntryRow<'static>], query: &SpendQuery) {
    let report = store.spend(query, 1_000).await.unwrap();
    let fitting: Vec<_> = rows.iter().filter(|row| fits(row, query)).collect();
    assert_eq!(report.total, sum(fitting.iter().copied()), "{query:?}");
    let mut expected: BTreeMap<String, Vec<&EntryRow<'static>>> = BTreeMap::new();
    for row in fitting {
        let mut keys = vec![Vec::new()];
        for dimension in &query.by {
            let mut found = members(row, query, *dimension);
            if *dimension == Dimension::Tag {
                found.retain(|tag| query.tag.is_none() || *tag == Member::Name(query.tag.clone()));
            }
            let with = |key: Vec<Member>| {
                let with = move |member: &Member| [key.clone(), vec![member.clone()]].concat();
                found.iter().map(with).collect::<Vec<_>>()
            };
            keys = keys.into_iter().flat_map(with).collect();
        }
        for key in keys {
            expected.entry(format!("{key:?}")).or_default().push(row);
        }
    }
    assert_eq!(report.rows.len(), expected.len(), "{query:?}");
    for row in &report.rows {
        let of = expected.remove(&format!("{:?}", row.members)).unwrap();
        assert_eq!(row.sums, sum(of.into_iter()), "{query:?} {row:?}");
    }
    let by_time = [Dimension::Day, Dimension::Hour].iter().any(|time| query.by.contains(time));
    if !by_time {
        assert!(report.rows.is_sorted_by(|a, b| a.sums.known >= b.sums.known), "{query:?}");
    }
}

const ALL: [Dimension; 10] = [
    Dimension::Served,
    Dimension::Asked,
    Dimension::Deployment,
    Dimension::Key,
    Dimension::Team,
    Dimension::User,
    Dimension::Tag,
    Dimension::Day,
    Dimension::Outcome,
    Dimension::CostStatus,
];

fn filters() -> Vec<SpendQuery> {
    let some = |text: &str| Some(text.to_owned());
    let all = SpendQuery::default();
    vec![
        all.clone(),
        SpendQuery { from_day: Some(FIRST_DAY + 1), to_day: Some(FIRST_DAY + 3), ..all.clone() },
        SpendQuery { key_id: some("key-2"), ..all.clone() },
        SpendQuery { team_id: some("team-1"), user_id: some("user-0"), ..all.clone() },
        SpendQuery { tag: some("tag-1"), ..all.clone() },
        SpendQuery { tag: some("tag-0"), asked: some("group-0"), ..all.clone() },
        SpendQuery { served: some("nobody-knows-1"), ..all.clone() },
        SpendQuery { deployment: some("azure/one"), from_day: Some(FIRST_DAY + 2), ..all },
    ]
}

fn check_reports(on: &Backend) {
    let values = prop::collection::vec(random_entries::drawn(), 1..60);
    check_property(on, 12, values, async |store, all| {
        let rows = random_entries::rows(&all);
        random_entries::fill(store, &rows).await;
        for query in filters() {
            for by in ALL {
                check(store, &rows, &SpendQuery { by: vec![by], ..query.clone() }).await;
            }
            check(store, &rows, &query).await;
            let by = vec![Dimension::Day, Dimension::Served];
            check(store, &rows, &SpendQuery { by, ..query.clone() }).await;
            let by = vec![Dimension::Tag, Dimension::Key, Dimension::CostStatus];
            check(store, &rows, &SpendQuery { by, ..query.clone() }).await;
            let entries = Some([FIRST_DAY * DAY + HOUR / 2, (FIRST_DAY + 3) * DAY - 1]);
            let by = vec![Dimension::Hour, Dimension::Served];
            check(store, &rows, &SpendQuery { by, entries, ..query.clone() }).await;
            check(store, &rows, &SpendQuery { by: Vec::new(), entries, ..query }).await;
        }
        check_zones(store, &rows).await;
    });
}

/// Midnights of zones, as far from UTC's as possible; entries are in the first minute of each day in
/// UTC, so that some of these midnights separate them.
async fn check_zones(store: &Store, rows: &[EntryRow<'static>]) {
    const SECOND: i64 = 1_000_000;
    let (from, to) = (FIRST_DAY + 1, FIRST_DAY + 3);
    for apart in [
        [0, 0, 0],
        [20 * SECOND; 3],
        [-11 * HOUR / 2; 3],
        [8 * HOUR; 3],
        // Clocks are changed on the way.
        [10 * SECOND, HOUR, HOUR],
        [-HOUR, -2 * HOUR, 15 * SECOND],
        [-14 * HOUR, 12 * HOUR, 5 * SECOND],
    ] {
        let midnights: Vec<i64> =
            (from..=to).zip(apart).map(|(day, apart)| day * DAY + apart).collect();
        let last_day = midnights[1]..midnights[2];
        let parts = (from..=to).map(|day| day * DAY + 20 * SECOND);
        let parts = parts.filter(|part| last_day.contains(part)).map(Some);
        for until in std::iter::once(None).chain(parts) {
            let midnights = midnights.clone();
            let (from_day, to_day) = (Some(from), Some(to));
            let days = SpendQuery { from_day, to_day, midnights, until, ..SpendQuery::default() };
            check_days(store, rows, &days).await;
        }
    }
    // A query may end within a day of UTC too, with a first day and without one.
    for from_day in [None, Some(from), Some(to - 1)] {
        let (to_day, until) = (Some(to), Some((to - 1) * DAY + 20 * SECOND));
        let days = SpendQuery { from_day, to_day, until, ..SpendQuery::default() };
        check_days(store, rows, &days).await;
    }
}

/// Checks every filter on these days.
async fn check_days(store: &Store, rows: &[EntryRow<'static>], days: &SpendQuery) {
    let SpendQuery { from_day, to_day, until, .. } = *days;
    for query in filters() {
        for by in [
            vec![],
            vec![Dimension::Day],
            vec![Dimension::Tag],
            vec![Dimension::Served, Dimension::CostStatus],
            vec![Dimension::Day, Dimension::Served],
            vec![Dimension::Day, Dimension::Tag, Dimension::Key],
        ] {
            let midnights = days.midnights.clone();
            let query = SpendQuery { by, from_day, to_day, midnights, until, ..query.clone() };
            check(store, rows, &query).await;
        }
    }
}

#[test]
fn reports_are_the_sums_of_the_entries_in_sqlite() {
    check_reports(&Backend::sqlite());
}

#[test]
fn reports_are_the_sums_of_the_entries_in_postgres() {
    check_reports(&Backend::postgres());
}

async fn sums_of_more_than_a_column_holds_are_exact(on: Backend) {
    let store = on.store().await;
    let one = |id: u8| EntryRow {
        id: format!("{id}").into(),
        cost_pico: Some(i64::MAX),
        known_pico: i64::MAX,
        ..crate::store::tests::row("", "completed", 1)
    };
    random_entries::fill(&store, &(0..9).map(one).collect::<Vec<_>>()).await;
    let report = store.spend(&SpendQuery::default(), 1).await.unwrap();
    assert_eq!(report.total.cost, Usd::from_picos(9 * i128::from(i64::MAX)));
}

async fn what_is_looked_for_never_becomes_sql(on: Backend) {
    let store = on.store().await;
    random_entries::fill(&store, &[crate::store::tests::row("1", "completed", 42)]).await;
    for text in ["' OR 1=1 --", "'; DROP TABLE daily; --", "\" OR \"\"=\"", "%", "\0", "$1"] {
        let text = || Some(text.to_owned());
        let all = SpendQuery { by: vec![Dimension::Served], ..SpendQuery::default() };
        for query in [
            SpendQuery { key_id: text(), ..all.clone() },
            SpendQuery { team_id: text(), ..all.clone() },
            SpendQuery { user_id: text(), ..all.clone() },
            SpendQuery { tag: text(), ..all.clone() },
            SpendQuery { asked: text(), ..all.clone() },
            SpendQuery { served: text(), ..all.clone() },
            SpendQuery { deployment: text(), ..all.clone() },
        ] {
            let report = store.spend(&query, 10).await.unwrap();
            assert_eq!((report.rows.len(), report.total), (0, SpendSums::default()), "{query:?}");
        }
    }
    assert_eq!(store.spend(&SpendQuery::default(), 10).await.unwrap().total.requests, 1);
}

async fn a_report_that_is_too_long_has_the_total_of_all(on: Backend) {
    let store = on.store().await;
    let row = |id: u8| EntryRow {
        id: format!("{id}").into(),
        served: Some(format!("model-{id}").into()),
        ..crate::store::tests::row("", "completed", i64::from(id))
    };
    random_entries::fill(&store, &(1..=5).map(row).collect::<Vec<_>>()).await;
    let query = SpendQuery { by: vec![Dimension::Served], ..SpendQuery::default() };
    let report = store.spend(&query, 2).await.unwrap();
    let names: Vec<_> = report.rows.iter().map(|row| format!("{:?}", row.members[0])).collect();
    assert_eq!(names, [r#"Name(Some("model-5"))"#, r#"Name(Some("model-4"))"#]);
    assert_eq!((report.truncated, report.total.known), (true, Usd::from_picos(15)));
}
