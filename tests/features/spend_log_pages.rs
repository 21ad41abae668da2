//! `/spend/logs` when one answer cannot hold everything: it says that there is more, and where.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use harness::gateway::{Setup, asking};
use serde_json::Value;

/// The path of the next page, from the answer's `link`.
fn next(reply: &harness::client::Reply) -> Option<String> {
    let link = reply.header("link")?;
    let (path, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert_eq!(rest, "; rel=\"next\"");
    Some(path.to_owned())
}

#[tokio::test]
async fn more_than_a_thousand_requests_are_reached_by_the_link() {
    let setup = Setup::in_scenarios("served=gpt-4.1-nano-2025-04-14").await;
    let body = asking("Hi");
    for _ in 0..21 {
        let all = join_all((0..50).map(|_| setup.chat(&body))).await;
        assert!(all.iter().all(|reply| reply.status == 200));
    }
    let days = "start_date=2026-01-01&end_date=2100-01-01&summarize=false";
    for (path, expect) in [("/spend/logs".to_owned(), 2), (format!("/spend/logs?{days}"), 2)] {
        let (mut path, mut pages, mut ids) = (Some(path), 0, BTreeSet::new());
        while let Some(here) = path {
            let reply = setup.get(&here).await;
            assert_eq!(reply.status, 200, "{here}: {}", reply.text());
            let rows = reply.json().as_array().unwrap().clone();
            assert!(rows.len() <= 1_000);
            ids.extend(rows.iter().map(|row: &Value| row["request_id"].to_string()));
            pages += 1;
            path = next(&reply);
            let truncated = reply.header("x-litellm-spend-logs-truncated");
            assert_eq!(truncated, path.as_ref().map(|_| "true"), "{here}");
            assert!(here.contains(days) || !here.contains("start_date"), "{here}");
        }
        assert_eq!((pages, ids.len()), (expect, 1_050));
    }
}
