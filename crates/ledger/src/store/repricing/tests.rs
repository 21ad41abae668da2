//! Repricing changes entries and roll-up together, keeps the first cost, and is safe to repeat.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    entry::Entry,
    key::{BudgetTerms, Key},
    store::{
        SpendQuery, SpendSums,
        backend::{Backend, by, check_property, on_both},
        random_entries,
        tests::{batch, row},
    },
};

on_both!(
    the_first_cost_is_kept_and_the_audit_tells_who,
    an_entry_that_somebody_else_changes_is_read_again,
    open_and_interrupted_requests_stay_as_they_are,
);

/// Prices of the operator's own for models that nobody else knows.
fn overlay(models: &[(&str, &str)]) -> PriceBook {
    let model = |(id, input): &(&str, &str)| {
        let rates =
            json!({"input": input, "cached_input": null, "cache_write": null, "output": "2"});
        json!({"id": id, "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2025-01-01", "until": "2027-01-01",
            "tiers": [{"prompt_tokens_over": 0, "rates": rates}],
        }]})
    };
    let models: Vec<_> = models.iter().map(model).collect();
    let file = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": models, "router": {"aliases": ["model-router"], "fees": []},
    });
    PriceBook::with_overlay(&file.to_string(), "ours.json").unwrap()
}

fn unpriced() -> Selection {
    let cost_statuses = ["partial", "unpriced"].map(str::to_owned).to_vec();
    Selection { cost_statuses, ..Selection::default() }
}

async fn reprice(
    store: &Store,
    selection: &Selection,
    book: &PriceBook,
    (dry_run, audit_id): (bool, &str),
) -> Repriced {
    let mut by = ChangedBy::new("the operator", 1_800_000_000_000_000);
    audit_id.clone_into(&mut by.audit_id);
    let repricing = Repricing {
        selection,
        book,
        deployment: &|_| None,
        stale: false,
        dry_run,
        by: &by,
        request: r#"{"cost_status":["partial"]}"#,
        most_changes: 10,
    };
    store.reprice(&repricing).await
}

/// All entries, oldest first.
async fn entries(store: &Store) -> Vec<EntryRow<'static>> {
    let page = Page { before: None, limit: 1_000 };
    let mut rows = store.entries(&EntryFilter::default(), &page).await.unwrap().rows;
    rows.reverse();
    rows
}

/// The roll-up must say what the entries say, in every row of it.
async fn check_roll_up(on: &Backend, store: &Store) {
    let mut changes = daily_sums::Changes::default();
    for row in entries(store).await {
        changes.add(&row);
    }
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM daily";
    let rolled_up = store.db.query(sql, vec![]).await.unwrap().remove(0).int().unwrap();
    let Some(Step::Many(_, expected)) = changes.step() else { return };
    assert_eq!(rolled_up, expected.len() as i64);
    for row in entries(store).await {
        changes.subtract(&row);
    }
    let columns = "tag, day, asked, served, deployment, key_id, team_id, user_id, outcome, \
        cost_status, requests, uncosted, prompt_tokens, cached_tokens, cache_write_tokens, \
        output_tokens, cost_usd, cost_pico, known_usd, known_pico, fee_usd, fee_pico, \
        charged_usd, charged_pico";
    let stored = all(store, &format!("SELECT {columns} FROM daily ORDER BY {columns}")).await;
    let again = on.store().await;
    random_entries::fill(&again, &entries(store).await).await;
    let fresh = all(&again, &format!("SELECT {columns} FROM daily ORDER BY {columns}")).await;
    assert_eq!(stored, fresh);
}

async fn all(store: &Store, sql: &str) -> Vec<String> {
    let rows = store.db.query(sql.to_owned(), vec![]).await.unwrap();
    rows.into_iter().map(|row| format!("{row:?}")).collect()
}

/// The rows as those of a key whose budget they are charged to, some of them in a window that is over.
async fn charging(store: &Store, rows: Vec<EntryRow<'static>>) -> Vec<EntryRow<'static>> {
    let budget = BudgetTerms { max: Some(Usd::from_picos(1)), ..BudgetTerms::default() };
    store.put_key(&Key { id: "k".to_owned(), budget, ..Key::default() }, &by()).await.unwrap();
    let open = store.budget("key:k").await.unwrap().unwrap().window_start;
    let window = |nth: usize| if nth % 3 == 2 { open - 1 } else { open };
    let charging = |(nth, row): (usize, EntryRow<'static>)| {
        let budgets = Some(format!(r#"[["key:k",{}]]"#, window(nth)).into());
        EntryRow { budgets, ..row }
    };
    rows.into_iter().enumerate().map(charging).collect()
}

/// The charged and held amounts of a budget must equal those of the entries in its open window.
async fn check_budget(store: &Store) {
    let state = store.budget("key:k").await.unwrap().unwrap();
    let open = (state.id.clone(), state.window_start);
    let rows = entries(store).await;
    let settled = rows.iter().filter(|row| row.outcome() == crate::Outcome::Settled);
    let of_window = settled.filter(|row| row.budgets() == [open.clone()]);
    let (spent, held) = of_window.fold((0, 0), |(spent, held), row| {
        (spent + i128::from(row.charged_pico), held + row.held().picos())
    });
    assert_eq!((state.spent.picos(), state.held.picos()), (spent, held));
}

fn check_repricing(on: &Backend) {
    let values = prop::collection::vec(random_entries::drawn(), 1..60);
    check_property(on, 16, values, async |store, all| {
        let rows = charging(store, random_entries::rows(&all)).await;
        random_entries::fill(store, &rows).await;
        check_budget(store).await;
        let before = entries(store).await;
        let book = overlay(&[("nobody-knows-1", "1")]);
        let dry = reprice(store, &unpriced(), &book, (true, "a0")).await;
        assert_eq!(entries(store).await, before);
        let done = reprice(store, &unpriced(), &book, (false, "a1")).await;
        assert!(done.failed.is_none(), "{:?}", done.failed);
        let counts = |done: &Repriced| (done.changed, done.before, done.after);
        assert_eq!(counts(&dry), counts(&done));
        check_roll_up(on, store).await;
        check_budget(store).await;
        for (old, new) in before.iter().zip(&entries(store).await) {
            let (was, is) = (Entry::of(old).unwrap(), Entry::of(new).unwrap());
            let changed = is.original.as_ref().map(|original| &original.cost);
            match changed {
                Some(first) => {
                    assert_eq!(first.explain().to_string(), was.receipt.cost.explain().to_string());
                    assert!(is.receipt.cost.total().is_some());
                    assert_eq!(new.cost_pico, Some(new.charged_pico));
                }
                None => assert_eq!(old, new),
            }
        }
        // Another time nothing is left to do.
        let again = reprice(store, &unpriced(), &book, (false, "a2")).await;
        assert_eq!(again.changed, 0);
        // Prices can be taken back as well, and the first cost stays the first.
        let statuses = ["exact", "inferred", "estimated", "partial", "unpriced"];
        let everything = Selection {
            cost_statuses: statuses.map(str::to_owned).to_vec(),
            ..Selection::default()
        };
        let back = reprice(store, &everything, &PriceBook::builtin(), (false, "a3")).await;
        assert_eq!(
            (back.changed, back.before, back.after),
            (done.changed, done.after, done.before)
        );
        check_roll_up(on, store).await;
        for (old, new) in before.iter().zip(&entries(store).await) {
            assert_eq!((&old.cost_status, old.known_pico), (&new.cost_status, new.known_pico));
        }
    });
}

#[test]
fn the_roll_up_stays_equal_to_the_entries_in_sqlite() {
    check_repricing(&Backend::sqlite());
}

#[test]
fn the_roll_up_stays_equal_to_the_entries_in_postgres() {
    check_repricing(&Backend::postgres());
}

/// One request to a model without a price.
async fn one_unpriced(on: &Backend) -> (Store, String) {
    let store = on.store().await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let rows = loop {
        let drawn = random_entries::drawn().new_tree(&mut runner).unwrap();
        let rows = random_entries::rows(&[proptest::strategy::ValueTree::current(&drawn)]);
        if rows[0].cost_status == "partial" && rows[0].served.as_deref() == Some("nobody-knows-1") {
            break rows;
        }
    };
    random_entries::fill(&store, &rows).await;
    let id = rows[0].id.to_string();
    (store, id)
}

async fn the_first_cost_is_kept_and_the_audit_tells_who(on: Backend) {
    let (store, id) = one_unpriced(&on).await;
    let first = Entry::of(&store.entry(&id).await.unwrap().unwrap()).unwrap().receipt.cost;
    let books = [overlay(&[("nobody-knows-1", "1")]), overlay(&[("nobody-knows-1", "3")])];
    let selection = Selection { ids: vec![id.clone(), "none".to_owned()], ..Selection::default() };
    for (book, audit_id) in books.iter().zip(["a1", "a2"]) {
        let done = reprice(&store, &selection, book, (false, audit_id)).await;
        assert_eq!((done.changed, done.missing), (1, vec!["none".to_owned()]));
        let original = Entry::of(&store.entry(&id).await.unwrap().unwrap()).unwrap().original;
        let original = original.unwrap();
        assert_eq!(original.cost.explain().to_string(), first.explain().to_string());
        assert_eq!(original.audit_id, audit_id);
    }
    let audited = all(&store, "SELECT actor, action, before_json, after_json FROM audit").await;
    assert_eq!(audited.len(), 2);
    assert!(
        audited[0].contains("the operator") && audited[0].contains(r#"\"changed\":1"#),
        "{}",
        audited[0]
    );
}

async fn an_entry_that_somebody_else_changes_is_read_again(on: Backend) {
    let (store, id) = one_unpriced(&on).await;
    let stale = vec![store.entry(&id).await.unwrap().unwrap()];
    let (one, three) = (overlay(&[("nobody-knows-1", "1")]), overlay(&[("nobody-knows-1", "3")]));
    reprice(&store, &unpriced(), &one, (false, "a1")).await;
    let selection = unpriced();
    let repricing = Repricing {
        selection: &selection,
        book: &three,
        deployment: &|_| None,
        stale: false,
        dry_run: false,
        by: &ChangedBy::new("another", 0),
        request: "{}",
        most_changes: 1,
    };
    let mut done = Repriced::default();
    store.reprice_batch(&repricing, stale, &mut done).await.unwrap();
    assert_eq!(done.changed, 1);
    check_roll_up(&on, &store).await;
}

/// The database fails half-way: the changes so far stay, and a second run does the rest.
#[tokio::test]
async fn an_unfinished_repricing_says_so_and_can_be_repeated() {
    // The trigger below is written as SQLite wants it.
    let on = Backend::sqlite();
    let (store, id) = one_unpriced(&on).await;
    let first = store.entry(&id).await.unwrap().unwrap();
    let many: Vec<_> = (0..700)
        .map(|nth| EntryRow { id: format!("{}-{nth:04}", &first.id).into(), ..first.clone() })
        .collect();
    let at = |offset| crate::Position { segment: 1, offset };
    let moves = vec![crate::Move { writer: "worker_0", from: Some(at(2)), to: at(3) }];
    let rest = crate::Batch { instance: "here", moves, rows: many.clone() };
    store.apply(rest).await.unwrap();
    // The oldest is in the second batch.
    let trigger = format!(
        "CREATE TRIGGER no BEFORE UPDATE ON entries WHEN OLD.id = '{}' \
         BEGIN SELECT RAISE(ABORT, 'no'); END",
        first.id
    );
    let run = |sql: String| vec![Step::One(Statement::new(sql, vec![]))];
    store.db.transact(run(trigger)).await.unwrap();
    let book = overlay(&[("nobody-knows-1", "1")]);
    let done = reprice(&store, &unpriced(), &book, (false, "a1")).await;
    assert!(done.failed.is_some());
    assert_eq!((done.changed, done.changes.len()), (500, 10));
    check_roll_up(&on, &store).await;
    store.db.transact(run("DROP TRIGGER no".to_owned())).await.unwrap();
    let rest = reprice(&store, &unpriced(), &book, (false, "a2")).await;
    assert!(rest.failed.is_none());
    assert_eq!(rest.changed, 201);
    check_roll_up(&on, &store).await;
    assert_eq!(unpriced_left(&store).await, 0);
}

async fn unpriced_left(store: &Store) -> i64 {
    let SpendSums { unpriced, .. } = store.spend(&SpendQuery::default(), 1).await.unwrap().total;
    unpriced
}

async fn open_and_interrupted_requests_stay_as_they_are(on: Backend) {
    let store = on.store().await;
    let detail = json!({"c": {"s": "open"}, "k": cost_model::Sku::global()}).to_string();
    let open = EntryRow { detail: detail.as_str().into(), ..row("1", "open", 0) };
    let ended = EntryRow { id: "2".into(), outcome: "interrupted".into(), ..open.clone() };
    let ended = EntryRow { cost_status: "interrupted".into(), ..ended };
    store.apply(batch(None, 1, vec![open, ended])).await.unwrap();
    let selection =
        Selection { ids: ["1", "2"].map(str::to_owned).to_vec(), ..Selection::default() };
    let done = reprice(&store, &selection, &PriceBook::builtin(), (false, "a1")).await;
    assert!(done.failed.is_none(), "{:?}", done.failed);
    assert_eq!((done.examined, done.changed, done.still_unpriced), (2, 0, 2));
}
