//! The edit that is made within an answer: its cost, put at the end of its usage object.

use bytes::Bytes;
use cost_model::Cost;
use llm_types::{Plain, Usd};

/// `json` with `cost` (a JSON number, or null where it is not known) and `cost_details` added to
/// the usage object that ends at `usage_end`. Every other byte is as it was.
pub(crate) fn with_cost(json: &[u8], usage: &str, cost: &Cost) -> Bytes {
    // `usage` is a part of `json`, so their addresses give its position without a search.
    let usage_end = usage.as_ptr().addr() - json.as_ptr().addr() + usage.len();
    let brace = usage_end - 1;
    // With room for the cost, so that no second allocation is needed.
    let mut spliced = Vec::with_capacity(json.len() + 400);
    spliced.extend_from_slice(&json[..brace]);
    let empty = usage[1..usage.len() - 1].trim().is_empty();
    if !empty {
        spliced.push(b',');
    }
    spliced.extend_from_slice(br#""cost":"#);
    let total = cost.total().map(Usd::plain);
    spliced.extend_from_slice(total.as_ref().map_or("null", Plain::as_str).as_bytes());
    spliced.extend_from_slice(br#","cost_details":"#);
    cost.write_details(&mut spliced);
    spliced.extend_from_slice(&json[brace..]);
    spliced.into()
}

#[cfg(test)]
mod tests {
    use cost_model::{PriceBook, Query, Sku, day};
    use llm_types::{Dialect, Tokens};
    use serde_json::Value;

    use super::*;

    fn cost() -> Cost {
        let usage = llm_types::BillableUsage {
            prompt: Tokens(19),
            output: Tokens(5),
            ..Default::default()
        };
        let sku = Sku::global();
        let query = Query::new("gpt-5-nano-2025-08-07", &sku, day(2026, 11, 22)).routed();
        PriceBook::builtin().cost(&query, &usage)
    }

    #[track_caller]
    fn check(json: &str, expect: &str) {
        let peek = Dialect::Chat.peek(json.as_bytes()).unwrap();
        let spliced = with_cost(json.as_bytes(), peek.usage.unwrap(), &cost());
        let text = std::str::from_utf8(&spliced).unwrap();
        let mut details = Vec::new();
        cost().write_details(&mut details);
        assert_eq!(text, expect.replace("DETAILS", std::str::from_utf8(&details).unwrap()));
        serde_json::from_str::<Value>(text).unwrap();
    }

    #[test]
    fn the_rest_of_the_answer_is_untouched() {
        check(
            "{\"a\" : 1.0, \"usage\":{\"prompt_tokens\": 19 } ,\"b\":2}\n",
            "{\"a\" : 1.0, \"usage\":{\"prompt_tokens\": 19 ,\"cost\":0.00000561,\"cost_details\":DETAILS} ,\"b\":2}\n",
        );
        check(r#"{"usage":{ }}"#, r#"{"usage":{ "cost":0.00000561,"cost_details":DETAILS}}"#);
    }
}
