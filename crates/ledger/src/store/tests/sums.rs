//! However rows fall into batches, sums are exact, to the picodollar.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

on_both!(a_hundred_thousand_entries_are_summed_exactly);

/// As in [`daily`], computed in another way: by name, in whole picodollars.
type Sums = HashMap<(String, i64, String), [i128; 4]>;

/// Numbers that only look random, the same in each run.
struct Numbers(u64);

impl Numbers {
    /// Below `end`.
    fn next(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn number(&mut self, end: u64) -> i64 {
        i64::try_from(self.next(end)).unwrap()
    }

    fn entry(&mut self, id: usize) -> EntryRow<'static> {
        let served = format!("model-{}", self.next(7));
        let cost = (self.next(5) > 0).then(|| self.number(9_000) * 1_000_000_007);
        let tags = ["[]", r#"["a"]"#, r#"["b","a"]"#][usize::try_from(self.next(3)).unwrap()];
        EntryRow {
            at: 1_767_225_600_000_000 + self.number(20 * 86_400) * 1_000_000,
            served: Some(served.into()),
            cost_pico: cost,
            known_pico: cost.unwrap_or(self.number(1_000)),
            charged_pico: cost.unwrap_or(5_000_000_000_000),
            prompt_tokens: (self.next(9) > 0).then(|| self.number(200_000)),
            tags: Some(tags.into()),
            ..row(&format!("{id:08}"), "completed", 0)
        }
    }
}

fn add(row: &EntryRow<'_>, to: &mut Sums) {
    let picos = [row.cost_pico.unwrap_or(0), row.known_pico, row.charged_pico].map(i128::from);
    for tag in [String::new()].into_iter().chain(row.tags()) {
        let group = (tag, row.at / 86_400_000_000, row.served.clone().unwrap().into_owned());
        let sums = to.entry(group).or_default();
        for (sum, more) in sums.iter_mut().zip([1, picos[0], picos[1], picos[2]]) {
            *sum += more;
        }
    }
}

async fn stored(store: &Store) -> Sums {
    let sql = "SELECT tag, day, served, SUM(requests), SUM(cost_usd), SUM(cost_pico), \
        SUM(known_usd), SUM(known_pico), SUM(charged_usd), SUM(charged_pico) \
        FROM daily GROUP BY tag, day, served";
    let rows = store.db.query(sql, vec![]).await.unwrap().into_iter();
    rows.map(|mut row| {
        let group = (row.text().unwrap(), row.int().unwrap(), row.text().unwrap());
        let mut int = || i128::from(row.int().unwrap());
        let requests = int();
        (
            group,
            [
                requests,
                int() * daily_sums::PICOS + int(),
                int() * daily_sums::PICOS + int(),
                int() * daily_sums::PICOS + int(),
            ],
        )
    })
    .collect()
}

async fn a_hundred_thousand_entries_are_summed_exactly(on: Backend) {
    let (store, mut numbers) = (on.store().await, Numbers(3));
    let mut expect = Sums::new();
    let mut position = None;
    for nth in 0..100 {
        let rows: Vec<_> = (0..1_000).map(|id| numbers.entry(nth * 1_000 + id)).collect();
        rows.iter().for_each(|row| add(row, &mut expect));
        let end = nth as u64 + 1;
        store.apply(batch(position, end, rows)).await.unwrap();
        position = Some(end);
    }
    let count = store.count(&EntryFilter::default(), 1_000_000).await.unwrap();
    assert_eq!((count.entries, count.whole), (100_000, true));
    let found = stored(&store).await;
    assert_eq!(found.len(), 3 * 20 * 7);
    assert!(found == expect, "the roll-up differs from the entries");
    let all = |sums: &Sums| -> i128 {
        sums.iter().filter(|((tag, ..), _)| tag.is_empty()).map(|(_, sums)| sums[1]).sum()
    };
    let sql = "SELECT SUM(cost_pico / 1000000), SUM(cost_pico % 1000000) FROM entries";
    let mut row = store.db.query(sql, vec![]).await.unwrap().pop().unwrap();
    let entries = i128::from(row.int().unwrap()) * 1_000_000 + i128::from(row.int().unwrap());
    assert_eq!(all(&found), entries);
}

/// Whichever rows are in a batch with which others.
fn any_batches_have_the_same_sums(on: &Backend, picos: &[i64], cut: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = on.store().await;
        let mut rows = Vec::new();
        for (id, picos) in picos.iter().enumerate() {
            rows.push(row(&id.to_string(), "open", 0));
            rows.push(row(&id.to_string(), "completed", *picos));
        }
        let rest = rows.split_off(cut.min(rows.len()));
        store.apply(batch(None, 1, rows)).await.unwrap();
        store.apply(batch(Some(1), 2, rest)).await.unwrap();
        let sum: i128 = picos.iter().copied().map(i128::from).sum();
        for tag in ["", "a", "b"] {
            let [requests, _, dollars, rest] = rolled(&store, tag).await;
            assert_eq!(requests, picos.len() as i64);
            assert_eq!(i128::from(dollars) * daily_sums::PICOS + i128::from(rest), sum);
        }
    });
}

fn check_batches(on: &Backend) {
    let picos = prop::collection::vec(0_i64..3_000_000_000_000, 1..30);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let checked = runner.run(&(picos, 0_usize..60), |(picos, cut)| {
        any_batches_have_the_same_sums(on, &picos, cut);
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn the_roll_up_is_the_sum_of_the_entries_in_sqlite() {
    check_batches(&Backend::sqlite());
}

#[test]
fn the_roll_up_is_the_sum_of_the_entries_in_postgres() {
    check_batches(&Backend::postgres());
}
