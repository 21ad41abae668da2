//! The gateway's day: prices and budget windows follow the clock that it was given.

use harness::{
    gateway::{Setup, asking},
    keys::{ask, manage},
};
use serde_json::{Value, json};

/// The cost of a request that gpt-5.6-luna answers at this time.
async fn cost_at(setup: &Setup, clock: &llm_types::ManualClock, time: &str) -> Value {
    clock.set(time.parse().unwrap());
    let reply = setup.chat(&asking("Hello!")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["at"], time);
    receipt["cost"].clone()
}

/// The price was cut on 2026-08-01, and days are those of UTC.
#[tokio::test]
async fn a_price_applies_from_its_day_on() {
    let (setup, clock) = Setup::at("2026-07-31T23:59:59Z", "").await;
    setup.set("served=gpt-5.6-luna-2026-07-09");
    let before = cost_at(&setup, &clock, "2026-07-31T23:59:59Z").await;
    let after = cost_at(&setup, &clock, "2026-08-01T00:00:00Z").await;
    let again = cost_at(&setup, &clock, "2026-07-31T23:59:59Z").await;
    assert_ne!(before["lines"], after["lines"]);
    assert_eq!(before["lines"], again["lines"]);
}

/// A window's budget is available again when the clock has passed its end.
#[tokio::test]
async fn a_budget_window_ends_by_the_clock() {
    let (setup, clock) = Setup::at("2026-11-30T23:00:00Z", "").await;
    let body = json!({"max_budget": 0.0000001, "budget_duration": "1h", "budget_mode": "soft"});
    let made = setup.post("/key/generate", &[], body.to_string()).await.json();
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let chat = async || {
        let headers = [("authorization", &*key)];
        setup.post(harness::gateway::CHAT, &headers, asking("Hello!").to_string()).await.status
    };
    assert_eq!([chat().await, chat().await], [200, 429]);
    clock.set("2026-11-30T23:59:59Z".parse().unwrap());
    assert_eq!(chat().await, 429);
    clock.set("2026-12-01T00:00:00Z".parse().unwrap());
    assert_eq!([chat().await, chat().await], [200, 429]);
}

/// After its window has ended a budget shows the next one, whether or not anybody has asked in it.
#[tokio::test]
async fn a_window_that_has_ended_is_shown_nowhere() {
    let (setup, clock) = Setup::at("2026-01-31T20:00:00Z", ZONE).await;
    let terms = |duration: &str| json!({"max_budget": 5, "budget_duration": duration});
    let mut team = terms("7d");
    team["team_id"] = "t".into();
    let mut user = terms("30d");
    user["user_id"] = "u".into();
    manage(&setup, "/team/new", team).await;
    user["auto_create_key"] = false.into();
    manage(&setup, "/user/new", user).await;
    let mut fields = terms("1d");
    fields["team_id"] = "t".into();
    fields["user_id"] = "u".into();
    let made = manage(&setup, "/key/generate", fields).await;
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(ask(&setup, &key, &asking("Hello!")).await.status, 200);
    let shown = async || {
        let at = |row: &Value| {
            let spent = row["spend"] != json!(0);
            let left = row["left"] != json!(5);
            assert_eq!(spent, left, "{row}");
            format!("{} {}", if spent { "spent" } else { "new" }, row["budget_reset_at"])
        };
        let mut rows = Vec::new();
        let info = setup.get(&format!("/key/info?key={key}")).await.json();
        rows.push(at(&info["info"]));
        rows.push(at(&setup.get("/key/list").await.json()["keys"][0]));
        rows.push(at(&setup.get("/team/info?team_id=t").await.json()["team_info"]));
        rows.push(at(&setup.get("/user/info?user_id=u").await.json()["user_info"]));
        rows.join("\n")
    };
    // Saturday, 9 p.m. in Berlin.
    insta::assert_snapshot!(shown().await, @r#"
    spent "2026-01-31T23:00:00Z"
    spent "2026-01-31T23:00:00Z"
    spent "2026-02-01T23:00:00Z"
    spent "2026-01-31T23:00:00Z"
    "#);
    clock.set("2026-01-31T23:00:00Z".parse().unwrap());
    insta::assert_snapshot!(shown().await, @r#"
    new "2026-02-01T23:00:00Z"
    new "2026-02-01T23:00:00Z"
    spent "2026-02-01T23:00:00Z"
    new "2026-02-28T23:00:00Z"
    "#);
    clock.set("2026-03-01T12:00:00Z".parse().unwrap());
    insta::assert_snapshot!(shown().await, @r#"
    new "2026-03-01T23:00:00Z"
    new "2026-03-01T23:00:00Z"
    new "2026-03-01T23:00:00Z"
    new "2026-03-31T22:00:00Z"
    "#);
}

const ZONE: &str = "litellm_settings: {timezone: Europe/Berlin}\n";
