//! PostgreSQL is unreachable: traffic continues, strict budgets use what is leased, and afterwards
//! everything is in the ledger.

use harness::{
    budgets::{setup_with, short},
    gateway::{Setup, database, until},
    keys::{ask, key},
};
use serde_json::{Value, json};
use test_servers::postgres::{PASSWORD, Postgres};

async fn readiness(setup: &Setup) -> Value {
    setup.get("/health/readiness").await.json()
}

async fn wait_for(setup: &Setup, store: &str) -> Value {
    for _ in 0..4_000 {
        let ready = readiness(setup).await;
        if ready["books"]["store"] == store {
            return ready;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the store is never `{store}`");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_a_database_outage_stops_no_traffic_and_loses_nothing() {
    let mut server = Postgres::start().unwrap();
    let setup = setup_with(&database(&server)).await;
    let strict = key(&setup, json!({"max_budget": 0.002})).await;
    let free = key(&setup, json!({})).await;
    assert_eq!(ask(&setup, &strict, &short("Hello!", false)).await.status, 200);
    server.stop().unwrap();
    let mut answered = 1;
    // Within the lease a strict budget still works; beyond it, nothing is known.
    let refused = loop {
        let reply = ask(&setup, &strict, &short("Hello!", false)).await;
        if reply.status != 200 {
            break reply;
        }
        answered += 1;
        assert!(answered < 1_000, "the lease has no end");
    };
    assert!(answered > 2, "there was no lease");
    assert_eq!(refused.status, 503);
    let error = refused.json()["error"].clone();
    assert_eq!(error["code"], "books_unavailable");
    assert_eq!(
        error["message"],
        "the database is unreachable and the locally leased budget is too small for this request; \
         try again later"
    );
    for nth in 0..20 {
        assert_eq!(ask(&setup, &free, &short("Hello!", nth % 2 == 0)).await.status, 200);
    }
    let ready = wait_for(&setup, "away").await;
    assert_eq!((&ready["status"], &ready["db"]), (&json!("healthy"), &json!("disconnected")));
    assert!(ready["books"]["spool_rows"].as_u64().unwrap() >= 40, "{ready}");
    assert!(setup.get("/metrics").await.text().contains("fareway_store_away 1"));
    let unmanaged = setup.post("/key/generate", &[], "{}").await;
    assert_eq!(unmanaged.status, 503, "{}", unmanaged.text());
    assert!(!unmanaged.text().contains(PASSWORD));
    server.start_again().unwrap();
    wait_for(&setup, "connected").await;
    let count = "SELECT count(*) FROM requests WHERE outcome = 'completed'";
    let all = (answered + 20).to_string();
    until(|| (server.psql("books", count).unwrap() == all).then_some(())).await;
    assert_eq!(ask(&setup, &strict, &short("Hello!", false)).await.status, 200);
    assert!(setup.get("/metrics").await.text().contains("fareway_store_away 0"));
}
