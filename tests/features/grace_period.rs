//! A replaced key keeps working for its grace period, as its successor; and values that only state
//! a default are accepted.

use harness::{
    gateway::{Setup, asking},
    keys::{ask, manage},
};
use serde_json::{Value, json};

const SOON: &str = "2026-11-30T12:00:00Z";

async fn statuses(setup: &Setup, keys: &[&str]) -> Vec<u16> {
    let mut all = Vec::new();
    for key in keys {
        all.push(ask(setup, key, &asking("Hello!")).await.status);
    }
    all
}

fn key_of(made: &Value) -> String {
    made["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_old_key_works_until_its_grace_period_ends() {
    let (setup, clock) = Setup::at(SOON, "").await;
    let first = key_of(&manage(&setup, "/key/generate", json!({"key_alias": "ann"})).await);
    let fields = json!({"key": first, "grace_period": "24h"});
    let made = manage(&setup, "/key/regenerate", fields).await;
    assert_eq!(made["old_key_until"], "2026-12-01T12:00:00Z");
    let second = key_of(&made);
    assert_eq!(statuses(&setup, &[&first, &second]).await, [200, 200]);
    // It is the new key: its requests, its spend, and its own page.
    let own = setup.get_as("/key/info", &format!("Bearer {first}")).await.json();
    assert_eq!(own["info"]["token"], made["token"]);
    let reply = ask(&setup, &first, &asking("Hello!")).await;
    let receipt = setup.receipt(reply.id()).await;
    let who = &receipt["who"];
    assert_eq!((&who["key_id"], &who["key_alias"]), (&made["token"], &json!("ann")));
    // Replaced again: both work as the third, each until its own time.
    let made =
        manage(&setup, "/key/regenerate", json!({"key": second, "grace_period": "1h"})).await;
    let third = key_of(&made);
    assert_eq!(statuses(&setup, &[&first, &second, &third]).await, [200, 200, 200]);
    // A key that still works cannot be created again.
    let taken = setup.post("/key/generate", &[], json!({"key": first}).to_string()).await;
    assert_eq!(taken.status, 409, "{}", taken.text());
    clock.set("2026-11-30T13:00:00Z".parse().unwrap());
    assert_eq!(statuses(&setup, &[&first, &second, &third]).await, [200, 401, 200]);
    clock.set("2026-12-01T12:00:00Z".parse().unwrap());
    assert_eq!(statuses(&setup, &[&first, &second, &third]).await, [401, 401, 200]);
    let again = setup.post("/key/generate", &[], json!({"key": first}).to_string()).await;
    assert_eq!(again.status, 200, "{}", again.text());
    assert_eq!(statuses(&setup, &[&first]).await, [200]);
}

#[tokio::test]
async fn blocking_and_deleting_a_key_ends_the_old_ones_at_once() {
    let setup = Setup::new().await;
    let old = key_of(&manage(&setup, "/key/generate", json!({})).await);
    let new = manage(&setup, "/key/regenerate", json!({"key": old, "grace_period": "7d"})).await;
    let new = key_of(&new);
    manage(&setup, "/key/block", json!({"key": new})).await;
    assert_eq!(statuses(&setup, &[&old, &new]).await, [401, 401]);
    manage(&setup, "/key/unblock", json!({"key": new})).await;
    assert_eq!(statuses(&setup, &[&old, &new]).await, [200, 200]);
    manage(&setup, "/key/delete", json!({"keys": [new]})).await;
    assert_eq!(statuses(&setup, &[&old, &new]).await, [401, 401]);
}

#[tokio::test]
async fn without_a_grace_period_an_old_key_ends_at_once() {
    let setup = Setup::new().await;
    for fields in [json!({}), json!({"grace_period": null}), json!({"grace_period": ""})] {
        let old = key_of(&manage(&setup, "/key/generate", json!({})).await);
        let path = format!("/key/{old}/regenerate");
        let made = manage(&setup, &path, fields).await;
        assert_eq!(made["old_key_until"], Value::Null);
        assert_eq!(statuses(&setup, &[&old, &key_of(&made)]).await, [401, 200]);
    }
    let old = key_of(&manage(&setup, "/key/generate", json!({})).await);
    for wrong in [json!("soon"), json!("-1h"), json!(5)] {
        let body = json!({"key": old, "grace_period": wrong}).to_string();
        assert_eq!(setup.post("/key/regenerate", &[], body).await.status, 400, "{wrong}");
    }
    let body = json!({"grace_period": "1h"}).to_string();
    assert_eq!(setup.post("/key/generate", &[], body).await.status, 400);
}

#[tokio::test]
async fn values_that_only_state_a_default_are_taken() {
    let setup = Setup::new().await;
    let fields = json!({"key_type": "llm_api", "tpm_limit_type": "best_effort_throughput",
        "rpm_limit_type": "best_effort_throughput", "auto_rotate": false, "soft_budget": 5});
    let made = manage(&setup, "/key/generate", fields).await;
    let ignored =
        json!(["key_type", "tpm_limit_type", "rpm_limit_type", "auto_rotate", "soft_budget"]);
    assert_eq!(made["ignored_fields"], ignored);
    let made = manage(&setup, "/key/generate", json!({"key_type": "default"})).await;
    assert_eq!(made["ignored_fields"], json!(["key_type"]));
    let mut messages = Vec::new();
    for wrong in [
        json!({"key_type": "management"}),
        json!({"key_type": 5}),
        json!({"rpm_limit_type": "guaranteed_throughput"}),
        json!({"auto_rotate": true}),
    ] {
        let reply = setup.post("/key/generate", &[], wrong.to_string()).await;
        assert_eq!(reply.status, 400, "{}", reply.text());
        messages.push(reply.json()["error"]["message"].as_str().unwrap().to_owned());
    }
    insta::assert_snapshot!(messages.join("\n"), @"
    expected `key_type` to be `default` or `llm_api`; a key with `admin: true` manages the gateway, found `management`
    expected `key_type` to be `default` or `llm_api`; a key with `admin: true` manages the gateway, found `5`
    expected `rpm_limit_type` to be `best_effort_throughput`: limits bound what is asked for and reserve nothing of a deployment's own (`litellm_params.rpm` and `tpm`), found `guaranteed_throughput`
    expected `auto_rotate` to be false: keys are replaced by `/key/regenerate`, found `true`
    ");
}
