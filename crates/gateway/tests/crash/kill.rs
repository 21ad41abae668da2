//! Kills the gateway under load, again and again, and compares its books with what Azure saw.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use azure_emulator::{Emulator, Scenario, SeenRequest};
use cost_model::{PriceBook, Query, Sku, day_of};
use ledger::{Entry, EntryFilter, Page, Store};
use llm_types::ReportedUsage;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    client::Client,
    program::{self, Gateway},
};

/// Requests at a time, half of them streams.
const CLIENTS: usize = 48;

/// A pretend Azure that takes its time, and remembers everything.
async fn azure() -> Emulator {
    let azure = Emulator::builder().seed(7).key(program::AZURE_KEY).keep(1_000_000).start();
    let azure = azure.await.unwrap();
    azure.set_all(Scenario::parse_list("slow-chunks=3").unwrap());
    azure
}

/// Every entry of the books, once the gateway is down.
async fn entries(folder: &TempDir) -> Vec<Entry> {
    let store = Store::sqlite(&folder.path().join("fareway.db")).await.unwrap();
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = Page { before, limit: 500 };
        let rows = store.entries(&EntryFilter::default(), &page).await.unwrap();
        let Some(last) = rows.last() else { return all };
        before = Some(last.id.to_string());
        all.extend(rows.iter().map(|row| Entry::of(row).unwrap()));
    }
}

/// The label under which a client has sent a request that Azure saw.
fn label(seen: &SeenRequest) -> String {
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    body["user"].as_str().unwrap().to_owned()
}

/// What Azure will bill for a request, from what it says itself.
fn bill(seen: &SeenRequest, entry: &Entry) -> i128 {
    let usage: ReportedUsage = serde_json::from_value(seen.usage.clone().unwrap()).unwrap();
    let (sku, served) = (Sku::global(), seen.served.clone().unwrap());
    let query = Query::new(&served, &sku, day_of(entry.receipt.at)).routed();
    PriceBook::builtin().cost(&query, &usage.billable().unwrap()).known().picos()
}

/// Compares request by request; returns how many were completed, and how many interrupted.
fn compare(seen: &[SeenRequest], entries: &[Entry], whole: &HashSet<String>) -> [usize; 2] {
    let mut by_label = HashMap::new();
    for entry in entries {
        let label = entry.who.end_user.clone().unwrap();
        let twice = by_label.insert(label.clone(), entry);
        assert!(twice.is_none(), "`{label}` is in the books twice");
        assert_ne!(entry.receipt.outcome.kind(), "open", "`{label}` was never settled");
    }
    let mut count = [0; 2];
    for seen in seen {
        let label = label(seen);
        let entry = by_label.remove(&label).unwrap_or_else(|| panic!("`{label}` is missing"));
        match entry.receipt.outcome.kind() {
            "completed" => {
                let cost = entry.receipt.cost.known().picos();
                assert_eq!(cost, bill(seen, entry), "`{label}` has another cost");
                count[0] += 1;
            }
            "interrupted" => {
                assert!(!whole.contains(&label), "`{label}` was answered, and not settled");
                assert_eq!(entry.receipt.cost.total(), None);
                count[1] += 1;
            }
            // Its client was killed with the gateway, or the gateway's connection was.
            "client_gone" | "failed" => {}
            other => panic!("`{label}` is {other}"),
        }
    }
    // What Azure has not seen was opened and not sent.
    for (label, entry) in by_label {
        let kind = entry.receipt.outcome.kind();
        assert!(matches!(kind, "interrupted" | "failed"), "`{label}` was not sent, but is {kind}");
        assert!(!whole.contains(&label));
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_4_a_killed_gateway_has_every_request_in_its_books() {
    let rounds = std::env::var("CHAOS_ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    program::configure(&folder, &azure.openai_v1(), "");
    let mut whole = HashSet::new();
    for round in 0..rounds {
        let gateway = Gateway::start(&folder).await;
        let client = Client::new(gateway.address, round);
        // Never the same moment: from the first requests on up to a steady load.
        let moment = Duration::from_millis(40 + (round as u64 * 97) % 700);
        let killed = async {
            tokio::time::sleep(moment).await;
            gateway.kill();
        };
        let (answered, ()) = tokio::join!(client.send_until_killed(CLIENTS), killed);
        whole.extend(answered);
    }
    azure.settled().await;
    // It settles what it left open when it starts, and ends in peace.
    Gateway::start(&folder).await.stop();
    let (seen, entries) = (azure.requests(), entries(&folder).await);
    let [completed, interrupted] = compare(&seen, &entries, &whole);
    println!(
        "{rounds} kills: {} requests reached Azure, {} are in the books: {completed} completed, \
         {interrupted} interrupted",
        seen.len(),
        entries.len()
    );
    assert!(completed > rounds * 5, "too few requests to tell anything");
    assert!(interrupted > rounds, "no request was in flight when it was killed");
}
