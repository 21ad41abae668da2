//! Responses that are stored upstream: who may read them, where they are, and what goes on with them.

use harness::{
    client::Reply,
    gateway::{AZURE_KEY, GROUP, KEY, Setup, azure, entry, gateway},
    keys::key,
};
use http::Method;
use serde_json::{Value, json};

use crate::responses::RESPONSES;

/// A request with a key; the master key's where none is given.
async fn call(setup: &Setup, shown: &str, method: Method, path: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {shown}");
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let address = setup.gateway.address();
    let request = harness::client::request(address, (method, path), &headers, body);
    harness::client::Opened::send(&setup.http, request).await.rest().await
}

async fn get(setup: &Setup, shown: &str, path: &str) -> Reply {
    call(setup, shown, Method::GET, path, &Value::Null).await
}

async fn make(setup: &Setup, shown: &str, body: &Value) -> String {
    let reply = call(setup, shown, Method::POST, RESPONSES, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["id"].as_str().unwrap().to_owned()
}

fn respond(input: &str) -> Value {
    json!({"model": GROUP, "input": input})
}

async fn two_deployments() -> (Setup, azure_emulator::Emulator) {
    // Of another seed, so that its ids are others.
    let second = azure_emulator::Emulator::builder().seed(8).key(AZURE_KEY).start().await.unwrap();
    let first = azure().await;
    let entries = [&first, &second]
        .map(|azure| entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1()))
        .concat();
    (Setup::of(first, &entries, "").await, second)
}

#[tokio::test]
async fn a_response_is_read_where_it_was_made() {
    let (setup, second) = two_deployments().await;
    let mut ids = Vec::new();
    for input in ["one", "two", "three", "four"] {
        ids.push(make(&setup, KEY, &respond(input)).await);
    }
    assert!(setup.azure.count() > 0 && second.count() > 0, "both have made some");
    for id in &ids {
        for root in ["/v1", "", "/openai/v1", "/openai"] {
            let path = format!("{root}/responses/{id}?api-version=2025-04-01-preview");
            let reply = get(&setup, KEY, &path).await;
            assert_eq!((reply.status, &reply.json()["id"]), (200, &id.as_str().into()));
        }
        let items = get(&setup, KEY, &format!("{RESPONSES}/{id}/input_items?limit=5")).await;
        assert_eq!((items.status, &items.json()["object"]), (200, &"list".into()));
        // What it refuses comes from there, too.
        let path = format!("{RESPONSES}/{id}/cancel");
        let cancelled = call(&setup, KEY, Method::POST, &path, &Value::Null).await;
        assert_eq!(cancelled.status, 400);
        assert!(cancelled.text().contains("Cannot cancel a synchronous response."));
        let path = format!("{RESPONSES}/{id}");
        let deleted = call(&setup, KEY, Method::DELETE, &path, &Value::Null).await;
        assert_eq!((deleted.status, &deleted.json()["deleted"]), (200, &true.into()));
        assert_eq!(get(&setup, KEY, &path).await.status, 404);
    }
    // None of it is in the ledger.
    let all = setup.get("/fareway/v1/requests").await.json();
    assert_eq!(all["requests"].as_array().unwrap().len(), ids.len());
}

#[tokio::test]
async fn anothers_response_is_as_unknown_as_one_that_never_was() {
    let setup = Setup::new().await;
    let team = json!({"team_id": "blue"});
    assert_eq!(setup.post("/team/new", &[], team.to_string()).await.status, 200);
    let mine = key(&setup, json!({"team_id": "blue"})).await;
    let colleague = key(&setup, json!({"team_id": "blue"})).await;
    let stranger = key(&setup, json!({})).await;
    let id = make(&setup, &mine, &respond("hi")).await;
    let path = format!("{RESPONSES}/{id}");
    for shown in [&*mine, &colleague, KEY] {
        assert_eq!(get(&setup, shown, &path).await.status, 200);
    }
    let seen = setup.azure.count();
    let others = get(&setup, &stranger, &path).await;
    let never = get(&setup, &stranger, &format!("{RESPONSES}/resp_never")).await;
    assert_eq!((others.status, never.status), (404, 404));
    assert_eq!(others.text().replace(&id, "ID"), never.text().replace("resp_never", "ID"));
    for (method, page) in
        [(Method::DELETE, ""), (Method::POST, "/cancel"), (Method::GET, "/input_items")]
    {
        let path = format!("{path}{page}");
        assert_eq!(call(&setup, &stranger, method, &path, &Value::Null).await.status, 404);
    }
    // The same for what a request goes on with.
    let on = |id: &str| json!({"model": GROUP, "input": "more", "previous_response_id": id});
    let others = call(&setup, &stranger, Method::POST, RESPONSES, &on(&id)).await;
    let never = call(&setup, &stranger, Method::POST, RESPONSES, &on("resp_never")).await;
    assert_eq!(others.status, 400);
    assert_eq!(others.text().replace(&id, "ID"), never.text().replace("resp_never", "ID"));
    assert_eq!(others.json()["error"]["code"], "previous_response_not_found");
    assert_eq!(others.json()["error"]["param"], "previous_response_id");
    let conversation = json!({"model": GROUP, "input": "more", "conversation": {"id": "conv_1"}});
    let reply = call(&setup, &stranger, Method::POST, RESPONSES, &conversation).await;
    assert_eq!((reply.status, &reply.json()["error"]["param"]), (400, &"conversation".into()));
    // Azure was asked for none of this.
    assert_eq!(setup.azure.count(), seen);
    // No id leads to another address.
    for odd in ["..", "%2e%2e%2fmodels", "a%3Fb"] {
        assert_eq!(get(&setup, KEY, &format!("{RESPONSES}/{odd}")).await.status, 404, "{odd}");
    }
    assert_eq!(setup.azure.count(), seen);
}

#[tokio::test]
async fn a_request_goes_on_where_the_answer_was_made() {
    let (setup, second) = two_deployments().await;
    for input in ["one", "two", "three"] {
        let before = (setup.azure.count(), second.count());
        let id = make(&setup, KEY, &respond(input)).await;
        let at_first = setup.azure.count() > before.0;
        for _ in 0..3 {
            let before = if at_first { setup.azure.count() } else { second.count() };
            let body = json!({"model": GROUP, "input": "more", "previous_response_id": id});
            make(&setup, KEY, &body).await;
            let after = if at_first { setup.azure.count() } else { second.count() };
            assert_eq!(after, before + 1);
        }
    }
}

#[tokio::test]
async fn it_is_known_after_a_restart() {
    let setup = Setup::new().await;
    let id = make(&setup, KEY, &respond("hi")).await;
    let Setup { azure, gateway: running, http, folder } = setup;
    running.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let again = gateway(&entry, "", 1, folder.path()).await;
    let setup = Setup { azure, gateway: again, http, folder };
    assert_eq!(get(&setup, KEY, &format!("{RESPONSES}/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_compaction_is_metered_and_a_count_is_free() {
    let setup = Setup::new().await;
    let path = format!("{RESPONSES}/compact");
    let reply = call(&setup, KEY, Method::POST, &path, &respond("Hello!")).await;
    assert_eq!((reply.status, &reply.json()["object"]), (200, &"response.compaction".into()));
    let receipt = setup.receipt(reply.id()).await;
    let usage = setup.seen().await.usage.unwrap();
    assert_eq!(receipt["usage"]["prompt_tokens"], usage["input_tokens"]);
    // It names no model: only the routing fee is known.
    assert_eq!(
        (&receipt["cost"]["status"], &receipt["cost"]["total"]),
        (&"partial".into(), &Value::Null)
    );
    assert!(reply.json()["usage"]["cost_details"]["routing_fee"].is_string());
    let path = format!("{RESPONSES}/input_tokens");
    let reply = call(&setup, KEY, Method::POST, &path, &respond("Hello!")).await;
    assert_eq!((reply.status, &reply.json()["object"]), (200, &"response.input_tokens".into()));
    let all = setup.get("/fareway/v1/requests").await.json();
    assert_eq!(all["requests"].as_array().unwrap().len(), 1);
    let unknown = json!({"model": "nobody", "input": "Hello!"});
    assert_eq!(call(&setup, KEY, Method::POST, &path, &unknown).await.status, 404);
}

#[tokio::test]
async fn a_compaction_under_a_strict_budget_gets_no_bound() {
    let setup = harness::budgets::setup_with("").await;
    let rich = key(&setup, json!({"max_budget": 5})).await;
    let path = format!("{RESPONSES}/compact");
    let reply = call(&setup, &rich, Method::POST, &path, &respond("Hello!")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!(sent, json!({"model": "gpt-4.1-nano", "input": "Hello!"}));
    let poor = key(&setup, json!({"max_budget": 0.000001})).await;
    assert_eq!(call(&setup, &poor, Method::POST, &path, &respond("Hello!")).await.status, 429);
}
