//! No interleaving of reservations, settlements, drains and leases spends more than a budget has.

use proptest::prelude::*;

use super::*;
use crate::{
    entry::row::EntryRow,
    key::{BudgetTerms, Duration, Key},
    spool::Position,
    store::{
        Batch, Move,
        backend::{Backend, by, on_both},
    },
};

mod windows;

on_both!(
    a_request_that_does_not_fit_says_what_is_there,
    what_is_dropped_is_free_again,
    a_request_must_fit_all_budgets_or_takes_none,
    a_new_window_has_all_of_it_and_pays_for_nothing_old,
    soft_budgets_look_at_what_is_spent_only,
    a_budget_without_bound_is_counted_and_can_get_one,
    a_smaller_budget_takes_back_what_is_not_needed,
    what_is_raised_is_charged_once_and_freed,
    what_does_not_fit_is_not_raised,
    what_is_held_is_told_apart_from_what_is_spent,
    a_window_that_has_ended_is_not_shown,
    windows_follow_the_calendar_of_the_operator,
    a_window_that_was_running_ends_when_it_was_to,
    a_correction_admits_nothing_until_there_is_room,
    promise_5_a_shared_budget_is_usable_to_its_end,
    promise_5_no_rest_is_kept_where_another_gateway_could_use_it,
);

fn usd(picos: i64) -> Usd {
    Usd::from_picos(picos.into())
}

/// A store with one key that has a budget.
async fn store(on: &Backend, max: Option<i64>, duration: Option<&str>, soft: bool) -> Store {
    let store = on.store().await;
    let duration = duration.and_then(Duration::parse);
    let budget = BudgetTerms { max: max.map(usd), duration, soft };
    store.put_key(&Key { id: "k".to_owned(), budget, ..Key::default() }, &by()).await.unwrap();
    store
}

/// A gateway: its budgets, and its settled requests that are not drained yet.
struct Gateway {
    budgets: Budgets,
    instance: &'static str,
    offset: Option<u64>,
    rows: Vec<EntryRow<'static>>,
    settled: usize,
    /// The known part of a settled request's cost; `MAX`: all of it.
    known: i64,
}

impl Gateway {
    fn new(store: &Store, instance: &'static str, share: u32) -> Self {
        let budgets = Budgets::new(store.clone(), instance, share);
        Self { budgets, instance, offset: None, rows: Vec::new(), settled: 0, known: i64::MAX }
    }

    async fn reserve(&self, amount: i64, now: i64) -> Result<Reservation, ReserveError> {
        let account = self.budgets.account("key:k");
        self.budgets.reserve(&[account], usd(amount), now).await
    }

    fn settle(&mut self, reservation: &Reservation, charged: i64) {
        self.settled += 1;
        let known_pico = charged.min(self.known);
        reservation.settle_with(usd(charged), usd(charged - known_pico));
        self.rows.push(EntryRow {
            id: format!("{}-{}", self.instance, self.settled).into(),
            instance: self.instance.into(),
            outcome: "completed".into(),
            charged_pico: charged,
            known_pico,
            budgets: reservation.budgets().map(Into::into),
            ..EntryRow::default()
        });
    }

    async fn drain(&mut self, store: &Store) {
        let at = |offset| Position { segment: 1, offset };
        let to = self.offset.unwrap_or(0) + 1;
        let rows = std::mem::take(&mut self.rows);
        let (instance, from) = (self.instance, self.offset.map(at));
        let moves = vec![Move { writer: "w", from, to: at(to) }];
        let batch = Batch { instance, moves, rows };
        let charges = store.apply(batch).await.unwrap();
        self.offset = Some(to);
        self.budgets.drained(&charges);
    }
}

async fn a_request_that_does_not_fit_says_what_is_there(on: Backend) {
    let store = store(&on, Some(100), Some("24h"), false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let first = gateway.reserve(60, 0).await.unwrap();
    let ReserveError::Exceeded(exceeded) = gateway.reserve(60, 0).await.unwrap_err() else {
        panic!("expected that there is no room");
    };
    assert_eq!((exceeded.reserved, exceeded.spent, exceeded.max), (usd(60), usd(0), usd(100)));
    assert_eq!((exceeded.needed, exceeded.resets_at), (usd(60), Some(86_400_000_000)));
    gateway.settle(&first, 10);
    drop(first);
    let _second = gateway.reserve(90, 0).await.unwrap();
    assert!(gateway.reserve(1, 0).await.is_err());
}

async fn what_is_dropped_is_free_again(on: Backend) {
    let store = store(&on, Some(100), None, false).await;
    let gateway = Gateway::new(&store, "here", 1);
    for _ in 0..3 {
        drop(gateway.reserve(100, 0).await.unwrap());
    }
}

async fn a_request_must_fit_all_budgets_or_takes_none(on: Backend) {
    let store = store(&on, Some(100), None, false).await;
    let team = BudgetTerms { max: Some(usd(50)), ..BudgetTerms::default() };
    let team = crate::Team { id: "t".to_owned(), budget: team, ..crate::Team::default() };
    store.put_team(&team, &by()).await.unwrap();
    let budgets = Budgets::new(store, "here", 1);
    let both = [budgets.account("key:k"), budgets.account("team:t")];
    let refused = budgets.reserve(&both, usd(60), 0).await.unwrap_err();
    assert!(
        matches!(refused, ReserveError::Exceeded(Exceeded { budget, .. }) if budget == "team:t")
    );
    assert_eq!(budgets.standing("key:k", 0).reserved, Usd::ZERO);
    let _held = budgets.reserve(&both, usd(50), 0).await.unwrap();
    assert!(budgets.reserve(&both, usd(1), 0).await.is_err());
}

async fn a_new_window_has_all_of_it_and_pays_for_nothing_old(on: Backend) {
    let store = store(&on, Some(100), Some("30s"), false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let old = gateway.reserve(100, 0).await.unwrap();
    // A clock that goes backwards resets nothing.
    assert!(gateway.reserve(1, -5_000_000).await.is_err());
    assert!(gateway.reserve(1, 29_999_999).await.is_err());
    let new = gateway.reserve(100, 30_000_000).await.unwrap();
    gateway.settle(&old, 100);
    gateway.settle(&new, 40);
    gateway.drain(&store).await;
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.spent, state.leased, state.window_start), (usd(40), usd(60), 30_000_000));
    // Long after: windows have gone by in which nobody asked.
    let _late = gateway.reserve(100, 100_000_000_123).await.unwrap();
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!(state.reset_at.map(|at| at % 30_000_000), Some(0));
}

async fn soft_budgets_look_at_what_is_spent_only(on: Backend) {
    let store = store(&on, Some(100), None, true).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let (first, second) =
        (gateway.reserve(90, 0).await.unwrap(), gateway.reserve(90, 0).await.unwrap());
    gateway.settle(&first, 90);
    gateway.settle(&second, 90);
    assert!(gateway.reserve(1, 0).await.is_err());
}

async fn a_budget_without_bound_is_counted_and_can_get_one(on: Backend) {
    let store = store(&on, None, None, false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let held = gateway.reserve(1_000_000, 0).await.unwrap();
    gateway.settle(&held, 70);
    let budget = BudgetTerms { max: Some(usd(100)), ..BudgetTerms::default() };
    store.put_key(&Key { id: "k".to_owned(), budget, ..Key::default() }, &by()).await.unwrap();
    gateway.budgets.refresh().await.unwrap();
    // Earlier spending counts even before it is in the store.
    assert!(gateway.reserve(31, 0).await.is_err());
    let _held = gateway.reserve(30, 0).await.unwrap();
    gateway.drain(&store).await;
    assert!(gateway.reserve(1, 0).await.is_err());
    assert_eq!(store.budget("key:k").await.unwrap().unwrap().spent, usd(70));
}

async fn what_is_raised_is_charged_once_and_freed(on: Backend) {
    let store = store(&on, Some(100), Some("30s"), false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let first = gateway.reserve(40, 0).await.unwrap();
    first.raise(usd(20), &gateway.budgets, 0).await.unwrap();
    assert_eq!(first.amount(), usd(60));
    assert!(gateway.reserve(41, 0).await.is_err());
    gateway.settle(&first, 50);
    let rest = gateway.reserve(50, 0).await.unwrap();
    // A window has ended in between: what is reserved in each is free again, and the first one pays.
    let late = 30_000_000;
    rest.raise(usd(100), &gateway.budgets, late).await.unwrap();
    assert!(gateway.reserve(1, late).await.is_err());
    drop(rest);
    drop(gateway.reserve(100, late).await.unwrap());
}

async fn what_does_not_fit_is_not_raised(on: Backend) {
    let store = store(&on, Some(100), None, false).await;
    let team = BudgetTerms { max: Some(usd(50)), ..BudgetTerms::default() };
    let team = crate::Team { id: "t".to_owned(), budget: team, ..crate::Team::default() };
    store.put_team(&team, &by()).await.unwrap();
    let budgets = Budgets::new(store, "here", 1);
    let both = [budgets.account("key:k"), budgets.account("team:t")];
    let held = budgets.reserve(&both, usd(40), 0).await.unwrap();
    assert!(held.raise(usd(11), &budgets, 0).await.is_err());
    assert_eq!((held.amount(), budgets.standing("key:k", 0).reserved), (usd(40), usd(40)));
    held.raise(usd(10), &budgets, 0).await.unwrap();
    held.settle(usd(7));
    for account in &both {
        let standing = budgets.standing(account.id(), 0);
        assert_eq!((standing.spent, standing.reserved), (usd(7), Usd::ZERO));
    }
}

async fn what_is_held_is_told_apart_from_what_is_spent(on: Backend) {
    let store = store(&on, Some(100), None, false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let held = gateway.reserve(60, 0).await.unwrap();
    gateway.known = 10;
    gateway.settle(&held, 45);
    let figures = |gateway: &Gateway| {
        let standing = gateway.budgets.standing("key:k", 0);
        (standing.spent, standing.held, standing.reserved)
    };
    assert_eq!(figures(&gateway), (usd(10), usd(35), usd(0)));
    gateway.drain(&store).await;
    assert_eq!(figures(&gateway), (usd(10), usd(35), usd(0)));
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.spent, state.held), (usd(45), usd(35)));
    gateway.budgets.refresh().await.unwrap();
    assert_eq!(figures(&gateway), (usd(10), usd(35), usd(0)));
    let full = gateway.reserve(60, 0).await.unwrap_err();
    let ReserveError::Exceeded(full) = full else { panic!("expected that there is no room") };
    assert_eq!((full.spent, full.held), (usd(10), usd(35)));
}

/// The window of the present time is shown, before any request in it and after.
async fn a_window_that_has_ended_is_not_shown(on: Backend) {
    let store = store(&on, Some(100), Some("1d"), false).await;
    let mut gateway = Gateway::new(&store, "here", 1);
    let day = 86_400_000_000;
    let spent = gateway.reserve(60, 5).await.unwrap();
    gateway.settle(&spent, 60);
    let _open = gateway.reserve(40, 6).await.unwrap();
    let figures = |gateway: &Gateway, now| {
        let standing = gateway.budgets.standing("key:k", now);
        (standing.spent, standing.reserved, standing.resets_at, standing.left_of(usd(100)))
    };
    assert_eq!(figures(&gateway, day - 1), (usd(60), usd(40), Some(day), usd(0)));
    assert_eq!(figures(&gateway, day), (usd(0), usd(0), Some(2 * day), usd(100)));
    assert_eq!(figures(&gateway, 9 * day + 1), (usd(0), usd(0), Some(10 * day), usd(100)));
    gateway.drain(&store).await;
    gateway.budgets.refresh().await.unwrap();
    assert_eq!(figures(&gateway, day + 1), (usd(0), usd(0), Some(2 * day), usd(100)));
    let _new = gateway.reserve(30, day + 1).await.unwrap();
    assert_eq!(figures(&gateway, day + 1), (usd(0), usd(30), Some(2 * day), usd(70)));
}

async fn windows_follow_the_calendar_of_the_operator(on: Backend) {
    // Two hours ahead of UTC.
    let zone = jiff::tz::TimeZone::posix("CEST-2").unwrap();
    let calendar = crate::Calendar::new(zone, jiff::civil::Time::midnight());
    let store = on.store().await.with_calendar(calendar);
    let budget = BudgetTerms {
        max: Some(usd(100)),
        duration: Duration::parse("1d"),
        ..BudgetTerms::default()
    };
    store.put_key(&Key { id: "k".to_owned(), budget, ..Key::default() }, &by()).await.unwrap();
    let (hour, day) = (3_600_000_000, 86_400_000_000);
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.window_start, state.reset_at), (0, Some(22 * hour)));
    let gateway = Gateway::new(&store, "here", 1);
    let _first = gateway.reserve(100, 22 * hour - 1).await.unwrap();
    let _next = gateway.reserve(100, 22 * hour).await.unwrap();
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.window_start, state.reset_at), (22 * hour, Some(22 * hour + day)));
}

/// One of an older version, which counted from when its key was made: the next one ends at a border.
async fn a_window_that_was_running_ends_when_it_was_to(on: Backend) {
    let store = store(&on, Some(100), Some("1d"), false).await;
    let (hour, day) = (3_600_000_000, 86_400_000_000);
    let state = store.budget("key:k").await.unwrap().unwrap();
    store.reset_window(&state, 10 * hour, Some(10 * hour + day)).await.unwrap();
    let gateway = Gateway::new(&store, "here", 1);
    let _old = gateway.reserve(100, day).await.unwrap();
    assert!(gateway.reserve(1, day + hour).await.is_err());
    let _next = gateway.reserve(100, 10 * hour + day).await.unwrap();
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.window_start, state.reset_at), (10 * hour + day, Some(2 * day)));
}

/// Spent passes the maximum by a correction, in the store, and then no gateway admits anything.
async fn a_correction_admits_nothing_until_there_is_room(on: Backend) {
    let store = store(&on, Some(1_000), None, false).await;
    let mut both = [Gateway::new(&store, "here", 8), Gateway::new(&store, "there", 8)];
    for gateway in &mut both {
        let held = gateway.reserve(50, 0).await.unwrap();
        gateway.settle(&held, 50);
        drop(held);
        gateway.drain(&store).await;
    }
    let window_start = store.budget("key:k").await.unwrap().unwrap().window_start;
    let correct = async |picos: i64, window_start| {
        let budget = "key:k".to_owned();
        let one = Charged { budget, window_start, amount: usd(picos), held: usd(0) };
        store.correct(&one).await.unwrap();
    };
    correct(1_000, window_start - 1).await;
    correct(1_000, window_start).await;
    for gateway in &both {
        gateway.budgets.refresh().await.unwrap();
        assert!(gateway.reserve(1, 0).await.is_err());
    }
    assert_eq!(store.budget("key:k").await.unwrap().unwrap().spent, usd(1_100));
    correct(-900, window_start).await;
    for gateway in &both {
        gateway.budgets.refresh().await.unwrap();
        drop(gateway.reserve(300, 0).await.unwrap());
    }
}

async fn a_smaller_budget_takes_back_what_is_not_needed(on: Backend) {
    let store = store(&on, Some(1_000), None, false).await;
    let gateway = Gateway::new(&store, "here", 1);
    let _held = gateway.reserve(100, 0).await.unwrap();
    let budget = BudgetTerms { max: Some(usd(150)), ..BudgetTerms::default() };
    store.put_key(&Key { id: "k".to_owned(), budget, ..Key::default() }, &by()).await.unwrap();
    gateway.budgets.refresh().await.unwrap();
    assert!(gateway.reserve(51, 0).await.is_err());
    let _rest = gateway.reserve(50, 0).await.unwrap();
}

/// Two gateways that share a small budget can use nearly all of it.
async fn promise_5_a_shared_budget_is_usable_to_its_end(on: Backend) {
    let store = store(&on, Some(10_000), None, false).await;
    let mut both = [Gateway::new(&store, "here", 8), Gateway::new(&store, "there", 8)];
    let (mut spent, mut refused) = (0, 0);
    for turn in 0..1_000 {
        let gateway = &mut both[turn % 2];
        match gateway.reserve(50, 0).await {
            Ok(held) => {
                gateway.settle(&held, 20);
                spent += 20;
            }
            Err(_) => refused += 1,
        }
        if turn % 10 == 0 {
            gateway.drain(&store).await;
        }
    }
    assert!(refused > 0 && (9_000..=10_000).contains(&spent), "{spent} of 10000 were used");
}

/// Requests of an eighth of a budget: the rests that the gateways hold are each too little for one.
async fn promise_5_no_rest_is_kept_where_another_gateway_could_use_it(on: Backend) {
    let store = store(&on, Some(1_000), None, false).await;
    let mut both = [Gateway::new(&store, "here", 8), Gateway::new(&store, "there", 8)];
    let mut spent = 0;
    for turn in 0..400 {
        let gateway = &mut both[turn % 2];
        if let Ok(held) = gateway.reserve(120, 0).await {
            gateway.settle(&held, 3);
            spent += 3;
        }
        gateway.drain(&store).await;
    }
    // As far as one gateway alone would come.
    assert_eq!(spent, 882);
}

#[derive(Clone, Debug)]
enum Step {
    Reserve { amount: i64 },
    Settle { part: i64 },
    Release,
    Drain,
    GiveBack,
    Refresh,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        5 => (1_i64..400).prop_map(|amount| Step::Reserve { amount }),
        4 => (0_i64..=100).prop_map(|part| Step::Settle { part }),
        1 => Just(Step::Release),
        2 => Just(Step::Drain),
        1 => Just(Step::GiveBack),
        1 => Just(Step::Refresh),
    ];
    (0_usize..2, step)
}

/// What two gateways do, in any order.
async fn run(on: &Backend, steps: Vec<(usize, Step)>, max: i64, share: u32) {
    let store = store(on, Some(max), None, false).await;
    let mut both = [
        (Gateway::new(&store, "here", share), Vec::new()),
        (Gateway::new(&store, "there", share), Vec::new()),
    ];
    let mut spent = 0;
    for (which, step) in steps {
        let (gateway, held): &mut (Gateway, Vec<Reservation>) = &mut both[which];
        match step {
            Step::Reserve { amount } => held.extend(gateway.reserve(amount, 0).await.ok()),
            Step::Settle { part } => {
                if let Some(reservation) = held.pop() {
                    let amount = i64::try_from(reservation.amount().picos()).unwrap();
                    gateway.settle(&reservation, amount * part / 100);
                    spent += amount * part / 100;
                }
            }
            Step::Release => drop(held.pop()),
            Step::Drain => gateway.drain(&store).await,
            Step::GiveBack => gateway.budgets.share().await.unwrap(),
            Step::Refresh => gateway.budgets.refresh().await.unwrap(),
        }
        let reserved: i128 =
            both.iter().flat_map(|(_, held)| held).map(|held| held.amount().picos()).sum();
        assert!(i128::from(spent) + reserved <= i128::from(max));
        let state = store.budget("key:k").await.unwrap().unwrap();
        assert!(state.spent.picos() + state.leased.picos() <= i128::from(max));
        assert!(state.leased >= Usd::ZERO);
    }
    for (gateway, held) in &mut both {
        held.clear();
        gateway.drain(&store).await;
        store.give_back_all(gateway.instance).await.unwrap();
    }
    let state = store.budget("key:k").await.unwrap().unwrap();
    assert_eq!((state.spent, state.leased), (usd(spent), Usd::ZERO));
}

fn check_interleavings(on: &Backend) {
    let steps = prop::collection::vec(step(), 1..120);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let checked = runner.run(&(steps, 200_i64..3_000, 1_u32..9), |(steps, max, share)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(on, steps, max, share));
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn promise_5_no_interleaving_overruns_a_budget_in_sqlite() {
    check_interleavings(&Backend::sqlite());
}

#[test]
fn promise_5_no_interleaving_overruns_a_budget_in_postgres() {
    check_interleavings(&Backend::postgres());
}
