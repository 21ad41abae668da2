//! Sums of tokens that are too large to store, through the whole gateway: entries of a version that
//! accepted any count do not prevent others from being stored, and every report marks such sums.

use harness::{
    gateway::{Setup, asking, azure, database, gateway},
    scripted::Scripted,
};
use ledger::{Batch, EntryRow, Move, Position, PostgresUrl, Store};
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::extremes::{answer, entries};

/// The reading of a sum that is too large to store.
const MOST: i64 = i64::MAX;

#[tokio::test]
async fn sums_of_tokens_are_marked_in_sqlite() {
    sums_are_marked(None).await;
}

#[tokio::test]
async fn sums_of_tokens_are_marked_in_postgresql() {
    sums_are_marked(Some(&Postgres::start().unwrap())).await;
}

async fn sums_are_marked(server: Option<&Postgres>) {
    let database = server.map(database).unwrap_or_default();
    let upstream = Scripted::start((0..4).map(|_| answer(7, 5))).await;
    let setup = Setup::of(azure().await, &entries(&upstream), &database).await;
    let first = setup.chat(&asking("Hello!")).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(report(&setup, "by=served").await["total"]["prompt_tokens"], 7);
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    // One that counts on the same row of the roll-up, and fills it up to ten tokens.
    let store = match server {
        None => Store::sqlite(&folder.path().join("fareway.db")).await.unwrap(),
        Some(server) => {
            Store::postgres(PostgresUrl::parse(&server.url("books")).unwrap()).await.unwrap()
        }
    };
    let found = store.entry(first.id()).await.unwrap().unwrap();
    let last = if found.id.ends_with('0') { '1' } else { '0' };
    let id = format!("{}{last}", &found.id[..found.id.len() - 1]).into();
    let prompt_tokens = Some(MOST - 7 - 10);
    store.apply(alone(EntryRow { id, prompt_tokens, budgets: None, ..found })).await.unwrap();
    drop(store);
    let gateway = gateway(&entries(&upstream), &database, 1, folder.path()).await;
    let setup = Setup { azure, gateway, http, folder };
    assert_eq!(total(&setup).await, (json!(MOST - 10), json!(10), Value::Null));
    for _ in 0..2 {
        assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    }
    assert_eq!(total(&setup).await, (json!(MOST), json!(20), json!(true)));
    marked_everywhere(&setup).await;
    // Nothing was refused, and later entries are stored as well.
    assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    assert_eq!(total(&setup).await, (json!(MOST), json!(25), json!(true)));
    let ready = setup.get("/health/readiness").await.json();
    assert_eq!((&ready["db"], &ready["books"]["refused_rows"]), (&json!("connected"), &json!(0)));
}

async fn marked_everywhere(setup: &Setup) {
    let row = &report(setup, "by=served,day").await["rows"][0];
    assert_eq!((&row["prompt_tokens"], &row["tokens_at_least"]), (&json!(MOST), &json!(true)));
    // A sum of entries, which is computed for each report.
    let by_hour = report(setup, "by=hour").await;
    assert_eq!(by_hour["total"]["tokens_at_least"], true, "{by_hour}");
    let days = "start_date=2020-01-01&end_date=2100-01-01";
    let activity = setup.get(&format!("/user/daily/activity?{days}")).await.json();
    let metrics = &activity["results"][0]["metrics"];
    assert_eq!(
        (&metrics["total_tokens"], &metrics["tokens_at_least"]),
        (&json!(MOST), &json!(true))
    );
    assert_eq!(activity["metadata"]["tokens_at_least"], true);
    for group in ["team", "api_key"] {
        let path = format!("/global/spend/report?{days}&group_by={group}");
        let found = setup.get(&path).await;
        assert_eq!(found.status, 200, "{}", found.text());
        assert!(found.text().contains("\"tokens_at_least\":true"), "{}", found.text());
    }
    let sorted = "/spend/logs/v2?start_date=2020-01-01%2000:00:00&end_date=2100-01-01%2000:00:00\
        &sort_by=total_tokens";
    let sorted = setup.get(sorted).await;
    assert_eq!(sorted.status, 200, "{}", sorted.text());
    assert_eq!(sorted.json()["data"][0]["prompt_tokens"], MOST - 17);
}

fn alone(row: EntryRow<'_>) -> Batch<'_> {
    let to = Position { segment: 1, offset: 1 };
    let moves = vec![Move { writer: "worker_0", from: None, to }];
    Batch { instance: "an older one", moves, rows: vec![row] }
}

async fn report(setup: &Setup, query: &str) -> Value {
    let reply = setup.get(&format!("/fareway/v1/reports/spend?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    reply.json()
}

/// Prompt tokens, output tokens, and whether they are lower bounds.
async fn total(setup: &Setup) -> (Value, Value, Value) {
    let mut report = report(setup, "by=served").await;
    let total = &mut report["total"];
    (total["prompt_tokens"].take(), total["output_tokens"].take(), total["tokens_at_least"].take())
}
