//! Requests of the Terraform providers for LiteLLM, byte by byte as Go writes them, and the answers
//! that they expect: BerriAI's provider and the one of the registry (`ncecere/litellm`). Each
//! resource is created, read, changed, read again, deleted, and then missing.

use harness::{
    client::{Opened, Reply, request},
    gateway::{AZURE_KEY, GROUP, KEY, Setup, asking},
    keys::ask,
};
use http::Method;
use serde_json::{Value, json};

/// Sends a request as both providers do.
async fn send(setup: &Setup, method: Method, path: &str, body: &str) -> Reply {
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("x-api-key", KEY),
        ("litellm-changed-by", "terraform"),
    ];
    let request = request(setup.gateway.address(), (method, path), &headers, body.to_owned());
    Opened::send(&setup.http, request).await.rest().await
}

/// The answer to a request that both providers take for done.
async fn done(setup: &Setup, method: Method, path: &str, body: &str) -> Value {
    let reply = send(setup, method, path, body).await;
    assert_eq!(reply.status, 200, "{path} {body}: {}", reply.text());
    reply.json()
}

async fn post(setup: &Setup, path: &str, body: &str) -> Value {
    done(setup, Method::POST, path, body).await
}

async fn get(setup: &Setup, path: &str) -> Value {
    done(setup, Method::GET, path, "").await
}

/// That something is not there: the registry's provider goes by the status, BerriAI's by the text.
async fn missing(setup: &Setup, method: Method, path: &str, body: &str, what: &str) {
    let reply = send(setup, method, path, body).await;
    assert_eq!(reply.status, 404, "{path}: {}", reply.text());
    let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&format!("{what} not found")), "{path}: {message}");
}

async fn status(setup: &Setup, key: &str, model: &str) -> u16 {
    let mut body = asking("Hello!");
    body["model"] = model.into();
    ask(setup, key, &body).await.status
}

#[tokio::test]
async fn a_key_of_berriais_provider() {
    let setup = Setup::new().await;
    let made = post(
        &setup,
        "/key/generate",
        r#"{"models":["azure-model-router"],"max_budget":10.5,"user_id":"tf-user","max_parallel_requests":5,"metadata":{"cost_center":"7"},"tpm_limit":100000,"rpm_limit":100,"budget_duration":"30d","soft_budget":5,"key_alias":"tf-key","duration":"30d","aliases":{"gpt":"azure-model-router"},"blocked":false,"tags":["a"]}"#,
    )
    .await;
    let (key, token) = (made["key"].as_str().unwrap(), made["token_id"].as_str().unwrap());
    assert_eq!(status(&setup, key, GROUP).await, 200);
    let path = format!("/key/info?key={token}");
    let read = get(&setup, &path).await;
    assert_eq!(read["key"], token);
    assert_eq!(read["info"]["max_budget"], 10.5);
    assert_eq!(read["info"]["metadata"], json!({"cost_center": "7"}));
    // A value that is not configured any more is sent as an empty text.
    let update = format!(
        r#"{{"aliases":{{}},"blocked":false,"budget_duration":"","key":"{token}","key_alias":"tf-key-2","max_budget":0.3,"metadata":{{}},"model_max_budget":{{}},"model_rpm_limit":{{}},"model_tpm_limit":{{}},"models":["azure-model-router","other"],"permissions":{{}},"rpm_limit":50,"team_id":""}}"#
    );
    post(&setup, "/key/update", &update).await;
    let read = get(&setup, &path).await["info"].take();
    let shown = ["key_alias", "budget_duration", "team_id", "rpm_limit", "tpm_limit", "user_id"];
    assert_eq!(
        shown.map(|name| read[name].clone()),
        [json!("tf-key-2"), Value::Null, Value::Null, json!(50), json!(100_000), json!("tf-user")]
    );
    assert_eq!(read["metadata"], json!({}));
    assert_eq!(read["max_budget"], 0.3);
    post(&setup, "/key/delete", &format!(r#"{{"keys":["{token}"]}}"#)).await;
    missing(&setup, Method::GET, &path, "", "key").await;
    assert_eq!(status(&setup, key, GROUP).await, 401);
}

#[tokio::test]
async fn a_key_of_the_registrys_provider() {
    let setup = Setup::new().await;
    let own = "sk-terraform-chose-this-key";
    let made = post(
        &setup,
        "/key/generate",
        &format!(
            r#"{{"blocked":false,"budget_duration":"1mo","duration":"90d","key":"{own}","key_alias":"tf","max_budget":100,"metadata":{{"env":"prod","nested":{{"a":[1]}}}},"models":["all-proxy-models"],"rpm_limit":60,"tpm_limit":100000,"user_id":"tf-user"}}"#
        ),
    )
    .await;
    assert_eq!(made["key"], own);
    let path = format!("/key/info?key={own}");
    let read = get(&setup, &path).await["info"].take();
    assert_eq!((&read["max_budget"], &read["models"]), (&json!(100), &json!(["all-proxy-models"])));
    assert_eq!(status(&setup, own, GROUP).await, 200);
    let update = format!(
        r#"{{"blocked":true,"budget_duration":"1mo","key":"{own}","key_alias":"tf","max_budget":150.25,"metadata":{{"env":"prod"}},"models":["azure-model-router"],"rpm_limit":61}}"#
    );
    post(&setup, "/key/update", &update).await;
    let read = get(&setup, &path).await["info"].take();
    let shown = ["max_budget", "blocked", "rpm_limit", "tpm_limit", "metadata"];
    assert_eq!(
        shown.map(|name| read[name].clone()),
        [json!(150.25), json!(true), json!(61), json!(100_000), json!({"env": "prod"})]
    );
    assert_eq!(status(&setup, own, GROUP).await, 401);
    post(&setup, "/key/delete", &format!(r#"{{"keys":["{own}"]}}"#)).await;
    missing(&setup, Method::GET, &path, "", "key").await;
    let again = format!(r#"{{"keys":["{own}"]}}"#);
    missing(&setup, Method::POST, "/key/delete", &again, "key").await;
}

#[tokio::test]
async fn a_team_and_its_members() {
    let setup = Setup::new().await;
    let id = "0b0e7b0e-4f43-4c6a-9f0e-6f6e1c5b7a11";
    let create = format!(
        r#"{{"budget_duration":"30d","max_budget":100.5,"metadata":{{"owner":"platform"}},"models":["azure-model-router"],"router_settings":{{}},"rpm_limit":100,"team_alias":"Blue","team_id":"{id}","tpm_limit":100000}}"#
    );
    let made = post(&setup, "/team/new", &create).await;
    assert_eq!((&made["team_id"], &made["team_alias"]), (&json!(id), &json!("Blue")));
    let path = format!("/team/info?team_id={id}");
    let read = get(&setup, &path).await["team_info"].take();
    assert_eq!((&read["team_id"], &read["max_budget"]), (&json!(id), &json!(100.5)));
    // Fields that are no longer configured arrive as null, and the others unchanged.
    let update = format!(
        r#"{{"budget_duration":null,"max_budget":null,"models":["azure-model-router","other"],"router_settings":{{}},"rpm_limit":null,"team_alias":"Navy","team_id":"{id}","tpm_limit":1000}}"#
    );
    let updated = post(&setup, "/team/update", &update).await;
    assert_eq!(updated["data"]["team_alias"], "Navy");
    let read = get(&setup, &path).await["team_info"].take();
    let shown = ["budget_duration", "max_budget", "rpm_limit", "tpm_limit", "metadata"];
    assert_eq!(
        shown.map(|name| read[name].clone()),
        [Value::Null, Value::Null, Value::Null, json!(1000), json!({"owner": "platform"})]
    );

    let added = format!(
        r#"{{"member":[{{"role":"user","user_email":"ann@example.com","user_id":"ann"}}],"team_id":"{id}"}}"#
    );
    post(&setup, "/team/member_add", &added).await;
    let read = get(&setup, &path).await;
    let member = json!({"user_id": "ann", "user_email": "ann@example.com", "role": "user"});
    assert_eq!(read["team_info"]["members_with_roles"], json!([member]));
    assert_eq!(read["team_memberships"][0]["user_id"], "ann");
    assert_eq!(read["team_memberships"][0]["litellm_budget_table"], Value::Null);
    let update = format!(
        r#"{{"max_budget_in_team":null,"role":"admin","team_id":"{id}","user_email":"ann@example.com","user_id":"ann"}}"#
    );
    post(&setup, "/team/member_update", &update).await;
    let read = get(&setup, &path).await;
    assert_eq!(read["team_info"]["members_with_roles"][0]["role"], "admin");
    // Budgets of single members are not supported: the error says what to do.
    let limited = update.replace("null", "5");
    let refused = send(&setup, Method::POST, "/team/member_update", &limited).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("max_budget_in_team"), "{}", refused.text());
    let gone = format!(r#"{{"team_id":"{id}","user_email":"ann@example.com","user_id":"ann"}}"#);
    post(&setup, "/team/member_delete", &gone).await;
    assert_eq!(get(&setup, &path).await["team_memberships"], json!([]));
    missing(&setup, Method::POST, "/team/member_delete", &gone, "member").await;

    post(&setup, "/team/delete", &format!(r#"{{"team_ids":["{id}"]}}"#)).await;
    missing(&setup, Method::GET, &path, "", "team").await;
    // The provider asks for it, and continues without it.
    let path = format!("/team/permissions_list?team_id={id}");
    let other = send(&setup, Method::GET, &path, "").await;
    assert_eq!((other.status, &other.json()["error"]["code"]), (404, &json!("not_here")));
}

#[tokio::test]
async fn a_user_of_the_registrys_provider() {
    let setup = Setup::new().await;
    for team in ["blue", "red"] {
        post(&setup, "/team/new", &format!(r#"{{"team_alias":"{team}","team_id":"{team}"}}"#))
            .await;
    }
    let made = post(
        &setup,
        "/user/new",
        r#"{"auto_create_key":true,"budget_duration":"30d","max_budget":25,"metadata":{"a":"b"},"models":[],"rpm_limit":10,"teams":["blue"],"tpm_limit":1000,"user_alias":"Ann","user_email":"ann@example.com","user_id":"ann","user_role":"internal_user"}"#,
    )
    .await;
    let key = made["key"].as_str().unwrap();
    assert_eq!((&made["user_id"], status(&setup, key, GROUP).await), (&json!("ann"), 200));
    let path = "/user/info?user_id=ann";
    let read = get(&setup, path).await["user_info"].take();
    assert_eq!((&read["teams"], &read["max_budget"]), (&json!(["blue"]), &json!(25)));
    // As before, and without the teams, which are changed by themselves.
    post(
        &setup,
        "/user/update",
        r#"{"auto_create_key":true,"budget_duration":"30d","max_budget":30,"metadata":{},"models":["no-default-models"],"user_alias":"Ann B","user_email":"ann@example.com","user_id":"ann","user_role":"internal_user"}"#,
    )
    .await;
    post(
        &setup,
        "/team/member_add",
        r#"{"member":{"role":"user","user_id":"ann"},"team_id":"red"}"#,
    )
    .await;
    post(&setup, "/team/member_delete", r#"{"team_id":"blue","user_id":"ann"}"#).await;
    let read = get(&setup, path).await["user_info"].take();
    let shown = ["teams", "max_budget", "user_alias", "metadata", "user_email", "tpm_limit"];
    assert_eq!(
        shown.map(|name| read[name].clone()),
        [
            json!(["red"]),
            json!(30),
            json!("Ann B"),
            json!({}),
            json!("ann@example.com"),
            json!(1000)
        ]
    );
    assert_eq!(status(&setup, key, GROUP).await, 404, "no model at all");
    // An existing account is looked up by its e-mail.
    let twice = r#"{"auto_create_key":false,"user_email":"ann@example.com","user_id":"ann"}"#;
    assert_eq!(send(&setup, Method::POST, "/user/new", twice).await.status, 409);
    let found = get(&setup, "/user/list?page=1&page_size=100&user_email=ann%40example.com").await;
    assert_eq!((&found["users"][0]["user_id"], &found["total_pages"]), (&json!("ann"), &json!(1)));
    post(&setup, "/user/delete", r#"{"user_ids":["ann"]}"#).await;
    missing(&setup, Method::GET, path, "", "user").await;
    assert_eq!(status(&setup, key, GROUP).await, 401);
}

/// The body of a model: the key's order is Go's, that of its maps and structs.
fn model(setup: &Setup, id: &str, rpm: u32, tier: &str) -> String {
    let base = setup.azure.openai_v1();
    format!(
        r#"{{"litellm_params":{{"api_base":"{base}","api_key":"{AZURE_KEY}","custom_llm_provider":"azure_ai","model":"azure_ai/azure-model-router","rpm":{rpm}}},"model_info":{{"base_model":"azure-model-router","db_model":true,"id":"{id}","mode":"chat","tier":"{tier}"}},"model_name":"smart"}}"#
    )
}

#[tokio::test]
async fn a_model_of_the_registrys_provider() {
    let setup = Setup::new().await;
    let id = "8c9d1f1e-5f0e-4a53-9a1c-0d7c1c5b7a22";
    post(&setup, "/model/new", &model(&setup, id, 100, "free")).await;
    let key = post(&setup, "/key/generate", r#"{"max_budget":5,"models":["smart"]}"#).await;
    let key = key["key"].as_str().unwrap();
    assert_eq!(status(&setup, key, "smart").await, 200);
    let path = format!("/model/info?litellm_model_id={id}");
    let read = get(&setup, &path).await["data"][0].take();
    assert_eq!(
        (&read["model_name"], &read["litellm_params"]["rpm"]),
        (&json!("smart"), &json!(100))
    );
    let info = &read["model_info"];
    let shown = ["base_model", "tier", "mode", "db_model", "id"];
    assert_eq!(
        shown.map(|name| info[name].clone()),
        [json!("azure-model-router"), json!("free"), json!("chat"), json!(true), json!(id)]
    );
    assert!(!read.to_string().contains(AZURE_KEY));
    let mut patch: Value = serde_json::from_str(&model(&setup, id, 200, "paid")).unwrap();
    patch["model_info"].as_object_mut().unwrap().retain(|key, _| key != "id" && key != "db_model");
    let path_of = format!("/model/{id}/update");
    done(&setup, Method::PATCH, &path_of, &patch.to_string()).await;
    // Two reads in a row must have the planned values.
    for _ in 0..2 {
        let read = get(&setup, &path).await["data"][0].take();
        assert_eq!(read["litellm_params"]["rpm"], 200);
        assert_eq!(read["model_info"]["tier"], "paid");
    }
    assert_eq!(status(&setup, key, "smart").await, 200);
    post(&setup, "/model/delete", &format!(r#"{{"id":"{id}"}}"#)).await;
    missing(&setup, Method::GET, &path, "", "model").await;
    let again = format!(r#"{{"id":"{id}"}}"#);
    missing(&setup, Method::POST, "/model/delete", &again, "model").await;
    missing(&setup, Method::PATCH, &path_of, &patch.to_string(), "model").await;
    assert_eq!(status(&setup, key, "smart").await, 404);
}

#[tokio::test]
async fn a_model_of_berriais_provider() {
    let setup = Setup::new().await;
    let id = "2f1d7c6a-5f0e-4a53-9a1c-0d7c1c5b7a33";
    let base = setup.azure.openai_v1();
    // A price per million, divided by a million in floating point, and fields that are always there.
    let body = |name: &str, price: &str| {
        format!(
            r#"{{"model_name":"{name}","litellm_params":{{"api_base":"{base}","api_key":"{AZURE_KEY}","custom_llm_provider":"azure_ai","input_cost_per_token":{price},"merge_reasoning_content_in_choices":false,"model":"azure_ai/gpt-4.1-nano","output_cost_per_token":0.0000088,"tpm":100000}},"model_info":{{"id":"{id}","db_model":true,"base_model":"gpt-4.1-nano","tier":"free","mode":"chat"}},"additional":{{}}}}"#
        )
    };
    let made = post(&setup, "/model/new", &body("own", "2.2e-06")).await;
    assert_eq!((&made["model_id"], &made["model_name"]), (&json!(id), &json!("own")));
    assert_eq!(status(&setup, KEY, "own").await, 200);
    let path = format!("/model/info?litellm_model_id={id}");
    let read = get(&setup, &path).await["data"][0].take();
    assert_eq!(read["model_info"]["tier"], "free");
    let updated = post(&setup, "/model/update", &body("renamed", "1.1e-06")).await;
    assert_eq!(updated["model_name"], "renamed");
    let read = get(&setup, &path).await["data"][0].take();
    assert_eq!(read["model_name"], "renamed");
    assert_eq!(status(&setup, KEY, "renamed").await, 200);
    let delete = format!(r#"{{"id":"{id}"}}"#);
    post(&setup, "/model/delete", &delete).await;
    missing(&setup, Method::GET, &path, "", "model").await;
    missing(&setup, Method::POST, "/model/delete", &delete, "model").await;
    // The provider makes it again where its change finds nothing.
    let changed = body("renamed", "1.1e-06");
    missing(&setup, Method::POST, "/model/update", &changed, "model").await;
}
