//! A published table that was read from a file, in place of the one that is built in.

use std::path::Path;

use cost_model::{Candidates, CeilingQuery, CostStatus, PriceBook, Query, Sku, day};
use serde_json::{Value, json};

use crate::usage;

/// This repository's table with another version.
fn table() -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pricing-data/sources");
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let texts: Vec<String> =
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let texts = texts.iter().map(String::as_str);
    let text = pricing_schema::bundle(texts, "2027-01-20+aaaaaaaaaaaa").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn model<'a>(table: &'a mut Value, id: &str) -> &'a mut Value {
    let models = table["models"].as_array_mut().unwrap();
    models.iter_mut().find(|model| model["id"] == id).unwrap()
}

/// Everything that is looked up is the same, whether it was built in or read.
#[test]
fn the_same_table_gives_the_same_costs() {
    let built_in = PriceBook::builtin();
    let read = built_in.with_table(&table().to_string(), "table.json").unwrap();
    assert_eq!(
        (read.table_version(), read.table_date()),
        ("2027-01-20+aaaaaaaaaaaa", day(2027, 1, 20))
    );
    assert_ne!(built_in.table_version(), read.table_version());
    let (sku, day) = (Sku::global(), day(2026, 12, 1));
    let usage = usage(1_000, 100, 10, 500);
    for model in built_in.models() {
        let names =
            [&model.id].into_iter().chain(model.snapshots.iter()).chain(model.aliases.iter());
        for name in names {
            let name = format!("azure_ai/{}", name.to_uppercase());
            let query = Query::new(&name, &sku, day).routed();
            assert_eq!(read.cost(&query, &usage), built_in.cost(&query, &usage), "{name}");
        }
    }
    let pool =
        CeilingQuery { sku: &sku, day, routed: true, candidates: Candidates::Pool, fixed: None };
    assert_eq!(read.ceiling(&pool), built_in.ceiling(&pool));
    let ids = |book: &PriceBook| -> Vec<String> {
        book.billing_rules().map(|(rule, _)| rule.id.to_string()).collect()
    };
    assert_eq!(ids(&read), ids(&built_in));
    let in_force = |book: &PriceBook| -> Vec<String> {
        book.in_force(day).map(|(_, price, _)| price.id.to_string()).collect()
    };
    assert_eq!(in_force(&read), in_force(&built_in));
}

#[test]
fn another_table_replaces_models_fees_pools_and_rules() {
    let mut other = table();
    let models = other["models"].as_array_mut().unwrap();
    models.retain(|model| model["id"] != "grok-3-mini");
    *model(&mut other, "gpt-5-nano") = {
        let mut nova = model(&mut other, "gpt-5-nano").clone();
        nova["id"] = "gpt-7-nova".into();
        nova["match"]["snapshots"] = json!([]);
        nova
    };
    for pool in other["router"]["pools"].as_array_mut().unwrap() {
        for list in ["models", "inferred"] {
            let ids = pool.get_mut(list).and_then(Value::as_array_mut);
            let Some(ids) = ids else { continue };
            ids.iter_mut()
                .filter(|id| **id == "gpt-5-nano")
                .for_each(|id| *id = "gpt-7-nova".into());
            ids.retain(|id| id != "grok-3-mini");
        }
        pool["complete"] = false.into();
    }
    let fees = other["router"]["fees"].as_array_mut().unwrap();
    for fee in fees.iter_mut().filter(|fee| fee["per_1m_prompt_tokens"] == "0.14") {
        fee["per_1m_prompt_tokens"] = "0.2".into();
    }
    let book = PriceBook::builtin().with_table(&other.to_string(), "table.json").unwrap();
    let (sku, day) = (Sku::global(), day(2026, 12, 1));
    let usage = usage(1_000_000, 0, 0, 0);
    let cost = |served: &str| book.cost(&Query::new(served, &sku, day).routed(), &usage);
    let nova = cost("gpt-7-nova");
    assert_eq!(
        (nova.status, nova.total().unwrap().to_string()),
        (CostStatus::Exact, "0.25".to_owned())
    );
    // Models that are only built in are missing.
    for gone in ["gpt-5-nano", "grok-3-mini"] {
        assert_eq!(cost(gone).status, CostStatus::Partial, "{gone}");
        assert!(PriceBook::builtin().find(gone).is_ok());
    }
    // An overlay stays on top of it, and clones share it.
    let overlay = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [{"id": "gpt-7-nova", "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2026-01-01", "until": null,
            "tiers": [{"prompt_tokens_over": 0, "rates": {
                "input": "3", "cached_input": null, "cache_write": null, "output": "3",
            }}],
        }]}],
    });
    let ours = PriceBook::with_overlay(&overlay.to_string(), "ours.json").unwrap();
    let ours = ours.with_table(&other.to_string(), "table.json").unwrap().clone();
    let query = Query::new("gpt-7-nova", &sku, day).routed();
    assert_eq!(ours.cost(&query, &usage).total().unwrap().to_string(), "3.2");
    // Confirmed rules are those of the table.
    let confirmed = PriceBook::builtin().confirming(vec!["xai-reasoning".to_owned()]).unwrap();
    assert_eq!(confirmed.with_table(&other.to_string(), "t").unwrap().unknown_rule(), None);
    other["billing_rules"] = json!([]);
    let unknown = confirmed.with_table(&other.to_string(), "t").unwrap().unknown_rule();
    assert_eq!(unknown.unwrap().id, "xai-reasoning");
}
