//! Comparison of the requests that Azure saw with those in the ledger.

use std::collections::{HashMap, HashSet};

use azure_emulator::{Emulator, Scenario, SeenRequest};
use cost_model::{PriceBook, Query, Sku, day_of};
use harness::program;
use ledger::{BudgetState, Entry, EntryFilter, Page, PostgresUrl, Store};
use llm_types::ReportedUsage;
use serde_json::Value;
use tempfile::TempDir;
use test_servers::postgres::Postgres;

/// An emulated Azure that takes its time, and remembers everything.
pub(super) async fn azure() -> Emulator {
    let azure = Emulator::builder().seed(7).key(program::AZURE_KEY).keep(1_000_000).start();
    let azure = azure.await.unwrap();
    azure.set_all(Scenario::parse_list("slow-chunks=3").unwrap());
    azure
}

/// The folder of a gateway's ledger.
pub(super) struct Books {
    pub(super) folder: TempDir,
    /// PostgreSQL, or SQLite in the folder.
    pub(super) server: Option<Postgres>,
}

impl Books {
    pub(super) fn in_sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None }
    }

    pub(super) fn in_postgres() -> Self {
        let server = Postgres::start().unwrap();
        server.database("books").unwrap();
        Self { server: Some(server), ..Self::in_sqlite() }
    }

    /// The lines of the configuration that name the database.
    pub(super) fn sections(&self) -> String {
        let line = |server: &Postgres| format!("  database_url: {}\n", server.url("books"));
        self.server.as_ref().map(line).unwrap_or_default()
    }

    async fn store(&self) -> Store {
        let store = match &self.server {
            None => Store::sqlite(&self.folder.path().join("fareway.db")).await,
            Some(server) => {
                Store::postgres(PostgresUrl::parse(&server.url("books")).unwrap()).await
            }
        };
        store.unwrap()
    }
}

/// Every entry of the ledger, once the gateway is down.
pub(super) async fn entries(books: &Books) -> Vec<Entry> {
    let store = books.store().await;
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = Page { before, limit: 500 };
        let rows = store.entries(&EntryFilter::default(), &page).await.unwrap().rows;
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

/// Azure's bill for a request, from the usage that it reported.
fn bill(seen: &SeenRequest, entry: &Entry) -> i128 {
    let usage: ReportedUsage = serde_json::from_value(seen.usage.clone().unwrap()).unwrap();
    let (sku, served) = (Sku::global(), seen.served.clone().unwrap());
    let query = Query::new(&served, &sku, day_of(entry.receipt.at)).routed();
    PriceBook::builtin().cost(&query, &usage.billable().unwrap()).known().picos()
}

/// Compares request by request; returns how many were completed, and how many interrupted.
pub(super) fn compare(
    seen: &[SeenRequest],
    entries: &[Entry],
    whole: &HashSet<String>,
) -> [usize; 2] {
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
    // A request that Azure has not seen was recorded and not sent.
    for (label, entry) in by_label {
        let kind = entry.receipt.outcome.kind();
        assert!(matches!(kind, "interrupted" | "failed"), "`{label}` was not sent, but is {kind}");
        assert!(!whole.contains(&label));
    }
    count
}

/// The budget was charged exactly what its entries say, and nothing is set aside any more.
pub(super) async fn check_budget(books: &Books, entries: &[Entry]) -> BudgetState {
    let store = books.store().await;
    let id = ledger::KeyHash::of(program::VIRTUAL_KEY).to_string();
    let of_key = entries.iter().filter(|entry| entry.who.key_id.as_deref() == Some(&id));
    let charged: i128 = of_key.map(|entry| entry.charged.picos()).sum();
    // The next run returns what the last one has leased.
    let budget = store.budget(&format!("key:{id}")).await.unwrap().unwrap();
    assert_eq!(budget.spent.picos(), charged);
    assert!(charged > 0, "the key was never used");
    budget
}
