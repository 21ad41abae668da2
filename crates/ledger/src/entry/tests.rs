//! A receipt becomes a row and comes back as it was.

use cost_model::{
    Attempt, Bill, ChargeRule, Cost, CostStatus, PriceBook, Query, Sku, Timings, UsageSource,
    day_of,
};
use llm_types::{ProviderFacts, ReportedUsage};
use serde_json::value::RawValue;

use super::*;
use crate::entry::Entry;

fn receipt_of(outcome: Outcome, cost: Cost) -> Receipt {
    Receipt {
        id: "019aa000-0000-7000-8000-000000000001".to_owned(),
        at: "2026-11-22T10:00:00.123456Z".parse().unwrap(),
        api: Some(llm_types::Dialect::Embeddings),
        translated: true,
        asked: "azure-model-router".to_owned(),
        deployment: "azure_ai/azure-model-router".into(),
        deployment_id: "d1".into(),
        sku: Sku::global(),
        routed: true,
        served: Some("gpt-5-nano-2025-08-07".to_owned()),
        stream: true,
        outcome,
        service_tier: Some("default".to_owned()),
        usage: Some(ReportedUsage {
            prompt_tokens: Some(Tokens(8)),
            completion_tokens: Some(Tokens(407)),
            total_tokens: Some(Tokens(415)),
            ..ReportedUsage::default()
        }),
        usage_source: UsageSource::Reported,
        usage_contradictory: None,
        cost,
        charged: Usd::ZERO,
        charged_by: None,
        timings: Timings {
            upstream_headers_ms: Some(5),
            first_content_ms: Some(9),
            duration_ms: 100,
        },
        answer_id: Some("chatcmpl-1".to_owned()),
        provider: ProviderFacts {
            request_id: Some("apim-1".to_owned()),
            region: Some("East US 2".to_owned()),
        },
        attempts: vec![Attempt {
            deployment: "azure_ai/azure-model-router".into(),
            deployment_id: "d1".into(),
            status: Some(200),
            error: None,
            bill: None,
        }],
        routing: Some(RawValue::from_string("{\"mode\":\"balanced\"}".to_owned()).unwrap()),
    }
}

fn settled() -> Receipt {
    let mut receipt = receipt_of(Outcome::Completed, Cost::nothing());
    let sku = Sku::global();
    let query = Query::new("gpt-5-nano-2025-08-07", &sku, day_of(receipt.at)).routed();
    let usage = receipt.usage.as_ref().unwrap().billable().unwrap();
    receipt.cost = PriceBook::builtin().cost(&query, &usage);
    receipt
}

fn who() -> Who {
    Who {
        key_id: Some("abc".into()),
        team_id: Some("blue".into()),
        client_ip: Some("2001:db8::1".into()),
        end_user: Some("ann".to_owned()),
        tags: vec!["one".to_owned(), "t\"wo".to_owned()],
        ..Who::default()
    }
}

/// What the upstream reported contradicts itself; several attempts came to something.
#[test]
fn a_charge_is_read_back() {
    let mut receipt = settled();
    receipt.usage_contradictory = Some(RawValue::from_string("{ }".to_owned()).unwrap());
    receipt.charged_by = Some(ChargeRule::PromptOnly);
    let bill = |charged_by| {
        let usage = settled().usage;
        let (cost, charged) = (Some(usd("0.5")), usd("0.75"));
        Some(Box::new(Bill { usage, cost, charged, charged_by }))
    };
    receipt.attempts[0].bill = bill(ChargeRule::Estimated);
    let other = Attempt { bill: bill(ChargeRule::PromptOnly), ..receipt.attempts[0].clone() };
    receipt.attempts.insert(0, other);
    receipt.cost = receipt.cost.after(usd("0.5"));
    check(&receipt);
    let row = |receipt: &Receipt| EntryRow::of(receipt, &who(), &Booked::default()).charged_by();
    assert_eq!(row(&receipt), Some(ChargeRule::PromptOnly));
    for rule in ChargeRule::ALL.into_iter().filter(|rule| *rule != ChargeRule::Interrupted) {
        receipt.charged_by = Some(rule);
        receipt.charged = receipt.cost.total().unwrap();
        let (who, charged) = (who(), receipt.charged);
        let row = EntryRow::of(&receipt, &who, &Booked { charged, ..Booked::default() });
        assert_eq!(row.charged_by(), Some(rule));
        assert_eq!(Entry::of(&row).unwrap().receipt.charged_by, Some(rule));
    }
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

#[track_caller]
fn check(receipt: &Receipt) {
    let mut receipt = receipt.clone();
    if receipt.outcome != Outcome::Open {
        receipt.charged_by = receipt.charged_by.or(Some(match receipt.cost.status {
            CostStatus::Estimated => ChargeRule::Estimated,
            _ => ChargeRule::Cost,
        }));
        receipt.charged = receipt.cost.known();
    }
    let receipt = &receipt;
    let (who, booked) =
        (who(), Booked { instance: "i", charged: receipt.charged, ..Booked::default() });
    let row = EntryRow::of(receipt, &who, &booked);
    let entry = Entry::of(&row).unwrap();
    assert_eq!(entry.who, who);
    let json = |receipt: &Receipt| serde_json::to_value(receipt).unwrap();
    assert_eq!(json(&entry.receipt), json(receipt));
}

#[test]
fn a_receipt_is_read_back_as_it_was() {
    check(&settled());
    check(&receipt_of(Outcome::Open, Cost::open()));
    check(&receipt_of(Outcome::ClientGone, settled().cost.estimated()));
    check(&receipt_of(Outcome::Failed { reason: "it broke".to_owned() }, Cost::nothing()));
    let code = Some("429".to_owned());
    check(&receipt_of(Outcome::Refused { status: 429, code }, Cost::nothing()));
    let mut tried_twice = settled();
    tried_twice.attempts.insert(0, Attempt { status: None, ..tried_twice.attempts[0].clone() });
    check(&tried_twice);
}

#[test]
fn columns_hold_exact_money_and_billed_tokens() {
    let (receipt, who) = (settled(), who());
    let row = EntryRow::of(&receipt, &who, &Booked::default());
    assert_eq!((row.prompt_tokens, row.output_tokens), (Some(8), Some(407)));
    // $0.00016432, of which 8 x $0.14 per million are the router's.
    assert_eq!(
        (row.cost_pico, row.fee_pico, row.known_pico),
        (Some(164_320_000), Some(1_120_000), 164_320_000)
    );
}

#[test]
fn a_row_in_short_keeps_the_cost() {
    let (receipt, who) = (settled(), who());
    let row = EntryRow::of(&receipt, &who, &Booked::default());
    let short = row.in_short();
    assert_eq!(Entry::of(&short).unwrap().receipt.cost.total(), receipt.cost.total());
    assert_eq!(short.cost_pico, row.cost_pico);
}

#[test]
fn an_impossible_cost_is_not_believed() {
    let mut receipt = settled();
    for line in receipt.cost.model.iter_mut() {
        line.output.tokens = Tokens(u64::MAX);
    }
    let who = who();
    let row = EntryRow::of(&receipt, &who, &Booked::default());
    assert_eq!((row.cost_pico, &*row.cost_status), (None, "unpriced"));
}

#[test]
fn a_foreign_row_says_what_is_wrong_with_it() {
    let (receipt, who) = (settled(), who());
    let row = EntryRow::of(&receipt, &who, &Booked::default());
    let odd = EntryRow { outcome: "lost".into(), ..row.clone() };
    insta::assert_snapshot!(Entry::of(&odd).unwrap_err(), @"expected how a request ended in the column `outcome` of the entry `019aa000-0000-7000-8000-000000000001`, found `lost`");
    let odd = EntryRow { detail: "?".into(), ..row };
    insta::assert_snapshot!(Entry::of(&odd).unwrap_err(), @"expected the JSON of a receipt in the column `detail` of the entry `019aa000-0000-7000-8000-000000000001`");
}
