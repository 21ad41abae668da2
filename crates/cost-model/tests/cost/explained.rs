//! Costs as people and programs read them.

use cost_model::{Cost, PriceBook, Query, Sku, day};
use insta::{assert_json_snapshot, assert_snapshot};

use crate::usage;

/// Routed, a part of the prompt cached and another written to the cache.
fn cached() -> Cost {
    let sku = Sku::parse(Some("data_zone"), Some("eu"), None).unwrap();
    let query = Query::new("gpt-5.6-luna-2026-07-09", &sku, day(2026, 11, 22)).routed();
    PriceBook::builtin().cost(&query, &usage(300_000, 100_000, 50_000, 1_234))
}

fn cost(served: &str) -> Cost {
    let sku = Sku::global();
    let query = Query::new(served, &sku, day(2026, 11, 22)).routed();
    PriceBook::builtin().cost(&query, &usage(21, 0, 0, 15))
}

#[test]
fn every_line_can_be_checked_by_hand() {
    assert_snapshot!(cached().explain(), @r"
    uncached input  150000 tokens ×  $0.44 / 1M = $0.066
    cached input    100000 tokens × $0.044 / 1M = $0.0044
    cache write      50000 tokens ×  $0.55 / 1M = $0.0275
    output            1234 tokens ×  $1.98 / 1M = $0.00244332
    routing fee     300000 tokens × $0.154 / 1M = $0.0462
    total: $0.14654332 (exact)
    price: gpt-5.6-luna/data_zone_standard/eu/standard/2026-08-01#d5cea53b4a55 of gpt-5.6-luna, for prompts over 272000 tokens; Azure blog, GPT-5.6 in Microsoft Foundry; pollinations/pollinations#13688; LiteLLM 1.110.2 cost map; models.dev; Provider catalogue openai-azure, Retail API captures
    fee: model-router/data_zone_standard/2025-11-01#fede04039ab0
    ");
}

#[test]
fn an_inherited_price_says_so() {
    assert_snapshot!(cost("azure_ai/gpt-5.5-2027-01-15").explain(), @r"
    uncached input  21 tokens ×    $5 / 1M = $0.000105
    cached input     0 tokens ×  $0.5 / 1M = $0
    cache write      0 tokens ×    $5 / 1M = $0
    output          15 tokens ×   $30 / 1M = $0.00045
    routing fee     21 tokens × $0.14 / 1M = $0.00000294
    total: $0.00055794 (inferred)
    price: gpt-5.5/global_standard/standard/2026-05-01#0716cd7b66f5 of gpt-5.5, inferred: this snapshot is not listed; Azure Retail Prices API, 2026-08-11
    fee: model-router/global_standard/2025-11-01#68a6202ae97a
    ");
}

#[test]
fn a_cost_without_a_price_says_why() {
    assert_snapshot!(cost("gpt-7-nova-2027-01-15").explain(), @r"
    routing fee  21 tokens × $0.14 / 1M = $0.00000294
    total: unknown, more than $0.00000294 (partial)
    fee: model-router/global_standard/2025-11-01#68a6202ae97a
    not priced: the model `gpt-7-nova-2027-01-15` is not in the price table
    ");
}

#[test]
fn a_receipt_shows_the_cost_line_by_line() {
    assert_json_snapshot!(cached(), @r#"
    {
      "status": "exact",
      "currency": "USD",
      "total": "0.14654332",
      "known": "0.14654332",
      "upper_bound": "0.14654332",
      "routing_fee": "0.0462",
      "lines": [
        {
          "item": "uncached_input",
          "tokens": 150000,
          "usd_per_million": "0.44",
          "usd": "0.066"
        },
        {
          "item": "cached_input",
          "tokens": 100000,
          "usd_per_million": "0.044",
          "usd": "0.0044"
        },
        {
          "item": "cache_write",
          "tokens": 50000,
          "usd_per_million": "0.55",
          "usd": "0.0275"
        },
        {
          "item": "output",
          "tokens": 1234,
          "usd_per_million": "1.98",
          "usd": "0.00244332"
        },
        {
          "item": "routing_fee",
          "tokens": 300000,
          "usd_per_million": "0.154",
          "usd": "0.0462"
        }
      ],
      "price": {
        "id": "gpt-5.6-luna/data_zone_standard/eu/standard/2026-08-01#d5cea53b4a55",
        "canonical": "gpt-5.6-luna",
        "match": "exact",
        "prompt_tokens_over": 272000,
        "source": "Azure blog, GPT-5.6 in Microsoft Foundry; pollinations/pollinations#13688; LiteLLM 1.110.2 cost map; models.dev; Provider catalogue openai-azure, Retail API captures"
      },
      "price_review_due": null,
      "billing_rule": null,
      "fee_id": "model-router/data_zone_standard/2025-11-01#fede04039ab0",
      "unpriced": null,
      "unpriced_code": null,
      "explain": "uncached input  150000 tokens ×  $0.44 / 1M = $0.066\ncached input    100000 tokens × $0.044 / 1M = $0.0044\ncache write      50000 tokens ×  $0.55 / 1M = $0.0275\noutput            1234 tokens ×  $1.98 / 1M = $0.00244332\nrouting fee     300000 tokens × $0.154 / 1M = $0.0462\ntotal: $0.14654332 (exact)\nprice: gpt-5.6-luna/data_zone_standard/eu/standard/2026-08-01#d5cea53b4a55 of gpt-5.6-luna, for prompts over 272000 tokens; Azure blog, GPT-5.6 in Microsoft Foundry; pollinations/pollinations#13688; LiteLLM 1.110.2 cost map; models.dev; Provider catalogue openai-azure, Retail API captures\nfee: model-router/data_zone_standard/2025-11-01#fede04039ab0"
    }
    "#);
}

#[test]
fn a_receipt_shows_what_is_not_priced() {
    assert_json_snapshot!(cost("gpt-7-nova-2027-01-15"), @r#"
    {
      "status": "partial",
      "currency": "USD",
      "total": null,
      "known": "0.00000294",
      "upper_bound": null,
      "routing_fee": "0.00000294",
      "lines": [
        {
          "item": "routing_fee",
          "tokens": 21,
          "usd_per_million": "0.14",
          "usd": "0.00000294"
        }
      ],
      "price": null,
      "price_review_due": null,
      "billing_rule": null,
      "fee_id": "model-router/global_standard/2025-11-01#68a6202ae97a",
      "unpriced": "the model `gpt-7-nova-2027-01-15` is not in the price table",
      "unpriced_code": "unknown_model",
      "explain": "routing fee  21 tokens × $0.14 / 1M = $0.00000294\ntotal: unknown, more than $0.00000294 (partial)\nfee: model-router/global_standard/2025-11-01#68a6202ae97a\nnot priced: the model `gpt-7-nova-2027-01-15` is not in the price table"
    }
    "#);
}

fn details(cost: &Cost) -> String {
    let mut json = Vec::new();
    cost.write_details(&mut json);
    String::from_utf8(json).unwrap()
}

#[test]
fn a_usage_shows_the_cost_in_short() {
    assert_snapshot!(details(&cached()), @r#"{"status":"exact","currency":"USD","total":"0.14654332","uncached_input":"0.066","cached_input":"0.0044","cache_write":"0.0275","output":"0.00244332","routing_fee":"0.0462","price_id":"gpt-5.6-luna/data_zone_standard/eu/standard/2026-08-01#d5cea53b4a55"}"#);
    assert_snapshot!(details(&cost("gpt-7-nova-2027-01-15")), @r#"{"status":"partial","currency":"USD","total":null,"uncached_input":null,"cached_input":null,"cache_write":null,"output":null,"routing_fee":"0.00000294","unpriced":"the model `gpt-7-nova-2027-01-15` is not in the price table"}"#);
    for cost in [cached(), cost("a \"name\"\nin two lines"), Cost::open()] {
        let details: serde_json::Value = serde_json::from_str(&details(&cost)).unwrap();
        assert_eq!(details["total"], serde_json::to_value(cost.total()).unwrap());
        let why = cost.unpriced.map(|why| why.to_string());
        assert_eq!(details.get("unpriced").and_then(|why| why.as_str()), why.as_deref());
    }
}
