//! Reasoning outside of the completion's count: cost by rule, the upper bound, and what can change
//! the rule.

use cost_model::{Cost, CostStatus, PriceBook, Query, Sku, StoredCost, day};
use llm_types::{ReportedUsage, Tokens};
use serde_json::{Value, json};

/// Captured from grok-4-1-fast-reasoning, whose prices are $0.2 and $0.5.
const CAPTURED: &str = r#"{"prompt_tokens":94,"completion_tokens":98,"total_tokens":3426}"#;

fn cost(book: &PriceBook, served: &str, usage: &str) -> Cost {
    let usage: ReportedUsage = serde_json::from_str(usage).unwrap();
    let sku = Sku::global();
    let query = Query::new(served, &sku, day(2026, 11, 22));
    book.cost(&query, &usage.billable().unwrap())
}

fn overlay(rules: &Value) -> PriceBook {
    let file = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "billing_rules": rules,
    });
    PriceBook::with_overlay(&file.to_string(), "ours.json").unwrap()
}

#[track_caller]
fn check(cost: &Cost, status: CostStatus, total: &str, bound: &str) {
    assert_eq!(cost.status, status);
    assert_eq!(cost.total().unwrap().to_string(), total);
    assert_eq!(cost.upper_bound().unwrap().to_string(), bound);
    let lines = cost.lines().map(|(_, line)| line.amount());
    assert_eq!(lines.fold(llm_types::Usd::ZERO, |sum, line| sum + line), cost.total().unwrap());
}

#[test]
fn on_azure_groks_hidden_reasoning_is_not_billed_as_far_as_is_known() {
    let book = PriceBook::builtin();
    let grok = cost(&book, "grok-4-1-fast-reasoning", CAPTURED);
    // 94 x 0.2 + 98 x 0.5, and 3,234 x 0.5 more if the rule is wrong.
    check(&grok, CostStatus::Inferred, "0.0000678", "0.0016848");
    insta::assert_snapshot!(grok.explain(), @r"
    uncached input      94 tokens × $0.2 / 1M = $0.0000188
    cached input         0 tokens × $0.2 / 1M = $0
    cache write          0 tokens × $0.2 / 1M = $0
    output              98 tokens × $0.5 / 1M = $0.000049
    hidden reasoning  3234 tokens ×   $0 / 1M = $0
    routing fee          0 tokens ×   $0 / 1M = $0
    total: $0.0000678 (inferred)
    price: grok-4-1-fast-reasoning/global_standard/standard/2026-01-01#3c0c3ff438d7 of grok-4-1-fast-reasoning; Azure Retail Prices API, 2026-08-11
    hidden reasoning: not billed by the rule xai-reasoning; one bill, of grok-4.3 on 2026-10-06; at most $0.0016848 if it is billed as output
    ");
}

#[test]
fn answers_and_receipts_have_both_readings() {
    let grok = cost(&PriceBook::builtin(), "grok-4-1-fast-reasoning", CAPTURED);
    let mut details = Vec::new();
    grok.write_details(&mut details);
    let details: Value = serde_json::from_slice(&details).unwrap();
    assert_eq!(details["hidden_reasoning"], "0");
    assert_eq!(details["upper_bound"], "0.0016848");
    let receipt = serde_json::to_value(&grok).unwrap();
    assert_eq!(receipt["upper_bound"], "0.0016848");
    assert_eq!(receipt["billing_rule"]["id"], "xai-reasoning");
    assert_eq!(receipt["billing_rule"]["settled"], false);
    let line = receipt["lines"].as_array().unwrap().iter();
    let line = line.into_iter().find(|line| line["item"] == "hidden_reasoning").unwrap();
    assert_eq!((&line["tokens"], &line["usd"]), (&json!(3234), &json!("0")));

    let mut details = Vec::new();
    let plain = r#"{"prompt_tokens":94,"completion_tokens":98,"total_tokens":192}"#;
    let plain = cost(&PriceBook::builtin(), "grok-4-1-fast-reasoning", plain);
    check(&plain, CostStatus::Exact, "0.0000678", "0.0000678");
    plain.write_details(&mut details);
    let details: Value = serde_json::from_slice(&details).unwrap();
    assert!(details.get("hidden_reasoning").is_none() && details.get("upper_bound").is_none());
}

#[test]
fn the_operator_confirms_the_rule_or_turns_it() {
    let id = || vec!["xai-reasoning".to_owned()];
    let confirmed = PriceBook::builtin().confirming(id()).unwrap();
    let grok = cost(&confirmed, "grok-4", CAPTURED);
    let exact = grok.total().unwrap().to_string();
    check(&grok, CostStatus::Exact, &exact, &exact);

    let rule = json!([{
        "id": "our-bill", "families": ["XAI"], "provider": "azure",
        "reasoning_outside_completion": "billed",
    }]);
    let turned = overlay(&rule);
    // 94 x 0.2 + 3,332 x 0.5.
    let grok = cost(&turned, "grok-4-1-fast-reasoning", CAPTURED);
    check(&grok, CostStatus::Exact, "0.0016848", "0.0016848");
    assert!(grok.explain().to_string().contains("billed by the rule our-bill; ours.json"));
    // If two apply, the operator's counts.
    assert!(turned.confirming(id()).is_ok());
    let error = PriceBook::builtin().confirming(vec!["xai".to_owned()]).unwrap_err();
    insta::assert_snapshot!(error, @"no billing rule is named `xai`; expected one of `xai-reasoning`");
}

#[test]
fn an_overlays_rule_holds_for_its_days_and_families_only() {
    let rule = |from: &str, family: &str| {
        json!([{
            "id": "our-bill", "families": [family], "provider": "azure", "from": from,
            "reasoning_outside_completion": "billed",
        }])
    };
    let usage = CAPTURED;
    for (rules, expect) in [
        (rule("2026-11-22", "xAI"), CostStatus::Exact),
        (rule("2026-11-23", "xAI"), CostStatus::Inferred),
        (rule("2026-11-22", "OpenAI"), CostStatus::Inferred),
    ] {
        assert_eq!(cost(&overlay(&rules), "grok-4", usage).status, expect, "{rules}");
    }
}

#[test]
fn without_a_rule_the_higher_reading_counts() {
    let book = PriceBook::builtin();
    // Each vendor of the table but xAI: the hidden tokens cost what output costs.
    for served in ["gpt-4.1-nano", "claude-opus-4-6", "DeepSeek-V3.2", "FW-GLM-5.3"] {
        let hidden = cost(&book, served, CAPTURED);
        let shown = r#"{"prompt_tokens":94,"completion_tokens":3332,"total_tokens":3426}"#;
        assert_eq!(hidden.status, CostStatus::Estimated, "{served}");
        assert_eq!(hidden.total(), cost(&book, served, shown).total(), "{served}");
        assert_eq!(hidden.upper_bound(), hidden.total());
    }
}

#[test]
fn an_unlisted_snapshot_stays_inferred_when_the_rule_is_settled() {
    let book = PriceBook::builtin().confirming(vec!["xai-reasoning".to_owned()]).unwrap();
    let dated =
        book.models().find(|model| model.vendor == "xAI" && model.inherit_unlisted_snapshots);
    let Some(model) = dated else { return };
    let served = format!("{}-2027-01-15", model.id);
    assert_eq!(cost(&book, &served, CAPTURED).status, CostStatus::Inferred);
}

#[test]
fn counts_made_here_stay_an_estimate() {
    let grok = cost(&PriceBook::builtin(), "grok-4", CAPTURED).estimated();
    assert_eq!(grok.status, CostStatus::Estimated);
    assert!(grok.upper_bound() > grok.total());
}

/// As the ledger stored costs before hidden tokens had a line: they are in the output.
#[test]
fn costs_of_before_are_read_as_they_were() {
    let stored = r#"{"s":"exact","l":[[94,200000],[0,200000],[0,200000],[0,200000],[3332,500000]],
        "p":["grok-4-1-fast-reasoning/global_standard/standard/2026-01-01#0","grok-4-1-fast-reasoning","exact",0],
        "f":[0,0,null]}"#;
    let stored: StoredCost<'_> = serde_json::from_str(stored).unwrap();
    let cost = stored.restore();
    check(&cost, CostStatus::Exact, "0.0016848", "0.0016848");
    assert_eq!(cost.model.unwrap().output.tokens, Tokens(3332));
}
