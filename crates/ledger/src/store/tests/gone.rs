//! A gateway that is gone, and returns or does not.

use super::*;
use crate::{
    key::{BudgetTerms, Key},
    store::AuditFilter,
};

on_both!(
    what_was_open_is_settled_by_another,
    who_returns_settles_it_as_it_really_ended,
    a_sign_of_life_is_enough,
    what_is_leased_stays_leased_until_it_returns,
    what_is_leased_is_free_when_somebody_says_that_it_never_returns,
);

fn usd(picos: i64) -> Usd {
    Usd::from_picos(picos.into())
}

/// A store with a budget of 10,000, of which `here` has leased 2,000; it has two requests open, for
/// each of which 500 are reserved.
async fn store_with_open(on: &Backend) -> Store {
    let store = on.store().await;
    let budget = BudgetTerms { max: Some(usd(10_000)), ..BudgetTerms::default() };
    let key = Key { id: "k".to_owned(), budget, updated_at: 7, ..Key::default() };
    store.put_key(&key, &by()).await.unwrap();
    store.alive("here", 1).await.unwrap();
    let known = state(&store).await;
    store.lease("here", &known, usd(2_000), usd(2_000)).await.unwrap().unwrap();
    let rows = vec![row("1", "open", 0), row("2", "open", 0), row("3", "completed", 100)];
    store.apply(batch(None, 1, rows)).await.unwrap();
    assert_eq!(spent_and_leased(&store).await, (usd(100), usd(1_900)));
    store
}

async fn state(store: &Store) -> BudgetState {
    store.budget("key:k").await.unwrap().unwrap()
}

async fn spent_and_leased(store: &Store) -> (Usd, Usd) {
    let BudgetState { spent, leased, .. } = state(store).await;
    (spent, leased)
}

async fn here(store: &Store) -> Instance {
    let all = store.instances().await.unwrap();
    all.into_iter().find(|instance| instance.id == "here").unwrap()
}

async fn what_was_open_is_settled_by_another(on: Backend) {
    let store = store_with_open(&on).await;
    let there = on.again().await;
    let silent = here(&there).await;
    assert_eq!(there.take_for_gone(&silent, 1_767_225_601_000_000).await.unwrap(), Some(2));
    assert_eq!(there.take_for_gone(&silent, 0).await.unwrap(), None, "only once");
    assert!(there.instances().await.unwrap().is_empty());
    let entry = store.entry("1").await.unwrap().unwrap();
    assert_eq!((&*entry.outcome, entry.charged_pico), ("interrupted", 500));
    assert_eq!(entry.error.as_deref(), Some("its gateway is gone"));
    assert_eq!(spent_and_leased(&store).await, (usd(1_100), usd(900)));
    assert_eq!(rolled(&store, "").await[0], 3);
}

async fn who_returns_settles_it_as_it_really_ended(on: Backend) {
    let store = store_with_open(&on).await;
    let there = on.again().await;
    there.take_for_gone(&here(&there).await, 0).await.unwrap().unwrap();
    // It was cut off only: its spool has the end of one, and the other continues.
    let rows = vec![row("1", "completed", 42), row("4", "completed", 8)];
    store.apply(batch(Some(1), 2, rows)).await.unwrap();
    assert_eq!(store.entry("1").await.unwrap().unwrap(), row("1", "completed", 42));
    let open = store.entry("2").await.unwrap().unwrap();
    assert_eq!((&*open.outcome, open.charged_pico, open.error), ("open", 0, None));
    assert_eq!(spent_and_leased(&store).await, (usd(150), usd(1_850)));
    assert_eq!(rolled(&store, "").await, [3, 30, 0, 150]);
    // Nothing is done twice.
    store.apply(batch(Some(2), 3, vec![row("2", "completed", 1)])).await.unwrap();
    store.alive("here", 2).await.unwrap();
    assert_eq!(spent_and_leased(&store).await, (usd(151), usd(1_849)));
    let moved = store.apply(batch(Some(2), 3, vec![])).await.unwrap_err();
    assert!(matches!(moved, StoreError::Moved), "{moved}");
}

async fn a_sign_of_life_is_enough(on: Backend) {
    let store = store_with_open(&on).await;
    let there = on.again().await;
    let silent = here(&there).await;
    store.alive("here", 2).await.unwrap();
    assert_eq!(there.take_for_gone(&silent, 0).await.unwrap(), None);
    let silent = here(&there).await;
    store.apply(batch(Some(1), 2, vec![row("1", "completed", 1)])).await.unwrap();
    assert_eq!(there.take_for_gone(&silent, 0).await.unwrap(), None);
    assert_eq!(store.entry("2").await.unwrap().unwrap().outcome, "open");
    store.leave("here").await.unwrap();
    assert!(there.instances().await.unwrap().is_empty());
}

async fn what_is_leased_stays_leased_until_it_returns(on: Backend) {
    let store = store_with_open(&on).await;
    let there = on.again().await;
    there.take_for_gone(&here(&there).await, 0).await.unwrap().unwrap();
    // Others can lease only the rest: `here` may have spent its leases.
    let known = state(&there).await;
    let rest = there.lease("there", &known, usd(10_000), usd(1)).await.unwrap();
    assert_eq!(rest, Some(usd(8_000)));
    // It restarts: its spool says that it had spent nearly all of it.
    store.apply(batch(Some(1), 2, vec![row("4", "completed", 880)])).await.unwrap();
    store.interrupt_open("here", 0).await.unwrap();
    store.give_back_all("here").await.unwrap();
    assert_eq!(spent_and_leased(&store).await, (usd(100 + 880 + 1_000), usd(8_000)));
    assert_eq!(state(&store).await.left(), Some(usd(20)));
}

async fn what_is_leased_is_free_when_somebody_says_that_it_never_returns(on: Backend) {
    let store = store_with_open(&on).await;
    let there = on.again().await;
    assert_eq!(there.free("here", &by()).await.unwrap(), None, "it lives");
    assert_eq!(there.free("nobody", &by()).await.unwrap(), None);
    there.take_for_gone(&here(&there).await, 0).await.unwrap().unwrap();
    let held = there.holdings().await.unwrap();
    let id = "here".to_owned();
    let beats = held[0].beats;
    assert_eq!(held, [Holding { id, seen_at: 1, gone: true, leased: usd(900), open: 0, beats }]);
    assert_eq!(there.free("here", &by()).await.unwrap(), Some(usd(900)));
    assert_eq!(spent_and_leased(&store).await, (usd(1_100), usd(0)));
    assert_eq!(there.free("here", &by()).await.unwrap(), Some(usd(0)), "nothing is freed twice");
    let audited = there.audit(&AuditFilter::default(), (None, 10)).await.unwrap().entries;
    let (before, after) = (r#"{"leased_usd":"0.0000000009"}"#, r#"{"leased_usd":"0"}"#);
    let freed = audited.iter().find(|entry| entry.before.as_deref() == Some(before)).unwrap();
    assert_eq!(
        (&*freed.actor, &*freed.action, &*freed.subject),
        ("ann", "free_leases", "gateway:here")
    );
    assert_eq!(freed.after.as_deref(), Some(after));
    // The gateway was not lost after all: its spending is in the ledger all the same.
    store.apply(batch(Some(1), 2, vec![row("4", "completed", 880)])).await.unwrap();
    store.interrupt_open("here", 0).await.unwrap();
    store.give_back_all("here").await.unwrap();
    assert_eq!(spent_and_leased(&store).await, (usd(100 + 880 + 1_000), usd(0)));
}
