//! `model_info` is kept complete: it comes back as it was written, whether the gateway reads it or
//! not.

use harness::{
    client::{Opened, Reply, request},
    gateway::{AZURE_KEY, KEY, Setup},
    keys::manage,
};
use http::Method;
use serde_json::{Value, json};

async fn patch(setup: &Setup, path: &str, body: Value) -> Reply {
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let request =
        request(setup.gateway.address(), (Method::PATCH, path), &headers, body.to_string());
    Opened::send(&setup.http, request).await.rest().await
}

/// `model_info` of a deployment as it is shown.
async fn info(setup: &Setup, id: &str) -> Value {
    let reply = setup.get(&format!("/model/info?litellm_model_id={id}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["data"][0]["model_info"].take()
}

#[track_caller]
fn holds(shown: &Value, written: &Value) {
    for (key, value) in written.as_object().unwrap() {
        assert_eq!(&shown[key], value, "{key} in {shown}");
    }
}

/// Descriptions as LiteLLM's own pages, its Terraform providers and operators write them.
fn written() -> Value {
    json!({
        "mode": "responses", "tier": "paid", "team_public_model_name": "smart",
        "supports_vision": false, "supports_reasoning": true, "max_tokens": 32768,
        "max_input_tokens": 1000, "max_output_tokens": 500, "base_model": "gpt-4.1-nano",
        "health_check_timeout": 5, "description": "two\nlines \u{1F600} \"x\"",
        "mine": {"a": [1, {"b": null}, 0.5, "c"], "<": ">"}, "empty": {}, "none": [],
        "large": 12_345_678_901_234_567_890_u64, "no": false, "text": ""
    })
}

#[tokio::test]
async fn values_written_by_api_come_back() {
    let setup = Setup::new().await;
    let params = json!({"model": "azure_ai/gpt-4.1-nano", "api_base": setup.azure.openai_v1(),
        "api_key": AZURE_KEY});
    let mut all = written();
    let mut given = all.clone();
    given["id"] = "m1".into();
    let body = json!({"model_name": "smart", "litellm_params": params, "model_info": given});
    let made = manage(&setup, "/model/new", body).await;
    holds(&made["model_info"], &given);
    holds(&info(&setup, "m1").await, &given);

    // Keys that are not named stay, null removes, and others get their new value.
    let change = json!({"model_info": {"tier": "free", "mine": {"d": []}, "none": null}});
    let reply = patch(&setup, "/model/m1/update", change).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    all["tier"] = "free".into();
    all["mine"] = json!({"d": []});
    all.as_object_mut().unwrap().remove("none");
    let shown = info(&setup, "m1").await;
    holds(&shown, &all);
    assert_eq!(shown["none"], Value::Null);
    let change = json!({"model_id": "m1", "model_info": {"mode": "chat", "text": "y"}});
    manage(&setup, "/model/update", change).await;
    (all["mode"], all["text"]) = ("chat".into(), "y".into());
    holds(&info(&setup, "m1").await, &all);

    // As LiteLLM's pages do it: everything that was shown is sent back.
    let shown = setup.get("/model/info?litellm_model_id=m1").await.json()["data"][0].take();
    let mut back = shown.clone();
    back["model_name"] = "smarter".into();
    manage(&setup, "/model/update", back).await;
    let mut after = info(&setup, "m1").await;
    let mut before = shown["model_info"].clone();
    for changes in ["updated_at", "updated_by", "created_at", "created_by"] {
        (after[changes], before[changes]) = (Value::Null, Value::Null);
    }
    assert_eq!(after, before);
    manage(&setup, "/model/delete", json!({"id": "m1"})).await;
    assert_eq!(setup.get("/model/info?litellm_model_id=m1").await.status, 404);
}
