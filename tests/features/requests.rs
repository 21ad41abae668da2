//! The ledger as its pages show it: requests newest first, filtered, and the figures that operators
//! watch.

use harness::{
    gateway::{CHAT, Setup, asking, streaming},
    keys::{ask, key, manage},
};
use serde_json::{Value, json};

/// The listed requests of a query, and where the next page begins.
async fn list(setup: &Setup, query: &str) -> (Vec<Value>, Value) {
    let reply = setup.get(&format!("/fareway/v1/requests?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    let mut page = reply.json();
    (page["requests"].as_array().unwrap().clone(), page["next"].take())
}

fn users(page: &[Value]) -> Vec<&str> {
    page.iter().map(|request| request["end_user"].as_str().unwrap()).collect()
}

/// Sends a labelled request with the master key.
async fn labelled(setup: &Setup, user: &str, fields: Value) {
    let mut body = asking("Hello!");
    body["user"] = user.into();
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    assert_eq!(setup.chat(&body).await.status, 200);
}

#[tokio::test]
async fn pages_follow_each_other_newest_first() {
    let setup = Setup::new().await;
    for user in ["a", "b", "c", "d", "e"] {
        labelled(&setup, user, json!({})).await;
    }
    let (page, next) = list(&setup, "limit=2").await;
    assert_eq!(users(&page), ["e", "d"]);
    // Requests that arrive in between do not shift the pages.
    labelled(&setup, "f", json!({})).await;
    let (page, next) = list(&setup, &format!("limit=2&before={}", next.as_str().unwrap())).await;
    assert_eq!(users(&page), ["c", "b"]);
    let (page, next) = list(&setup, &format!("limit=2&before={}", next.as_str().unwrap())).await;
    assert_eq!((users(&page), next), (vec!["a"], Value::Null));
}

#[tokio::test]
async fn every_filter_finds_what_it_names() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    manage(&setup, "/user/new", json!({"user_id": "ann", "auto_create_key": false})).await;
    let fields = json!({"key_alias": "anns", "team_id": "blue", "user_id": "ann"});
    let anns = key(&setup, fields).await;
    labelled(&setup, "x", json!({"tags": ["one", "two"], "litellm_session_id": "s1"})).await;
    let mut body = streaming("Hello!");
    body["user"] = "y".into();
    assert_eq!(ask(&setup, &anns, &body).await.status, 200);
    setup.set("rate-limited=1");
    let refused = setup.post(CHAT, &[("x-litellm-end-user-id", "z")], asking("No").to_string());
    assert_eq!(refused.await.status, 429);
    let (all, _) = list(&setup, "").await;
    assert_eq!(users(&all), ["z", "y", "x"]);
    let served = &all[2];
    assert_eq!(served["served"], "gpt-4.1-nano-2025-04-14");
    assert_eq!(served["tags"], json!(["one", "two"]));
    let request_id = served["provider_request_id"].as_str().unwrap();
    let at = served["at"].as_str().unwrap();
    for (query, expect) in [
        ("asked=azure-model-router".to_owned(), vec!["z", "y", "x"]),
        ("served=gpt-4.1-nano-2025-04-14".to_owned(), vec!["y", "x"]),
        ("key_alias=anns".to_owned(), vec!["y"]),
        (format!("key={anns}"), vec!["y"]),
        ("team=blue".to_owned(), vec!["y"]),
        ("user=ann&team=blue".to_owned(), vec!["y"]),
        ("end_user=x".to_owned(), vec!["x"]),
        ("session=s1".to_owned(), vec!["x"]),
        ("tag=two".to_owned(), vec!["x"]),
        ("tag=two&outcome=refused".to_owned(), vec![]),
        ("outcome=refused".to_owned(), vec!["z"]),
        ("cost_status=exact".to_owned(), vec!["z", "y", "x"]),
        ("deployment=azure_ai/azure-model-router&outcome=completed".to_owned(), vec!["y", "x"]),
        (format!("provider_request_id={request_id}"), vec!["x"]),
        ("from=2020-01-01&to=2021-01-01".to_owned(), vec![]),
        (format!("from={at}"), vec!["z", "y", "x"]),
        (format!("to={at}"), vec![]),
        (format!("to={}", &at[..10]), vec!["z", "y", "x"]),
        ("status=refused".to_owned(), vec!["z"]),
        ("asked='%20OR%201=1%20--".to_owned(), vec![]),
        ("tag='%3B%20DROP%20TABLE%20entries%3B--".to_owned(), vec![]),
    ] {
        let (page, _) = list(&setup, &query).await;
        assert_eq!(users(&page), expect, "{query}");
    }
    assert_eq!(list(&setup, "").await.0.len(), 3);
    let found = setup.get(&format!("/fareway/v1/requests/{request_id}")).await.json();
    assert_eq!(found["id"], served["id"]);
    // A key sees its own requests, and gets an error for those of others.
    let mine = setup.get_as("/fareway/v1/requests", &format!("Bearer {anns}")).await.json();
    assert_eq!(users(mine["requests"].as_array().unwrap()), ["y"]);
    let others = format!("/fareway/v1/requests?key={}", "0".repeat(64));
    assert_eq!(setup.get_as(&others, &format!("Bearer {anns}")).await.status, 403);
}

#[tokio::test]
async fn an_entry_has_the_region_that_answered() {
    let setup = Setup::new().await;
    labelled(&setup, "ann", json!({})).await;
    setup.set("rate-limited=1");
    let refused = setup.post(CHAT, &[("x-litellm-end-user-id", "ben")], asking("No").to_string());
    assert_eq!(refused.await.status, 429);
    let (page, _) = list(&setup, "provider_region=East%20US%202").await;
    assert_eq!(users(&page), ["ben", "ann"]);
    assert_eq!(list(&setup, "provider_region=East%20US").await.0, [Value::Null; 0]);
    for entry in &page {
        assert_eq!(entry["provider_region"], "East US 2");
        let path = format!("/fareway/v1/requests/{}", entry["id"].as_str().unwrap());
        assert_eq!(setup.get(&path).await.json()["provider_region"], "East US 2");
    }
    let table = setup.get("/fareway/v1/requests.csv?provider_region=East%20US%202").await;
    let lines: Vec<&str> = table.text().lines().collect();
    assert!(lines[0].ends_with(",client_ip,provider_region,api"), "{}", lines[0]);
    assert!(lines[1].ends_with(",127.0.0.1,East US 2,chat"), "{}", lines[1]);
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_an_error() {
    let setup = Setup::new().await;
    let mut all = Vec::new();
    for query in ["model=x", "limit=0", "limit=1001", "limit=x", "from=yesterday", "to=1"] {
        let reply = setup.get(&format!("/fareway/v1/requests?{query}")).await;
        let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
        all.push(format!("{query}: {} {message}", reply.status));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    model=x: 400 the query is not as expected: model: unknown field `model`, expected one of `from`, `to`, `key`, `key_alias`, `team`, `user`, `end_user`, `client_ip`, `session`, `tag`, `asked`, `served`, `deployment`, `outcome`, `status`, `cost_status`, `provider_request_id`, `provider_region`, `api`, `answer_id`, `held`, `charged_by`, `before`, `limit`
    limit=0: 400 expected `limit` to be a whole number from 1 to 1000, found `0`
    limit=1001: 400 expected `limit` to be a whole number from 1 to 1000, found `1001`
    limit=x: 400 expected `limit` to be a whole number from 1 to 1000, found `x`
    from=yesterday: 400 expected `from` to be a time such as 2026-11-22T10:00:00Z, or a day, found `yesterday`
    to=1: 400 expected `to` to be a time such as 2026-11-22T10:00:00Z, or a day, found `1`
    "#);
}

#[tokio::test]
async fn operators_can_watch_the_ledger() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    setup.chat(&asking("Hello!")).await;
    let text = setup.get("/metrics").await.text().to_owned();
    let line = |begin: &str| text.lines().find(|line| line.starts_with(begin)).map(str::to_owned);
    let counted = "fareway_requests_total{asked=\"azure-model-router\",\
        served=\"gpt-4.1-nano-2025-04-14\",outcome=\"completed\",cost_status=\"exact\"} 1";
    assert_eq!(line("fareway_requests_total").as_deref(), Some(counted), "{text}");
    for name in ["fareway_tokens_total", "fareway_cost_picodollars_total", "fareway_spool_rows"] {
        assert!(line(name).is_some(), "{name} is missing from\n{text}");
    }
    let ready = setup.get("/health/readiness").await.json();
    assert_eq!(ready["books"]["store"], "connected");
}
