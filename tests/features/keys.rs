//! Virtual keys, teams and users: what they may do, and how they are managed.

use std::time::Duration;

use harness::{
    client::Reply,
    gateway::{CHAT, GROUP, KEY, Setup, asking, streaming},
    keys::{ask, key, manage},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

/// Status, type, code and message of a refusal.
fn summary(reply: &Reply) -> String {
    let error = &reply.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
    format!("{} {} {}: {}", reply.status, text("type"), text("code"), text("message"))
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_at_once() {
    let setup = Setup::new().await;
    let fields = json!({"key_alias": "ann", "max_budget": 2.5, "budget_duration": "30d",
        "models": [GROUP], "rpm_limit": 60, "metadata": {"cost_center": 7}});
    let mut made = manage(&setup, "/key/generate", fields).await;
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 51);
    let reply = ask(&setup, &key, &asking("Hello!")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    for volatile in
        ["key", "token", "token_id", "key_name", "created_at", "updated_at", "budget_reset_at"]
    {
        assert!(made[volatile].is_string(), "{volatile}");
        made[volatile] = "REDACTED".into();
    }
    assert_json_snapshot!(made, @r#"
    {
      "admin": false,
      "blocked": false,
      "budget_duration": "30d",
      "budget_limits": [],
      "budget_mode": "strict",
      "budget_reset_at": "REDACTED",
      "created_at": "REDACTED",
      "expires": null,
      "held": 0,
      "key": "REDACTED",
      "key_alias": "ann",
      "key_name": "REDACTED",
      "left": 2.5,
      "max_budget": 2.5,
      "max_parallel_requests": null,
      "metadata": {
        "cost_center": 7
      },
      "models": [
        "azure-model-router"
      ],
      "old_key_until": null,
      "reserved": 0,
      "rpm_limit": 60,
      "spend": 0,
      "team_id": null,
      "token": "REDACTED",
      "token_id": "REDACTED",
      "tpm_limit": null,
      "updated_at": "REDACTED",
      "user_id": null
    }
    "#);
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    let receipt = setup.receipt(reply.id()).await;
    let total = receipt["cost"]["total"].as_str().unwrap();
    assert_eq!(
        info["info"]["spend"].to_string().parse::<llm_types::Usd>().ok(),
        total.parse().ok()
    );
    // The key itself is nowhere.
    assert!(!setup.get("/key/list").await.text().contains(&key));
    let files = std::fs::read_dir(setup.folder.path()).unwrap();
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
    }
}

/// A key cannot find out on any page which other groups there are.
#[tokio::test]
async fn a_group_of_others_is_as_one_that_is_not_there() {
    let setup = Setup::new().await;
    let elsewhere = key(&setup, json!({"models": ["another-group"]})).await;
    let bearer = format!("Bearer {elsewhere}");
    let asked = async |group: &str| {
        let mut chat = asking("Hello!");
        chat["model"] = group.into();
        let messages = json!({"model": group, "messages": [{"role": "user", "content": "Hi"}]});
        let answer = json!({"model": group, "completion_response": {"id": "1", "object": "x",
            "created": 1, "model": "gpt-5-nano", "choices": []}});
        let azures = format!("/openai/deployments/{group}/chat/completions?api-version=2024-10-21");
        let mut all = Vec::new();
        for (path, body) in [
            (CHAT, &chat),
            (&*azures, &chat),
            ("/spend/calculate", &messages),
            ("/spend/calculate", &answer),
            ("/cost/estimate", &json!({"model": group, "input_tokens": 1, "output_tokens": 1})),
        ] {
            let headers = [("authorization", bearer.as_str())];
            let reply = setup.post(path, &headers, body.to_string()).await;
            all.push(format!("{path} {} {}", reply.status, reply.text()).replace(group, "GROUP"));
        }
        for path in
            [format!("/v1/models/{group}"), format!("/model_group/info?model_group={group}")]
        {
            let reply = setup.get_as(&path, &bearer).await;
            all.push(format!("{path} {} {}", reply.status, reply.text()).replace(group, "GROUP"));
        }
        all
    };
    let (others, nobodys) = (asked(GROUP).await, asked("some-model-router").await);
    assert_eq!(others, nobodys);
    assert!(others[0].contains(" 404 ") && others[0].contains("model_not_found"), "{}", others[0]);
}

/// Counting tokens takes the gateway's time, so that it counts as a request.
#[tokio::test]
async fn computing_costs_counts_as_a_request() {
    let setup = Setup::new().await;
    let slow = key(&setup, json!({"rpm_limit": 2})).await;
    let body = json!({"model": "gpt-5-nano", "messages": [{"role": "user", "content": "Hi"}]});
    let compute = async |key: &str| {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str())];
        setup.post("/spend/calculate", &headers, body.to_string()).await
    };
    let mut refused = None;
    // A new minute may begin between two of them.
    for _ in 0..6 {
        let reply = compute(&slow).await;
        assert!([200, 429].contains(&reply.status), "{}", reply.text());
        refused = Some(reply).filter(|reply| reply.status == 429).or(refused);
    }
    let refused = refused.expect("six in two minutes are too many");
    assert_eq!(refused.json()["error"]["code"], "rate_limit_exceeded");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(ask(&setup, &slow, &asking("Hello!")).await.status, 429);
    for _ in 0..4 {
        assert_eq!(compute(KEY).await.status, 200);
    }
}

#[tokio::test]
async fn a_key_may_what_it_may_and_no_more() {
    let setup = Setup::new().await;
    let elsewhere = key(&setup, json!({"models": ["another-group"]})).await;
    let blocked = key(&setup, json!({"blocked": true})).await;
    let short = key(&setup, json!({"duration": "1s"})).await;
    let deleted = key(&setup, json!({"key_alias": "gone"})).await;
    manage(&setup, "/key/delete", json!({"key_aliases": ["gone"]})).await;
    let team = json!({"team_id": "blue", "models": ["another-group"]});
    manage(&setup, "/team/new", team).await;
    let of_team = key(&setup, json!({"team_id": "blue"})).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let mut all = Vec::new();
    for key in [&elsewhere, &blocked, &short, &deleted, &of_team] {
        all.push(summary(&ask(&setup, key, &asking("Hello!")).await));
    }
    insta::assert_snapshot!(all.join("\n"), @r"
    404 invalid_request_error model_not_found: the model `azure-model-router` does not exist here; `GET /v1/models` lists those that do
    401 authentication_error key_blocked: this key is blocked; ask the operator of the gateway
    401 authentication_error key_expired: this API key has expired; request a new one
    401 authentication_error invalid_api_key: the API key is not valid here; check that it is the gateway's key and not Azure's
    404 invalid_request_error model_not_found: the model `azure-model-router` does not exist here; `GET /v1/models` lists those that do
    ");
    assert_eq!(setup.azure.count(), 0);
    manage(&setup, "/key/unblock", json!({"key": blocked})).await;
    assert_eq!(ask(&setup, &blocked, &asking("Hello!")).await.status, 200);
    let again = manage(&setup, "/key/regenerate", json!({"key": blocked})).await;
    assert_eq!(ask(&setup, &blocked, &asking("Hello!")).await.status, 401);
    let again = again["key"].as_str().unwrap();
    assert_eq!(ask(&setup, again, &asking("Hello!")).await.status, 200);
}

#[tokio::test]
async fn a_key_sees_its_own_and_manages_nothing() {
    let setup = Setup::new().await;
    let (ann, bob) = (key(&setup, json!({})).await, key(&setup, json!({})).await);
    let id = ask(&setup, &ann, &asking("Hello!")).await.id().to_owned();
    let as_key = |key: &str| format!("Bearer {key}");
    let path = format!("/fareway/v1/requests/{id}");
    for (key, status) in [(&ann, 200), (&bob, 404)] {
        let reply = setup.get_as(&path, &as_key(key)).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    assert_eq!(setup.get_as("/key/info", &as_key(&ann)).await.status, 200);
    let others = format!("/key/info?key={bob}");
    assert_eq!(setup.get_as(&others, &as_key(&ann)).await.status, 403);
    assert_eq!(setup.get_as("/key/list", &as_key(&ann)).await.status, 403);
    let new = setup.post("/key/generate", &[("authorization", &as_key(&ann))], "{}").await;
    insta::assert_snapshot!(summary(&new), @"403 authentication_error not_admin: this key may not manage the gateway; use the master key or an admin key");
    let admin = key(&setup, json!({"admin": true})).await;
    assert_eq!(setup.get_as("/key/list", &as_key(&admin)).await.status, 200);
}

#[tokio::test]
async fn limits_are_kept_for_keys_and_their_teams() {
    let setup = Setup::new().await;
    manage(&setup, "/team/new", json!({"team_id": "blue", "rpm_limit": 3})).await;
    let one = key(&setup, json!({"team_id": "blue", "rpm_limit": 2})).await;
    let other = key(&setup, json!({"team_id": "blue"})).await;
    let mut statuses = Vec::new();
    for key in [&one, &one, &one, &other, &other] {
        statuses.push(ask(&setup, key, &asking("Hello!")).await.status);
    }
    // A minute may begin in between, and then all of them fit.
    if statuses.contains(&429) {
        let over = ask(&setup, &other, &asking("Hello!")).await;
        if over.status == 429 {
            assert!(over.header("retry-after").is_some());
            assert!(summary(&over).contains(
                "this key's team has reached its limit of 3 requests per minute; try again in "
            ));
        }
    } else {
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    }
    let narrow = key(&setup, json!({"max_parallel_requests": 1})).await;
    setup.set("slow-chunks=30");
    let bearer = format!("Bearer {narrow}");
    let headers = [("authorization", bearer.as_str())];
    let mut first = setup.open_at(CHAT, &headers, streaming("Hello!").to_string()).await;
    first.until("data:").await;
    let second = ask(&setup, &narrow, &asking("Hello!")).await;
    assert!(summary(&second).contains("requests at a time"), "{}", second.text());
    assert!(first.rest().await.is_done());
    setup.set("normal");
    assert_eq!(ask(&setup, &narrow, &asking("Hello!")).await.status, 200);
}

#[tokio::test]
async fn an_error_in_a_request_names_the_field() {
    let setup = Setup::new().await;
    let taken = json!({"key_alias": "ann"});
    key(&setup, taken.clone()).await;
    let wrong = [
        ("/key/generate", json!({"max_budget": -1})),
        ("/key/generate", json!({"max_budget": 1e300})),
        ("/key/generate", json!({"max_budget": "NaN"})),
        ("/key/generate", json!({"budget_duration": "soon"})),
        ("/key/generate", json!({"budget_mode": "hard"})),
        ("/key/generate", json!({"rpm_limit": 1.5})),
        ("/key/generate", json!({"models": "gpt-5"})),
        ("/key/generate", json!({"team_id": "'; DROP TABLE keys; --"})),
        ("/key/generate", json!({"user_id": "  "})),
        ("/key/generate", json!({"guardrails": ["x"]})),
        ("/key/generate", json!({"key": "short"})),
        ("/key/generate", taken),
        ("/key/generate", json!([1])),
        ("/key/update", json!({"max_budget": 1})),
        ("/key/delete", json!({"keys": ["sk-nobody"]})),
        ("/team/member_add", json!({"team_id": "nobody", "member": {"user_id": "a"}})),
        ("/team/delete", json!({"team_ids": ["nobody"]})),
        ("/user/new", json!({"user_id": "a\u{0}"})),
    ];
    let mut all = Vec::new();
    for (path, body) in wrong {
        let reply = setup.post(path, &[], body.to_string()).await;
        all.push(format!("{path} {}", summary(&reply)));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    /key/generate 400 invalid_request_error invalid_field: expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `-1`
    /key/generate 400 invalid_request_error invalid_field: expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `1e+300`
    /key/generate 400 invalid_request_error invalid_field: expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `"NaN"`
    /key/generate 400 invalid_request_error invalid_field: expected `budget_duration` to be a length of time such as 30s, 15m, 24h, 7d, 2w or 1mo, found `soon`
    /key/generate 400 invalid_request_error invalid_field: expected `budget_mode` to be `strict` or `soft`, found `hard`
    /key/generate 400 invalid_request_error invalid_field: expected `rpm_limit` to be a whole number of zero or more, found `1.5`
    /key/generate 400 invalid_request_error invalid_field: expected `models` to be a list of texts, found `"gpt-5"`
    /key/generate 404 invalid_request_error not_found: team not found: there is no team `'; DROP TABLE keys; --`
    /key/generate 400 invalid_request_error invalid_field: expected `user_id` to be a name, found `  `
    /key/generate 400 invalid_request_error invalid_field: the field `guardrails` is unknown and would have no effect; leave it out: answers are filtered by the content filters of the deployment in Azure
    /key/generate 400 invalid_request_error invalid_field: expected `key` to be `sk-` and at least 17 characters more, found `something else`
    /key/generate 409 invalid_request_error conflict: another key has the alias `ann`
    /key/generate 400 invalid_request_error invalid_field: expected a JSON object in the request's body: invalid type: sequence, expected a map at line 1 column 0
    /key/update 400 invalid_request_error invalid_field: expected the field `key`, found none
    /key/delete 404 invalid_request_error not_found: key not found: there is no key `2e056850a43583a5b3f57b3f310f88cff6339126c5d5505994fc932a87514cf5`
    /team/member_add 404 invalid_request_error not_found: team not found: there is no team `nobody`
    /team/delete 404 invalid_request_error not_found: team not found: there is no team `nobody`
    /user/new 400 invalid_request_error invalid_field: expected `user_id` to be a text of at most 1024 bytes without NUL, found `a�`
    "#);
}

#[tokio::test]
async fn teams_and_users_are_managed() {
    let setup = Setup::new().await;
    let team = manage(&setup, "/team/new", json!({"team_alias": "Blue", "max_budget": 10})).await;
    let id = team["team_id"].as_str().unwrap();
    let added =
        json!({"team_id": id, "member": [{"user_id": "ann", "role": "admin"}, {"user_id": "bob"}]});
    let team = manage(&setup, "/team/member_add", added).await;
    let members = json!([{"user_id": "ann", "user_email": null, "role": "admin"},
        {"user_id": "bob", "user_email": null, "role": "user"}]);
    assert_eq!(team["members_with_roles"], members);
    manage(&setup, "/team/member_delete", json!({"team_id": id, "user_id": "bob"})).await;
    manage(&setup, "/team/update", json!({"team_id": id, "max_budget": null})).await;
    let info = setup.get(&format!("/team/info?team_id={id}")).await.json();
    assert_eq!(info["team_info"]["members_with_roles"].as_array().unwrap().len(), 1);
    assert_eq!(info["team_info"]["max_budget"], Value::Null);
    assert_eq!(setup.get("/team/list").await.json().as_array().unwrap().len(), 1);

    let user = manage(&setup, "/user/new", json!({"user_id": "ann", "user_email": "a@b.c"})).await;
    let key = user["key"].as_str().unwrap();
    assert_eq!(ask(&setup, key, &asking("Hello!")).await.status, 200);
    let info = setup.get("/user/info?user_id=ann").await.json();
    assert_eq!(info["keys"].as_array().unwrap().len(), 1);
    assert!(
        info["user_info"]["spend"].to_string().parse::<llm_types::Usd>().unwrap()
            > llm_types::Usd::ZERO
    );
    manage(&setup, "/user/delete", json!({"user_ids": ["ann"]})).await;
    assert_eq!(ask(&setup, key, &asking("Hello!")).await.status, 401);
    assert_eq!(setup.get("/user/list").await.json()["total"], 0);
    manage(&setup, "/team/delete", json!({"team_ids": [id]})).await;
    assert_eq!(setup.get(&format!("/team/info?team_id={id}")).await.status, 404);
}

#[tokio::test]
async fn keys_are_found_by_letters_of_their_name() {
    let setup = Setup::new().await;
    for alias in ["nightly-batch", "Chat-widget", "chat-bot"] {
        key(&setup, json!({"key_alias": alias})).await;
    }
    let found = async |query: &str| {
        let list = setup.get(&format!("/key/list?{query}")).await.json();
        let keys = list["keys"].as_array().unwrap().clone();
        let mut aliases: Vec<_> =
            keys.iter().map(|key| key["key_alias"].as_str().unwrap().to_owned()).collect();
        aliases.sort();
        (aliases.join(" "), list["total_count"].clone())
    };
    assert_eq!(found("search=chat").await, ("Chat-widget chat-bot".to_owned(), json!(2)));
    assert_eq!(found("search=BATCH&size=1").await, ("nightly-batch".to_owned(), json!(1)));
    assert_eq!(found("search=nobody").await.1, 0);
}

/// Fields that are not named stay, null resets them, and zero is a limit.
#[tokio::test]
async fn a_change_touches_only_what_it_names() {
    let setup = Setup::new().await;
    manage(&setup, "/team/new", json!({"team_id": "blue", "rpm_limit": 0})).await;
    let key = key(
        &setup,
        json!({"key_alias": "ann", "team_id": "blue", "max_budget": 4, "budget_mode": "soft",
            "rpm_limit": 0, "max_parallel_requests": 3, "duration": "1d"}),
    )
    .await;
    let shown = manage(&setup, "/key/update", json!({"key": key, "rpm_limit": null})).await;
    assert_eq!((&shown["rpm_limit"], &shown["max_parallel_requests"]), (&Value::Null, &json!(3)));
    assert_eq!((&shown["budget_mode"], &shown["max_budget"]), (&json!("soft"), &json!(4)));
    assert!(shown["expires"].is_string());
    assert_eq!(ask(&setup, &key, &asking("Hi")).await.status, 429, "the team's limit stays");
    let change = json!({"team_id": "blue", "rpm_limit": null});
    assert_eq!(manage(&setup, "/team/update", change).await["rpm_limit"], Value::Null);
    assert_eq!(ask(&setup, &key, &asking("Hi")).await.status, 200);
    let change = json!({"key": key, "max_budget": null, "duration": null, "team_id": null,
        "models": [], "max_parallel_requests": null});
    let shown = manage(&setup, "/key/update", change).await;
    for name in ["max_budget", "expires", "team_id", "max_parallel_requests"] {
        assert_eq!(shown[name], Value::Null, "{name}");
    }
    assert_eq!(shown["key_alias"], "ann");
}
