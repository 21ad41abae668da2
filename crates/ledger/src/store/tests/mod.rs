//! Rows are taken exactly once, and sums are exact.

use super::{
    backend::{Backend, by, on_both},
    *,
};
use crate::{entry::row::EntryRow, spool::Position};

mod audited;
mod gone;
mod leases;
mod owners;
mod postgres_only;
mod records;
mod refused;
mod replaced;
mod sums;
mod token_sums;

on_both!(
    a_request_is_opened_and_settled,
    a_batch_is_taken_once,
    what_was_open_when_the_gateway_ended_is_interrupted,
    any_text_can_be_kept,
);

pub(super) fn row(id: &str, outcome: &'static str, picos: i64) -> EntryRow<'static> {
    let settled = outcome != "open";
    EntryRow {
        id: id.to_owned().into(),
        at: 1_767_225_600_000_000,
        instance: "here".into(),
        asked: "router".into(),
        deployment: "azure_ai/router".into(),
        served: settled.then(|| "gpt-5-nano".into()),
        outcome: outcome.into(),
        cost_status: if settled { "exact" } else { "open" }.into(),
        usage_source: "reported".into(),
        prompt_tokens: settled.then_some(10),
        cost_pico: settled.then_some(picos),
        known_pico: picos,
        charged_pico: picos,
        reserved_pico: 500,
        tags: Some(r#"["b","a","b"]"#.into()),
        budgets: Some(r#"[["key:k",7]]"#.into()),
        detail: "{}".into(),
        ..EntryRow::default()
    }
}

pub(super) fn batch(from: Option<u64>, to: u64, rows: Vec<EntryRow<'_>>) -> Batch<'_> {
    let at = |offset| Position { segment: 1, offset };
    let moves = vec![Move { writer: "worker_0", from: from.map(at), to: at(to) }];
    Batch { instance: "here", moves, rows }
}

/// The roll-up of a tag: requests, prompt tokens, dollars and picodollars.
async fn rolled(store: &Store, tag: &str) -> [i64; 4] {
    let sql = "SELECT COALESCE(SUM(requests), 0), COALESCE(SUM(prompt_tokens), 0), \
        COALESCE(SUM(cost_usd), 0), COALESCE(SUM(cost_pico), 0) FROM daily WHERE tag = $1";
    let mut row = store.db.query(sql, vec![tag.into()]).await.unwrap().pop().unwrap();
    [0; 4].map(|_: i64| row.int().unwrap())
}

async fn a_request_is_opened_and_settled(on: Backend) {
    let store = on.store().await;
    store.apply(batch(None, 10, vec![row("1", "open", 0)])).await.unwrap();
    assert_eq!(store.entry("1").await.unwrap().unwrap().outcome, "open");
    assert_eq!(rolled(&store, "").await, [0; 4]);
    let charges = store.apply(batch(Some(10), 20, vec![row("1", "completed", 42)])).await.unwrap();
    let amount = Usd::from_picos(42);
    assert_eq!(
        charges,
        [Charged { budget: "key:k".to_owned(), window_start: 7, amount, held: Usd::ZERO }]
    );
    let stored = store.entry("1").await.unwrap().unwrap();
    assert_eq!(stored, row("1", "completed", 42));
    assert_eq!(rolled(&store, "").await, [1, 10, 0, 42]);
    assert_eq!(rolled(&store, "a").await, [1, 10, 0, 42]);
    assert!(store.entry("2").await.unwrap().is_none());
}

async fn a_batch_is_taken_once(on: Backend) {
    let store = on.store().await;
    let first = || batch(None, 10, vec![row("1", "completed", 42)]);
    store.apply(first()).await.unwrap();
    let again = store.apply(first()).await.unwrap_err();
    assert!(matches!(again, StoreError::Moved), "{again}");
    let from_elsewhere = batch(Some(5), 20, vec![row("2", "completed", 1)]);
    assert!(matches!(store.apply(from_elsewhere).await, Err(StoreError::Moved)));
    assert_eq!(rolled(&store, "").await, [1, 10, 0, 42]);
    // As the next process finds it.
    drop(store);
    let store = on.again().await;
    let position = store.position("here", "worker_0").await.unwrap();
    assert_eq!(position, Some(Position { segment: 1, offset: 10 }));
}

async fn what_was_open_when_the_gateway_ended_is_interrupted(on: Backend) {
    let store = on.store().await;
    let progressed = EntryRow { output_tokens: Some(3), ..row("1", "open", 0) };
    let elsewhere = EntryRow { instance: "there".into(), ..row("2", "open", 0) };
    let rows = vec![progressed, elsewhere, row("3", "completed", 1)];
    store.apply(batch(None, 10, rows)).await.unwrap();
    let interrupted = store.interrupt_open("here", 1_767_225_601_000_000).await.unwrap();
    assert_eq!((interrupted.entries, interrupted.charges[0].amount.picos()), (1, 500));
    let entry = store.entry("1").await.unwrap().unwrap();
    assert_eq!((&*entry.outcome, &*entry.cost_status), ("interrupted", "interrupted"));
    assert_eq!((entry.output_tokens, entry.cost_pico, entry.charged_pico), (Some(3), None, 500));
    assert_eq!(store.entry("2").await.unwrap().unwrap().outcome, "open");
    assert_eq!(rolled(&store, "").await[0], 2);
    assert_eq!(store.interrupt_open("here", 0).await.unwrap().entries, 0);
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "x".repeat(5_000)).unwrap();
    let refused = Store::sqlite(&path).await.unwrap_err();
    assert!(refused.to_string().starts_with("expected a SQLite database, found"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap().len(), 5_000);
}

/// NUL, which PostgreSQL does not hold, and names longer than an index takes: both become what can
/// be kept, and two that become the same are one.
async fn any_text_can_be_kept(on: Backend) {
    let store = on.store().await;
    let long = "é".repeat(5_000);
    let tags =
        serde_json::to_string(&["a\0b", "a\u{FFFD}b", &format!("{long}1"), &format!("{long}2")]);
    let odd = EntryRow {
        asked: long.clone().into(),
        served: Some("nul\0".into()),
        error: Some(long.clone().into()),
        end_user: Some(long.clone().into()),
        tags: Some(tags.unwrap().into()),
        prompt: Some("a\0b".into()),
        ..row("1", "completed", 7)
    };
    store
        .apply(batch(None, 10, vec![odd.clone(), EntryRow { id: "2".into(), ..odd }]))
        .await
        .unwrap();
    let entry = store.entry("1").await.unwrap().unwrap();
    assert_eq!(entry.asked, "é".repeat(128));
    assert_eq!(entry.served.as_deref(), Some("nul\u{FFFD}"));
    assert_eq!(entry.error.as_deref(), Some(&*long));
    assert_eq!(rolled(&store, "a\u{FFFD}b").await, [2, 20, 0, 14]);
    assert_eq!(rolled(&store, &"é".repeat(128)).await, [2, 20, 0, 14]);
    let filter = EntryFilter { tag: Some("a\u{FFFD}b".to_owned()), ..EntryFilter::default() };
    assert_eq!(store.count(&filter, 10).await.unwrap().entries, 2);
}
