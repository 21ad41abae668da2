//! A key that is put in place of another takes over what that one was charged, and what it is charged or
//! given back later.

use llm_types::Usd;

use super::*;
use crate::{
    key::{BudgetTerms, Key},
    store::{AuditFilter, Charged},
};

on_both!(
    corrections_go_to_the_key_that_is_there,
    requests_in_flight_are_charged_to_the_new_key,
    a_key_that_is_made_again_is_charged_alone,
    what_others_settled_is_taken_back_from_the_new_key,
    a_replacement_is_audited_or_not_done,
);

fn usd(picos: i128) -> Usd {
    Usd::from_picos(picos)
}

/// Its window begins at 7.
fn key(id: &str) -> Key {
    let budget = BudgetTerms { max: Some(usd(1_000)), ..BudgetTerms::default() };
    Key { id: id.to_owned(), budget, updated_at: 7, ..Key::default() }
}

async fn replaced(store: &Store, old: &str, new: &str) {
    store.replace_key(old, &key(new), None, &by()).await.unwrap();
}

fn charging(id: &str, budget: &str, picos: i64) -> EntryRow<'static> {
    let budgets = format!(r#"[["{budget}",7]]"#);
    EntryRow { budgets: Some(budgets.into()), ..row(id, "completed", picos) }
}

fn correction(budget: &str, window_start: i64, picos: i128, held: i128) -> Charged {
    Charged { budget: budget.to_owned(), window_start, amount: usd(picos), held: usd(held) }
}

/// What a budget was charged, and how much of it is held; nothing where it is not there.
async fn spent(store: &Store, budget: &str) -> Option<(i128, i128)> {
    let state = store.budget(budget).await.unwrap()?;
    Some((state.spent.picos(), state.held.picos()))
}

/// A store whose key `a`, charged 100, became `b` and then `c`.
async fn handed_over(on: &Backend) -> Store {
    let store = on.store().await;
    store.put_key(&key("a"), &by()).await.unwrap();
    store.apply(batch(None, 1, vec![charging("1", "key:a", 100)])).await.unwrap();
    replaced(&store, "a", "b").await;
    replaced(&store, "b", "c").await;
    assert_eq!(spent(&store, "key:c").await, Some((100, 0)));
    store
}

async fn corrections_go_to_the_key_that_is_there(on: Backend) {
    let store = handed_over(&on).await;
    for (budget, window, picos, expect) in [
        ("key:a", 7, -30, 70),
        ("key:b", 7, -20, 50),
        ("key:c", 7, 5, 55),
        ("key:a", 6, -30, 55),
        ("key:nobody", 7, -30, 55),
        ("team:a", 7, -30, 55),
    ] {
        store.correct(&correction(budget, window, picos, 1)).await.unwrap();
        assert_eq!(spent(&store, "key:c").await.unwrap().0, expect, "{budget} {window}");
    }
    assert_eq!(spent(&store, "key:c").await, Some((55, 3)));
    assert_eq!((spent(&store, "key:a").await, spent(&store, "key:b").await), (None, None));
}

async fn requests_in_flight_are_charged_to_the_new_key(on: Backend) {
    let store = handed_over(&on).await;
    let rows =
        vec![charging("2", "key:a", 11), charging("3", "key:b", 5), charging("4", "key:c", 1)];
    let charges = store.apply(batch(Some(1), 2, rows)).await.unwrap();
    assert_eq!(charges.len(), 3);
    assert_eq!(spent(&store, "key:c").await, Some((117, 0)));
}

async fn a_key_that_is_made_again_is_charged_alone(on: Backend) {
    let store = handed_over(&on).await;
    store.put_key(&key("a"), &by()).await.unwrap();
    store.apply(batch(Some(1), 2, vec![charging("2", "key:a", 11)])).await.unwrap();
    let both = (spent(&store, "key:a").await, spent(&store, "key:c").await);
    assert_eq!(both, (Some((11, 0)), Some((100, 0))));
}

async fn what_others_settled_is_taken_back_from_the_new_key(on: Backend) {
    let store = handed_over(&on).await;
    let open = EntryRow { budgets: Some(r#"[["key:a",7]]"#.into()), ..row("2", "open", 0) };
    store.apply(batch(Some(1), 2, vec![open])).await.unwrap();
    let here = store.instances().await.unwrap().pop().unwrap();
    assert_eq!(store.take_for_gone(&here, 9).await.unwrap(), Some(1));
    assert_eq!(spent(&store, "key:c").await, Some((600, 500)));
    // It is back, and opens the entry again.
    store.alive("here", 10).await.unwrap();
    assert_eq!(spent(&store, "key:c").await, Some((100, 0)));
}

async fn a_replacement_is_audited_or_not_done(on: Backend) {
    let store = handed_over(&on).await;
    let filter = AuditFilter { action: Some("replace_key".to_owned()), ..AuditFilter::default() };
    let audited = async || store.audit(&filter, (None, 10)).await.unwrap().entries;
    let of_b = audited().await.into_iter().find(|entry| entry.subject == "key:b").unwrap();
    assert_eq!((&*of_b.actor, of_b.before.as_deref()), ("ann", Some(r#""key:b""#)));
    assert_eq!(of_b.after.as_deref(), Some(r#""key:c""#));
    // The old key is not there: neither is the new one then, nor the audit's entry.
    store.replace_key("b", &key("d"), None, &by()).await.unwrap_err();
    assert_eq!(audited().await.len(), 2);
    assert_eq!(spent(&store, "key:d").await, None);
}
