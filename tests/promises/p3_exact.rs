//! Promise 3: every amount is exact to the last digit, wherever it is shown.

use harness::{
    gateway::{Setup, asking, streaming},
    prices::{expected, picodollars, usd},
};
use serde_json::Value;

/// 500 prompts of many lengths, each to whichever model the router picks.
#[tokio::test]
async fn parts_sum_to_the_total_for_500_prompts() {
    let setup = Setup::new().await;
    let (mut served, mut bill) = (std::collections::BTreeSet::new(), 0);
    for number in 0..500_usize {
        let prompt = format!("{} prompt {number}", "many words ".repeat(number * number % 997));
        let body = if number % 3 == 0 { streaming(&prompt) } else { asking(&prompt) };
        let reply = setup.chat(&body).await;
        let seen = setup.seen().await;
        let model = seen.served.unwrap();
        let expect = expected(&model, &seen.usage.unwrap());
        assert_eq!(reply.usage_cost(), Some(&*usd(expect.total())), "{model}, {number}");
        parts_sum_to_the_total(&reply.cost_details(), expect.total());
        let receipt = setup.receipt(reply.id()).await;
        lines_sum_to_the_total(&receipt["cost"], expect.total());
        served.insert(model);
        bill += expect.total();
    }
    assert!(served.len() >= 8, "{served:?}");
    assert!(bill > 0);
}

#[track_caller]
fn parts_sum_to_the_total(details: &Value, total: u128) {
    let parts = ["uncached_input", "cached_input", "cache_write", "output", "routing_fee"];
    let amount = |part: &str| picodollars(details[part].as_str().expect("a decimal text"));
    assert_eq!(parts.into_iter().map(amount).sum::<u128>(), total);
    assert_eq!(amount("total"), total);
}

#[track_caller]
fn lines_sum_to_the_total(cost: &Value, total: u128) {
    let lines = cost["lines"].as_array().unwrap();
    let amounts = lines.iter().map(|line| {
        let amount = picodollars(line["usd"].as_str().unwrap());
        let rate = picodollars(line["usd_per_million"].as_str().unwrap());
        let tokens = u128::from(line["tokens"].as_u64().unwrap());
        assert_eq!(amount, tokens * rate / 1_000_000, "{line}");
        amount
    });
    assert_eq!(amounts.sum::<u128>(), total);
    assert_eq!(picodollars(cost["total"].as_str().unwrap()), total);
}

/// `usage.cost` is a JSON number with as many digits as it takes, and no exponent.
#[tokio::test]
async fn a_tiny_cost_is_a_plain_decimal() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let mut body = asking("Hi");
    body["reasoning_effort"] = "minimal".into();
    let reply = setup.chat(&body).await;
    let cost = reply.usage_cost().unwrap();
    assert!(cost.starts_with("0.0000"), "{cost}");
    assert!(cost.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()), "{cost}");
    assert!(reply.json()["usage"]["cost"].is_number());
}
