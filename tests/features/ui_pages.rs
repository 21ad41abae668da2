//! Requests of the admin UI beside LiteLLM's pages: deployments, prices, settings, tables, and
//! endpoints while somebody types them.

use harness::{
    gateway::{AZURE_KEY, GROUP, KEY, Setup, asking},
    keys::{ask, key, manage},
};
use http::Method;
use serde_json::{Value, json};

use crate::{described::Described, models::smart, sessions::Browser};

async fn read(setup: &Setup, path: &str) -> Value {
    let mut described = Described::of(setup).await;
    let reply = described.ask(setup, &format!("get {path}"), &Value::Null).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

#[tokio::test]
async fn deployments_show_their_last_day() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    setup.chat(&asking("Hi")).await;
    setup.chat(&asking("Hi")).await;
    setup.set("served=nobody-knows-it");
    setup.chat(&asking("Hi")).await;
    setup.set("unauthorized");
    assert_eq!(setup.chat(&asking("Hi")).await.status, 401);
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let list = read(&setup, "/fareway/v1/deployments").await;
    let [fixed, added] = list["deployments"].as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    let short = |one: &Value| {
        json!([one["source"], one["enabled"], one["group"], one["model"], one["router"]])
    };
    assert_eq!(short(fixed), json!(["config", true, GROUP, "azure_ai/azure-model-router", true]));
    assert_eq!(added["source"], "api");
    assert_eq!(fixed["url"], format!("{}chat/completions", setup.azure.openai_v1()));
    let day = &fixed["last_day"];
    assert_eq!(json!([day["requests"], day["errors"], day["unpriced_requests"]]), json!([4, 1, 1]));
    let nano = &day["served"][0];
    assert_eq!(json!([nano["served"], nano["requests"]]), json!(["gpt-4.1-nano-2025-04-14", 2]));
    assert_eq!(nano["cost_usd"], day["cost_usd"]);
    let unknown = day["served"].as_array().unwrap().iter();
    let unknown = unknown.clone().find(|one| one["served"] == "nobody-knows-it").unwrap();
    // Unknown is not zero.
    assert_eq!(unknown["cost_usd"], Value::Null);
    assert_eq!(added["last_day"]["requests"], 0);
    // Taken out and put back.
    for (blocked, enabled) in [(true, false), (false, true)] {
        manage(&setup, "/model/update", json!({"model_id": added["id"], "blocked": blocked})).await;
        let list = read(&setup, "/fareway/v1/deployments").await;
        assert_eq!(list["deployments"][1]["enabled"], enabled);
    }
}

/// By the hour it comes to the same as by the day, in whatever zone the hours are shown.
#[tokio::test]
async fn spending_is_reported_by_the_hour() {
    let setup = Setup::new().await;
    for _ in 0..3 {
        setup.chat(&asking("Hi")).await;
    }
    let hours = read(&setup, "/fareway/v1/reports/spend?by=hour,served").await;
    let days = read(&setup, "/fareway/v1/reports/spend?by=day").await;
    assert_eq!(hours["total"], days["total"]);
    assert_eq!(hours["total"]["requests"], 3);
    let row = &hours["rows"][0];
    assert!(row["hour"].as_str().unwrap().ends_with(":00:00Z"), "{row}");
    assert!(hours["since"].is_string() && hours["until"].is_string());
    let long_ago = "by=hour&from=2026-01-01T05:30:00Z&to=2026-01-02";
    let none = read(&setup, &format!("/fareway/v1/reports/spend?{long_ago}")).await;
    assert_eq!(none["total"]["requests"], 0);
}

#[tokio::test]
async fn prices_show_their_sources() {
    let setup = Setup::new().await;
    let all = read(&setup, "/fareway/v1/prices").await;
    let path = "/fareway/v1/prices?search=GPT-4.1-nano&deployment_type=data_zone_standard&zone=eu";
    let some = read(&setup, path).await;
    let count = |list: &Value| list["prices"].as_array().unwrap().len();
    assert!(count(&all) > 100 && count(&some) > 0 && count(&some) < count(&all));
    for price in some["prices"].as_array().unwrap() {
        assert_eq!((&price["zone"], &price["own"]), (&json!("eu"), &json!(false)));
        assert!(price["model"].as_str().unwrap().contains("nano"));
        assert!(price["source"].as_str().is_some_and(|source| !source.is_empty()));
    }
    assert_eq!(all["routing_fees"][0]["per_million_prompt_tokens"], "0.14");
}

#[tokio::test]
async fn settings_show_how_the_gateway_is_set_up() {
    let setup = Setup::with("  maximum_spend_logs_retention_period: 30d\n").await;
    let settings = read(&setup, "/fareway/v1/settings").await;
    let facts = json!([
        settings["store_kind"],
        settings["durability"],
        settings["retention"],
        settings["stores_texts"],
        settings["open"],
        settings["books"]["store"]
    ]);
    assert_eq!(facts, json!(["sqlite", "process", "30d", false, false, "connected"]));
    assert!(settings["prices"]["count"].as_u64().unwrap() > 100);
    let config = settings["config"].as_array().unwrap();
    let value = |key: &str| config.iter().find(|one| one["key"] == key).unwrap()["value"].clone();
    assert_eq!(value("model_list[0].model_name"), GROUP);
    assert_eq!(value("general_settings.master_key"), "os.environ/MASTER_KEY");
}

/// Text that a client has chosen is not a formula in a spreadsheet.
#[tokio::test]
async fn tables_hold_the_whole_list_and_no_formula() {
    let setup = Setup::new().await;
    let anns = key(&setup, json!({"key_alias": "ann"})).await;
    let mut risky = asking("Hi");
    risky["user"] = "=HYPERLINK(\"http://example.com\",\"x, y\")".into();
    for _ in 0..3 {
        setup.chat(&asking("Hi")).await;
    }
    ask(&setup, &anns, &risky).await;
    let lines = async |path: &str, bearer: &str| {
        let reply = setup.get_as(path, bearer).await;
        assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
        reply.text().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let operator = format!("Bearer {KEY}");
    let all = lines("/fareway/v1/requests.csv", &operator).await;
    assert_eq!(all.len(), 5, "{all:?}");
    assert!(all[0].starts_with("id,at,asked,served,"));
    assert!(
        all[1].contains("\"'=HYPERLINK(\"\"http://example.com\"\",\"\"x, y\"\")\""),
        "{}",
        all[1]
    );
    assert_eq!(lines("/fareway/v1/requests.csv?limit=2", &operator).await.len(), 3);
    assert_eq!(lines("/fareway/v1/requests.csv?served=none", &operator).await.len(), 1);
    let own = lines("/fareway/v1/requests.csv", &format!("Bearer {anns}")).await;
    assert_eq!(own, all[..2]);
}

#[tokio::test]
async fn an_endpoint_is_shown_while_it_is_typed() {
    let setup = Setup::new().await;
    let typed = async |text: Value| {
        let mut described = Described::of(&setup).await;
        let reply = described.ask(&setup, "post /ui/api/endpoint", &text).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let good = typed(json!({
        "api_base": "https://r.cognitiveservices.azure.com/",
        "model": "azure_ai/azure-model-router",
    }))
    .await;
    assert_eq!(
        json!([good["url"], good["router"], good["deployment"]]),
        json!([
            "https://r.cognitiveservices.azure.com/openai/v1/chat/completions",
            true,
            "azure-model-router"
        ])
    );
    let bad = typed(json!({"api_base": "r.openai.azure.com", "model": "anthropic/claude"})).await;
    assert_eq!(bad["url"], Value::Null);
    assert!(bad["api_base_error"].as_str().unwrap().contains("https://"));
    assert!(bad["model_error"].as_str().unwrap().contains("azure_ai/"));
    assert_eq!(typed(json!({})).await["router"], Value::Null);
    assert_eq!(setup.azure.count(), 0);
}

/// A session of a virtual key reaches its own data, and no other page.
#[tokio::test]
async fn a_virtual_keys_session_sees_itself_alone() {
    let setup = Setup::new().await;
    let (anns, bobs) = (
        key(&setup, json!({"key_alias": "ann"})).await,
        key(&setup, json!({"key_alias": "bob"})).await,
    );
    let mine = ask(&setup, &anns, &asking("Hi")).await.id().to_owned();
    let theirs = ask(&setup, &bobs, &asking("Hi")).await.id().to_owned();
    let browser = Browser::sign_in(&setup, &anns).await;
    let origin = format!("http://{}", setup.gateway.address());
    let described = Described::of(&setup).await;
    let mut open = Vec::new();
    for (method, path, operation) in described.operations() {
        if operation["security"].as_array().is_some_and(|all| all[0] == json!({}))
            || path == "/ui/api/session"
        {
            continue;
        }
        let real = path.replace("{id}", &theirs).replace("{group}", GROUP).replace("{key}", &bobs);
        let verb: Method = method.to_uppercase().parse().unwrap();
        let reply = browser.send(verb, &real, &[("origin", &origin)], &json!({})).await;
        if reply.status != 403 {
            open.push(format!("{method} {path} {}", reply.status));
        }
        for other in ["\"bob\"", &*theirs, &*bobs] {
            let echoed = reply.status == 404;
            assert!(echoed || !reply.text().contains(other), "{method} {path} tells {other}");
        }
    }
    insta::assert_snapshot!(open.join("\n"), @r"
    get /fareway/v1/refusals 200
    get /fareway/v1/reports/p95 200
    get /fareway/v1/reports/spend 200
    get /fareway/v1/requests 200
    get /fareway/v1/requests.csv 200
    get /fareway/v1/requests/{id} 404
    get /key/info 200
    get /model/info 200
    get /model_group/info 200
    get /models 200
    get /models/{group} 200
    get /openai/models 200
    get /openai/models/{group} 200
    get /openai/responses/{id} 404
    get /openai/responses/{id}/input_items 404
    get /openai/v1/models 200
    get /openai/v1/models/{group} 200
    get /openai/v1/responses/{id} 404
    get /openai/v1/responses/{id}/input_items 404
    get /responses/{id} 404
    get /responses/{id}/input_items 404
    get /spend/logs 200
    get /spend/logs/ui 200
    get /spend/logs/ui/{id} 404
    get /spend/logs/v2 200
    get /team/available 200
    get /team/daily/activity 400
    get /team/info 400
    get /user/daily/activity 400
    get /user/daily/activity/aggregated 400
    get /user/info 400
    get /v1/model/info 200
    get /v1/models 200
    get /v1/models/{group} 200
    get /v1/responses/{id} 404
    get /v1/responses/{id}/input_items 404
    get /v2/user/info 400
    ");
    let list = browser.get("/fareway/v1/requests").await.json();
    assert_eq!(
        (list["requests"].as_array().unwrap().len(), &list["requests"][0]["id"]),
        (1, &json!(mine))
    );
    let report = browser.get("/fareway/v1/reports/spend?by=served,day").await.json();
    assert_eq!(report["total"]["requests"], 1);
    assert_eq!(browser.get(&format!("/fareway/v1/requests?key={bobs}")).await.status, 403);
    assert_eq!(browser.get(&format!("/fareway/v1/reports/spend?key={bobs}")).await.status, 403);
}

/// Whatever page is asked, no secret is in the answer.
#[tokio::test]
async fn promise_7_no_answer_to_the_admin_ui_has_a_secret() {
    let setup = Setup::with("  store_prompts_in_spend_logs: true\n").await;
    let anns = key(&setup, json!({"key_alias": "ann", "team_id": null})).await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let id = ask(&setup, &anns, &asking("Hi")).await.id().to_owned();
    setup.receipt(&id).await;
    let browser = Browser::sign_in(&setup, KEY).await;
    let described = Described::of(&setup).await;
    let mut asked = 0;
    for (method, path, _) in described.operations() {
        if method != "get" {
            continue;
        }
        let real = path.replace("{id}", &id).replace("{group}", GROUP);
        for query in ["", "?limit=5", "?key=x"] {
            let reply = browser.get(&format!("{real}{query}")).await;
            asked += usize::from(reply.status == 200);
            let cookie = browser.cookie.split_once('=').unwrap().1;
            for secret in [KEY, AZURE_KEY, &*anns, cookie] {
                assert!(!reply.text().contains(secret), "{path}{query} tells a secret");
                let leaked = reply
                    .headers
                    .values()
                    .any(|value| value.to_str().is_ok_and(|value| value.contains(secret)));
                assert!(!leaked, "{path}{query} tells a secret in a header");
            }
        }
    }
    assert!(asked > 30, "{asked}");
    let detail = browser.get(&format!("/fareway/v1/requests/{id}")).await.json();
    assert!(detail["texts"]["prompt"].as_str().unwrap().contains("Hi"));
}
