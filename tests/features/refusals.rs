//! Refusals of the gateway itself: counted by key, reason and minute, without growing without
//! bound.

use harness::{
    gateway::{GROUP, KEY, Setup, asking, entry, gateway},
    keys::{ask, key},
};
use serde_json::{Value, json};

use crate::{described::Described, sessions::SESSION};

const REFUSALS: &str = "/fareway/v1/refusals";

/// `reason requests` or `key reason requests` of each row, sorted.
async fn rows(setup: &Setup, query: &str, shown: &str) -> Vec<String> {
    let reply = setup.get_as(&format!("{REFUSALS}?{query}"), &format!("Bearer {shown}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let report = reply.json();
    let text = |row: &Value, field: &str| row[field].as_str().map(|text| format!("{text} "));
    let line = |row: &Value| {
        let names: String = ["key", "reason"].iter().filter_map(|field| text(row, field)).collect();
        format!("{names}{}", row["requests"])
    };
    let mut rows: Vec<_> = report["rows"].as_array().unwrap().iter().map(line).collect();
    rows.sort();
    rows
}

/// One request of each reason that a client can bring about.
#[tokio::test]
async fn each_refusal_is_counted_by_key_and_reason() {
    let setup = Setup::new().await;
    let broke = key(&setup, json!({"key_alias": "broke", "max_budget": 0})).await;
    let slow = key(&setup, json!({"key_alias": "slow", "rpm_limit": 1})).await;
    let narrow = key(&setup, json!({"key_alias": "narrow", "models": ["other"]})).await;
    let blocked = key(&setup, json!({"key_alias": "blocked", "blocked": true})).await;
    let team = json!({"team_id": "poor", "max_budget": 0});
    assert_eq!(setup.post("/team/new", &[], team.to_string()).await.status, 200);
    let member = key(&setup, json!({"key_alias": "member", "team_id": "poor"})).await;
    let hello = asking("Hello!");
    for (shown, body, status) in [
        (&*broke, &hello, 429),
        (&*broke, &hello, 429),
        (&*member, &hello, 429),
        (&*slow, &hello, 200),
        (&*slow, &hello, 429),
        (&*narrow, &hello, 404),
        (&*blocked, &hello, 401),
        ("sk-nobody-has-this-key", &hello, 401),
        (KEY, &json!({"model": GROUP, "messages": 1}), 400),
        (KEY, &json!({"model": "nothing", "messages": []}), 404),
    ] {
        let reply = ask(&setup, shown, body).await;
        assert_eq!(reply.status, status, "{shown} {}", reply.text());
    }
    // By the path that names the group, and on a page of the management.
    let path = format!("/openai/deployments/{GROUP}/chat/completions");
    let shown = [("api-key", &*broke)];
    assert_eq!(setup.post(&path, &shown, hello.to_string()).await.status, 429);
    assert_eq!(setup.get_as("/key/list", &format!("Bearer {narrow}")).await.status, 403);
    // In the name of a key.
    let id = ledger::KeyHash::of(&broke).to_string();
    let bearer = format!("Bearer {KEY}");
    let as_key = [("authorization", &*bearer), ("x-fareway-as-key", &*id)];
    assert_eq!(setup.post(harness::gateway::CHAT, &as_key, hello.to_string()).await.status, 429);
    assert_eq!(
        rows(&setup, "by=key,reason", KEY).await,
        [
            "blocked key_blocked 1",
            "broke key_budget 4",
            "member team_budget 1",
            "narrow model_not_found 1",
            "narrow not_allowed 1",
            "operator body 1",
            "operator model_not_found 1",
            "slow key_requests 1",
            "unknown wrong_key 1",
        ]
    );
    // Nothing of the upstream's is among them.
    setup.set("rate-limited");
    assert_eq!(ask(&setup, KEY, &hello).await.status, 429);
    assert_eq!(rows(&setup, "by=key&reason=key_budget", KEY).await, ["broke 4"]);
    let page = setup.get("/metrics").await;
    assert!(page.text().contains("{reason=\"key_budget\"} 4"), "{}", page.text());
    // A key sees its own.
    assert_eq!(rows(&setup, "", &broke).await, ["key_budget 4"]);
    let other = setup.get_as(&format!("{REFUSALS}?key={id}"), &format!("Bearer {narrow}")).await;
    assert_eq!(other.status, 403);
}

/// Models, tags and users at random, and keys that nobody has: they are counted under a few names.
#[tokio::test]
async fn random_labels_add_no_rows() {
    let setup = Setup::new().await;
    for nth in 0..2_000 {
        let body = json!({"model": format!("model-{nth}"), "messages": [], "user": format!("u{nth}"),
            "metadata": {"tags": [format!("t{nth}")]}});
        assert_eq!(ask(&setup, KEY, &body).await.status, 404);
    }
    for nth in 0..8 {
        let shown = format!("sk-nobody-has-this-key-{nth}");
        assert_eq!(ask(&setup, &shown, &asking("Hello!")).await.status, 401);
    }
    let by_minute = rows(&setup, "by=minute,key,reason", KEY).await;
    // A minute may end meanwhile.
    assert!(by_minute.len() <= 2 * 20, "{by_minute:?}");
    let counted = rows(&setup, "by=key,reason", KEY).await;
    assert_eq!(counted, ["operator model_not_found 2000", "unknown wrong_key 8"]);
    let page = setup.get("/metrics").await.text().to_owned();
    let series = page.lines().filter(|line| line.starts_with("fareway_refusals_total")).count();
    assert_eq!(series, 2, "{page}");
}

/// Counts survive a restart, and refused sign-ins are in the audit.
#[tokio::test]
async fn counts_outlive_the_gateway() {
    let setup = Setup::new().await;
    for _ in 0..3 {
        let origin = format!("http://{}", setup.gateway.address());
        let headers = [("origin", &*origin), ("authorization", "")];
        let body = json!({"key": "sk-nobody-has-this-key"}).to_string();
        assert_eq!(setup.post(SESSION, &headers, body).await.status, 401);
    }
    let Setup { azure, gateway: first, http, folder } = setup;
    first.shutdown().await;
    let entries = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entries, "", 1, folder.path()).await;
    let setup = Setup { azure, gateway, http, folder };
    assert_eq!(rows(&setup, "by=key,reason", KEY).await, ["unknown wrong_key 3"]);
    let audit = setup.get("/fareway/v1/audit?action=refuse_sign_in").await.json();
    let entries = audit["entries"].as_array().unwrap().clone();
    let counts: u64 = entries.iter().map(|entry| entry["after"]["count"].as_u64().unwrap()).sum();
    assert_eq!((counts, &entries[0]["ip"]), (3, &json!("127.0.0.1")), "{audit}");
    assert_eq!((&entries[0]["actor"], &entries[0]["kind"]), (&json!("nobody"), &json!("client")));
}

#[tokio::test]
async fn the_report_is_as_described() {
    let setup = Setup::new().await;
    let mut described = Described::of(&setup).await;
    ask(&setup, "sk-nobody-has-this-key", &asking("Hello!")).await;
    let how = format!("get {REFUSALS}");
    for (query, status) in [
        ("", 200),
        ("?by=day", 200),
        ("?by=key,reason,hour&from=2020-01-01", 200),
        ("?by=hour,day", 400),
        ("?by=key,key", 400),
        ("?by=model", 400),
        ("?from=x", 400),
        ("?model=x", 400),
    ] {
        let reply = described.ask(&setup, &format!("{how}{query}"), &Value::Null).await;
        assert_eq!(reply.status, status, "{query}: {}", reply.text());
    }
    let refused = described.ask_as(&setup, &how, &Value::Null, "Bearer sk-wrong").await;
    assert_eq!(refused.status, 401);
}
