//! The largest counts and prices there can be, through the whole gateway: nothing fails, the store goes
//! on, and what a budget was charged is the sum of its entries.

use harness::{
    client::http,
    gateway::{GROUP, Setup, asking, azure, database, entry, gateway, streaming},
    keys::{ask, key, manage},
    scripted::{Script, Scripted},
};
use llm_types::Usd;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

/// Prompt and completion tokens: not plausible, contradictory beyond the columns, and the most that is
/// believed.
const COUNTS: [(u64, u64); 6] = [
    (u64::MAX, u64::MAX),
    (i64::MAX as u64, 1),
    (1_000_000_000_000, 1_000_000_000_000),
    (1_000_000_001, 1),
    (1_000_000_000, 1_000_000_000),
    (4_000_000, 4_000_000),
];
/// Requests of each.
const ROUNDS: usize = 40;

#[tokio::test]
async fn extremes_are_stored_in_sqlite() {
    extremes("").await;
}

#[tokio::test]
async fn extremes_are_stored_in_postgresql() {
    let server = Postgres::start().unwrap();
    extremes(&database(&server)).await;
}

/// A stored block of a key applies, even where other stored data cannot be read.
#[tokio::test]
async fn a_key_that_was_blocked_is_blocked_whatever_else_cannot_be_read() {
    let server = Postgres::start().unwrap();
    let upstream = Scripted::start([answer(3, 4)]).await;
    let setup = setup(&upstream, &database(&server)).await;
    let ann = key(&setup, json!({"key_alias": "ann"})).await;
    assert_eq!(ask(&setup, &ann, &asking("Hello!")).await.status, 200);
    let spoil = "ALTER TABLE budgets ALTER COLUMN spent_usd TYPE NUMERIC; \
        UPDATE budgets SET spent_usd = 0.5";
    server.psql("books", spoil).unwrap();
    manage(&setup, "/key/block", json!({"key": ann})).await;
    assert_eq!(ask(&setup, &ann, &asking("Hello!")).await.status, 401);
    manage(&setup, "/key/unblock", json!({"key": ann})).await;
    assert_eq!(ask(&setup, &ann, &asking("Hello!")).await.status, 200);
    manage(&setup, "/key/delete", json!({"keys": [ann]})).await;
    assert_eq!(ask(&setup, &ann, &asking("Hello!")).await.status, 401);
}

pub(crate) fn answer(prompt: u64, completion: u64) -> Script {
    let answer = json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000,
        "model": "own", "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hello!"}}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion}});
    Script::json(200, answer.to_string())
}

pub(crate) fn entries(upstream: &Scripted) -> String {
    // The highest price that is taken.
    let prices = "    model_info: {input_cost_per_token: 1, output_cost_per_token: 1}\n";
    entry(GROUP, "azure_ai/own", &upstream.openai_v1()) + prices
}

async fn setup(upstream: &Scripted, database: &str) -> Setup {
    Setup::of(azure().await, &entries(upstream), database).await
}

async fn extremes(database: &str) {
    let scripts = (0..ROUNDS).flat_map(|_| COUNTS.map(|(prompt, out)| answer(prompt, out)));
    let upstream = Scripted::start(scripts).await;
    let setup = setup(&upstream, database).await;
    let ann = key(&setup, json!({"key_alias": "ann", "max_budget": "1000000000000000"})).await;
    for _ in 0..ROUNDS * COUNTS.len() {
        let reply = ask(&setup, &ann, &asking("Hello!")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let charged = charged(&setup, &ann).await;
    // More than a column of picodollars holds.
    assert!(charged > Usd::from_picos(i128::from(i64::MAX) * 20), "{charged}");
    let Setup { azure, gateway: old, http: _, folder } = setup;
    old.shutdown().await;
    let gateway = gateway(&entries(&upstream), database, 1, folder.path()).await;
    let setup = Setup { azure, gateway, http: http(), folder };
    assert_eq!(self::charged(&setup, &ann).await, charged);
    let reply = ask(&setup, &ann, &streaming("Hello!")).await;
    assert!(reply.status < 500, "{}", reply.text());
}

/// The key's charges: the same by its budget, by the reports and by its entries.
async fn charged(setup: &Setup, key: &str) -> Usd {
    let report = setup.get("/fareway/v1/reports/spend?by=key").await;
    assert_eq!(report.status, 200, "{}", report.text());
    let report = report.json();
    assert_eq!(report["total"]["requests"], ROUNDS * COUNTS.len());
    let charged = report["total"]["charged_usd"].as_str().unwrap().parse::<Usd>().unwrap();
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    let known = report["total"]["known_usd"].as_str().unwrap().parse::<Usd>().unwrap();
    let held = Usd::from_picos(charged.picos() - known.picos());
    assert_eq!(info["info"]["max_budget"], number("1000000000000000".parse().unwrap()));
    assert_eq!(info["info"]["spend"].as_f64(), number(known).as_f64());
    assert_eq!(info["info"]["held"].as_f64(), number(held).as_f64());
    let ready = setup.get("/health/readiness").await.json();
    assert_eq!((&ready["db"], &ready["books"]["refused_rows"]), (&json!("connected"), &json!(0)));
    charged
}

/// As the management API shows it.
fn number(usd: Usd) -> Value {
    serde_json::from_str(&usd.to_string()).unwrap()
}
