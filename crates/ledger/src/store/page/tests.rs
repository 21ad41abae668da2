//! Pages are complete and bounded whatever they are filtered by, and no filter becomes SQL.

use cost_model::ChargeRule;
use proptest::prelude::*;

use super::{clause::first_id, *};
use crate::db::{Statement, Step, migrations::MIGRATIONS};
use crate::store::{
    backend::{Backend, check_property, on_both},
    random_entries,
    tests::{batch, row},
};

on_both!(
    what_is_looked_for_never_becomes_sql,
    entries_of_older_tables_are_found,
    names_that_are_not_noted_hide_nothing,
);

#[test]
fn ids_of_a_time_are_above_its_first() {
    assert_eq!(first_id(0), "00000000-0000-0000-0000-000000000000");
    let micros = 1_767_225_600_000_000;
    let id = "019b76da-a800-7000-8000-000000000000";
    assert!(first_id(micros).as_str() < id && id < first_id(micros + 1_000).as_str());
    assert_eq!(first_id(i64::MAX), "ffffffff-ffff-0000-0000-000000000000");
}

fn fits(row: &EntryRow<'static>, filter: &EntryFilter) -> bool {
    let value = |column| match column {
        "key_id" => row.key_id.as_deref(),
        "key_alias" => row.key_alias.as_deref(),
        "team_id" => row.team_id.as_deref(),
        "user_id" => row.user_id.as_deref(),
        "end_user" => row.end_user.as_deref(),
        "client_ip" => row.client_ip.as_deref(),
        "session_id" => row.session_id.as_deref(),
        "asked" => Some(&*row.asked),
        "served" => row.served.as_deref(),
        "deployment" => Some(&*row.deployment),
        "outcome" => Some(&*row.outcome),
        "cost_status" => Some(&*row.cost_status),
        "provider_request_id" => row.provider_request_id.as_deref(),
        "answer_id" => row.answer_id.as_deref(),
        "provider_region" => row.provider_region.as_deref(),
        "api" => row.api.as_deref(),
        _ => None,
    };
    filter.from.is_none_or(|from| row.at >= from)
        && filter.to.is_none_or(|to| row.at < to)
        && filter.equal().into_iter().all(|(column, wanted)| match column {
            "tag" => row.tags().iter().any(|tag| tag == wanted),
            "held" => row.is_held(),
            "charged_by" => row.charged_by().map(ChargeRule::as_str) == Some(wanted),
            column => value(column) == Some(wanted),
        })
}

/// All pages one after the other; none is longer than it may be.
async fn all_pages(store: &Store, filter: &EntryFilter, limit: u32) -> Vec<String> {
    let (mut ids, mut page) = (Vec::new(), Page { before: None, limit });
    loop {
        let found = store.entries(filter, &page).await.unwrap();
        assert!(found.rows.len() <= limit as usize);
        ids.extend(found.rows.iter().map(|row| row.id.to_string()));
        match found.next {
            Some(next) => page.before = Some(next),
            None => return ids,
        }
    }
}

/// One value for each of the filters that `which` has a bit for.
fn filter(which: u32) -> EntryFilter {
    let some = |bit: u32, text: &str| (which & (1 << bit) != 0).then(|| text.to_owned());
    let time = |bit: u32, day: i64| {
        (which & (1 << bit) != 0)
            .then_some((random_entries::FIRST_DAY + day) * 86_400_000_000 + 20_000_000)
    };
    EntryFilter {
        from: time(0, 1),
        to: time(1, 3),
        key_id: some(2, "key-3"),
        key_alias: some(3, "alias-3"),
        team_id: some(4, "team-1"),
        user_id: some(5, "user-0"),
        end_user: some(6, "ann"),
        session_id: some(7, "session"),
        tag: some(8, "tag-1"),
        asked: some(9, "group-0"),
        served: some(10, "gpt-5"),
        deployment: some(11, "azure_ai/router"),
        outcome: some(12, "completed"),
        cost_status: some(13, "exact"),
        provider_request_id: some(14, "apim-7"),
        held: which & (1 << 15) != 0,
        charged_by: (which & (1 << 16) != 0).then_some(ChargeRule::Reservation),
        client_ip: some(17, "192.0.2.1"),
        answer_id: some(18, "chatcmpl-3"),
        provider_region: some(19, "East US 2"),
        api: some(20, "embeddings"),
    }
}

/// Each filter alone, and many together.
fn check_pages(on: &Backend) {
    let values = (
        prop::collection::vec(random_entries::drawn(), 100..140),
        prop::collection::vec(0_u32..(1 << 21), 20),
        prop::collection::vec((0_u32..21, 0_u32..21), 20),
        1_u32..12,
    );
    check_property(on, 16, values, async |store, (all, which, pairs, limit)| {
        let mut rows = random_entries::rows(&all);
        random_entries::fill(store, &rows).await;
        rows.sort_by(|a, b| b.id.cmp(&a.id));
        let pairs = pairs.into_iter().map(|(a, b)| 1 << a | 1 << b);
        for which in (0..21).map(|bit| 1 << bit).chain(which).chain(pairs).chain([0]) {
            let filter = filter(which);
            let fitting = rows.iter().filter(|row| fits(row, &filter));
            let expected: Vec<String> = fitting.map(|row| row.id.to_string()).collect();
            assert_eq!(all_pages(store, &filter, limit).await, expected, "{filter:?}");
            let count = store.count(&filter, 1_000).await.unwrap();
            assert_eq!((count.entries, count.whole), (expected.len() as u64, true));
            check_sorted(store, &filter, &expected).await;
        }
    });
}

#[test]
fn pages_together_are_what_fits_in_sqlite() {
    check_pages(&Backend::sqlite());
}

#[test]
fn pages_together_are_what_fits_in_postgres() {
    check_pages(&Backend::postgres());
}

async fn check_sorted(store: &Store, filter: &EntryFilter, newest_first: &[String]) {
    for by in [SortBy::Time, SortBy::Known, SortBy::Tokens, SortBy::Duration] {
        let sorted = Sorted { by, ascending: true, offset: 0, limit: 1_000 };
        let rows = store.sorted(filter, &sorted).await.unwrap();
        assert_eq!(rows.len(), newest_first.len());
        let value = |row: &EntryRow<'_>| match by {
            SortBy::Time => row.at,
            SortBy::Known => row.known_pico,
            SortBy::Tokens => row.prompt_tokens.unwrap_or(0) + row.output_tokens.unwrap_or(0),
            SortBy::Duration => row.duration_ms,
        };
        assert!(rows.is_sorted_by_key(value), "{by:?} {filter:?}");
    }
    let third = Sorted { by: SortBy::Time, ascending: false, offset: 2, limit: 1 };
    let rows = store.sorted(filter, &third).await.unwrap();
    assert_eq!(rows.first().map(|row| &*row.id), newest_first.get(2).map(String::as_str));
}

async fn what_is_looked_for_never_becomes_sql(on: Backend) {
    let store = on.store().await;
    store.apply(batch(None, 1, vec![row("1", "completed", 42)])).await.unwrap();
    for text in ["' OR 1=1 --", "'; DROP TABLE entries; --", "\" OR \"\"=\"", "%", "\0", "$1"] {
        for bit in (2..15).chain(17..21) {
            let mut wrong = filter(1 << bit);
            for slot in [
                &mut wrong.key_id,
                &mut wrong.key_alias,
                &mut wrong.team_id,
                &mut wrong.user_id,
                &mut wrong.end_user,
                &mut wrong.session_id,
                &mut wrong.tag,
                &mut wrong.asked,
                &mut wrong.served,
                &mut wrong.deployment,
                &mut wrong.outcome,
                &mut wrong.cost_status,
                &mut wrong.provider_request_id,
                &mut wrong.answer_id,
                &mut wrong.client_ip,
                &mut wrong.provider_region,
                &mut wrong.api,
            ]
            .into_iter()
            .flatten()
            {
                text.clone_into(slot);
            }
            let page = Page { before: None, limit: 10 };
            assert_eq!(store.entries(&wrong, &page).await.unwrap(), Entries::default());
        }
        let page = Page { before: Some(text.to_owned()), limit: 10 };
        store.entries(&EntryFilter::default(), &page).await.unwrap();
    }
    assert!(store.entry("1").await.unwrap().is_some());
}

/// Tables of version 1 had an index for each column.
/// A busy moment with a session for each entry, and a quiet one.
async fn names_that_are_not_noted_hide_nothing(on: Backend) {
    let store = on.store().await;
    let at = random_entries::FIRST_DAY * 86_400_000_000;
    let entry = |nth: i64, at: i64, session: String| EntryRow {
        id: format!("{}{nth:012x}", &first_id(at)[..24]).into(),
        at,
        session_id: Some(session.into()),
        end_user: Some("ann".into()),
        ..row("", "completed", 5)
    };
    let busy = (0..30).map(|nth| entry(nth, at + 20_000_000, format!("busy-{}", nth % 10)));
    let quiet = (30..36).map(|nth| entry(nth, at + nth * 1_000_000, format!("busy-{}", nth % 2)));
    let mut rows: Vec<_> = busy.chain(quiet).collect();
    store.apply(batch(None, 1, rows.clone())).await.unwrap();
    rows.sort_by(|a, b| b.id.cmp(&a.id));
    let noted = async |facet: &str| {
        let sql = "SELECT COUNT(*) FROM entry_facets WHERE facet = $1";
        store.db.query(sql, vec![facet.into()]).await.unwrap()[0].int().unwrap()
    };
    assert_eq!((noted("session_id").await, noted("end_user").await), (1 + 6, 1 + 6));
    let day = Some(at);
    for nth in 0..11 {
        let session_id = Some(format!("busy-{nth}"));
        let alone = EntryFilter { session_id, ..EntryFilter::default() };
        let with = EntryFilter { end_user: Some("ann".to_owned()), from: day, ..alone.clone() };
        // Of the quiet time alone each is noted.
        let later = EntryFilter { from: Some(at + 25_000_000), ..alone.clone() };
        for filter in [alone, with, later] {
            let fitting = rows.iter().filter(|row| fits(row, &filter));
            let expected: Vec<String> = fitting.map(|row| row.id.to_string()).collect();
            assert_eq!(all_pages(&store, &filter, 2).await, expected, "{filter:?}");
            let count = store.count(&filter, 1_000).await.unwrap();
            assert_eq!((count.entries, count.whole), (expected.len() as u64, true));
            check_sorted(&store, &filter, &expected).await;
        }
    }
    while store.delete_before(at + 86_400_000_000).await.unwrap() > 0 {}
    assert_eq!((noted("session_id").await, noted("end_user").await), (0, 0));
}

async fn entries_of_older_tables_are_found(on: Backend) {
    let store = on.store().await;
    let rows = ["open", "completed", "failed", "interrupted"].map(|outcome| EntryRow {
        cost_status: if outcome == "failed" { "partial" } else { "exact" }.into(),
        key_id: Some("key-3".into()),
        key_alias: Some("alias-3".into()),
        team_id: Some("team-1".into()),
        user_id: Some("user-0".into()),
        end_user: Some("ann".into()),
        session_id: Some("session".into()),
        asked: "group-0".into(),
        served: Some("gpt-5".into()),
        deployment: "azure_ai/router".into(),
        provider_request_id: Some("apim-7".into()),
        answer_id: Some("chatcmpl-3".into()),
        ..row(outcome, outcome, 5)
    });
    store.apply(batch(None, 1, rows.to_vec())).await.unwrap();
    let first = MIGRATIONS[0].sql(store.db.dialect());
    let older = first.split(';').filter(|sql| sql.contains("CREATE INDEX entries_"));
    let undo = [
        "DROP VIEW requests",
        "ALTER TABLE entries DROP COLUMN client_ip",
        "ALTER TABLE entries DROP COLUMN provider_region",
        "ALTER TABLE entries DROP COLUMN api",
        "ALTER TABLE entries DROP COLUMN counted_served",
        "ALTER TABLE entries DROP COLUMN counted_tags",
        "ALTER TABLE entry_tags DROP COLUMN counted",
        "ALTER TABLE budgets DROP COLUMN max_usd",
        "ALTER TABLE budgets DROP COLUMN spent_usd",
        "ALTER TABLE budgets DROP COLUMN leased_usd",
        "ALTER TABLE leases DROP COLUMN amount_usd",
        "ALTER TABLE keys DROP COLUMN max_usd",
        "ALTER TABLE teams DROP COLUMN max_usd",
        "ALTER TABLE users DROP COLUMN max_usd",
        "DROP TABLE entry_facets",
        "DROP TABLE entry_provider_ids",
        "DROP TABLE sessions",
        "DROP TABLE widened_pools",
        "ALTER TABLE audit DROP COLUMN actor_alias",
        "ALTER TABLE audit DROP COLUMN session",
        "ALTER TABLE audit DROP COLUMN ip",
        "DROP TABLE refusals",
        "DROP INDEX budgets_owner",
        "ALTER TABLE budgets DROP COLUMN owner",
        "ALTER TABLE keys DROP COLUMN budget_limits",
        "ALTER TABLE teams DROP COLUMN budget_limits",
        "ALTER TABLE users DROP COLUMN budget_limits",
        "DROP TABLE replaced_keys",
        "DROP INDEX entries_open",
        "ALTER TABLE budgets DROP COLUMN held_usd",
        "ALTER TABLE budgets DROP COLUMN held_pico",
        "DROP INDEX entries_interrupted",
        "DELETE FROM schema_version WHERE version > 1",
    ];
    let undo = undo.into_iter().chain(older).map(|sql| Step::One(Statement::new(sql, Vec::new())));
    store.db.transact(undo.collect::<Vec<_>>()).await.unwrap();
    drop(store);
    let store = on.again().await;
    for which in (2..8).chain(9..12).chain([14, 18]).map(|bit| filter(1 << bit)) {
        assert_eq!(all_pages(&store, &which, 3).await.len(), 4, "{which:?}");
    }
    for outcome in ["open", "failed", "interrupted"] {
        let which = EntryFilter { outcome: Some(outcome.to_owned()), ..EntryFilter::default() };
        assert_eq!(all_pages(&store, &which, 3).await, [outcome]);
    }
    let partial = EntryFilter { cost_status: Some("partial".into()), ..EntryFilter::default() };
    assert_eq!(all_pages(&store, &partial, 3).await, ["failed"]);
}

/// SQLite finds and sorts by an index, whatever is looked for.
#[tokio::test]
async fn every_filter_has_its_index() {
    let on = Backend::sqlite();
    let store = on.store().await;
    for which in (2..15).map(|bit| 1 << bit).chain([
        1 << 18,
        1 << 19,
        1 << 20,
        1 << 2 | 1 << 10,
        1 << 12 | 1 << 13,
    ]) {
        let mut filter = filter(which);
        filter.outcome = filter.outcome.map(|_| "failed".to_owned());
        filter.cost_status = filter.cost_status.map(|_| "partial".to_owned());
        let window = store.window(&filter, None, 10).await.unwrap();
        let clause = Clause::of(&filter, &window.path, Some("x"), None);
        let (from, order) = (window.path.from(store.db.dialect()), window.path.sorted("DESC"));
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM {from}{} ORDER BY {order} LIMIT 5",
            clause.sql
        );
        let mut plan = Vec::new();
        for mut row in store.db.query(sql, clause.args).await.unwrap() {
            let _ = [row.int(), row.int(), row.int()];
            plan.push(row.text().unwrap());
        }
        let plan = plan.join("; ");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
        assert!(plan.contains("INDEX") || plan.contains("PRIMARY KEY"), "{plan}");
    }
}
