//! Repricing of unpriced requests: dry run first, the first cost kept, reports changed by exactly
//! that.

use harness::{
    gateway::{GROUP, Setup, asking, database, entry, gateway},
    keys::{ask, key, manage},
};
use llm_types::Usd;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::reports::{report, usd};

/// Prices of the operator's own for a model that nobody else knows.
fn overlay() -> String {
    let rates = json!({"input": "1", "cached_input": null, "cache_write": null, "output": "2"});
    let file = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "models": [{"id": "nobody-knows-it", "prices": [{
            "for": {"deployment": "global_standard", "service_tier": "standard"},
            "from": "2020-01-01", "until": null,
            "tiers": [{"prompt_tokens_over": 0, "rates": rates}],
        }]}],
        "router": {"aliases": ["model-router"], "fees": []},
    });
    file.to_string()
}

/// Ends the gateway and starts it again with prices for what it could not price.
async fn with_prices(setup: Setup, database: &str) -> Setup {
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    std::fs::write(folder.path().join("ours.json"), overlay()).unwrap();
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let sections = format!("{database}pricing:\n  overlay: ours.json\n");
    let gateway = gateway(&entry, &sections, 1, folder.path()).await;
    Setup { azure, gateway, http, folder }
}

pub(crate) async fn reprice(setup: &Setup, body: Value) -> Value {
    let reply = setup.post("/fareway/v1/requests/reprice", &[], body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn unpriced_requests_are_priced_later() {
    let setup = Setup::in_scenarios("served=nobody-knows-it").await;
    let id = setup.chat(&asking("Hello!")).await.id().to_owned();
    setup.set("served=gpt-4.1-nano-2025-04-14");
    setup.chat(&asking("Hello!")).await;
    let first = setup.receipt(&id).await;
    assert_eq!(first["cost"]["status"], "partial");
    let setup = with_prices(setup, "").await;
    let before = report(&setup, "").await;

    let dry = reprice(&setup, json!({})).await;
    assert_eq!(
        (&dry["dry_run"], &dry["examined"], &dry["changed"]),
        (&json!(true), &json!(1), &json!(1))
    );
    assert_eq!(dry["audit_id"], Value::Null);
    assert_eq!(setup.receipt(&id).await, first);

    let done = reprice(&setup, json!({"dry_run": false, "asked": GROUP})).await;
    assert_eq!((&done["changes"], &done["changed"]), (&dry["changes"], &json!(1)));
    let change = &done["changes"][0];
    assert_eq!((&change["id"], &change["before"]["cost_usd"]), (&json!(id), &Value::Null));
    let after = setup.receipt(&id).await;
    assert_eq!(after["cost"]["total"], change["after"]["cost_usd"]);
    assert_eq!(after["cost"]["status"], "exact");
    let tokens = |name: &str| i128::from(after["usage"][name].as_u64().unwrap());
    let picos = 1_140_000 * tokens("prompt_tokens")
        + 2_000_000 * (tokens("total_tokens") - tokens("prompt_tokens"));
    assert_eq!(usd(&after["cost"]["total"]), Usd::from_picos(picos));
    // The first cost is kept, and the excess of the charge over the new cost is given back.
    assert_eq!(after["original"]["cost"], first["cost"]);
    assert_eq!(after["original"]["audit_id"], done["audit_id"]);
    assert_eq!(after["charged"], after["cost"]["total"]);
    assert_eq!((&after["held"], &after["charged_by"]), (&json!("0"), &json!("cost")));

    let now = report(&setup, "").await;
    let picos = |value: &Value| usd(value).picos();
    let moved = picos(&now["total"]["known_usd"]) - picos(&before["total"]["known_usd"]);
    assert_eq!(moved, picos(&done["after_usd"]) - picos(&done["before_usd"]));
    assert_eq!(
        (&before["total"]["unpriced_requests"], &now["total"]["unpriced_requests"]),
        (&json!(1), &json!(0))
    );
    // Another time there is nothing left to do.
    let again = reprice(&setup, json!({"dry_run": false})).await;
    assert_eq!((&again["examined"], &again["audit_id"]), (&json!(0), &Value::Null));
    let by_id = reprice(&setup, json!({"ids": [id, "none"]})).await;
    assert_eq!((&by_id["unchanged"], &by_id["not_found"]), (&json!(1), &json!(["none"])));
}

#[tokio::test]
async fn an_overcharge_of_a_replaced_key_goes_to_its_successor_in_sqlite() {
    replaced_keys_give_back("").await;
}

#[tokio::test]
async fn an_overcharge_of_a_replaced_key_goes_to_its_successor_in_postgresql() {
    let server = Postgres::start().unwrap();
    replaced_keys_give_back(&database(&server)).await;
}

/// An overcharge of a replaced key is returned to its successor.
async fn replaced_keys_give_back(database: &str) {
    let setup = Setup::with(database).await;
    setup.set("served=nobody-knows-it");
    let mut current = key(&setup, json!({"key_alias": "ann", "max_budget": 5})).await;
    for _ in 0..2 {
        let reply = ask(&setup, &current, &asking("Hello!")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let renewed = manage(&setup, "/key/regenerate", json!({"key": current})).await;
        current = renewed["key"].as_str().unwrap().to_owned();
    }
    let held = async |setup: &Setup| {
        let info = setup.get(&format!("/key/info?key={current}")).await.json();
        (info["info"]["spend"].clone(), info["info"]["held"].clone())
    };
    assert_ne!(held(&setup).await.1, 0, "what is not known is held");
    let setup = with_prices(setup, database).await;
    let done = reprice(&setup, json!({"dry_run": false})).await;
    assert_eq!(done["changed"], 2);
    let after: Value = serde_json::from_str(done["after_usd"].as_str().unwrap()).unwrap();
    let (spent, held) = held(&setup).await;
    assert_eq!((spent.as_f64(), held.as_f64()), (after.as_f64(), Value::from(0).as_f64()));
}

#[tokio::test]
async fn only_admins_reprice_and_mistakes_are_reported() {
    let setup = Setup::new().await;
    let mut all = Vec::new();
    for body in [
        json!({"dry_run": "no"}),
        json!({"model": "x"}),
        json!({"cost_status": "open"}),
        json!({"ids": ["a"], "asked": "b"}),
        json!({"from": "soon"}),
        json!([]),
    ] {
        let reply = setup.post("/fareway/v1/requests/reprice", &[], body.to_string()).await;
        let message = reply.json()["error"]["message"].as_str().unwrap_or("-").to_owned();
        all.push(format!("{body}: {} {message}", reply.status));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    {"dry_run":"no"}: 400 the request's body is not as expected: invalid type: string "no", expected a boolean at line 1 column 15
    {"model":"x"}: 400 the request's body is not as expected: unknown field `model`, expected one of `dry_run`, `stale`, `ids`, `cost_status`, `from`, `to`, `key`, `team`, `user`, `tag`, `asked`, `served`, `deployment` at line 1 column 8
    {"cost_status":"open"}: 400 expected `cost_status` to be one or more of partial, unpriced, inferred, estimated, exact, found `open`
    {"asked":"b","ids":["a"]}: 400 expected either `ids` or a filter, found both
    {"from":"soon"}: 400 expected `from` to be a time such as 2026-11-22T10:00:00Z, or a day, found `soon`
    []: 400 expected a JSON object in the request's body, found a list
    "#);
    let bearer = format!("Bearer {}", key(&setup, json!({})).await);
    let as_key = [("authorization", bearer.as_str())];
    let reply = setup.post("/fareway/v1/requests/reprice", &as_key, "{}").await;
    assert_eq!(reply.status, 403);
}
