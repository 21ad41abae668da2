//! Promise 4: an entry is durable before its request is sent, and settled before its answer has
//! ended.
//!
//! Here a gateway in this process ends and another one takes over its ledger. The modules below start the
//! real program and kill it at any moment: it has every request that was sent in its ledger, once, and
//! for exactly what it cost.
//!
//! `CHAOS_ROUNDS` is how often it is killed: 10 by default, 100 in `cargo xtask chaos`.

mod books;
mod database_away;
mod full_disk;
mod kill;
mod load;
mod two_gateways;

use harness::gateway::{GROUP, Setup, asking, entry, gateway, streaming, until};

/// Ends the gateway and starts another one with the same ledger.
async fn restarted(setup: Setup) -> Setup {
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entry, "", 1, folder.path()).await;
    Setup { azure, gateway, http, folder }
}

#[tokio::test]
async fn receipts_outlive_the_gateway() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07,routing-details").await;
    let mut ids = Vec::new();
    for body in [asking("Hello!"), streaming("Hello!")] {
        ids.push(setup.chat(&body).await.id().to_owned());
    }
    let mut before = Vec::new();
    for id in &ids {
        before.push(setup.receipt(id).await);
    }
    let setup = restarted(setup).await;
    for (id, before) in ids.iter().zip(before) {
        assert_eq!(setup.receipt(id).await, before);
    }
    // And it continues to serve.
    let id = setup.chat(&asking("Again!")).await.id().to_owned();
    assert_eq!(setup.receipt(&id).await["outcome"]["kind"], "completed");
}

/// The ledger has a request while Azure is still working on it.
#[tokio::test]
async fn a_request_is_in_the_ledger_before_its_answer() {
    let setup = Setup::in_scenarios("slow-chunks=30").await;
    let mut opened = setup.open(&streaming("Hello!")).await;
    opened.until("data:").await;
    let id = opened.id();
    let reply = setup.get(&format!("/fareway/v1/requests/{id}")).await;
    let receipt = reply.json();
    assert_eq!(receipt["outcome"]["kind"], "open", "{receipt}");
    assert_eq!(receipt["cost"]["status"], "open");
    assert_eq!(receipt["cost"]["total"], serde_json::Value::Null);
    assert!(opened.rest().await.is_done());
    assert_eq!(setup.receipt(&id).await["outcome"]["kind"], "completed");
}

/// When the next gateway starts, no row of the last one is waiting any more.
#[tokio::test]
async fn the_spool_is_empty_after_a_quiet_end() {
    let setup = Setup::new().await;
    for number in 0..20 {
        setup.chat(&asking(&format!("Hello {number}!"))).await;
    }
    let setup = restarted(setup).await;
    let spool = setup.folder.path().join("fareway.db.spool");
    let segments = || {
        let files = std::fs::read_dir(&spool).unwrap().map(|file| file.unwrap().file_name());
        files.filter(|name| name.to_str().unwrap().ends_with(".spool")).count()
    };
    until(|| (segments() == 1).then_some(())).await;
}
