//! Several budget windows of one key, team or user: all of them hold at once.

use harness::{
    budgets::{setup_with, short, usd},
    gateway::{Setup, asking},
    keys::{ask, key, manage},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn windows(of: &[(&str, &str)]) -> Value {
    let one = |(length, max): &(&str, &str)| json!({"budget_duration": length, "max_budget": max});
    of.iter().map(one).collect()
}

/// Length, most, and whether anything is spent, of each window of a row.
fn summary(row: &Value) -> String {
    let one = |window: &Value| {
        let spent = if window["spend"] == json!(0) { "new" } else { "spent" };
        assert!(window["reset_at"].is_string(), "{window}");
        format!("{} {} {spent}", window["budget_duration"].as_str().unwrap(), window["max_budget"])
    };
    let all: Vec<_> = row["budget_limits"].as_array().unwrap().iter().map(one).collect();
    all.join(", ")
}

async fn refusal(setup: &Setup, key: &str) -> String {
    let reply = ask(setup, key, &short("Hello!", false)).await;
    assert_eq!(reply.status, 429, "{}", reply.text());
    let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
    message.split(" for this request: ").next().unwrap().to_owned()
}

#[tokio::test]
async fn each_window_is_shown_and_kept_and_refuses_by_its_name() {
    let setup = setup_with("").await;
    let limits = windows(&[("1d", "0.002"), ("7d", "0.003")]);
    let fields = json!({"max_budget": 10, "budget_limits": limits});
    let made = manage(&setup, "/key/generate", fields).await;
    assert_eq!(summary(&made), "1d 0.002 new, 7d 0.003 new");
    let key = made["key"].as_str().unwrap();
    assert_eq!(ask(&setup, key, &short("Hello!", false)).await.status, 200);
    let info = setup.get(&format!("/key/info?key={key}")).await.json()["info"].clone();
    let list = setup.get("/key/list").await.json()["keys"][0].clone();
    assert_eq!(
        (summary(&info), summary(&list)),
        (summary(&info), "1d 0.002 spent, 7d 0.003 spent".into())
    );
    // They stay when something else is changed, and when the key is replaced.
    let changed = manage(&setup, "/key/update", json!({"key": key, "max_budget": 20})).await;
    assert_eq!(summary(&changed), summary(&info));
    let made = manage(&setup, "/key/regenerate", json!({"key": key})).await;
    assert_eq!(summary(&made), summary(&info));
    let key = made["key"].as_str().unwrap();
    for (limits, expect) in [
        (&[("1d", "0.0000001"), ("7d", "0.003")], "the 1d budget of this key is too small"),
        (&[("1d", "0.002"), ("7d", "0.0000001")], "the 7d budget of this key is too small"),
    ] {
        let fields = json!({"key": key, "budget_limits": windows(limits)});
        let changed = manage(&setup, "/key/update", fields).await;
        assert!(summary(&changed).matches("spent").count() == 2, "{changed}");
        assert_eq!(refusal(&setup, key).await, expect);
    }
    // The shown value can be sent back; null and an empty list remove all windows.
    let shown = changed["budget_limits"].clone();
    let back = manage(&setup, "/key/update", json!({"key": key, "budget_limits": shown})).await;
    assert_eq!(summary(&back), summary(&info));
    for none in [json!(null), json!([])] {
        let fields = json!({"key": key, "budget_limits": windows(&[("1d", "0.0000001")])});
        manage(&setup, "/key/update", fields).await;
        refusal(&setup, key).await;
        let changed =
            manage(&setup, "/key/update", json!({"key": key, "budget_limits": none})).await;
        assert_eq!(changed["budget_limits"], json!([]));
        assert_eq!(ask(&setup, key, &short("Hello!", false)).await.status, 200);
    }
}

#[tokio::test]
async fn windows_of_teams_and_users_hold_for_their_keys() {
    let setup = setup_with("").await;
    let limits = windows(&[("1mo", "0.0000001")]);
    manage(&setup, "/team/new", json!({"team_id": "t/1d:x", "budget_limits": limits})).await;
    let user = manage(&setup, "/user/new", json!({"user_id": "u", "budget_limits": limits})).await;
    assert_eq!(summary(&user), "1mo 1e-7 new");
    let of_team = key(&setup, json!({"team_id": "t/1d:x"})).await;
    let of_user = key(&setup, json!({"user_id": "u"})).await;
    let team = "the 1mo budget of this key's team is too small";
    assert_eq!(refusal(&setup, &of_team).await, team);
    assert_eq!(refusal(&setup, &of_user).await, "the 1mo budget of this key's user is too small");
    let fields = json!({"team_id": "t/1d:x", "budget_limits": windows(&[("1mo", "1")])});
    assert_eq!(summary(&manage(&setup, "/team/update", fields).await), "1mo 1 new");
    assert_eq!(ask(&setup, &of_team, &short("Hello!", false)).await.status, 200);
    let info = setup.get("/team/info?team_id=t/1d:x").await.json()["team_info"].clone();
    assert_eq!(summary(&info), "1mo 1 spent");
}

/// A burst against a small window: none passes it, however large the budget itself is.
#[tokio::test]
async fn promise_5_a_burst_cannot_pass_a_window() {
    let setup = setup_with("").await;
    let fields = json!({"max_budget": 10, "budget_limits": windows(&[("1d", "0.002")])});
    let key = key(&setup, fields).await;
    let burst = (0..300).map(|nth| {
        let (setup, key) = (&setup, &key);
        async move { ask(setup, key, &short(&format!("Hi {nth}"), false)).await.status }
    });
    let answers = futures_util::future::join_all(burst).await;
    assert!(answers.contains(&200) && answers.contains(&429), "{answers:?}");
    let info = setup.get(&format!("/key/info?key={key}")).await.json()["info"].clone();
    let window = &info["budget_limits"][0];
    assert_eq!(window["spend"], info["spend"]);
    assert!(usd(&window["spend"].to_string()) <= usd("0.002"), "{window}");
}

#[tokio::test]
async fn windows_that_are_wrong_are_refused_by_name() {
    let setup = Setup::new().await;
    let mut messages = Vec::new();
    let many: Vec<_> = (1..12).map(|hours| (format!("{hours}h"), "1")).collect();
    let many: Vec<_> = many.iter().map(|(hours, max)| (hours.as_str(), *max)).collect();
    for limits in [
        json!(5),
        json!([5]),
        json!([{"max_budget": 1}]),
        json!([{"budget_duration": "1d"}]),
        json!([{"budget_duration": "soon", "max_budget": 1}]),
        json!([{"budget_duration": "1d", "max_budget": -1}]),
        json!([{"budget_limit": 1, "time_period": "1d"}]),
        windows(&[("1d", "1"), ("7d", "2"), ("1d", "3")]),
        windows(&many),
    ] {
        let body = json!({"budget_limits": limits}).to_string();
        let reply = setup.post("/key/generate", &[], body).await;
        assert_eq!(reply.status, 400, "{}", reply.text());
        messages.push(reply.json()["error"]["message"].as_str().unwrap().to_owned());
    }
    assert_snapshot!(messages.join("\n"), @r"
    expected `budget_limits` to be a list of objects with `budget_duration` and `max_budget`, at most 10, each of another duration, found `5`
    expected `budget_limits` to be a list of objects with `budget_duration` and `max_budget`, at most 10, each of another duration, found `[5]`
    expected `budget_duration` in each of `budget_limits`, found none
    expected `max_budget` in each of `budget_limits`, found none
    expected `budget_duration` to be a length of time such as 30s, 15m, 24h, 7d, 2w or 1mo, found `soon`
    expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `-1`
    the field `budget_limit` is unknown and would have no effect; leave it out
    expected `budget_limits` to be a list of objects with `budget_duration` and `max_budget`, at most 10, each of another duration, found `1d twice`
    expected `budget_limits` to be a list of objects with `budget_duration` and `max_budget`, at most 10, each of another duration, found `11 of them`
    ");
    assert_eq!(ask(&setup, "sk-none", &asking("Hello!")).await.status, 401);
}
