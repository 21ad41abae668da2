//! Spend reports: they equal the receipts, and each key sees its own.

use harness::{
    gateway::{Setup, asking},
    keys::{ask, key, manage},
};
use jiff::ToSpan as _;
use llm_types::Usd;
use serde_json::{Value, json};

pub(crate) async fn report(setup: &Setup, query: &str) -> Value {
    let reply = setup.get(&format!("/fareway/v1/reports/spend?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    reply.json()
}

pub(crate) fn usd(value: &Value) -> Usd {
    value.as_str().unwrap().parse().unwrap()
}

/// The parts of a report that do not change with the day, in short: who, how many, how much.
fn rows(report: &Value, by: &[&str]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        let of: Vec<String> = by.iter().map(|name| text(&row[name])).collect();
        format!("{} {}", of.join("/"), row["requests"])
    };
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn sums_are_those_of_the_receipts() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    let fields = json!({"key_alias": "anns", "team_id": "blue"});
    let anns = key(&setup, fields).await;
    let mut ids = Vec::new();
    ids.push(ask(&setup, &anns, &asking("Hello!")).await.id().to_owned());
    setup.set("served=grok-4");
    let mut tagged = asking("Hello!");
    tagged["tags"] = json!(["one", "two"]);
    ids.push(setup.chat(&tagged).await.id().to_owned());
    setup.set("served=nobody-knows-it");
    ids.push(setup.chat(&asking("Hello!")).await.id().to_owned());
    let (mut known, mut fees) = (Usd::ZERO, Usd::ZERO);
    for id in &ids {
        let receipt = setup.receipt(id).await;
        known = known + usd(&receipt["cost"]["known"]);
        fees = fees + usd(&receipt["cost"]["routing_fee"]);
    }
    let all = report(&setup, "by=served").await;
    let total = &all["total"];
    assert_eq!((usd(&total["known_usd"]), usd(&total["routing_fee_usd"])), (known, fees));
    assert_eq!((&total["requests"], &total["unpriced_requests"]), (&json!(3), &json!(1)));
    let served = ["grok-4 1", "gpt-4.1-nano-2025-04-14 1", "nobody-knows-it 1"];
    assert_eq!(rows(&all, &["served"]), served);
    // An unknown cost is null and not zero, with its known part beside it.
    let unknown = &all["rows"][2];
    assert_eq!((&unknown["cost_usd"], &unknown["unpriced_requests"]), (&Value::Null, &json!(1)));
    assert!(usd(&unknown["known_usd"]) > Usd::ZERO);
    for (query, by, expect) in [
        ("by=key", &["key_alias"][..], vec!["- 2", "anns 1"]),
        ("by=team&team=blue", &["team"], vec!["blue 1"]),
        ("by=tag", &["tag"], vec!["one 1", "two 1"]),
        ("by=group", &["asked"], vec!["azure-model-router 3"]),
        (
            "by=outcome,cost_status",
            &["outcome", "cost_status"],
            vec!["completed/inferred 1", "completed/exact 1", "completed/partial 1"],
        ),
        ("by=served&tag=two", &["served"], vec!["grok-4 1"]),
        ("by=served&served='%20OR%201=1%20--", &["served"], vec![]),
        ("by=served&from=2020-01-01&to=2020-12-31", &["served"], vec![]),
        ("", &[], vec![" 3"]),
    ] {
        assert_eq!(rows(&report(&setup, query).await, by), expect, "{query}");
    }
    let today = report(&setup, "by=day,served").await["rows"][0]["day"].take();
    let today = today.as_str().unwrap();
    let one_day = report(&setup, &format!("from={today}&to={today}")).await;
    assert_eq!((&one_day["total"]["requests"], &one_day["to"]), (&json!(3), &json!(today)));
    let before = report(&setup, &format!("to={today}T00:00:00Z")).await;
    assert_eq!(before["total"]["requests"], 0);
}

/// Whatever time it is: in one of these zones it is another day than in UTC.
#[tokio::test]
async fn days_are_those_of_the_zone_one_asks_for() {
    let setup = Setup::in_scenarios("served=grok-4").await;
    let mut tagged = asking("Hello!");
    tagged["tags"] = json!(["one", "two"]);
    let id = setup.chat(&tagged).await.id().to_owned();
    let at: jiff::Timestamp = setup.receipt(&id).await["at"].as_str().unwrap().parse().unwrap();
    let total = report(&setup, "").await["total"].take();
    for zone in
        ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Asia/Calcutta"]
    {
        let day = at.in_tz(zone).unwrap().date();
        let (before, after) = (day.yesterday().unwrap(), day.tomorrow().unwrap());
        let wide = format!("tz={zone}&from={before}&to={after}");
        let by_day = report(&setup, &format!("by=day,served&{wide}")).await;
        assert_eq!(rows(&by_day, &["day", "served"]), [format!("{day}/grok-4 1")], "{zone}");
        assert_eq!((&by_day["total"], &by_day["tz"]), (&total, &json!(zone)));
        assert_eq!(by_day["utc_before"], Value::Null);
        let begins = before.in_tz(zone).unwrap().timestamp();
        assert_eq!(by_day["since"], begins.to_string());
        for (from, to, expect) in [(day, day, 1_usize), (before, before, 0), (after, after, 0)] {
            let query = format!("by=tag&tz={zone}&from={from}&to={to}");
            let found = report(&setup, &query).await;
            assert_eq!(found["total"]["requests"], expect, "{query}");
            assert_eq!(found["rows"].as_array().unwrap().len(), 2 * expect, "{query}");
        }
    }
    // A part of the last day: until right before the request, and until after it.
    let later = at + 1.second();
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let day = at.in_tz(zone).unwrap().date();
        for (to, expect) in [(at, vec![]), (later, vec![format!("{day} 1")])] {
            let query = format!("by=day&tz={zone}&from={day}&to={to}");
            let part = report(&setup, &query).await;
            assert_eq!(rows(&part, &["day"]), expect, "{query}");
            assert_eq!(part["until"], to.to_string());
        }
    }
    // Up to today by default.
    let from = at.in_tz("Pacific/Kiritimati").unwrap().date().yesterday().unwrap();
    let open = report(&setup, &format!("tz=Pacific/Kiritimati&from={from}")).await;
    assert_eq!(open["total"], total);
}

#[tokio::test]
async fn a_percentile_is_the_cost_of_a_request() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    let p95 = async |query: &str| {
        let reply = setup.get(&format!("/fareway/v1/reports/p95?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
        reply.json()
    };
    let none = p95("").await;
    assert_eq!((&none["priced_requests"], &none["p95_usd"]), (&json!(0), &Value::Null));
    for _ in 0..2 {
        setup.chat(&asking("Hello!")).await;
    }
    setup.set("served=grok-4");
    let dearest = setup.chat(&asking("Hello!")).await.id().to_owned();
    setup.set("served=nobody-knows-it");
    setup.chat(&asking("Hello!")).await;
    let dearest = setup.receipt(&dearest).await["cost"]["total"].take();
    let of_all = p95("tz=Europe/Berlin").await;
    assert_eq!((&of_all["priced_requests"], &of_all["p95_usd"]), (&json!(3), &dearest));
    assert_eq!(of_all["too_many"], false);
    let cheaper = p95("served=gpt-4.1-nano-2025-04-14").await;
    assert_eq!(cheaper["priced_requests"], 2);
    assert!(usd(&cheaper["p95_usd"]) < usd(&dearest));
    let unpriced = p95("served=nobody-knows-it").await;
    assert_eq!((&unpriced["priced_requests"], &unpriced["p95_usd"]), (&json!(0), &Value::Null));
    assert_eq!(p95("to=2020-12-31").await["priced_requests"], 0);
    assert_eq!(setup.get("/fareway/v1/reports/p95?by=served").await.status, 400);
    let (ann, path) = (key(&setup, json!({})).await, "/fareway/v1/reports/p95");
    ask(&setup, &ann, &asking("Hello!")).await;
    let own = setup.get_as(path, &format!("Bearer {ann}")).await.json();
    assert_eq!(own["priced_requests"], 0);
    assert_eq!(setup.get_as(path, "Bearer sk-nobody").await.status, 401);
}

#[tokio::test]
async fn a_key_sees_what_itself_has_spent() {
    let setup = Setup::new().await;
    let (ann, bob) = (key(&setup, json!({})).await, key(&setup, json!({"admin": true})).await);
    ask(&setup, &ann, &asking("Hello!")).await;
    ask(&setup, &bob, &asking("Hello!")).await;
    let path = "/fareway/v1/reports/spend?by=key";
    let requests = |reply: Value| reply["total"]["requests"].clone();
    for (key, expect) in [(&ann, 1), (&bob, 2)] {
        let reply = setup.get_as(path, &format!("Bearer {key}")).await;
        assert_eq!(requests(reply.json()), expect);
    }
    let others = format!("{path}&key={bob}");
    assert_eq!(setup.get_as(&others, &format!("Bearer {ann}")).await.status, 403);
    assert_eq!(setup.get_as(path, "Bearer sk-nobody").await.status, 401);
}

#[tokio::test]
async fn an_error_in_a_query_is_reported() {
    let setup = Setup::new().await;
    let mut all = Vec::new();
    for query in [
        "by=model",
        "group=x",
        "from=yesterday",
        "from=2026-11-22T10:00:00Z",
        "to=2026-11-22T10:00:00Z",
        "from=",
        "by=hour,tag",
        "by=hour&from=2026-01-01&to=2026-01-05",
        "tz=Atlantis&from=2026-01-01",
        "tz=Europe/Berlin",
        "tz=Europe/Berlin&from=2026-01-01T00:00:00Z&to=2026-01-05",
        "tz=Europe/Berlin&from=2024-01-01&to=2026-01-05",
        "by=day&by=key",
    ] {
        let reply = setup.get(&format!("/fareway/v1/reports/spend?{query}")).await;
        let message = reply.json()["error"]["message"].as_str().unwrap_or("-").to_owned();
        all.push(format!("{query}: {} {message}", reply.status));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    by=model: 400 expected `by` to be one or more of served, asked, group, deployment, key, team, user, tag, day, hour, outcome, cost_status, found `model`
    group=x: 400 the query is not as expected: group: unknown field `group`, expected one of `by`, `from`, `to`, `tz`, `key`, `team`, `user`, `tag`, `asked`, `served`, `deployment`
    from=yesterday: 400 expected `from` to be a time such as 2026-11-22T10:00:00Z, or a day, found `yesterday`
    from=2026-11-22T10:00:00Z: 400 expected `from` to be a day, or midnight in UTC (sums are kept by whole days), found `2026-11-22T10:00:00Z`
    to=2026-11-22T10:00:00Z: 200 -
    from=: 200 -
    by=hour,tag: 200 -
    by=hour&from=2026-01-01&to=2026-01-05: 400 expected `from` to be at most 3 days before `to`, as sums by the hour are, found `another time`
    tz=Atlantis&from=2026-01-01: 400 expected `tz` to be a time zone such as Europe/Berlin, found `Atlantis`
    tz=Europe/Berlin: 400 expected `from` to be a day, as it is needed with `tz`, found ``
    tz=Europe/Berlin&from=2026-01-01T00:00:00Z&to=2026-01-05: 400 expected `from` to be a day, or midnight in Europe/Berlin (sums are kept by whole days), found `2026-01-01T00:00:00Z`
    tz=Europe/Berlin&from=2024-01-01&to=2026-01-05: 400 expected `from` to be at most 366 days before `to`, with `tz`, found `2024-01-01`
    by=day&by=key: 400 the query is not as expected: duplicate field `by`
    "#);
}
