//! The audit: every page that changes something leaves an entry, which says who did it and from where, and
//! holds no secret.

use std::collections::BTreeSet;

use harness::{
    gateway::{AZURE_KEY, KEY, Setup},
    keys::{key, manage},
};
use http::Method;
use serde_json::{Value, json};

use crate::{
    described::Described,
    sessions::{Browser, SESSION},
};

const AUDIT: &str = "/fareway/v1/audit";
const OWN: &str = "sk-a-key-that-somebody-chose";
const NEW: &str = "sk-the-key-that-comes-after-it";
const LAST: &str = "sk-the-last-key-in-this-place";

/// Pages that change nothing, beside those that ask a model: they compute, or only look.
const NO_CHANGE: [&str; 4] = [
    "post /health/test_connection",
    "post /cost/estimate",
    "post /spend/calculate",
    "post /ui/api/endpoint",
];
/// Pages that change something: the ledger's own tests see their entries.
const ELSEWHERE: [&str; 3] = [
    "post /fareway/v1/instances/{id}/free",
    "post /fareway/v1/deployments/{id}/narrow",
    "post /fareway/v1/requests/reprice",
];

/// A page, its path with names filled in, the request, and the entry that it leaves: action and subject.
type Asked = (&'static str, &'static str, Value, &'static str, String);

/// The changing pages in an order in which each can be asked.
fn changes(azure: &str) -> Vec<Asked> {
    [of_owners(), of_keys(), of_models(azure)].concat()
}

fn of_owners() -> Vec<Asked> {
    let page = |page: &'static str, body: Value, action: &'static str| {
        let subject = if page.starts_with("post /team") { "blue" } else { "ann" };
        (page, page.split(' ').next_back().unwrap(), body, action, subject.to_owned())
    };
    let blue = |more: Value| {
        let mut body = json!({"team_id": "blue"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let member = json!({"member": {"user_id": "ann", "role": "user"}});
    let ann = json!({"user_id": "ann", "auto_create_key": false});
    vec![
        page("post /team/new", blue(json!({})), "create_team"),
        page("post /team/update", blue(json!({"max_budget": 5})), "update_team"),
        page("post /team/member_add", blue(member), "update_team"),
        page(
            "post /team/member_update",
            blue(json!({"user_id": "ann", "role": "admin"})),
            "update_team",
        ),
        page("post /team/member_delete", blue(json!({"user_id": "ann"})), "update_team"),
        page("post /team/block", blue(json!({})), "block_team"),
        page("post /team/unblock", blue(json!({})), "unblock_team"),
        page("post /user/new", ann, "create_user"),
        page("post /user/update", json!({"user_id": "ann", "user_alias": "Ann"}), "update_user"),
        page("post /user/delete", json!({"user_ids": ["ann"]}), "delete_user"),
        page("post /team/delete", json!({"team_ids": ["blue"]}), "delete_team"),
    ]
}

fn of_keys() -> Vec<Asked> {
    let page = |page: &'static str, body: Value, action: &'static str, key: &str| {
        let path = page.split(' ').next_back().unwrap();
        (page, path, body, action, ledger::KeyHash::of(key).to_string())
    };
    let own = json!({"key": OWN});
    let mut named = page("post /key/{key}/regenerate", json!({"key": LAST}), "replace_key", NEW);
    named.1 = "/key/sk-the-key-that-comes-after-it/regenerate";
    vec![
        page("post /key/generate", own.clone(), "create_key", OWN),
        page("post /key/update", json!({"key": OWN, "max_budget": 7}), "update_key", OWN),
        page("post /key/block", own.clone(), "block_key", OWN),
        page("post /key/unblock", own.clone(), "unblock_key", OWN),
        page("post /key/regenerate", own, "replace_key", OWN),
        page("post /key/generate", json!({"key": NEW}), "create_key", NEW),
        named,
        page("post /key/delete", json!({"keys": [LAST]}), "delete_key", LAST),
    ]
}

fn of_models(azure: &str) -> Vec<Asked> {
    let page = |page: &'static str, body: Value, action: &'static str| {
        (page, page.split(' ').next_back().unwrap(), body, action, "m1".to_owned())
    };
    let params =
        json!({"model": "azure_ai/azure-model-router", "api_base": azure, "api_key": AZURE_KEY});
    let id = json!({"id": "m1"});
    let model = json!({"model_name": "added", "model_info": id, "litellm_params": params});
    let other = json!({"litellm_params": {"api_key": "another-key-of-azure"}});
    let mut patched = page("patch /model/{id}/update", other, "update_model");
    patched.1 = "/model/m1/update";
    vec![
        page("post /model/new", model, "create_model"),
        page(
            "post /model/update",
            json!({"model_info": id, "model_name": "other"}),
            "update_model",
        ),
        patched,
        page("post /model/delete", id, "delete_model"),
    ]
}

/// The entries that fit a query, newest first.
async fn entries(setup: &Setup, query: &str) -> Vec<Value> {
    let reply = setup.get(&format!("{AUDIT}?limit=1000&{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_page_that_changes_something_leaves_an_entry() {
    let setup = Setup::new().await;
    let mut described = Described::of(&setup).await;
    let changes = changes(&setup.azure.openai_v1());
    let mut asked = BTreeSet::from(["post /ui/api/session", "delete /ui/api/session"]);
    for (page, path, body, action, subject) in &changes {
        let before = entries(&setup, "").await.len();
        let method = page.split(' ').next().unwrap();
        let reply = described.ask(&setup, &format!("{method} {path}"), body).await;
        assert_eq!(reply.status, 200, "{page}: {}", reply.text());
        let after = entries(&setup, "").await;
        assert!(after.len() > before, "{page} leaves no entry");
        let ours = entries(&setup, &format!("action={action}&subject={subject}")).await;
        let newest = ours.first().unwrap_or_else(|| panic!("{page}: no `{action}` of `{subject}`"));
        assert_eq!(
            (&newest["actor"], &newest["ip"]),
            (&json!("operator"), &json!("127.0.0.1")),
            "{page}"
        );
        asked.insert(page);
    }
    for (method, path, operation) in described.operations() {
        let page = format!("{method} {path}");
        // Those that call a model, and pass on what Azure says.
        let asks = operation["responses"]["default"].is_object();
        let known = asks || NO_CHANGE.contains(&&*page) || ELSEWHERE.contains(&&*page);
        let looks = ["get", "head", "options"].contains(&&*method);
        assert!(
            looks || known || asked.contains(&*page),
            "`{page}`: which entry of the audit does it leave?"
        );
    }
    let all = setup.get(&format!("{AUDIT}?limit=1000")).await.text().to_owned();
    for secret in [KEY, OWN, NEW, LAST, AZURE_KEY, "another-key-of-azure", "fareway:v"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[tokio::test]
async fn an_entry_says_who_did_what_to_what() {
    let setup = Setup::new().await;
    let admin = key(&setup, json!({"admin": true, "key_alias": "root"})).await;
    let browser = Browser::sign_in(&setup, &admin).await;
    let made = browser.post("/key/generate", &json!({"key_alias": "made", "max_budget": 5})).await;
    let id = made.json()["token"].as_str().unwrap_or_default().to_owned();
    let changed = json!({"key": made.json()["key"], "max_budget": "7.5"});
    let _: Value = manage(&setup, "/key/update", changed).await;
    assert_eq!(
        browser
            .send(Method::DELETE, SESSION, &[("origin", &browser.origin())], &Value::Null)
            .await
            .status,
        204
    );
    let signed_out = &entries(&setup, "action=sign_out").await[0];
    let signed_in = &entries(&setup, "action=sign_in").await[0];
    assert_eq!((&signed_in["key_alias"], &signed_in["kind"]), (&json!("root"), &json!("session")));
    assert_eq!(signed_in["subject"], signed_out["subject"]);
    let created = &entries(&setup, "action=create_key&actor=root").await[0];
    assert_eq!((&created["session"], &created["before"]), (&json!(true), &Value::Null));
    assert_eq!(created["key_id"], ledger::KeyHash::of(&admin).to_string());
    assert_eq!(created["after"]["max_budget"], "5");
    let updated =
        &entries(&setup, &format!("action=update_key&actor=operator&kind=key&subject={id}")).await
            [0];
    assert_eq!(
        (&updated["before"], &updated["after"]),
        (&json!({"max_budget": "5"}), &json!({"max_budget": "7.5"}))
    );
    assert_eq!(updated["session"], false);
    // By the key itself, as people have it.
    let of_key = entries(&setup, &format!("actor={admin}&action=create_key")).await;
    assert_eq!(of_key.len(), 1);
    assert_eq!(entries(&setup, "ip=127.0.0.1&from=2020-01-01&to=2020-01-02").await.len(), 0);
}

#[tokio::test]
async fn the_audit_is_for_admins() {
    let setup = Setup::new().await;
    let mut described = Described::of(&setup).await;
    let plain = key(&setup, json!({})).await;
    let how = "get /fareway/v1/audit";
    assert_eq!(described.ask(&setup, how, &Value::Null).await.status, 200);
    for (query, status) in
        [("?ip=x", 400), ("?limit=0", 400), ("?from=x", 400), ("?nothing=1", 400), ("?ip=::1", 200)]
    {
        assert_eq!(
            described.ask(&setup, &format!("{how}{query}"), &Value::Null).await.status,
            status,
            "{query}"
        );
    }
    let bearer = format!("Bearer {plain}");
    assert_eq!(described.ask_as(&setup, how, &Value::Null, &bearer).await.status, 403);
    assert_eq!(described.ask_as(&setup, how, &Value::Null, "Bearer sk-wrong").await.status, 401);
    let first = setup.get(&format!("{AUDIT}?limit=1")).await.json();
    assert_eq!(first["entries"].as_array().unwrap().len(), 1);
}
