//! Worst cases, compared with the costs of what can happen.

use llm_types::BillableUsage;
use proptest::prelude::*;

use super::*;
use crate::sku::day;

fn pool(sku: &Sku) -> CeilingQuery<'_> {
    let candidates = Candidates::Pool;
    CeilingQuery { sku, day: day(2026, 11, 22), routed: true, candidates, fixed: None }
}

#[test]
fn a_pool_without_prices_has_no_worst_case() {
    let (book, sku) = (PriceBook::builtin(), Sku::global());
    let names = ["gpt-9".to_owned()];
    let query = CeilingQuery { candidates: Candidates::Models(&names), ..pool(&sku) };
    assert_eq!(book.ceiling(&query), Err(Unpriced::UnknownModel("gpt-9".to_owned())));
    let some = ["gpt-5-nano", "gpt-9"].map(str::to_owned);
    let query = CeilingQuery { candidates: Candidates::Models(&some), ..pool(&sku) };
    assert_eq!(book.ceiling(&query), Err(Unpriced::UnknownModel("gpt-9".to_owned())));
    let before = CeilingQuery { day: day(2020, 1, 1), ..pool(&sku) };
    assert!(book.ceiling(&before).is_err());
}

#[test]
fn one_model_costs_what_it_costs() {
    let (book, sku) = (PriceBook::builtin(), Sku::global());
    let names = ["gpt-4.1-nano".to_owned()];
    let query =
        CeilingQuery { candidates: Candidates::Models(&names), routed: false, ..pool(&sku) };
    let ceiling = book.ceiling(&query).unwrap();
    // $0.10 and $0.40 per million at the standard tier, more at the priority tier.
    assert!(ceiling.of(Tokens(1_000_000), Tokens(0)) >= "0.1".parse().unwrap());
    assert!(ceiling.of(Tokens(1_000_000), Tokens(0)) < "0.3".parse().unwrap());
    assert_eq!(ceiling.most_expensive, "gpt-4.1-nano");
}

/// A template's preamble is charged at the rates of the models that have one.
#[test]
fn a_counted_prompt_has_the_preamble_of_open_models() {
    let (book, sku) = (PriceBook::builtin(), Sku::global());
    let of = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let candidates = Candidates::Models(&names);
        let query = CeilingQuery { candidates, ..pool(&sku) };
        let ceiling = book.ceiling(&query).unwrap();
        let (prompt, output) = (Tokens(10), Tokens(0));
        ceiling.of_counted(prompt, output).picos() - ceiling.of(prompt, output).picos()
    };
    assert_eq!((of(&["gpt-5-nano"]), of(&["claude-opus-4-6"]), of(&["grok-4"])), (0, 0, 0));
    // $0.15 and the fee of $0.14 per million.
    assert_eq!(of(&["gpt-oss-120b"]), 64 * 290_000);
    assert_eq!(of(&["gpt-oss-120b", "claude-opus-4-6"]), 64 * 290_000);
}

proptest! {
    /// No request costs more than its worst case, whichever model and tier serve it.
    #[test]
    fn nothing_costs_more_than_the_worst_case(
        which: prop::sample::Index,
        tier in 0_usize..3,
        prompt in prop_oneof![0_u64..2_000, 190_000_u64..210_000, 260_000_u64..1_000_000],
        spare in 0_u64..1_000,
        parts in (0_u64..=100, 0_u64..=100),
        output in 0_u64..100_000,
    ) {
        let (book, sku) = (PriceBook::builtin(), Sku::global());
        let ceiling = book.ceiling(&pool(&sku)).unwrap();
        let pool: Vec<&Model> =
            book.models().filter(|model| !model.router_versions.is_empty()).collect();
        let model = which.get(&pool);
        let cached = prompt * parts.0 / 100;
        let written = (prompt - cached) * parts.1 / 100;
        let usage = BillableUsage {
            prompt: Tokens(prompt),
            cached_input: Tokens(cached),
            cache_write: Tokens(written / 2),
            cache_write_1h: Tokens(written - written / 2),
            output: Tokens(output),
            ..BillableUsage::default()
        };
        let query = Query {
            tier: Some(TIERS[tier]),
            ..Query::new(&model.id, &sku, day(2026, 11, 22)).routed()
        };
        let known = book.cost(&query, &usage).known();
        prop_assert!(known <= ceiling.of(Tokens(prompt + spare), Tokens(output + spare)));
    }
}
