//! LiteLLM's pages about spending: its shapes, our sums.

use harness::{
    gateway::{CHAT, GROUP, Setup, asking, streaming},
    keys::{ask, key, manage},
};
use llm_types::Usd;
use serde_json::{Value, json};

use crate::reports::{report, usd};

async fn get(setup: &Setup, path: &str) -> Value {
    let reply = setup.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// A JSON number of dollars, by its digits. The test's parser may write it with an exponent.
pub(crate) fn number(value: &Value) -> Usd {
    let text = value.to_string();
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let shift: i32 = 12 + exponent.parse::<i32>().unwrap() - i32::try_from(part.len()).unwrap();
    let digits: i128 = format!("{whole}{part}").parse().unwrap();
    let power = 10_i128.pow(shift.unsigned_abs());
    Usd::from_picos(if shift < 0 { digits / power } else { digits * power })
}

/// Two requests of ann's key and her team, one of the operator's without a price, one refused.
async fn setup() -> (Setup, String, String) {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    let anns = key(&setup, json!({"key_alias": "anns", "team_id": "blue"})).await;
    let first = ask(&setup, &anns, &asking("Hello!")).await.id().to_owned();
    setup.set("served=grok-4");
    ask(&setup, &anns, &asking("Hello!")).await;
    setup.set("served=nobody-knows-it");
    let mut tagged = asking("Hello!");
    tagged["tags"] = json!(["one"]);
    setup.chat(&tagged).await;
    setup.set("rate-limited=1");
    assert_eq!(setup.post(CHAT, &[], asking("No").to_string()).await.status, 429);
    (setup, anns, first)
}

fn models(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|log| log["model"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn logs_are_filtered_sorted_and_paged() {
    let (setup, anns, first) = setup().await;
    let all = get(&setup, "/spend/logs/v2").await;
    let (nano, grok, nobody) = ("gpt-4.1-nano-2025-04-14", "grok-4", "nobody-knows-it");
    assert_eq!(models(&all)[1..], [nobody, grok, nano]);
    assert_eq!((&all["total"], &all["total_pages"]), (&json!(4), &json!(1)));
    let log = &all["data"][3];
    let receipt = setup.receipt(&first).await;
    assert_eq!(number(&log["spend"]), usd(&receipt["cost"]["total"]));
    assert_eq!((&log["request_id"], &log["model_group"]), (&json!(first), &json!(GROUP)));
    assert_eq!(
        (&log["status"], &log["custom_llm_provider"]),
        (&json!("success"), &json!("azure_ai"))
    );
    // An unknown cost is null, with its known part beside it.
    let unknown = &all["data"][1];
    assert_eq!((&unknown["spend"], &unknown["cost_status"]), (&Value::Null, &json!("partial")));
    assert!(number(&unknown["known_spend"]) > Usd::ZERO);
    for (query, expect) in [
        (format!("api_key={anns}"), vec![grok, nano]),
        ("team_id=blue&model=grok-4".to_owned(), vec![grok]),
        ("key_alias=anns&sort_order=asc".to_owned(), vec![nano, grok]),
        ("status_filter=failure".to_owned(), vec![models(&all)[0]]),
        ("status_filter=success&sort_by=spend".to_owned(), vec![grok, nano, nobody]),
        (format!("request_id={first}"), vec![nano]),
        (format!("request_id={first}&status_filter=failure"), vec![]),
        (format!("request_id={first}&team_id=nobodys"), vec![]),
        ("page=2&page_size=3".to_owned(), vec![nano]),
        ("tag=one".to_owned(), vec![nobody]),
        ("start_date=2020-01-01&end_date=2020-01-02%2010:00:00".to_owned(), vec![]),
        ("user_id='%20OR%201=1%20--".to_owned(), vec![]),
    ] {
        let page = get(&setup, &format!("/spend/logs/ui?{query}")).await;
        assert_eq!(models(&page), expect, "{query}");
    }
    let one = get(&setup, &format!("/spend/logs/ui/{first}")).await;
    assert_eq!((&one["request_id"], &one["messages"]), (&json!(first), &json!({})));
    for (query, status) in [
        ("page_size=1001", 400),
        ("page=0", 400),
        ("page=-1", 400),
        ("sort_by=colour", 400),
        ("min_spend=1", 400),
        ("start_date=x", 400),
        ("status_filter=maybe", 400),
    ] {
        let reply = setup.get(&format!("/spend/logs/v2?{query}")).await;
        assert_eq!(reply.status, status, "{query}: {}", reply.text());
    }
    let own = setup.get_as("/spend/logs/v2", &format!("Bearer {anns}")).await.json();
    assert_eq!(models(&own), [grok, nano]);
}

#[tokio::test]
async fn sums_are_the_same_on_every_page() {
    let (setup, anns, _) = setup().await;
    let known = usd(&report(&setup, "").await["total"]["known_usd"]);
    let days = "start_date=2026-01-01&end_date=2099-12-31";
    assert_eq!(number(&get(&setup, "/global/spend").await["spend"]), known);
    let sum = |rows: &Value, name: &str| -> Usd {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| &row[name])
            .filter(|v| !v.is_null())
            .map(number)
            .sum()
    };
    for path in ["keys", "models"] {
        let rows = get(&setup, &format!("/global/spend/{path}")).await;
        assert_eq!(sum(&rows, "total_spend"), known, "{path}");
    }
    let tags = get(&setup, "/global/spend/tags").await;
    assert_eq!(tags[0]["individual_request_tag"], "one");
    let teams = get(&setup, "/global/spend/teams").await;
    assert_eq!(sum(&teams["total_spend_per_team"], "total_spend"), known);
    let by_key = get(&setup, &format!("/global/spend/report?group_by=api_key&{days}")).await;
    assert_eq!(sum(&by_key, "total_cost"), known);
    let by_team = get(&setup, &format!("/global/spend/report?{days}")).await;
    let total = by_team.as_array().unwrap().iter().map(|day| sum(&day["teams"], "total_spend"));
    assert_eq!(total.sum::<Usd>(), known);
    let by_day = get(&setup, &format!("/spend/logs?{days}")).await;
    assert_eq!(sum(&by_day, "spend"), known);
    let logs = get(&setup, &format!("/spend/logs?{days}&summarize=false")).await;
    assert_eq!((sum(&logs, "known_spend"), logs.as_array().unwrap().len()), (known, 4));

    let activity = get(&setup, &format!("/user/daily/activity?{days}")).await;
    let totals = &activity["metadata"];
    assert_eq!(number(&totals["total_spend"]), known);
    assert_eq!(
        (&totals["total_api_requests"], &totals["total_failed_requests"]),
        (&json!(4), &json!(1))
    );
    assert_eq!((&totals["total_pages"], &totals["has_more"]), (&json!(1), &json!(false)));
    let breakdown = &activity["results"][0]["breakdown"];
    for part in ["models", "model_groups", "providers", "api_keys", "entities"] {
        let parts = breakdown[part].as_object().unwrap().values();
        let spend = parts.map(|part| &part["metrics"]["spend"]).filter(|spend| !spend.is_null());
        assert_eq!(spend.map(number).sum::<Usd>(), known, "{part}");
    }
    let teams = get(&setup, &format!("/team/daily/activity?{days}&team_ids=blue")).await;
    assert_eq!(teams["metadata"]["total_api_requests"], 2);
    // A key that is not an admin's sees its own requests, and no sums of others.
    let bearer = format!("Bearer {anns}");
    let own = setup.get_as(&format!("/user/daily/activity/aggregated?{days}"), &bearer).await;
    assert_eq!(own.json()["metadata"]["total_api_requests"], 2);
    for path in ["/global/spend", "/global/spend/keys", "/global/spend/report"] {
        assert_eq!(setup.get_as(path, &bearer).await.status, 403, "{path}");
    }
    for path in [
        "/global/spend/report",
        "/global/spend/report?group_by=customer&start_date=2026-01-01&end_date=2026-01-02",
        "/user/daily/activity",
        "/global/spend/keys?limit=-1",
    ] {
        assert_eq!(setup.get(path).await.status, 400, "{path}");
    }
}

const STORED: &str = "  store_prompts_in_spend_logs: true\n";

#[tokio::test]
async fn prompts_and_answers_are_stored_where_that_is_wanted_and_shown_to_admins() {
    let setup = Setup::with(STORED).await;
    let anns = key(&setup, json!({})).await;
    for body in [asking("A secret of Ann's"), streaming("A secret of Ann's")] {
        let reply = ask(&setup, &anns, &body).await;
        let id = reply.id().to_owned();
        let receipt = setup.receipt(&id).await;
        let messages: Value =
            serde_json::from_str(receipt["texts"]["prompt"].as_str().unwrap()).unwrap();
        assert_eq!(messages, body["messages"]);
        let answer = receipt["texts"]["answer"].as_str().unwrap();
        assert!(!answer.is_empty());
        if body["stream"].is_null() {
            assert_eq!(reply.json()["choices"][0]["message"]["content"], answer);
        } else {
            assert_eq!(said(reply.text()), answer);
        }
        let log = get(&setup, &format!("/spend/logs/ui/{id}")).await;
        assert_eq!((&log["messages"], &log["response"]), (&body["messages"], &json!(answer)));
        // The key's owner knows the texts; others who hold the key need not see them.
        let path = format!("/fareway/v1/requests/{id}");
        let own = setup.get_as(&path, &format!("Bearer {anns}")).await.json();
        assert_eq!((&own["id"], &own["texts"]), (&json!(id), &Value::Null));
    }
}

/// The combined text of a stream's events.
fn said(events: &str) -> String {
    let data = events.lines().filter_map(|line| line.strip_prefix("data: {"));
    let parsed = data.map(|data| serde_json::from_str::<Value>(&format!("{{{data}")).unwrap());
    parsed
        .filter_map(|event| Some(event["choices"][0]["delta"]["content"].as_str()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn no_prompt_or_answer_is_stored_by_default() {
    let setup = Setup::new().await;
    let id = setup.chat(&asking("A secret that nobody keeps")).await.id().to_owned();
    assert_eq!(setup.receipt(&id).await["texts"], Value::Null);
    let files = [setup.folder.path().to_owned(), setup.folder.path().join("fareway.db.spool")];
    let mut looked_at = 0;
    for file in files.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else { continue };
        assert!(!bytes.windows(25).any(|part| part == b"A secret that nobody keep"));
        looked_at += 1;
    }
    assert!(looked_at > 1);
}

#[tokio::test]
async fn old_entries_go_and_what_they_come_to_stays() {
    let kept = "  maximum_spend_logs_retention_period: 1s\n  \
        maximum_spend_logs_retention_interval: 1s\n";
    let setup = Setup::with(kept).await;
    let id = setup.chat(&asking("Hello!")).await.id().to_owned();
    let before = report(&setup, "by=served").await;
    assert_eq!(before["total"]["requests"], 1);
    for nth in 0.. {
        if setup.get(&format!("/fareway/v1/requests/{id}")).await.status == 404 {
            break;
        }
        assert!(nth < 600, "the entry is never deleted");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(report(&setup, "by=served").await, before);
}
