//! Ledgers of earlier versions: what they left in database and spool is there in this version, to the
//! last picodollar. The fixtures and how to add one: `tests/features/upgrades/README.md`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use azure_emulator::Emulator;
use gateway::{Running, Workers, config::Config};
use harness::{
    client::http,
    gateway::{Setup, asking, azure},
    keys::ask,
};
use llm_types::{Clock, ManualClock};
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/upgrades");
const MASTER_KEY: &str = "sk-master-key-of-the-upgrade-fixtures";
const SALT_KEY: &str = "salt-key-of-the-upgrade-fixtures";
/// The secret that the added models have sealed; it is nowhere in the environment.
const AZURE_KEY: &str = "azure-key-of-the-upgrade-fixtures";
/// The address of the added models' Azure.
const AZURE: &str = "127.0.0.1:21418";

/// One version's ledger in one database.
struct Fixture {
    folder: PathBuf,
    told: Value,
}

#[tokio::test]
async fn ledgers_of_earlier_versions_open_in_sqlite() {
    for fixture in Fixture::all("sqlite") {
        let folder = fixture.copied();
        fixture.check(folder, "").await;
    }
}

#[tokio::test]
async fn ledgers_of_earlier_versions_open_in_postgresql() {
    let server = Postgres::start().unwrap();
    for (nth, fixture) in Fixture::all("postgres").into_iter().enumerate() {
        let name = format!("books_{nth}");
        let url = server.database(&name).unwrap();
        server.load(&name, &fixture.folder.join("dump.sql")).unwrap();
        let folder = fixture.copied();
        fixture.check(folder, &format!("  database_url: {url}\n")).await;
    }
}

/// The fields that this version reports in another way on purpose, each with its reason.
fn reported_differently(path: &str, field: &str) -> bool {
    match field {
        // Prose; the second says where a price was read.
        "explain" | "source" => true,
        // Models have been retired from the pool, and others priced.
        "pool_price_range" => path == "/model/info",
        // Limits of routers come from the pool.
        "max_input_tokens" | "max_output_tokens" => path == "/model/info",
        // Prices of today, which change with the table.
        _ => path == "/model/info" && (field.contains("cost") || field.contains("routing_fee")),
    }
}

// === impl Fixture ===

impl Fixture {
    /// Those of all versions.
    fn all(store: &str) -> Vec<Self> {
        let versions = fs::read_dir(FIXTURES).unwrap().map(|file| file.unwrap().path());
        let all: Vec<_> = versions
            .filter(|path| path.is_dir())
            .map(|version| {
                let folder = version.join(store);
                let told = fs::read_to_string(folder.join("told.json")).unwrap();
                Self { folder, told: serde_json::from_str(&told).unwrap() }
            })
            .collect();
        assert!(!all.is_empty());
        all
    }

    fn copied(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        copy(&self.folder, folder.path());
        folder
    }

    /// Opens a copy twice: what the first start has migrated and drained is there in the second.
    async fn check(&self, folder: tempfile::TempDir, database: &str) {
        let first = self.start(folder.path(), database).await;
        let setup = Setup { azure: azure().await, gateway: first, http: http(), folder };
        self.compare(&setup).await;
        let Setup { azure, gateway, http, folder } = setup;
        gateway.shutdown().await;
        let gateway = self.start(folder.path(), database).await;
        let setup = Setup { azure, gateway, http, folder };
        self.compare(&setup).await;
        self.ask(&setup).await;
        setup.gateway.shutdown().await;
    }

    async fn start(&self, folder: &Path, database: &str) -> Running {
        let file = folder.join("config.yaml");
        let text = fs::read_to_string(&file).unwrap();
        let (upstreams, general) =
            ("upstreams:\n  allowed_hosts: [127.0.0.1]\n", "general_settings:\n");
        let text = text.replace(general, &format!("{upstreams}{general}{database}"));
        let environment = |name: &str| match name {
            "MASTER_KEY" => Some(MASTER_KEY.to_owned()),
            "FAREWAY_SALT_KEY" => Some(SALT_KEY.to_owned()),
            "AZURE_KEY" => Some("another".to_owned()),
            _ => None,
        };
        let config = Config::parse(&text, file.to_str().unwrap(), &environment).unwrap();
        let time = self.told["at"].as_str().unwrap().parse().unwrap();
        let clock = Arc::new(ManualClock::at(time)) as Arc<dyn Clock>;
        Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), clock).await.unwrap()
    }

    /// Every page that the version of the fixture showed, as this version shows it.
    async fn compare(&self, setup: &Setup) {
        let pages = self.told["pages"].as_object().unwrap();
        assert!(pages.len() > 50, "{}", pages.len());
        let mut wrong = Vec::new();
        for (path, expect) in pages {
            let reply = setup.get_as(path, &format!("Bearer {MASTER_KEY}")).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            differences(path, "", expect, &with_held(reply.json()), &mut wrong);
        }
        assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// The virtual keys work, and so do the credentials that were sealed.
    async fn ask(&self, setup: &Setup) {
        let azure = upstream().await;
        let endless = self.told["keys"]["endless"].as_str().unwrap();
        let body = json!({"model": "added", "max_completion_tokens": 100,
            "messages": asking("Hello!")["messages"]});
        let reply = ask(setup, endless, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(azure.count(), 1);
        azure.shutdown().await;
        let blocked = self.told["keys"]["blocked"].as_str().unwrap();
        assert_eq!(ask(setup, blocked, &body).await.status, 401);
    }
}

/// The Azure that the added models name. Another run of this test may have its port for a moment.
async fn upstream() -> Emulator {
    for _ in 0..600 {
        let builder = Emulator::builder().seed(7).key(AZURE_KEY).address(AZURE.parse().unwrap());
        match builder.start().await {
            Ok(azure) => return azure,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    panic!("the port of {AZURE} was never free");
}

/// The parts of `expect` that are not in `found`. New fields are allowed; missing ones are not.
fn differences(path: &str, at: &str, expect: &Value, found: &Value, wrong: &mut Vec<String>) {
    match (expect, found) {
        (Value::Object(fields), Value::Object(_)) => {
            for (name, expect) in fields {
                if !reported_differently(path, name) {
                    differences(path, &format!("{at}/{name}"), expect, &found[name], wrong);
                }
            }
        }
        (Value::Array(all), Value::Array(others)) if all.len() == others.len() => {
            for (nth, (expect, found)) in all.iter().zip(others).enumerate() {
                differences(path, &format!("{at}/{nth}"), expect, found, wrong);
            }
        }
        _ if expect == found => {}
        _ => wrong.push(format!("{path} {at}: expected {expect}, found {found}")),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(|file| file.unwrap().path()) {
        let copied = to.join(file.file_name().unwrap());
        if file.is_dir() {
            copy(&file, &copied);
        } else {
            fs::copy(&file, copied).unwrap();
        }
    }
}

/// A page as it was before held money was shown apart from spent money.
fn with_held(mut page: Value) -> Value {
    match &mut page {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = with_held(item.take())),
        Value::Object(fields) => {
            let amount = |key: &str| fields.get(key)?.to_string().parse::<llm_types::Usd>().ok();
            if let (Some(spent), Some(held)) = (amount("spend"), amount("held")) {
                let sum = serde_json::from_str(&(spent + held).to_string()).unwrap();
                fields.insert("spend".to_owned(), sum);
            }
            fields.values_mut().for_each(|value| *value = with_held(value.take()));
        }
        _ => {}
    }
    page
}
