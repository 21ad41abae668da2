//! `pricing.table`: a newer price table in an older gateway, followed as it changes.

use std::{path::Path, sync::Arc};

use azure_emulator::Emulator;
use harness::{
    client::http,
    gateway::{AZURE_KEY, GROUP, Setup, asking, entry, gateway_at},
    keys::{ask, key},
};
use llm_types::{Clock, ManualClock};
use serde_json::{Value, json};

use crate::reports::usd;

const NOVA: &str = "gpt-7-nova-2027-01-15";

/// The table of this repository with another version and another model, which costs `times` as much as
/// gpt-5-nano.
fn table(version: &str, times: u32) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pricing-data/sources");
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let texts: Vec<String> =
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let text = pricing_schema::bundle(texts.iter().map(String::as_str), version).unwrap();
    let mut table: Value = serde_json::from_str(&text).unwrap();
    let models = table["models"].as_array_mut().unwrap();
    let mut nova = models.iter().find(|model| model["id"] == "gpt-5-nano").unwrap().clone();
    nova["id"] = "gpt-7-nova".into();
    nova["match"] = json!({"snapshots": [NOVA], "aliases": [], "unlisted_snapshots": "reject"});
    nova["prices"].as_array_mut().unwrap().truncate(1);
    let (input, cached) = (50_000 * times, 5_000 * times);
    let dollars = |micros: u32| {
        let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        Value::from(text)
    };
    let rates = &mut nova["prices"][0]["tiers"][0]["rates"];
    rates["input"] = dollars(input);
    rates["cached_input"] = dollars(cached);
    rates["output"] = dollars(400_000 * times);
    models.push(nova);
    table
}

/// A gateway with the deployment gpt-7-nova, this table and an overlay.
async fn setup(table: &Value) -> Setup {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("table.json"), table.to_string()).unwrap();
    let overlay = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [{"id": "gpt-4.1-nano", "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2026-01-01", "until": null,
            "tiers": [{"prompt_tokens_over": 0, "rates": {
                "input": "7", "cached_input": null, "cache_write": null, "output": "7",
            }}],
        }]}],
    });
    std::fs::write(folder.path().join("ours.json"), overlay.to_string()).unwrap();
    let azure = Emulator::builder().key(AZURE_KEY).deployment("gpt-7-nova").start().await.unwrap();
    let entry = entry(GROUP, "azure_ai/gpt-7-nova", &azure.openai_v1());
    let sections = "pricing:\n  table: table.json\n  overlay: ours.json\n";
    let clock = Arc::new(ManualClock::at("2027-02-01T12:00:00Z".parse().unwrap()));
    let clock = clock as Arc<dyn Clock>;
    let gateway = gateway_at(&entry, sections, 1, folder.path(), clock).await;
    Setup { azure, gateway, http: http(), folder }
}

/// Waits until readiness says this of the prices.
async fn until_ready(setup: &Setup, prices: Value) {
    for _ in 0..2_000 {
        if setup.get("/health/readiness").await.json()["prices"] == prices {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {}", setup.get("/health/readiness").await.text());
}

async fn receipt(setup: &Setup, key: &str, served: &str) -> Value {
    setup.set(&format!("served={served}"));
    let reply = ask(setup, key, &asking("Hello!")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    setup.receipt(reply.id()).await
}

#[tokio::test]
async fn a_newer_table_is_used_and_followed() {
    let [first, second] = ["2027-01-20+aaaaaaaaaaaa", "2027-01-31+bbbbbbbbbbbb"];
    let setup = setup(&table(first, 1)).await;
    let file = setup.folder.path().join("table.json");
    until_ready(&setup, json!({"table": first, "table_refused": false})).await;
    let strict = key(&setup, json!({"max_budget": 5})).await;
    let before = receipt(&setup, &strict, NOVA).await;
    assert_eq!(before["cost"]["price"]["canonical"], "gpt-7-nova");
    assert_eq!(before["cost"]["status"], "exact");
    // It was read at run time, and still says where its figures come from.
    assert_eq!(before["cost"]["price"]["source"], "Azure Retail Prices API, 2026-08-11");
    let settings = setup.get("/fareway/v1/settings").await.json();
    assert_eq!(settings["prices"]["version"], first);
    assert!(settings["prices"]["table"].as_str().unwrap().ends_with("table.json"));
    assert_eq!(settings["prices"]["table_refused"], Value::Null);

    // A table that breaks a rule changes nothing, and is reported.
    let mut broken = table(second, 10);
    broken["models"][0]["prices"][0]["tiers"][0]["evidence"] = json!({});
    std::fs::write(&file, broken.to_string()).unwrap();
    until_ready(&setup, json!({"table": first, "table_refused": true})).await;
    let settings = setup.get("/fareway/v1/settings").await.json();
    let why = settings["prices"]["table_refused"].as_str().unwrap();
    assert!(why.contains("evidence"), "{why}");
    assert_eq!(receipt(&setup, &strict, NOVA).await["cost"]["price"], before["cost"]["price"]);
    let metrics = setup.get("/metrics").await;
    assert!(metrics.text().contains("fareway_price_table_refused 1\n"));
    std::fs::remove_file(&file).unwrap();
    for _ in 0..2_000 {
        let settings = setup.get("/fareway/v1/settings").await.json();
        if settings["prices"]["table_refused"].as_str().unwrap().contains("cannot read") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(receipt(&setup, &strict, NOVA).await["cost"]["status"], "exact");

    // The new table is used for costs and reservations, and the overlay still comes before it.
    std::fs::write(&file, table(second, 10).to_string()).unwrap();
    until_ready(&setup, json!({"table": second, "table_refused": false})).await;
    let after = receipt(&setup, &strict, NOVA).await;
    let ten_times = |field: fn(&Value) -> &Value| {
        let [before, after] = [&before, &after].map(|receipt| usd(field(receipt)).picos());
        assert!(before > 0);
        assert_eq!(after, 10 * before);
    };
    ten_times(|receipt| &receipt["cost"]["total"]);
    ten_times(|receipt| &receipt["reserved"]);
    assert!(setup.get("/metrics").await.text().contains("fareway_price_table_refused 0\n"));
    let own = receipt(&setup, &strict, "gpt-4.1-nano").await;
    let tokens = own["usage"]["total_tokens"].as_i64().unwrap();
    assert_eq!(usd(&own["cost"]["total"]).picos(), i128::from(tokens) * 7_000_000);
    let listed = setup.get("/fareway/v1/prices?search=gpt-7-nova").await.json();
    assert_eq!(listed["prices"][0]["tiers"][0]["input"], "0.5");
}
