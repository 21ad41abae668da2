//! Properties that hold for every model and every usage.

use cost_model::{Cost, PriceBook, Query, Sku, day};
use llm_types::{BillableUsage, Tokens, Usd};
use pricing_data::{Kind, MODELS};
use proptest::prelude::*;

/// A name that the table lists.
fn served() -> impl Strategy<Value = &'static str> {
    let chat = MODELS.iter().filter(|model| model.kind == Kind::Chat);
    prop::sample::select(chat.map(|model| model.id.as_ref()).collect::<Vec<_>>())
}

/// Billed tokens of a request up to beyond the long tiers.
fn usage() -> impl Strategy<Value = BillableUsage> {
    (0..300_000_u64, 0..300_000_u64, 0..300_000_u64, 0..200_000_u64, 0..200_000_u64).prop_map(
        |(uncached, cached, written, hour, output)| BillableUsage {
            prompt: Tokens(uncached + cached + written + hour),
            cached_input: Tokens(cached),
            cache_write: Tokens(written),
            cache_write_1h: Tokens(hour),
            output: Tokens(output),
            ..BillableUsage::default()
        },
    )
}

fn cost(served: &str, usage: &BillableUsage, routed: bool) -> Cost {
    let sku = Sku::global();
    let query = Query { routed, ..Query::new(served, &sku, day(2026, 11, 22)) };
    PriceBook::builtin().cost(&query, usage)
}

/// The bound that the price was taken for; `None` when there is no price.
fn tier(cost: &Cost) -> Option<u32> {
    cost.model.as_ref().map(|model| model.price.over)
}

fn sum(left: &BillableUsage, right: &BillableUsage) -> BillableUsage {
    let add = |left: Tokens, right: Tokens| Tokens(left.0 + right.0);
    BillableUsage {
        prompt: add(left.prompt, right.prompt),
        cached_input: add(left.cached_input, right.cached_input),
        cache_write: add(left.cache_write, right.cache_write),
        cache_write_1h: add(left.cache_write_1h, right.cache_write_1h),
        output: add(left.output, right.output),
        ..BillableUsage::default()
    }
}

proptest! {
    #[test]
    fn promise_3_parts_sum_to_the_whole(served in served(), usage in usage(), routed: bool) {
        let cost = cost(served, &usage, routed);
        let parts: Usd = cost.lines().map(|(_, line)| line.amount()).sum();
        prop_assert_eq!(cost.known(), parts);
        if let Some(total) = cost.total() {
            prop_assert_eq!(total, parts);
            let tokens: u64 = cost.model.unwrap().lines().map(|(_, line)| line.tokens.0).sum();
            prop_assert_eq!(tokens, usage.prompt.0 + usage.output.0);
        }
    }

    #[test]
    fn no_cost_is_negative(served in served(), usage in usage(), routed: bool) {
        let cost = cost(served, &usage, routed);
        prop_assert!(cost.lines().all(|(_, line)| line.amount() >= Usd::ZERO));
    }

    #[test]
    fn more_tokens_never_cost_less(served in served(), usage in usage(), more in usage()) {
        let (less, more) = (cost(served, &usage, true), cost(served, &sum(&usage, &more), true));
        if let (Some(less), Some(more)) = (less.total(), more.total()) {
            prop_assert!(less <= more);
        }
    }

    #[test]
    fn within_a_tier_cost_is_linear(served in served(), left in usage(), right in usage()) {
        let both = cost(served, &sum(&left, &right), true);
        let (left, right) = (cost(served, &left, true), cost(served, &right, true));
        prop_assume!(tier(&left) == tier(&both) && tier(&right) == tier(&both));
        if let Some(both) = both.total() {
            prop_assert_eq!(left.total().unwrap() + right.total().unwrap(), both);
        }
    }

    #[test]
    fn the_order_of_adding_does_not_matter(
        mut costs in prop::collection::vec((served(), usage()).prop_map(|(served, usage)| cost(served, &usage, true).known()), 0..20),
    ) {
        let forward: Usd = costs.iter().copied().sum();
        costs.sort_unstable();
        prop_assert_eq!(forward, costs.into_iter().sum());
    }

    #[test]
    fn promise_1_the_fee_is_for_every_prompt_token(served in served(), usage in usage()) {
        let (routed, direct) = (cost(served, &usage, true), cost(served, &usage, false));
        prop_assert_eq!(routed.fee.as_ref().unwrap().line.tokens, usage.prompt);
        prop_assert_eq!(&routed.model, &direct.model);
        prop_assert_eq!(routed.known(), direct.known() + routed.routing_fee().unwrap());
    }
}
