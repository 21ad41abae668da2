//! Labels that clients choose at random: sums by day stay bounded and exact.

use harness::gateway::{Setup, asking};
use serde_json::{Value, json};

const FEW: &str = "ledger:\n  counted_tags: 3\n";

/// The tags of `/global/spend/tags` with their requests, those without a name of their own first.
async fn tags(setup: &Setup, query: &str) -> Vec<(String, i64)> {
    let reply = setup.get(&format!("/global/spend/tags{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let tag = |row: &Value| {
        let name = row["individual_request_tag"].as_str().unwrap().to_owned();
        (name, row["log_count"].as_i64().unwrap())
    };
    let mut all: Vec<_> = reply.json().as_array().unwrap().iter().map(tag).collect();
    all.sort();
    all
}

#[tokio::test]
async fn tags_beyond_the_most_count_as_one() {
    let setup = Setup::with(FEW).await;
    setup.set("served=gpt-4.1-nano-2025-04-14");
    for nth in 0..6 {
        let mut body = asking("Hello!");
        let mut given = vec!["always".to_owned()];
        given.extend((0..4).map(|tag| format!("random-{nth}-{tag}")));
        body["metadata"] = json!({ "tags": given });
        assert_eq!(setup.chat(&body).await.status, 200);
    }
    let expect = [("(other)", 6), ("always", 6), ("random-0-0", 1), ("random-0-1", 1)];
    let expect = expect.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(tags(&setup, "").await, expect);
    assert_eq!(tags(&setup, "?limit=1").await.len(), 1);
    // The combined count has the cost of all requests, each once.
    let spend = async |query: &str| {
        let reply = setup.get(&format!("/fareway/v1/reports/spend?{query}")).await;
        reply.json()["total"].clone()
    };
    let total = spend("").await;
    assert_eq!(total["requests"], 6);
    assert_eq!(spend("tag=(other)").await, total);
    assert_eq!(spend("tag=always").await, total);
    // An entry is found by each of its tags.
    let page = setup.get("/fareway/v1/requests?tag=random-5-3").await.json();
    assert_eq!(page["requests"].as_array().unwrap().len(), 1);
    assert_eq!(page["requests"][0]["tags"].as_array().unwrap().len(), 5);
}
