//! The promises about cost, each by name.

use cost_model::{Cost, CostStatus, PriceBook, Query, Sku, Unpriced, day};
use llm_types::Usd;

use crate::usage;

fn cost(served: &str, routed: bool) -> Cost {
    let sku = Sku::global();
    let query = Query { routed, ..Query::new(served, &sku, day(2026, 11, 22)) };
    PriceBook::builtin().cost(&query, &usage(1_000, 0, 0, 100))
}

#[test]
fn promise_1_served_not_asked() {
    // $0.05 and $0.40 a million, and $0.14 for routing.
    assert_eq!(cost("gpt-5-nano-2025-08-07", true).total().unwrap().to_string(), "0.00023");
    assert_eq!(cost("gpt-5-nano-2025-08-07", false).total().unwrap().to_string(), "0.00009");
    // The router has a name but no price of its own.
    assert_eq!(cost("model-router", true).status, CostStatus::Partial);
}

#[test]
fn promise_2_never_a_silent_zero() {
    let routed = cost("gpt-7-nova-2027-01-15", true);
    assert_eq!(routed.status, CostStatus::Partial);
    assert_eq!(routed.total(), None);
    assert_eq!(routed.known().to_string(), "0.00014");
    assert_eq!(routed.unpriced, Some(Unpriced::UnknownModel("gpt-7-nova-2027-01-15".to_owned())));

    let direct = cost("gpt-7-nova-2027-01-15", false);
    assert_eq!((direct.status, direct.total()), (CostStatus::Unpriced, None));
    assert_eq!(direct.routing_fee(), None);
    assert_eq!(cost("", true).unpriced, Some(Unpriced::NoServedModel));
}

#[test]
fn promise_2_a_missing_fee_is_not_free() {
    let sku = Sku::global();
    // After the model came, and before the router did.
    let query = Query::new("gpt-4.1-nano", &sku, day(2025, 5, 1)).routed();
    let cost = PriceBook::builtin().cost(&query, &usage(1_000, 0, 0, 100));
    assert_eq!((cost.status, cost.total()), (CostStatus::Partial, None));
    assert_eq!(cost.routing_fee(), None);
    assert_eq!(cost.known().to_string(), "0.00014");
}

#[test]
fn promise_3_one_token_is_one_tokens_price() {
    let sku = Sku::global();
    let query = Query::new("gpt-4.1-nano", &sku, day(2026, 11, 22)).routed();
    let cost = PriceBook::builtin().cost(&query, &usage(1, 0, 0, 0));
    // 0.10 + 0.14 dollars a million.
    assert_eq!(cost.total(), Some(Usd::from_picos(240_000)));
}

#[test]
fn an_estimate_never_hides_that_something_is_unpriced() {
    let status = |cost: Cost| cost.estimated().status;
    assert_eq!(status(cost("gpt-5-nano", true)), CostStatus::Estimated);
    assert_eq!(status(cost("gpt-5.5-2027-01-15", true)), CostStatus::Estimated);
    assert_eq!(status(cost("nobody-knows", true)), CostStatus::Partial);
    assert_eq!(status(cost("nobody-knows", false)), CostStatus::Unpriced);
}

#[test]
fn only_a_request_that_did_nothing_is_free() {
    let nothing = Cost::nothing();
    assert_eq!((nothing.status, nothing.total()), (CostStatus::Exact, Some(Usd::ZERO)));
    assert_eq!(Cost::open().total(), None);
    assert_eq!(Cost::unknown(Unpriced::NoUsage).total(), None);
}
