//! Users and teams with what belongs to them: keys go with their owners, members are named by id or
//! e-mail, and the holder of a key sees their own and nothing of others.

use harness::{
    client::Reply,
    gateway::{CHAT, GROUP, Setup, asking, streaming},
    keys::{ask, key, manage},
};
use serde_json::{Value, json};

use crate::spend_logs::number;

/// Posts as the operator.
async fn post(setup: &Setup, path: &str, body: Value) -> Reply {
    setup.post(path, &[], body.to_string()).await
}

async fn get(setup: &Setup, path: &str) -> Value {
    let reply = setup.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// Two teams with the users ann and bob in both, and a key for each pair of team and user.
async fn setup() -> (Setup, [String; 4]) {
    let setup = Setup::new().await;
    for user in ["ann", "bob"] {
        let email = format!("{user}@example.com");
        let fields = json!({"user_id": user, "user_email": email, "auto_create_key": false});
        manage(&setup, "/user/new", fields).await;
    }
    for team in ["blue", "red"] {
        let members = json!([{"user_id": "ann", "role": "admin"}, {"user_id": "bob"}]);
        let fields = json!({"team_id": team, "max_budget": 5, "members_with_roles": members});
        manage(&setup, "/team/new", fields).await;
    }
    let mut keys = Vec::new();
    for (team, user) in [("blue", "ann"), ("blue", "bob"), ("red", "ann"), ("red", "bob")] {
        let alias = format!("{team}-{user}");
        let fields = json!({"team_id": team, "user_id": user, "key_alias": alias});
        keys.push(key(&setup, fields).await);
    }
    (setup, keys.try_into().unwrap())
}

/// The current answer to each key.
async fn statuses(setup: &Setup, keys: &[String]) -> Vec<u16> {
    let mut all = Vec::new();
    for key in keys {
        all.push(ask(setup, key, &asking("Hi")).await.status);
    }
    all
}

#[tokio::test]
async fn a_team_takes_its_keys_with_it() {
    let (setup, keys) = setup().await;
    assert_eq!(statuses(&setup, &keys).await, [200; 4]);
    let missing = post(&setup, "/team/delete", json!({"team_ids": ["blue", "green"]})).await;
    assert_eq!(missing.status, 404, "{}", missing.text());
    assert_eq!(statuses(&setup, &keys).await, [200; 4], "all of it or nothing");
    let deleted = manage(&setup, "/team/delete", json!({"team_ids": ["blue", "blue"]})).await;
    assert_eq!(deleted["deleted_teams"], json!(["blue"]));
    assert_eq!(deleted["deleted_keys"].as_array().unwrap().len(), 2);
    assert_eq!(statuses(&setup, &keys).await, [401, 401, 200, 200]);
    assert_eq!(setup.get("/team/info?team_id=blue").await.status, 404);
    assert_eq!(get(&setup, "/key/list?team_id=blue").await["total_count"], 0);
    assert_eq!(get(&setup, "/user/info?user_id=ann").await["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_user_takes_their_keys_with_them_and_leaves_teams() {
    let (setup, keys) = setup().await;
    let deleted = manage(&setup, "/user/delete", json!({"user_ids": ["ann"]})).await;
    assert_eq!(deleted["deleted_users"], json!(["ann"]));
    assert_eq!(deleted["deleted_keys"].as_array().unwrap().len(), 2);
    assert_eq!(statuses(&setup, &keys).await, [401, 200, 401, 200]);
    let team = get(&setup, "/team/info?team_id=red").await;
    let bob = json!([{"user_id": "bob", "user_email": "bob@example.com", "role": "user"}]);
    assert_eq!(team["team_info"]["members_with_roles"], bob);
    assert_eq!(team["keys"].as_array().unwrap().len(), 1);
    assert_eq!(get(&setup, "/user/list").await["total"], 1);
}

/// The reservation of a request in flight becomes its cost, in the budgets that remain.
#[tokio::test]
async fn requests_in_flight_end_and_are_charged_to_who_is_left() {
    let (setup, keys) = setup().await;
    setup.set("served=gpt-4.1-nano-2025-04-14,slow-chunks=20");
    let bearer = format!("Bearer {}", keys[0]);
    let body = streaming("Write a long story, please").to_string();
    let mut opened = setup.open_at(CHAT, &[("authorization", &bearer)], body).await;
    opened.until("\"delta\":{\"content\":\"").await;
    let before = get(&setup, "/team/info?team_id=blue").await["team_info"].take();
    assert!(number(&before["reserved"]) > llm_types::Usd::ZERO, "{before}");
    manage(&setup, "/user/delete", json!({"user_ids": ["ann"]})).await;
    assert_eq!(ask(&setup, &keys[0], &asking("Hi")).await.status, 401);
    let reply = opened.rest().await;
    assert!(reply.is_done(), "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    let after = get(&setup, "/team/info?team_id=blue").await["team_info"].take();
    let total: llm_types::Usd = receipt["cost"]["total"].as_str().unwrap().parse().unwrap();
    assert!(total > llm_types::Usd::ZERO);
    assert_eq!(
        (number(&after["spend"]), number(&after["reserved"])),
        (total, llm_types::Usd::ZERO)
    );
    // A later user with the same id begins with nothing.
    manage(&setup, "/user/new", json!({"user_id": "ann", "auto_create_key": false})).await;
    let again = get(&setup, "/user/info?user_id=ann").await;
    assert_eq!((&again["user_info"]["spend"], &again["keys"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn members_are_named_by_id_or_email() {
    let (setup, keys) = setup().await;
    let ann = json!({"team_id": "blue", "user_email": "ANN@example.com"});
    let changed = manage(&setup, "/team/member_update", {
        let mut with = ann.clone();
        with["role"] = "user".into();
        with["max_budget_in_team"] = Value::Null;
        with
    })
    .await;
    let expect = json!({"team_id": "blue", "user_id": "ann", "user_email": "ann@example.com",
        "role": "user"});
    assert_eq!(changed, expect);
    // Out of the team, with the key in it and not with the other one.
    let team = manage(&setup, "/team/member_delete", ann.clone()).await;
    assert_eq!(team["members_with_roles"].as_array().unwrap().len(), 1);
    assert_eq!(statuses(&setup, &keys).await, [401, 200, 200, 200]);
    let gone = post(&setup, "/team/member_delete", ann.clone()).await;
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("member not found"), "{}", gone.text());
    assert_eq!(post(&setup, "/team/member_update", ann).await.status, 404);

    let members = json!([{"user_email": "ann@example.com", "role": "user"},
        {"user_email": "cid@example.com"}, {"user_id": "dan", "user_email": "dan@example.com"}]);
    let added = json!({"team_id": "blue", "member": members});
    let added = manage(&setup, "/team/member_add", added).await;
    let users = added["updated_users"].as_array().unwrap();
    assert_eq!(users.len(), 3);
    assert_eq!(added["updated_team_memberships"].as_array().unwrap().len(), 3);
    let cid = users.iter().find(|user| user["user_email"] == "cid@example.com").unwrap();
    assert_eq!(cid["teams"], json!(["blue"]));
    let found = get(&setup, "/user/list?user_email=CID@").await;
    assert_eq!(found["users"][0]["user_id"], cid["user_id"]);
    assert_eq!(
        get(&setup, "/user/info?user_id=dan").await["user_info"]["user_email"],
        "dan@example.com"
    );
    // Two of one e-mail.
    let twin =
        json!({"user_id": "dan2", "user_email": "dan@example.com", "auto_create_key": false});
    manage(&setup, "/user/new", twin).await;
    let dan = json!({"team_id": "blue", "user_email": "dan@example.com"});
    let unclear = post(&setup, "/team/member_delete", dan).await;
    assert_eq!(unclear.status, 400);
    assert!(unclear.text().contains("name them by `user_id`"), "{}", unclear.text());
}

/// A field that would limit a member is refused with advice, and never applied to the team itself.
#[tokio::test]
async fn limits_of_members_are_refused_by_name() {
    let (setup, _) = setup().await;
    let of = |more: Value| {
        let mut body = json!({"team_id": "blue", "user_id": "ann"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (path, body, field) in [
        ("/team/member_update", of(json!({"max_budget_in_team": 3})), "max_budget_in_team"),
        ("/team/member_update", of(json!({"tpm_limit": 3})), "tpm_limit"),
        ("/team/member_delete", of(json!({"max_budget": 3})), "max_budget"),
        (
            "/team/member_add",
            json!({"team_id": "blue", "member": {"user_id": "x"}, "budget_duration": "1d"}),
            "budget_duration",
        ),
        ("/team/block", json!({"team_id": "blue", "models": []}), ""),
        ("/team/block", json!({"team_id": "blue", "max_budget": 1}), "max_budget"),
        ("/team/update", json!({"team_id": "blue", "team_member_budget": 1}), "team_member_budget"),
        ("/key/generate", json!({"model_max_budget": {GROUP: 1}}), "model_max_budget"),
    ] {
        let reply = post(&setup, path, body).await;
        let expect = if field.is_empty() { 200 } else { 400 };
        assert_eq!(reply.status, expect, "{path} {field}: {}", reply.text());
        assert!(reply.text().contains(field), "{path}: {}", reply.text());
    }
    let team = get(&setup, "/team/info?team_id=blue").await["team_info"].take();
    assert_eq!((&team["budget_duration"], &team["max_budget"]), (&Value::Null, &json!(5)));
}

#[tokio::test]
async fn a_user_who_is_not_known_is_added_with_their_key() {
    let setup = Setup::new().await;
    let made = manage(&setup, "/key/generate", json!({"user_id": "eve"})).await;
    assert_eq!(made["user_id"], "eve");
    let info = get(&setup, "/user/info?user_id=eve").await;
    assert_eq!(info["keys"][0]["token"], made["token"]);
    manage(&setup, "/key/update", json!({"key": made["token"], "user_id": "fay"})).await;
    assert_eq!(get(&setup, "/user/list?search=fay").await["users"][0]["key_count"], 1);
    let again = json!({"key": made["token"], "user_id": "gil"});
    assert_eq!(manage(&setup, "/key/regenerate", again).await["user_id"], "gil");
    assert_eq!(get(&setup, "/user/list").await["total"], 3);
}

/// The holder of a key sees their own user, team and key, and nothing of others.
#[tokio::test]
async fn a_key_sees_its_own_user_and_team() {
    let (setup, keys) = setup().await;
    let bearer = format!("Bearer {}", keys[0]);
    let own = async |path: &str| setup.get_as(path, &bearer).await;
    for path in ["/user/info", "/user/info?user_id=ann"] {
        let info = own(path).await;
        assert_eq!(info.status, 200, "{path}: {}", info.text());
        let info = info.json();
        assert_eq!(
            (&info["user_id"], &info["user_info"]["user_email"]),
            (&json!("ann"), &json!("ann@example.com"))
        );
        let aliases: Vec<_> =
            info["keys"].as_array().unwrap().iter().map(|key| &key["key_alias"]).collect();
        assert_eq!(aliases, ["blue-ann"]);
        let mut teams: Vec<_> =
            info["teams"].as_array().unwrap().iter().map(|team| &team["team_id"]).collect();
        teams.sort_by_key(|id| id.to_string());
        assert_eq!(teams, ["blue", "red"]);
        assert!(!info.to_string().contains("bob"), "{info}");
    }
    assert_eq!(own("/v2/user/info").await.json()["user_id"], "ann");
    for path in ["/team/info", "/team/info?team_id=blue", "/team/info?team_id=red"] {
        let info = own(path).await;
        assert_eq!(info.status, 200, "{path}: {}", info.text());
        let info = info.json();
        let expect = usize::from(!path.ends_with("red"));
        assert_eq!(info["keys"].as_array().unwrap().len(), expect, "{path}");
        assert_eq!(info["team_memberships"][0]["user_id"], "ann");
        assert!(!info.to_string().contains("bob"), "{info}");
    }
    assert_eq!(own("/key/info").await.json()["info"]["key_alias"], "blue-ann");
    // Nothing about others, not even whether they exist.
    manage(&setup, "/team/new", json!({"team_id": "green"})).await;
    let mut refused = Vec::new();
    for path in [
        "/user/info?user_id=bob",
        "/user/info?user_id=nobody",
        "/v2/user/info?user_id=bob",
        "/v2/user/info?user_id=nobody",
        "/team/info?team_id=green",
        "/team/info?team_id=nobody",
    ] {
        let reply = own(path).await;
        refused.push(format!("{} {}", reply.status, reply.text()));
    }
    assert!(refused[0].starts_with("403 "), "{}", refused[0]);
    assert!(refused.iter().all(|reply| *reply == refused[0]), "{refused:#?}");
    for path in ["/user/list", "/team/list", "/v2/team/list", "/key/list", "/key/info?key=sk-x"] {
        assert_eq!(own(path).await.status, 403, "{path}");
    }
    // A key of nobody's.
    let nobodys = format!("Bearer {}", key(&setup, json!({})).await);
    for path in ["/user/info", "/team/info", "/v2/user/info"] {
        assert_eq!(setup.get_as(path, &nobodys).await.status, 400, "{path}");
    }
    for path in ["/user/info?user_id=ann", "/team/info?team_id=blue"] {
        assert_eq!(setup.get_as(path, &nobodys).await.status, 403, "{path}");
    }
}

/// The place where LiteLLM's clients look for their changes.
#[tokio::test]
async fn changes_are_answered_with_data() {
    let (setup, _) = setup().await;
    let team = manage(&setup, "/team/update", json!({"team_id": "blue", "max_budget": 7})).await;
    assert_eq!((&team["team_id"], &team["max_budget"]), (&json!("blue"), &json!(7)));
    assert_eq!(
        (&team["data"]["team_id"], &team["data"]["max_budget"]),
        (&json!("blue"), &json!(7))
    );
    let change = json!({"user_id": "ann", "user_alias": "Ann", "auto_create_key": true});
    let user = manage(&setup, "/user/update", change).await;
    assert_eq!((&user["user_id"], &user["data"]["user_alias"]), (&json!("ann"), &json!("Ann")));
    assert_eq!(user["ignored_fields"], json!(["auto_create_key"]));
    let info = get(&setup, "/user/info?user_id=ann").await;
    assert_eq!(info["teams"].as_array().unwrap().len(), 2);
    assert_eq!(info["teams"][0]["members_with_roles"].as_array().unwrap().len(), 2);
}
