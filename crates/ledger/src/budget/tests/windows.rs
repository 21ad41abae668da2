//! Several windows of one key: each holds, whatever two gateways do and whenever.

use std::collections::HashMap;

use super::*;
use crate::key::budget_window::BudgetWindow;

on_both!(
    each_window_refuses_by_its_name,
    a_window_ends_for_itself,
    windows_come_and_go_with_their_terms,
    another_key_takes_over_each_window,
);

const HOUR: i64 = 3_600_000_000;

fn window(length: &str, max: i64) -> BudgetWindow {
    BudgetWindow { duration: Duration::parse(length).unwrap(), max: usd(max) }
}

fn key(id: &str, max: i64, windows: Vec<BudgetWindow>) -> Key {
    let budget = BudgetTerms { max: Some(usd(max)), ..BudgetTerms::default() };
    Key { id: id.to_owned(), budget, windows, ..Key::default() }
}

/// What a request counts against.
fn accounts(budgets: &Budgets, key: &Key) -> Vec<Arc<Account>> {
    let mut accounts = vec![budgets.account(&format!("key:{}", key.id))];
    accounts.extend(key.windows.iter().map(|window| budgets.account(&window.id("key", &key.id))));
    accounts
}

async fn reserve(
    gateway: &Gateway,
    key: &Key,
    amount: i64,
    now: i64,
) -> Result<Reservation, ReserveError> {
    gateway.budgets.reserve(&accounts(&gateway.budgets, key), usd(amount), now).await
}

/// The budget that has no room.
fn full(refused: Result<Reservation, ReserveError>) -> String {
    let Err(ReserveError::Exceeded(exceeded)) = refused else { panic!("expected no room") };
    exceeded.budget
}

async fn each_window_refuses_by_its_name(on: Backend) {
    let key = key("k", 100, vec![window("1h", 30), window("1d", 60)]);
    let store = on.store().await;
    store.put_key(&key, &by()).await.unwrap();
    let gateway = Gateway::new(&store, "here", 1);
    assert_eq!(full(reserve(&gateway, &key, 31, 0).await), "key/1h:k");
    let _first = reserve(&gateway, &key, 30, 0).await.unwrap();
    let _second = reserve(&gateway, &key, 30, HOUR).await.unwrap();
    assert_eq!(full(reserve(&gateway, &key, 1, 2 * HOUR).await), "key/1d:k");
    let _third = reserve(&gateway, &key, 30, 24 * HOUR).await.unwrap();
    // Reservations from windows that have ended still count in the budget itself.
    assert_eq!(full(reserve(&gateway, &key, 11, 25 * HOUR).await), "key:k");
    for (account, expect) in accounts(&gateway.budgets, &key).iter().zip([90, 0, 30]) {
        let standing = gateway.budgets.standing(account.id(), 25 * HOUR);
        assert_eq!(standing.reserved, usd(expect), "{}", account.id());
    }
}

async fn a_window_ends_for_itself(on: Backend) {
    let key = key("k", 1_000, vec![window("1h", 50), window("1d", 80)]);
    let store = on.store().await;
    store.put_key(&key, &by()).await.unwrap();
    let mut gateway = Gateway::new(&store, "here", 1);
    let held = reserve(&gateway, &key, 50, 0).await.unwrap();
    gateway.settle(&held, 40);
    gateway.drain(&store).await;
    let _next = reserve(&gateway, &key, 40, HOUR).await.unwrap();
    let mut spent = Vec::new();
    for account in accounts(&gateway.budgets, &key) {
        spent.push(store.budget(account.id()).await.unwrap().unwrap().spent);
    }
    assert_eq!(spent, [usd(40), usd(0), usd(40)]);
}

async fn windows_come_and_go_with_their_terms(on: Backend) {
    let store = on.store().await;
    let mut key = key("k", 1_000, vec![window("1h", 50), window("1d", 80)]);
    store.put_key(&key, &by()).await.unwrap();
    let mut gateway = Gateway::new(&store, "here", 1);
    let held = reserve(&gateway, &key, 50, 0).await.unwrap();
    gateway.settle(&held, 40);
    gateway.drain(&store).await;
    let ids = async || {
        let mut ids: Vec<_> = store.budgets().await.unwrap().into_iter().map(|b| b.id).collect();
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(ids().await, "key/1d:k key/1h:k key:k");
    key.windows = vec![window("1d", 90), window("7d", 100)];
    store.put_key(&key, &by()).await.unwrap();
    gateway.budgets.refresh().await.unwrap();
    assert_eq!(ids().await, "key/1d:k key/7d:k key:k");
    assert_eq!(store.budget("key/1d:k").await.unwrap().unwrap().spent, usd(40));
    assert_eq!(full(reserve(&gateway, &key, 51, 0).await), "key/1d:k");
    drop(reserve(&gateway, &key, 50, 0).await.unwrap());
    let read = store.directory().await.unwrap().keys.pop().unwrap();
    assert_eq!(read.windows, key.windows);
    store.delete_key("k", &by()).await.unwrap();
    assert_eq!(ids().await, "");
}

/// With what is spent of it, and what requests in flight are charged later.
async fn another_key_takes_over_each_window(on: Backend) {
    let store = on.store().await;
    let old = key("old", 1_000, vec![window("1h", 50), window("1d", 80)]);
    store.put_key(&old, &by()).await.unwrap();
    let mut gateway = Gateway::new(&store, "here", 1);
    let (done, open) = (
        reserve(&gateway, &old, 10, 0).await.unwrap(),
        reserve(&gateway, &old, 10, 0).await.unwrap(),
    );
    gateway.settle(&done, 10);
    gateway.drain(&store).await;
    let new = key("new", 1_000, old.windows.clone());
    store.replace_key("old", &new, None, &by()).await.unwrap();
    gateway.settle(&open, 7);
    gateway.drain(&store).await;
    gateway.budgets.refresh().await.unwrap();
    let states = store.budgets().await.unwrap();
    assert_eq!(states.len(), 3);
    for state in states {
        assert_eq!((state.spent, state.leased), (usd(17), Usd::ZERO), "{}", state.id);
        assert!(state.id.ends_with(":new"), "{}", state.id);
    }
    assert_eq!(full(reserve(&gateway, &new, 34, 0).await), "key/1h:new");
    drop(reserve(&gateway, &new, 33, 0).await.unwrap());
    store.delete_key("new", &by()).await.unwrap();
    assert!(store.budgets().await.unwrap().is_empty());
}

fn step_or_time() -> impl Strategy<Value = (usize, Option<Step>)> {
    prop_oneof![
        6 => step().prop_map(|(which, step)| (which, Some(step))),
        1 => (1_usize..300).prop_map(|minutes| (minutes, None)),
    ]
}

/// Of each budget's windows, by their beginnings, what is settled and what is reserved.
type Sums = HashMap<(String, i64), i64>;

fn add(sums: &mut Sums, reservation: &Reservation, amount: i64) {
    let budgets: Vec<(String, i64)> =
        serde_json::from_str(&reservation.budgets().unwrap()).unwrap();
    for budget in budgets {
        *sums.entry(budget).or_default() += amount;
    }
}

/// What two gateways do in any order, while time goes by.
async fn run(on: &Backend, steps: Vec<(usize, Option<Step>)>, maxima: [i64; 3], share: u32) {
    let key = key("k", maxima[0], vec![window("1h", maxima[1]), window("1d", maxima[2])]);
    let store = on.store().await;
    store.put_key(&key, &by()).await.unwrap();
    let mut both = [
        (Gateway::new(&store, "here", share), Vec::<Reservation>::new()),
        (Gateway::new(&store, "there", share), Vec::new()),
    ];
    let max = |id: &str| match crate::BudgetName::parse(id).unwrap().window {
        Some("1h") => maxima[1],
        Some(_) => maxima[2],
        None => maxima[0],
    };
    let (mut now, mut settled) = (0, Sums::new());
    for (which, step) in steps {
        let Some(step) = step else {
            now += i64::try_from(which).unwrap() * 60_000_000;
            continue;
        };
        let (gateway, held) = &mut both[which];
        match step {
            Step::Reserve { amount } => held.extend(reserve(gateway, &key, amount, now).await.ok()),
            Step::Settle { part } => {
                if let Some(reservation) = held.pop() {
                    let amount = i64::try_from(reservation.amount().picos()).unwrap() * part / 100;
                    gateway.settle(&reservation, amount);
                    add(&mut settled, &reservation, amount);
                }
            }
            Step::Release => drop(held.pop()),
            Step::Drain => gateway.drain(&store).await,
            Step::GiveBack => gateway.budgets.share().await.unwrap(),
            Step::Refresh => gateway.budgets.refresh().await.unwrap(),
        }
        let mut sums = settled.clone();
        for reservation in both.iter().flat_map(|(_, held)| held) {
            add(&mut sums, reservation, i64::try_from(reservation.amount().picos()).unwrap());
        }
        for ((id, start), sum) in &sums {
            assert!(*sum <= max(id), "{id} from {start}: {sum} of {}", max(id));
        }
        for state in store.budgets().await.unwrap() {
            assert!(
                (state.spent + state.leased).picos() <= i128::from(max(&state.id)),
                "{state:?}"
            );
            assert!(state.leased >= Usd::ZERO, "{state:?}");
        }
    }
    for (gateway, held) in &mut both {
        held.clear();
        gateway.drain(&store).await;
        store.give_back_all(gateway.instance).await.unwrap();
    }
    for state in store.budgets().await.unwrap() {
        let expect = settled.get(&(state.id.clone(), state.window_start)).copied().unwrap_or(0);
        assert_eq!((state.spent, state.leased), (usd(expect), Usd::ZERO), "{state:?}");
    }
}

fn check_interleavings(on: &Backend) {
    let steps = prop::collection::vec(step_or_time(), 1..120);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let maxima = [400_i64..6_000, 200_i64..2_000, 200_i64..3_000];
    let checked = runner.run(&(steps, maxima, 1_u32..9), |(steps, maxima, share)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(on, steps, maxima, share));
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn promise_5_no_interleaving_overruns_a_window_in_sqlite() {
    check_interleavings(&Backend::sqlite());
}

#[test]
fn promise_5_no_interleaving_overruns_a_window_in_postgres() {
    check_interleavings(&Backend::postgres());
}
