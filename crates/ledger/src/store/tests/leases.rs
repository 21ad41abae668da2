//! Leases of two gateways at once: in no order of events is more leased and spent than there is.

use futures_util::future::join_all;

use super::*;
use crate::key::{BudgetTerms, Key};

on_both!(
    no_more_is_leased_than_there_is,
    charges_leases_and_returns_at_once_add_up,
    one_window_is_begun_by_whoever_is_first,
    sums_of_any_size_are_exact,
);

/// Two gateways' stores, and a budget in them.
async fn shared(on: &Backend, max: i64) -> [Store; 2] {
    let both = [on.store().await, on.again().await];
    let budget = BudgetTerms { max: Some(usd(max)), ..BudgetTerms::default() };
    let key = Key { id: "k".to_owned(), budget, ..Key::default() };
    both[0].put_key(&key, &by()).await.unwrap();
    both
}

fn usd(picos: i64) -> Usd {
    Usd::from_picos(picos.into())
}

async fn state(store: &Store) -> BudgetState {
    store.budget("key:k").await.unwrap().unwrap()
}

/// What all gateways hold of the window that is open.
async fn held(store: &Store, window_start: i64) -> i64 {
    let sql = "SELECT COALESCE(SUM(amount_usd * 1000000000000 + amount_pico), 0) FROM leases WHERE window_start = $1";
    store.db.query(sql, vec![window_start.into()]).await.unwrap()[0].int().unwrap()
}

async fn no_more_is_leased_than_there_is(on: Backend) {
    let both = shared(&on, 1_000).await;
    let known = state(&both[0]).await;
    let lease = |nth: usize| {
        let (store, known) = (&both[nth % 2], &known);
        async move { store.lease(["here", "there"][nth % 2], known, usd(30), usd(7)).await.unwrap() }
    };
    let leased = join_all((0..80).map(lease)).await;
    let sum: i128 = leased.iter().flatten().map(|amount| amount.picos()).sum();
    let after = state(&both[1]).await;
    assert_eq!(after.leased.picos(), sum);
    // All of it, but for less than the least that was asked for.
    assert!((994..=1_000).contains(&sum), "{sum}");
    assert!(leased.iter().any(Option::is_none));
    assert_eq!(i128::from(held(&both[0], after.window_start).await), sum);
}

async fn charges_leases_and_returns_at_once_add_up(on: Backend) {
    let both = shared(&on, 100_000).await;
    let known = state(&both[0]).await;
    let gateway = |nth: usize| {
        let (store, known) = (&both[nth % 2], &known);
        let (instance, writer) = (["here", "there"][nth % 2], format!("worker_{nth}"));
        async move {
            let at = |offset| Position { segment: 1, offset };
            let budgets = format!(r#"[["key:k",{}]]"#, known.window_start);
            for turn in 0..10 {
                store.lease(instance, known, usd(100), usd(100)).await.unwrap().unwrap();
                let id = format!("{writer}-{turn}");
                let budgets = Some(budgets.clone().into());
                let rows = vec![EntryRow { budgets, ..row(&id, "completed", 40) }];
                let from = (turn > 0).then(|| at(turn));
                let moves = vec![Move { writer: &writer, from, to: at(turn + 1) }];
                let batch = Batch { instance, moves, rows };
                store.apply(batch).await.unwrap();
                let start = known.window_start;
                store.give_back(instance, "key:k", start, usd(50)).await.unwrap();
            }
        }
    };
    join_all((0..8).map(gateway)).await;
    let after = state(&both[0]).await;
    assert_eq!((after.spent, after.leased), (usd(80 * 40), usd(80 * 10)));
    assert_eq!(held(&both[0], after.window_start).await, 800);
    for (store, instance) in both.iter().zip(["here", "there"]) {
        store.give_back_all(instance).await.unwrap();
    }
    assert_eq!(state(&both[0]).await.leased, Usd::ZERO);
}

/// Gateways whose clocks differ begin a window at once, while both charge the old one.
async fn one_window_is_begun_by_whoever_is_first(on: Backend) {
    let both = shared(&on, 1_000).await;
    let mut known = state(&both[0]).await;
    for round in 1..20_i64 {
        let lease = |nth: usize| {
            let (store, known) = (&both[nth], &known);
            async move { store.lease(["here", "there"][nth], known, usd(300), usd(300)).await }
        };
        join_all([lease(0), lease(1)]).await;
        let start = round * 1_000;
        let reset = |nth: usize| {
            let (store, known, start) = (&both[nth], &known, start + [0, 100][nth]);
            async move { store.reset_window(known, start, Some(start + 1_000)).await.unwrap() }
        };
        let charge = |nth: usize| {
            let (store, known) = (&both[nth], &known);
            let at = |offset| Position { segment: 1, offset };
            let budgets = Some(format!(r#"[["key:k",{}]]"#, known.window_start).into());
            let id = format!("{nth}-{round}");
            let rows = vec![EntryRow { budgets, ..row(&id, "completed", 250) }];
            let from = (round > 1).then(|| at(round.unsigned_abs() - 1));
            async move {
                let (instance, to) = (["here", "there"][nth], at(round.unsigned_abs()));
                let moves = vec![Move { writer: "w", from, to }];
                store.apply(Batch { instance, moves, rows }).await.unwrap();
            }
        };
        let (first, second) = (reset(0), reset(1));
        tokio::join!(charge(0), first, second, charge(1));
        known = state(&both[0]).await;
        assert!([start, start + 100].contains(&known.window_start), "{known:?}");
        // Leases of the old window do not count in the new one.
        assert_eq!((known.spent, known.leased), (Usd::ZERO, Usd::ZERO));
        assert_eq!(held(&both[0], known.window_start).await, 0);
    }
}

/// Far above what one column of picodollars holds.
async fn sums_of_any_size_are_exact(on: Backend) {
    let trillion = Usd::from_picos(10_i128.pow(24));
    let store = on.store().await;
    let budget = BudgetTerms { max: Some(trillion), ..BudgetTerms::default() };
    let key = Key { id: "k".to_owned(), budget, ..Key::default() };
    store.put_key(&key, &by()).await.unwrap();
    assert_eq!(store.directory().await.unwrap().keys[0].budget.max, Some(trillion));
    let known = state(&store).await;
    let third = Usd::from_picos(trillion.picos() / 3);
    let leased = store.lease("here", &known, third, third).await.unwrap();
    assert_eq!(leased, Some(third));
    assert_eq!(store.lease("there", &known, trillion, trillion).await.unwrap(), None);
    assert_eq!(store.holdings().await.unwrap().len(), 0);
    let budgets = format!(r#"[["key:k",{}]]"#, known.window_start);
    let charging = |nth: u64| EntryRow {
        budgets: Some(budgets.clone().into()),
        ..row(&nth.to_string(), "completed", i64::MAX)
    };
    let most = i128::from(i64::MAX);
    for nth in 0..3 {
        let rows = (0..1_000).map(|of| charging(nth * 1_000 + of)).collect();
        store.apply(batch((nth > 0).then_some(nth), nth + 1, rows)).await.unwrap();
        let after = state(&store).await;
        let spent = most * 1_000 * i128::from(nth + 1);
        assert_eq!(after.spent.picos(), spent);
        assert_eq!(after.leased.picos(), third.picos() - spent);
    }
    let holding = &store.holdings().await.unwrap()[0];
    assert_eq!(holding.leased.picos(), third.picos() - most * 3_000);
    store.give_back("here", "key:k", known.window_start, trillion).await.unwrap();
    assert_eq!(state(&store).await.leased, Usd::ZERO);
    let report = store.spend(&crate::SpendQuery::default(), 1).await.unwrap();
    assert_eq!(report.total.charged.picos(), most * 3_000);
}
