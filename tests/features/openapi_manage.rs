//! The pages about keys, models and money, compared with the OpenAPI document: each is requested,
//! with every outcome that it documents except an unavailable store.

use std::collections::BTreeSet;

use harness::{
    gateway::{AZURE_KEY, GROUP, KEY, Setup, asking},
    keys::key,
};
use serde_json::{Value, json};

use crate::{described::Described, failed_keys, models::smart};

/// A gateway and its OpenAPI document.
async fn setup() -> (Setup, Described) {
    let setup = Setup::new().await;
    let described = Described::of(&setup).await;
    (setup, described)
}

/// Sends each request and checks its status.
async fn all(setup: &Setup, described: &mut Described, asked: &[(&str, Value, u16)]) {
    for (how, body, status) in asked {
        let reply = described.ask(setup, how, body).await;
        assert_eq!(reply.status, *status, "{how} {body}: {}", reply.text());
        if reply.status == 200 && !body.is_null() {
            let (method, path) = how.split_once(' ').unwrap();
            let template = if path.contains("sk-") { "/key/{key}/regenerate" } else { path };
            let template = template.replace("/m1/", "/{id}/");
            let operation = &described.document["paths"][&template][method];
            let schema = operation["requestBody"]["content"]["application/json"]["schema"].clone();
            let validator = described.validator(&schema);
            let wrong: Vec<_> = validator.iter_errors(body).map(|one| one.to_string()).collect();
            assert!(wrong.is_empty(), "{how} {body}: {wrong:?}");
        }
    }
}

const OWN: &str = "sk-a-key-that-somebody-chose";
const OTHER: &str = "sk-another-key-that-somebody-chose";
const THIRD: &str = "sk-the-third-key-of-somebody";
const FOURTH: &str = "sk-the-fourth-key-of-somebody";

#[tokio::test]
async fn keys_teams_and_users_are_as_described() {
    let (setup, mut described) = setup().await;
    let grant = json!({"rpm_limit": 60, "tpm_limit": 1000, "max_parallel_requests": 3,
        "max_budget": "10.5", "budget_duration": "1mo", "budget_mode": "soft",
        "budget_limits": [{"budget_duration": "1d", "max_budget": "5"}],
        "models": [GROUP], "metadata": {"a": 1}});
    let with = |more: Value| {
        let mut all = grant.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let ann = json!({"user_id": "ann"});
    let blue = json!({"team_id": "blue"});
    let named = json!({"key": OWN});
    let nobody = json!({"key": "sk-nobody"});
    let asked = [
        (
            "post /team/new",
            with(
                json!({"team_id": "blue", "team_alias": "Blue", "members_with_roles": [{"user_id": "a", "role": "admin"}]}),
            ),
            200,
        ),
        ("post /team/new", blue.clone(), 409),
        ("get /team/info?team_id=blue", Value::Null, 200),
        ("get /team/info?team_id=red", Value::Null, 404),
        ("get /team/info", Value::Null, 400),
        ("get /team/list", Value::Null, 200),
        ("get /team/list?organization_id=o", Value::Null, 400),
        ("get /v2/team/list?page_size=1&sort_order=desc", Value::Null, 200),
        ("get /v2/team/list?page=0", Value::Null, 400),
        ("get /team/available", Value::Null, 200),
        ("post /team/update", with(blue.clone()), 200),
        ("post /team/update", json!({"team_id": "red"}), 404),
        ("post /team/member_add", json!({"team_id": "blue", "member": ann}), 200),
        (
            "post /team/member_add",
            json!({"team_id": "blue", "member": [{"user_id": "b", "role": "user"}]}),
            200,
        ),
        ("post /team/member_add", json!({"team_id": "red", "member": ann}), 404),
        (
            "post /team/member_update",
            json!({"team_id": "blue", "user_id": "b", "role": "admin"}),
            200,
        ),
        ("post /team/member_update", json!({"team_id": "blue", "user_email": "c@d.e"}), 404),
        ("post /team/member_delete", json!({"team_id": "blue", "user_id": "b"}), 200),
        ("post /team/member_delete", json!({"team_id": "red", "user_id": "b"}), 404),
        ("post /team/block", blue.clone(), 200),
        ("post /team/unblock", blue.clone(), 200),
        ("post /team/block", json!({"team_id": "red"}), 404),
        ("post /team/unblock", json!({"team_id": "red"}), 404),
        (
            "post /user/new",
            with(
                json!({"user_id": "ann", "user_alias": "Ann", "user_email": "ann@example.com", "user_role": "internal_user", "auto_create_key": false}),
            ),
            200,
        ),
        ("post /user/new", json!({"user_id": "bob"}), 200),
        ("post /user/new", ann.clone(), 409),
        ("get /user/info?user_id=bob", Value::Null, 200),
        ("get /user/info?user_id=cid", Value::Null, 404),
        ("get /user/info", Value::Null, 400),
        ("get /user/list", Value::Null, 200),
        ("get /user/list?role=proxy_admin&sort_by=spend", Value::Null, 200),
        ("get /user/list?page=0", Value::Null, 400),
        ("get /v2/user/info?user_id=bob", Value::Null, 200),
        ("get /v2/user/info?user_id=cid", Value::Null, 404),
        ("get /v2/user/info", Value::Null, 400),
        ("post /user/new", json!({"user_id": "dan", "teams": ["red"]}), 404),
        ("post /user/update", with(ann.clone()), 200),
        ("post /user/update", json!({"user_id": "cid"}), 404),
        (
            "post /key/generate",
            with(
                json!({"key": OWN, "key_alias": "own", "team_id": "blue", "user_id": "ann", "duration": "30d", "admin": false, "blocked": false}),
            ),
            200,
        ),
        ("post /key/generate", Value::Null, 200),
        ("post /key/generate", named.clone(), 409),
        ("post /key/generate", json!({"team_id": "red"}), 404),
        ("get /key/info?key=sk-a-key-that-somebody-chose", Value::Null, 200),
        ("get /key/info?key=sk-nobody", Value::Null, 404),
        ("get /key/info", Value::Null, 400),
        ("get /key/list", Value::Null, 200),
        ("get /key/list?return_full_object=false", Value::Null, 200),
        ("get /key/list?page=0", Value::Null, 400),
        ("get /key/list?status=deleted", Value::Null, 400),
        ("post /key/update", with(json!({"key": OWN, "key_alias": null})), 200),
        ("post /key/generate", json!({"key_alias": "taken"}), 200),
        ("post /key/update", json!({"key": OWN, "key_alias": "taken"}), 409),
        ("post /key/update", nobody.clone(), 404),
        ("post /key/block", named.clone(), 200),
        ("post /key/block", nobody.clone(), 404),
        ("post /key/unblock", named.clone(), 200),
        ("post /key/unblock", nobody.clone(), 404),
        ("post /key/generate", json!({"key": THIRD}), 200),
        ("post /key/regenerate", json!({"key": THIRD, "key_alias": "taken"}), 409),
        // The third key is unchanged.
        ("get /key/info?key=sk-the-third-key-of-somebody", Value::Null, 200),
        ("post /key/generate", json!({"key": FOURTH}), 200),
        ("post /key/sk-the-fourth-key-of-somebody/regenerate", json!({"key": OWN}), 409),
        ("post /key/sk-a-key-that-somebody-chose/regenerate", json!({"key": OTHER}), 200),
        ("post /key/sk-nobody/regenerate", Value::Null, 404),
        ("post /key/regenerate", json!({"key": OTHER}), 200),
        ("post /key/regenerate", nobody.clone(), 404),
        ("post /key/delete", json!({"keys": ["sk-nobody"]}), 404),
        ("post /key/delete", json!({"keys": [], "key_aliases": ["taken"]}), 200),
        ("post /user/delete", json!({"user_ids": ["cid"]}), 404),
        ("post /team/delete", json!({"team_ids": ["red"]}), 404),
    ];
    all(&setup, &mut described, &asked).await;
    all(
        &setup,
        &mut described,
        &[
            ("get /key/list?sort_by=moon", Value::Null, 400),
            ("get /team/info?team_id=blue", Value::Null, 200),
            ("get /user/info?user_id=ann", Value::Null, 200),
            ("post /team/new", json!({"team_id": "empty"}), 200),
            ("post /team/delete", json!({"team_ids": ["empty"]}), 200),
            ("post /user/new", json!({"user_id": "gone", "auto_create_key": false}), 200),
            ("post /user/delete", json!({"user_ids": ["gone"]}), 200),
        ],
    )
    .await;
    complete(&setup, described, &["keys", "teams", "users"]).await;
}

#[tokio::test]
async fn models_and_costs_are_as_described() {
    let (setup, mut described) = setup().await;
    let smart = smart(&setup.azure);
    let unsold = json!({"model": GROUP, "input_tokens": 1, "output_tokens": 1, "zone": "moon"});
    let answer = setup.chat(&asking("Hi")).await.json();
    let fixed = setup.get("/v1/model/info").await.json()["data"][0]["model_info"]["id"].clone();
    let asked = [
        ("post /model/new", smart.clone(), 200),
        ("post /model/new", smart.clone(), 409),
        (
            "post /model/update",
            json!({"model_id": "m1", "model_info": {"router": true, "mine": [1]}, "blocked": false}),
            200,
        ),
        ("post /model/update", json!({"model_id": "m2"}), 404),
        ("post /model/update", json!({"model_id": fixed}), 409),
        (
            "patch /model/m1/update",
            json!({"model_name": "smarter", "litellm_params_to_remove": ["api_version"]}),
            200,
        ),
        ("patch /model/m2/update", json!({}), 404),
        ("get /v1/model/info", Value::Null, 200),
        ("get /model/info?litellm_model_id=m1", Value::Null, 200),
        ("get /v1/model/info?litellm_model_id=m2", Value::Null, 404),
        ("get /model/info?litellm_model_id=m2", Value::Null, 404),
        ("get /v2/model/info?search=smart", Value::Null, 200),
        ("get /v2/model/info?page=0", Value::Null, 400),
        ("get /model_group/info", Value::Null, 200),
        ("get /fareway/v1/deployments", Value::Null, 200),
        ("get /fareway/v1/prices?search=gpt-5&zone=us&service_tier=standard", Value::Null, 200),
        ("get /fareway/v1/prices?zone=moon", Value::Null, 400),
        ("post /health/test_connection", json!({"model_id": "m1"}), 200),
        (
            "post /health/test_connection",
            json!({"mode": "chat", "litellm_params": {"model": "azure_ai/x", "api_base": "http://127.0.0.1:9/openai/v1/", "api_key": AZURE_KEY}}),
            200,
        ),
        ("post /health/test_connection", json!({"model_id": "m2"}), 404),
        (
            "post /cost/estimate",
            json!({"model": GROUP, "input_tokens": 1000, "output_tokens": 500, "num_requests_per_day": 3, "num_requests_per_month": null}),
            200,
        ),
        (
            "post /cost/estimate",
            json!({"model": "gpt-4.1-nano", "input_tokens": 1000, "output_tokens": 500, "cached_tokens": 10, "service_tier": "priority", "deployment_type": "data_zone_standard", "zone": "eu", "router": true}),
            200,
        ),
        (
            "post /cost/estimate",
            json!({"model": "nobody", "input_tokens": 1, "output_tokens": 1}),
            404,
        ),
        ("post /cost/estimate", unsold, 400),
        ("post /spend/calculate", json!({"completion_response": answer}), 200),
        (
            "post /spend/calculate",
            json!({"model": GROUP, "messages": [{"role": "user", "content": "Hi"}]}),
            200,
        ),
        (
            "post /spend/calculate",
            json!({"model": "gpt-4.1-nano", "messages": [{"role": "user", "content": "Hi"}]}),
            200,
        ),
        ("post /spend/calculate", json!({"model": "nobody", "messages": []}), 404),
        ("post /model/delete", json!({"id": "m1"}), 200),
        ("post /model/delete", json!({"id": "m1"}), 404),
        ("post /model/delete", json!({"id": fixed}), 409),
    ];
    all(&setup, &mut described, &asked).await;
    for path in ["/models", "/v1/models", "/openai/models", "/openai/v1/models"] {
        described.ask(&setup, &format!("get {path}"), &Value::Null).await;
    }
    for path in ["/models", "/v1/models", "/openai/models", "/openai/v1/models"] {
        for (name, status) in [(GROUP, 200), ("no/body", 404), ("%ff", 400)] {
            let how = format!("get {path}/{name}");
            assert_eq!(described.ask(&setup, &how, &Value::Null).await.status, status, "{how}");
        }
    }
    let limited = key(&setup, json!({"admin": true, "rpm_limit": 0})).await;
    let (test, limited) = ("post /health/test_connection", format!("Bearer {limited}"));
    let body = json!({"model_id": fixed});
    assert_eq!(described.ask_as(&setup, test, &body, &limited).await.status, 429);
    let (costs, hi) = ("post /spend/calculate", json!({"model": "gpt-5-nano", "messages": []}));
    assert_eq!(described.ask_as(&setup, costs, &hi, &limited).await.status, 429);
    // A credential that was encrypted with another key: see `models.rs`.
    described.seen.insert(format!("{test} 409"));
    described
        .ask(&setup, &format!("patch /model/{}/update", fixed.as_str().unwrap()), &json!({}))
        .await;
    narrowed(&setup, &mut described).await;
    complete(&setup, described, &["models", "costs"]).await;
}

/// A router is answered from outside its `router_models`, and narrowed again.
async fn narrowed(setup: &Setup, described: &mut Described) {
    let router = json!({"model_name": "restricted", "litellm_params": {
        "model": "azure_ai/azure-model-router", "api_base": setup.azure.openai_v1(),
        "api_key": AZURE_KEY}, "model_info": {"id": "r1", "router_models": ["openai/*"]}});
    assert_eq!(described.ask(setup, "post /model/new", &router).await.status, 200);
    setup.set("served=grok-4");
    let mut body = asking("Hi");
    body["model"] = "restricted".into();
    assert_eq!(setup.chat(&body).await.status, 200);
    described.ask(setup, "get /fareway/v1/deployments", &Value::Null).await;
    for (id, status) in [("r1", 200), ("r1", 409), ("r2", 404)] {
        let how = format!("post /fareway/v1/deployments/{id}/narrow");
        assert_eq!(described.ask(setup, &how, &Value::Null).await.status, status, "{how}");
    }
}

#[tokio::test]
async fn receipts_and_reports_are_as_described() {
    let (setup, mut described) = setup().await;
    let fields = json!({"key_alias": "ann", "metadata": {"a": [1]}});
    let ann = key(&setup, fields).await;
    for scenarios in [
        "served=gpt-4.1-nano-2025-04-14",
        "served=nobody-knows-it",
        "no-usage",
        "rate-limited",
        "server-error",
        "no-answer",
        "garbage",
        "contradiction",
        "routing-details",
        "service-tier=priority",
        "cut",
    ] {
        setup.set(scenarios);
        for stream in [true, false] {
            let mut body = asking("Hello!");
            body["stream"] = stream.into();
            body["user"] = "somebody".into();
            body["metadata"] = json!({"tags": ["one"], "b": {"c": 1}});
            let how = "post /v1/chat/completions";
            let reply = described.ask_as(&setup, how, &body, &format!("Bearer {ann}")).await;
            setup.receipt(reply.id()).await;
            let how = format!("get /fareway/v1/requests/{}", reply.id());
            assert_eq!(described.ask(&setup, &how, &Value::Null).await.status, 200);
        }
    }
    let report = "get /fareway/v1/reports/spend?by=served,asked,deployment,key,team,user,tag,day,outcome,cost_status";
    all(
        &setup,
        &mut described,
        &[
            ("get /fareway/v1/requests?limit=5", Value::Null, 200),
            ("get /fareway/v1/requests?served=grok-4&from=2026-01-01", Value::Null, 200),
            ("get /fareway/v1/requests?limit=0", Value::Null, 400),
            ("get /fareway/v1/requests.csv?limit=2", Value::Null, 200),
            ("get /fareway/v1/requests.csv?limit=0", Value::Null, 400),
            ("get /fareway/v1/requests/nobody", Value::Null, 404),
            ("get /fareway/v1/requests/%ff", Value::Null, 400),
            (report, Value::Null, 200),
            ("get /fareway/v1/reports/spend?by=moon", Value::Null, 400),
            ("get /fareway/v1/reports/spend?tz=Asia/Kathmandu&from=2026-01-01", Value::Null, 200),
            ("get /fareway/v1/refusals?by=moon", Value::Null, 400),
            ("get /fareway/v1/reports/p95", Value::Null, 200),
            ("get /fareway/v1/reports/p95?tz=moon", Value::Null, 400),
            ("post /fareway/v1/requests/reprice", Value::Null, 200),
            (
                "post /fareway/v1/requests/reprice",
                json!({"cost_status": ["exact", "unpriced"], "dry_run": false, "tag": "one"}),
                200,
            ),
            ("post /fareway/v1/requests/reprice", json!({"ids": ["nobody"]}), 200),
            ("post /fareway/v1/requests/reprice", json!({"cost_status": "moon"}), 400),
        ],
    )
    .await;
    complete(&setup, described, &["requests"]).await;
}

#[tokio::test]
async fn litellms_pages_about_spending_are_as_described() {
    let (setup, mut described) = setup().await;
    let mut team = json!({"team_id": "blue", "members_with_roles": [{"user_id": "ann"}]});
    assert_eq!(described.ask(&setup, "post /team/new", &team).await.status, 200);
    team = json!({"user_id": "ann", "auto_create_key": false});
    assert_eq!(described.ask(&setup, "post /user/new", &team).await.status, 200);
    let ann = key(&setup, json!({"key_alias": "anns", "team_id": "blue", "user_id": "ann"})).await;
    let mut id = String::new();
    for scenarios in ["served=grok-4", "served=nobody-knows-it", "server-error"] {
        setup.set(scenarios);
        let mut body = asking("Hello!");
        body["tags"] = json!(["one", "two"]);
        let how = "post /v1/chat/completions";
        for bearer in [&ann, KEY] {
            let reply = described.ask_as(&setup, how, &body, &format!("Bearer {bearer}")).await;
            setup.receipt(reply.id()).await;
            id = reply.id().to_owned();
        }
    }
    let days = "start_date=2026-01-01&end_date=2100-01-01";
    let mut asked = vec![
        ("get /spend/logs".to_owned(), 200),
        ("get /spend/logs?summarize=moon".to_owned(), 400),
        (format!("get /spend/logs?{days}"), 200),
        (format!("get /spend/logs?request_id={id}"), 200),
        (format!("get /spend/logs/ui/{id}"), 200),
        ("get /spend/logs/ui/nobody".to_owned(), 404),
        ("get /spend/logs/ui/%ff".to_owned(), 400),
        ("get /global/spend/report".to_owned(), 400),
    ];
    for (path, wrong) in [
        ("/spend/logs/v2", "page=0"),
        ("/spend/logs/ui", "sort_by=moon"),
        ("/global/spend", "start_date=moon"),
        ("/global/spend/keys", "limit=0"),
        ("/global/spend/models", "limit=0"),
        ("/global/spend/teams", "limit=0"),
        ("/global/spend/tags", "limit=0"),
        ("/user/daily/activity", "page=0"),
        ("/user/daily/activity/aggregated", "start_date=moon"),
        ("/team/daily/activity", "page_size=0"),
    ] {
        if !path.contains("activity") {
            asked.push((format!("get {path}"), 200));
        }
        asked.push((format!("get {path}?{days}"), 200));
        asked.push((format!("get {path}?{wrong}"), 400));
    }
    for by in ["team", "internal_user", "api_key"] {
        asked.push((format!("get /global/spend/report?{days}&group_by={by}"), 200));
    }
    for (how, status) in asked {
        let reply = described.ask(&setup, &how, &Value::Null).await;
        assert_eq!(reply.status, status, "{how}: {}", reply.text());
    }
    complete(&setup, described, &["spend"]).await;
}

/// Calls each page of these tags in the ways that fail for all alike, and reports the rest: statuses
/// that are documented but were never seen.
async fn complete(setup: &Setup, mut described: Described, tags: &[&str]) {
    let plain = key(setup, json!({})).await;
    let plain = format!("Bearer {plain}");
    let large = Value::from("x".repeat((1 << 20) + 1));
    failed_keys::refused_from_now_on(setup).await;
    for (method, path, operation) in described.operations() {
        if !tags.contains(&operation["tags"][0].as_str().unwrap()) {
            continue;
        }
        let how = format!("{method} {}", path.replace("{key}", "sk-x").replace("{id}", "x"));
        assert_eq!(described.ask_as(setup, &how, &Value::Null, "").await.status, 401, "{how}");
        let mut wrong = described.ask_as(setup, &how, &Value::Null, "Bearer sk-wrong").await;
        if wrong.status == 401 {
            // Another minute has begun, in which wrong keys count anew.
            failed_keys::refused_from_now_on(setup).await;
            wrong = described.ask_as(setup, &how, &Value::Null, "Bearer sk-wrong").await;
        }
        assert_eq!(wrong.status, 429, "{how}");
        if operation["requestBody"].is_object() {
            assert_eq!(described.ask(setup, &how, &json!([])).await.status, 400, "{how}");
            assert_eq!(described.ask(setup, &how, &large).await.status, 413, "{how}");
            let packed = ("content-encoding", "br");
            let packed = described.ask_with(setup, &how, &json!({}), packed).await.status;
            assert_eq!(packed, 415, "{how}");
            let odd = described.ask(setup, &how, &json!({"moon": 1})).await.status;
            assert!([400, 404].contains(&odd), "{how}: {odd}");
        }
        let refused = described.ask_as(setup, &how, &Value::Null, &plain).await.status;
        if refused != 403 {
            // Only a page of another site is refused there: see `openapi.rs`.
            described.seen.insert(format!("{method} {path} 403"));
        }
    }
    let mut unseen = BTreeSet::new();
    for (method, path, operation) in described.operations() {
        if !tags.contains(&operation["tags"][0].as_str().unwrap()) {
            continue;
        }
        for status in operation["responses"].as_object().unwrap().keys() {
            // The store's absence and a system without randomness are not made here; bodies that do not
            // come are in `connection_limits.rs`.
            let one = format!("{method} {path} {status}");
            let made = !matches!(status.as_str(), "408" | "500" | "503");
            if made && !described.seen.contains(&one) {
                unseen.insert(one);
            }
        }
    }
    assert!(unseen.is_empty(), "said and never seen: {unseen:#?}");
}
