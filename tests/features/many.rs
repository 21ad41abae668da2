//! Many requests at once over several workers: each has its own receipt, and none is lost.

use harness::{
    client::http,
    gateway::{GROUP, Setup, asking, azure, entry, gateway, streaming},
};
use std::collections::HashSet;

/// Answers, streams, refusals, broken streams and clients that leave, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_settled_once() {
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(&entry, "", 2, folder.path()).await;
    let setup = Setup { azure, gateway, http: http(), folder };
    let ids = futures_util::future::join_all((0..200).map(|number| one(&setup, number))).await;
    let mut statuses = HashSet::new();
    for id in &ids {
        let receipt = setup.receipt(id).await;
        assert_ne!(receipt["outcome"]["kind"], "open");
        statuses.insert(receipt["cost"]["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 200);
    assert_eq!(setup.azure.count(), 200);
    let all = ["estimated", "exact", "inferred", "partial"].map(str::to_owned);
    assert_eq!(statuses, HashSet::from(all));
    setup.gateway.shutdown().await;
}

/// One request of many kinds; returns its id.
async fn one(setup: &Setup, number: usize) -> String {
    let asked = format!("number {number}");
    match number % 8 {
        0 | 1 => setup.chat(&asking(&asked)).await.id().to_owned(),
        2 | 3 => setup.chat(&streaming(&asked)).await.id().to_owned(),
        4 => setup.chat(&asking("[[scenario:rate-limited]]")).await.id().to_owned(),
        5 => setup.chat(&streaming("[[scenario:cut=5]]")).await.id().to_owned(),
        6 => setup.chat(&asking("[[scenario:unknown-model]]")).await.id().to_owned(),
        _ => {
            let slow = format!("[[scenario:slow-chunks=5]] {asked}");
            let mut opened = setup.open(&streaming(&slow)).await;
            opened.until("\"content\":\"").await;
            opened.id()
        }
    }
}

/// Shutting down waits for what is in flight, and the answer is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_lets_requests_end() {
    let setup = Setup::in_scenarios("slow-chunks=20").await;
    let mut opened = setup.open(&streaming("Hello!")).await;
    opened.until("data:").await;
    let Setup { azure, gateway, folder: _folder, .. } = setup;
    let (reply, ()) = tokio::join!(opened.rest(), gateway.shutdown());
    assert!(reply.is_done());
    assert_eq!(azure.count(), 1);
}
