//! Activity by day: the days are those of the requested time zone, and the sums those of the teams.

use harness::{
    gateway::{Setup, asking},
    keys::{ask, key, manage},
};
use jiff::ToSpan as _;
use llm_types::Clock as _;
use serde_json::{Value, json};

use crate::spend_logs::number;

async fn activity(setup: &Setup, path: &str, query: &str) -> Value {
    let reply = setup.get(&format!("{path}?{query}")).await;
    assert_eq!(reply.status, 200, "{path}?{query}: {}", reply.text());
    reply.json()
}

/// Each day with how many requests it has.
fn days(activity: &Value) -> String {
    let day = |day: &Value| {
        format!("{}:{}", day["date"].as_str().unwrap(), day["metrics"]["api_requests"])
    };
    activity["results"].as_array().unwrap().iter().map(day).collect::<Vec<_>>().join(" ")
}

const PATHS: [&str; 3] =
    ["/user/daily/activity", "/user/daily/activity/aggregated", "/team/daily/activity"];

/// Requests at 21:30, 22:30 and 23:30 UTC and at 00:30 of the next day.
#[tokio::test]
async fn days_are_those_of_the_zone() {
    let (setup, clock) = Setup::at("2026-11-22T21:30:00Z", "").await;
    setup.set("served=gpt-4.1-nano-2025-04-14");
    for _ in 0..4 {
        assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
        clock.set(clock.now() + 1.hour());
    }
    let wide = "start_date=2026-11-20&end_date=2026-11-25";
    for path in PATHS {
        let utc = activity(&setup, path, wide).await;
        assert_eq!(days(&utc), "2026-11-23:1 2026-11-22:3", "{path}");
        for (zone, expect) in [
            ("0", "2026-11-23:1 2026-11-22:3"),
            ("-60", "2026-11-23:2 2026-11-22:2"),
            ("-120", "2026-11-23:3 2026-11-22:1"),
            ("-330", "2026-11-23:4"),
            ("-840", "2026-11-23:4"),
            ("480", "2026-11-22:4"),
            ("720", "2026-11-22:4"),
        ] {
            let found = activity(&setup, path, &format!("{wide}&timezone={zone}")).await;
            assert_eq!(days(&found), expect, "{path} {zone}");
            let (of, all) = (&found["metadata"], &utc["metadata"]);
            assert_eq!(of["total_api_requests"], 4, "{path} {zone}");
            assert_eq!(number(&of["total_spend"]), number(&all["total_spend"]), "{path} {zone}");
            assert_eq!(of["total_tokens"], all["total_tokens"], "{path} {zone}");
            let spend = found["results"].as_array().unwrap().iter();
            let spend = spend.map(|day| number(&day["metrics"]["spend"]));
            let sum = spend.fold(llm_types::Usd::ZERO, |sum, day| sum + day);
            assert_eq!(sum, number(&of["total_spend"]), "{path} {zone}");
            assert_eq!(of["utc_before"], Value::Null);
        }
        // One day alone is exactly that day.
        let one = "start_date=2026-11-23&end_date=2026-11-23&timezone=-120";
        assert_eq!(days(&activity(&setup, path, one).await), "2026-11-23:3", "{path}");
        let one =
            "start_date=2026-11-22&end_date=2026-11-22&timezone=-120&include_current_utc_day=true";
        assert_eq!(days(&activity(&setup, path, one).await), "2026-11-22:1", "{path}");
        for odd in ["moon", "-841", "721", "2.5"] {
            let reply = setup.get(&format!("{path}?{wide}&timezone={odd}")).await;
            assert_eq!(reply.status, 400, "{path} {odd}");
            assert!(reply.text().contains("`timezone`"), "{}", reply.text());
        }
        let long = "start_date=2025-01-01&end_date=2026-11-25";
        assert_eq!(setup.get(&format!("{path}?{long}")).await.status, 200);
        let reply = setup.get(&format!("{path}?{long}&timezone=-60")).await;
        assert!(reply.status == 400 && reply.text().contains("366"), "{}", reply.text());
    }
}

#[tokio::test]
async fn several_teams_are_one_sum() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    for (team, count) in [("blue", 1), ("red", 2), ("green", 4)] {
        manage(&setup, "/team/new", json!({"team_id": team})).await;
        let key = key(&setup, json!({"team_id": team})).await;
        for _ in 0..count {
            assert_eq!(ask(&setup, &key, &asking("Hello!")).await.status, 200);
        }
    }
    let days = "start_date=2026-01-01&end_date=2100-01-01";
    for (teams, expect) in [
        ("blue", 1),
        ("blue,red", 3),
        ("blue,%20green,", 5),
        ("blue,red,green,nobody", 7),
        ("nobody,'%20OR%201=1", 0),
        ("", 7),
    ] {
        for path in PATHS {
            let found = activity(&setup, path, &format!("{days}&team_ids={teams}")).await;
            assert_eq!(found["metadata"]["total_api_requests"], expect, "{path} {teams}");
        }
    }
    let found = activity(&setup, PATHS[2], &format!("{days}&team_ids=blue,red")).await;
    let entities = found["results"][0]["breakdown"]["entities"].as_object().unwrap().clone();
    assert_eq!(entities.keys().collect::<Vec<_>>(), ["blue", "red"]);
}
