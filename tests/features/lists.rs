//! Lists of users, teams and keys: LiteLLM's filters, order and page numbers.

use harness::{
    gateway::Setup,
    keys::{key, manage},
};
use jiff::ToSpan as _;
use llm_types::{Clock as _, ManualClock};
use serde_json::{Value, json};

async fn get(setup: &Setup, path: &str) -> Value {
    let reply = setup.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// The names of what is on a page.
fn names(page: &Value, list: &str, name: &str) -> String {
    let all = if list.is_empty() { page } else { &page[list] };
    let name = |one: &Value| one[name].as_str().unwrap_or("-").to_owned();
    all.as_array().unwrap().iter().map(name).collect::<Vec<_>>().join(" ")
}

fn later(clock: &ManualClock, seconds: i64) {
    clock.set(clock.now() + seconds.seconds());
}

/// Users, teams and keys, made one second after another.
async fn setup() -> Setup {
    let (setup, clock) = Setup::at("2026-11-22T10:00:00Z", "").await;
    for (user, role, email) in [
        ("ann", "internal_user", "ann@example.com"),
        ("bob", "proxy_admin", "bob@example.com"),
        ("cid", "internal_user", "CID@example.org"),
        ("dan-ann", "internal_user_viewer", ""),
    ] {
        later(&clock, 1);
        let fields = json!({"user_id": user, "user_role": role, "user_email": email,
            "auto_create_key": false});
        manage(&setup, "/user/new", fields).await;
    }
    for (team, alias, budget) in [("t1", "Blue", 3), ("t2", "Red", 1), ("t3", "Light blue", 2)] {
        later(&clock, 1);
        let fields = json!({"team_id": team, "team_alias": alias, "max_budget": budget,
            "members_with_roles": [{"user_id": "ann"}]});
        manage(&setup, "/team/new", fields).await;
    }
    for (alias, user, team, blocked, duration, rpm) in [
        ("one", "ann", "t1", false, "1h", 1),
        ("two", "ann", "t2", true, "2h", 2),
        ("Three", "dan-ann", "t1", false, "1s", 3),
    ] {
        later(&clock, 2);
        let fields = json!({"key_alias": alias, "user_id": user, "team_id": team,
            "blocked": blocked, "duration": duration, "rpm_limit": rpm});
        key(&setup, fields).await;
    }
    later(&clock, 5);
    setup
}

#[tokio::test]
async fn users_are_listed_by_pages() {
    let setup = setup().await;
    let all = get(&setup, "/user/list").await;
    let numbers = ["total", "page", "page_size", "total_pages"].map(|name| all[name].clone());
    assert_eq!(numbers, [json!(4), json!(1), json!(25), json!(1)]);
    assert_eq!(names(&all, "users", "user_id"), "dan-ann cid bob ann", "the newest first");
    assert_eq!(
        (&all["users"][3]["key_count"], &all["users"][3]["teams"]),
        (&json!(2), &json!(["t1", "t2", "t3"]))
    );
    let second = get(&setup, "/user/list?page=2&page_size=3").await;
    let numbers = ["total", "page", "page_size", "total_pages"].map(|name| second[name].clone());
    assert_eq!(numbers, [json!(4), json!(2), json!(3), json!(2)]);
    for (query, expect) in [
        ("page=2&page_size=3", "ann"),
        ("page=9", ""),
        ("role=internal_user", "cid ann"),
        ("user_ids=ANN", "dan-ann ann"),
        ("user_ids=ann,cid,nobody", "cid ann"),
        ("user_email=cid@", "cid"),
        ("search=example.com", "bob ann"),
        ("search=dan", "dan-ann"),
        ("team=t1", "ann"),
        ("team=nobody", ""),
        ("sort_by=user_id", "ann bob cid dan-ann"),
        ("sort_by=user_email&sort_order=desc", "bob ann cid dan-ann"),
        ("sort_by=key_count&sort_order=desc", "ann dan-ann bob cid"),
        ("role=&user_ids=&team=", "dan-ann cid bob ann"),
    ] {
        let page = get(&setup, &format!("/user/list?{query}")).await;
        assert_eq!(names(&page, "users", "user_id"), expect, "{query}");
    }
    for (query, expected) in [
        ("page=0", "`page`"),
        ("page_size=x", "`page_size`"),
        ("sort_by=moon", "one of user_id, user_email"),
        ("sort_order=up", "`asc` or `desc`"),
        ("organization_ids=o", "nothing but role, user_ids"),
    ] {
        let reply = setup.get(&format!("/user/list?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
        assert!(reply.text().contains(expected), "{query}: {}", reply.text());
    }
}

#[tokio::test]
async fn teams_are_listed_by_pages() {
    let setup = setup().await;
    for (query, expect) in [
        ("", "t1 t2 t3"),
        ("sort_order=desc", "t3 t2 t1"),
        ("team_alias=blue", "t1 t3"),
        ("search=t2", "t2"),
        ("search=BLUE", "t1 t3"),
        ("user_id=ann", "t1 t2 t3"),
        ("user_id=bob", ""),
        ("sort_by=max_budget", "t2 t3 t1"),
        ("sort_by=created_at&sort_order=desc", "t3 t2 t1"),
    ] {
        let teams = get(&setup, &format!("/team/list?{query}")).await;
        assert_eq!(names(&teams, "", "team_id"), expect, "{query}");
        let page = get(&setup, &format!("/v2/team/list?{query}")).await;
        assert_eq!(names(&page, "teams", "team_id"), expect, "{query}");
    }
    let page = get(&setup, "/v2/team/list?page=2&page_size=2").await;
    let numbers = ["total", "page", "page_size", "total_pages"].map(|name| page[name].clone());
    assert_eq!(numbers, [json!(3), json!(2), json!(2), json!(2)]);
    let first = get(&setup, "/v2/team/list?team_id=t1").await["teams"][0].take();
    assert_eq!((&first["members_count"], &first["keys_count"]), (&json!(1), &json!(2)));
    assert_eq!(setup.get("/v2/team/list?sort_by=moon").await.status, 400);
}

#[tokio::test]
async fn keys_are_listed_by_pages() {
    let setup = setup().await;
    for (query, expect) in [
        ("", "Three two one"),
        ("sort_order=asc", "one two Three"),
        ("sort_by=key_alias", "two one Three"),
        ("sort_by=rpm_limit&sort_order=asc", "one two Three"),
        ("user_id=ann", "two one"),
        ("user_id=ann&substring_matching=true", "Three two one"),
        ("key_alias=T&substring_matching=true", "Three two"),
        ("key_alias=T", ""),
        ("team_id=t1&size=1&page=2", "one"),
        ("status=active", "one"),
        ("status=revoked", "two"),
        ("status=expired", "Three"),
        ("expires=active", "two one"),
        ("expires=expired", "Three"),
        ("expand=user&include_team_keys=true", "Three two one"),
    ] {
        let page = get(&setup, &format!("/key/list?{query}")).await;
        assert_eq!(names(&page, "keys", "key_alias"), expect, "{query}");
    }
    let one = get(&setup, "/key/list?key_alias=one").await["keys"][0]["token"].take();
    let by_hash = format!("/key/list?search={}", one.as_str().unwrap());
    assert_eq!(names(&get(&setup, &by_hash).await, "keys", "key_alias"), "one");
    for query in ["status=deleted", "expires=moon", "sort_by=moon", "organization_id=o"] {
        let reply = setup.get(&format!("/key/list?{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text());
    }
}
