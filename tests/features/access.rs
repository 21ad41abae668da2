//! Access to model groups: lists of models with patterns, access groups, and deployments of a team.
//! A model that a key may not use does not exist for it.

use std::collections::BTreeSet;

use harness::{
    gateway::{CHAT, Setup, asking, azure, entry},
    keys::{key, manage},
};
use serde_json::{Value, json};

/// One deployment for everybody, one of a team in the same group and one in a group of its own, one with
/// an access group, and two whose names have a vendor.
async fn setup() -> Setup {
    let azure = azure().await;
    let one = |group: &str, deployment: &str, info: &str| {
        let model = format!("azure_ai/{deployment}");
        format!("{}    model_info: {info}\n", entry(group, &model, &azure.openai_v1()))
    };
    let entries = [
        one("mixed", "model-router", "{id: open}"),
        one("mixed", "model-router", "{id: of-blue, team_id: blue}"),
        one("blue-only", "model-router", "{id: blue, team_id: blue}"),
        one("new", "model-router", "{id: new, access_groups: [beta, alpha]}"),
        one("openai/router", "model-router", "{id: openai}"),
        one("gpt-4.1", "model-router", "{id: gpt}"),
    ];
    let setup = Setup::of(azure, &entries.concat(), "").await;
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    manage(&setup, "/team/new", json!({"team_id": "red"})).await;
    setup
}

async fn chat(setup: &Setup, key: &str, group: &str) -> u16 {
    let mut body = asking("Hello!");
    body["model"] = group.into();
    let bearer = format!("Bearer {key}");
    let reply = setup.post(CHAT, &[("authorization", &bearer)], body.to_string()).await;
    if reply.status != 200 {
        assert_eq!(reply.json()["error"]["code"], "model_not_found", "{}", reply.text());
    }
    reply.status
}

const GROUPS: [&str; 5] = ["mixed", "blue-only", "new", "openai/router", "gpt-4.1"];

/// The groups that a key may ask for: every page agrees on them.
async fn groups(setup: &Setup, key: &str) -> String {
    let bearer = format!("Bearer {key}");
    let names = async |path: &str, field: &str| {
        let list = setup.get_as(path, &bearer).await.json();
        let names = list["data"].as_array().unwrap().iter();
        names.map(|one| one[field].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let listed = names("/v1/models", "id").await;
    assert_eq!(names("/model_group/info", "model_group").await, listed);
    for group in GROUPS {
        let may = listed.contains(group);
        let one = setup.get_as(&format!("/v1/models/{group}"), &bearer).await;
        assert_eq!(one.status == 200, may, "{group}");
        assert_eq!(chat(setup, key, group).await, if may { 200 } else { 404 }, "{group}");
    }
    listed.into_iter().collect::<Vec<_>>().join(" ")
}

async fn of(setup: &Setup, fields: Value) -> String {
    let key = key(setup, fields).await;
    groups(setup, &key).await
}

#[tokio::test]
async fn lists_name_groups_patterns_and_access_groups() {
    let setup = setup().await;
    for (models, expect) in [
        (json!([]), "gpt-4.1 mixed new openai/router"),
        (json!(["*"]), "gpt-4.1 mixed new openai/router"),
        (json!(["all-proxy-models"]), "gpt-4.1 mixed new openai/router"),
        (json!(["openai/*"]), "gpt-4.1 openai/router"),
        (json!(["m*d", "blue-*"]), "mixed"),
        (json!(["beta"]), "new"),
        (json!(["alpha", "gpt-4.1"]), "gpt-4.1 new"),
        (json!(["no-default-models"]), ""),
    ] {
        assert_eq!(of(&setup, json!({"models": models})).await, expect, "{models}");
    }
}

#[tokio::test]
async fn teams_and_users_narrow_what_their_keys_may_ask() {
    let setup = setup().await;
    manage(&setup, "/team/update", json!({"team_id": "red", "models": ["beta", "openai/*"]})).await;
    let red = |models: Value| json!({"team_id": "red", "models": models});
    assert_eq!(of(&setup, red(json!(["all-team-models"]))).await, "gpt-4.1 new openai/router");
    assert_eq!(of(&setup, red(json!(["mixed", "new"]))).await, "new");
    manage(&setup, "/user/new", json!({"user_id": "ann", "models": ["no-default-models"]})).await;
    assert_eq!(of(&setup, json!({"user_id": "ann"})).await, "");
    let both = json!({"user_id": "ann", "team_id": "red"});
    assert_eq!(of(&setup, both).await, "gpt-4.1 new openai/router");
}

#[tokio::test]
async fn a_deployment_of_a_team_serves_its_keys_alone() {
    let setup = setup().await;
    let all = "blue-only gpt-4.1 mixed new openai/router";
    assert_eq!(of(&setup, json!({"team_id": "blue"})).await, all);
    let red = key(&setup, json!({"team_id": "red"})).await;
    assert_eq!(groups(&setup, &red).await, "gpt-4.1 mixed new openai/router");
    // The others of the group take no turns that are not theirs.
    let blue = key(&setup, json!({"team_id": "blue"})).await;
    let by = async |key: &str| {
        let mut ids = BTreeSet::new();
        for _ in 0..4 {
            let mut body = asking("Hello!");
            body["model"] = "mixed".into();
            let bearer = format!("Bearer {key}");
            let reply = setup.post(CHAT, &[("authorization", &bearer)], body.to_string()).await;
            let receipt = setup.receipt(reply.id()).await;
            ids.insert(receipt["deployment_id"].as_str().unwrap().to_owned());
        }
        ids.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(by(&red).await, "open");
    assert_eq!(by(&blue).await, "of-blue open");
    // A session of the key sees what the key sees, and an operator who asks as it.
    let hash = setup.get(&format!("/key/info?key={red}")).await.json()["info"]["token"].clone();
    let mut body = asking("Hello!");
    body["model"] = "blue-only".into();
    let operator = format!("Bearer {}", harness::gateway::KEY);
    let headers = [("authorization", &*operator), ("x-fareway-as-key", hash.as_str().unwrap())];
    let reply = setup.post(CHAT, &headers, body.to_string()).await;
    assert_eq!(reply.status, 404, "{}", reply.text());
    assert_eq!(setup.post(CHAT, &[], body.to_string()).await.status, 200);
    // Its prices are hidden from others as well.
    let asked = json!({"model": "blue-only", "messages": [{"role": "user", "content": "Hi"}]});
    let bearer = format!("Bearer {red}");
    let headers = [("authorization", &*bearer)];
    let reply = setup.post("/spend/calculate", &headers, asked.to_string()).await;
    assert_eq!(reply.status, 404, "{}", reply.text());
}

/// The same of a model that was added by API, from the moment on at which that is changed.
#[tokio::test]
async fn models_that_are_added_by_api_say_whom_they_serve() {
    let setup = setup().await;
    let params = json!({"model": "azure_ai/model-router", "api_base": setup.azure.openai_v1(),
        "api_key": harness::gateway::AZURE_KEY});
    let info = json!({"id": "added", "team_id": "red", "access_groups": ["gamma"]});
    let body = json!({"model_name": "added", "litellm_params": params, "model_info": info});
    manage(&setup, "/model/new", body).await;
    let shown = setup.get("/v1/model/info?litellm_model_id=added").await.json();
    assert_eq!(shown["data"][0]["model_info"]["team_id"], "red");
    assert_eq!(shown["data"][0]["model_info"]["access_groups"], json!(["gamma"]));
    let all = setup.get("/fareway/v1/deployments").await.json()["deployments"].clone();
    let added = all.as_array().unwrap().iter().find(|one| one["id"] == "added").unwrap();
    assert_eq!((&added["team_id"], &added["access_groups"]), (&json!("red"), &json!(["gamma"])));
    let blue = key(&setup, json!({"team_id": "blue"})).await;
    let red = key(&setup, json!({"team_id": "red", "models": ["gamma"]})).await;
    assert_eq!([chat(&setup, &blue, "added").await, chat(&setup, &red, "added").await], [404, 200]);
    let change = json!({"model_info": {"id": "added", "team_id": "blue"}});
    manage(&setup, "/model/update", change).await;
    assert_eq!([chat(&setup, &blue, "added").await, chat(&setup, &red, "added").await], [200, 404]);
    let change = json!({"model_info": {"id": "added", "team_id": null}, "blocked": true});
    manage(&setup, "/model/update", change).await;
    // Only keys that may use the model learn why no deployment answers.
    let none = key(&setup, json!({"models": ["mixed"]})).await;
    assert_eq!(chat(&setup, &none, "added").await, 404);
}

#[tokio::test]
async fn invalid_names_and_patterns_are_refused_by_name() {
    let setup = setup().await;
    for models in [json!(["!anthropic/*"]), json!([""]), json!(["a", " "]), json!("a"), json!([1])]
    {
        for path in ["/key/generate", "/team/new", "/user/new"] {
            let reply = setup.post(path, &[], json!({"models": models}).to_string()).await;
            assert_eq!(reply.status, 400, "{path} {models}: {}", reply.text());
            let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with("expected `models` to be a list of"), "{message}");
        }
    }
    let params =
        json!({"model": "azure_ai/x", "api_base": setup.azure.openai_v1(), "api_key": "k"});
    let body = json!({"model_name": "openai/*", "litellm_params": params});
    let reply = setup.post("/model/new", &[], body.to_string()).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert!(reply.text().contains("write an entry for each of them"), "{}", reply.text());
}

/// A deployment that a key may not use makes none of its requests more expensive.
#[tokio::test]
async fn a_budget_reserves_for_the_deployments_that_its_key_may_use() {
    let azure = azure().await;
    let one = |model: &str, info: &str| {
        format!("{}    model_info: {info}\n", entry("mixed", model, &azure.openai_v1()))
    };
    let entries = one("azure_ai/gpt-4.1-nano", "{id: cheap}")
        + &one("azure_ai/gpt-5-pro", "{id: expensive, team_id: blue}");
    let setup = Setup::of(azure, &entries, "").await;
    setup.set("served=gpt-4.1-nano-2025-04-14");
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    // 1,000 tokens of gpt-4.1-nano's answer are $0.0004, of gpt-5-pro's $0.12.
    let mut body = asking("Hello!");
    body["model"] = "mixed".into();
    body["max_completion_tokens"] = 1_000.into();
    let small = key(&setup, json!({"max_budget": 0.01})).await;
    let of_blue = key(&setup, json!({"max_budget": 0.01, "team_id": "blue"})).await;
    for (key, status) in [(small, 200), (of_blue, 429)] {
        let bearer = format!("Bearer {key}");
        let reply = setup.post(CHAT, &[("authorization", &bearer)], body.to_string()).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
}
