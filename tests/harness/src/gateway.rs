//! A gateway in front of an emulated Azure, both on free ports, and requests of its clients.

use std::{path::Path, sync::Arc, time::Duration};

use azure_emulator::{Emulator, Scenario, SeenRequest};
use bytes::Bytes;
use gateway::{Running, Workers, config::Config};
use http::Method;
use llm_types::{Clock, ManualClock, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;
use test_servers::postgres::Postgres;
use tokio::net::TcpStream;

use crate::client::{Http, Opened, Reply, http, request};

/// The key of the gateway's clients.
pub const KEY: &str = "sk-the-key-of-the-gateways-clients-5c81";
/// The gateway's key for Azure.
pub const AZURE_KEY: &str = "azure-key-that-nobody-may-see-9d27";

pub use crate::config::{GROUP, entry};
pub const CHAT: &str = "/v1/chat/completions";

/// A running gateway and the Azure that it asks.
pub struct Setup {
    pub azure: Emulator,
    pub gateway: Running,
    pub http: Http,
    /// The folder of the gateway's ledger.
    pub folder: TempDir,
}

/// The machine's clock, for a gateway whose time does not matter.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The variables that the configurations here name.
pub fn environment(name: &str) -> Option<String> {
    match name {
        "AZURE_KEY" => Some(AZURE_KEY.to_owned()),
        "MASTER_KEY" => Some(KEY.to_owned()),
        _ => None,
    }
}

pub async fn azure() -> Emulator {
    Emulator::builder().seed(7).key(AZURE_KEY).start().await.unwrap()
}

/// Starts a gateway with these entries of `model_list` and these further sections, and its ledger
/// in `folder`.
pub async fn gateway(entries: &str, sections: &str, workers: usize, folder: &Path) -> Running {
    gateway_at(entries, sections, workers, folder, clock()).await
}

/// The same with a clock.
pub async fn gateway_at(
    entries: &str,
    sections: &str,
    workers: usize,
    folder: &Path,
    clock: Arc<dyn Clock>,
) -> Running {
    let text = crate::config::config(entries, sections);
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, &environment).unwrap();
    // A key that is misspelt in a test must not go unnoticed.
    assert_eq!(config.warnings, [""; 0]);
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(workers), clock).await.unwrap()
}

/// The line of the configuration that names a new database.
pub fn database(server: &Postgres) -> String {
    format!("  database_url: {}\n", server.database("books").unwrap())
}

/// A chat request with one user message.
pub fn asking(prompt: &str) -> Value {
    json!({"model": GROUP, "messages": [{"role": "user", "content": prompt}]})
}

/// The same as a stream, with its usage.
pub fn streaming(prompt: &str) -> Value {
    let mut body = asking(prompt);
    body["stream"] = true.into();
    body["stream_options"] = json!({"include_usage": true});
    body
}

/// Waits until there is something; a test that waits too long says where.
#[track_caller]
pub fn until<T>(mut found: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        for _ in 0..2_000 {
            if let Some(found) = found() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {caller}");
    }
}

// === impl Setup ===

impl Setup {
    /// One router deployment in the group `azure-model-router`.
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// The same with further sections in the configuration.
    pub async fn with(sections: &str) -> Self {
        let azure = azure().await;
        let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
        Self::of(azure, &entry, sections).await
    }

    /// The router deployment, and a clock that the test sets.
    pub async fn at(time: &str, sections: &str) -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(time.parse().unwrap()));
        let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
        let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
        let shown = Arc::clone(&clock) as Arc<dyn Clock>;
        let gateway = gateway_at(&entry, sections, 1, folder.path(), shown).await;
        (Self { azure, gateway, http: http(), folder }, clock)
    }

    /// Any deployments.
    pub async fn of(azure: Emulator, entries: &str, sections: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gateway = gateway(entries, sections, 1, folder.path()).await;
        Self { azure, gateway, http: http(), folder }
    }

    /// The same, with Azure in these scenarios: `served=grok-4,no-usage`.
    pub async fn in_scenarios(scenarios: &str) -> Self {
        let setup = Self::new().await;
        setup.set(scenarios);
        setup
    }

    pub fn set(&self, scenarios: &str) {
        self.azure.set_all(Scenario::parse_list(scenarios).unwrap());
    }

    pub async fn chat(&self, body: &Value) -> Reply {
        self.post(CHAT, &[], body.to_string()).await
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        self.open_at(path, headers, body).await.rest().await
    }

    /// Sends a chat request and returns when the answer's head is there.
    pub async fn open(&self, body: &Value) -> Opened {
        self.open_at(CHAT, &[], body.to_string()).await
    }

    pub async fn open_at(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Opened {
        let mut all = vec![("content-type", "application/json")];
        let shows_key =
            |(name, _): &(&str, &str)| name.ends_with("key") || *name == "authorization";
        let bearer = format!("Bearer {KEY}");
        if !headers.iter().any(shows_key) {
            all.push(("authorization", &bearer));
        }
        all.extend(headers);
        let request = request(self.gateway.address(), (Method::POST, path), &all, body);
        Opened::send(&self.http, request).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_as(path, &format!("Bearer {KEY}")).await
    }

    pub async fn get_as(&self, path: &str, authorization: &str) -> Reply {
        let headers = [("authorization", authorization)];
        let request = request(self.gateway.address(), (Method::GET, path), &headers, "");
        Opened::send(&self.http, request).await.rest().await
    }

    /// A connection on which anything can be sent.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.gateway.address()).await.unwrap()
    }

    /// The receipt of a request, once it is settled.
    pub async fn receipt(&self, id: &str) -> Value {
        for _ in 0..2_000 {
            let reply = self.get(&format!("/fareway/v1/requests/{id}")).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let receipt = reply.json();
            if receipt["outcome"]["kind"] != "open" {
                return receipt;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the request `{id}` was never settled");
    }

    /// The last request that Azure saw, once it is over.
    pub async fn seen(&self) -> SeenRequest {
        self.azure.settled().await;
        self.azure.requests().pop().expect("Azure saw a request")
    }
}
