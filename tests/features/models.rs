//! Models that are added, changed, tested and deleted by API while the gateway runs.

use std::path::Path;

use azure_emulator::Emulator;
use gateway::{Running, Workers, config::Config};
use harness::{
    client::{Opened, Reply, http, request},
    gateway::{AZURE_KEY, CHAT, GROUP, KEY, Setup, asking, entry, environment, gateway},
    keys::{key, manage},
    logs,
    prices::{expected, usd},
};
use http::Method;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

async fn ask(setup: &Setup, group: &str) -> Reply {
    let mut body = asking("Hello!");
    body["model"] = group.into();
    setup.chat(&body).await
}

/// Status, code and message of a refusal.
pub(crate) fn summary(reply: &Reply) -> String {
    let error = &reply.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
    format!("{} {}: {}", reply.status, text("code"), text("message"))
}

pub(crate) async fn refused(setup: &Setup, path: &str, body: &Value) -> String {
    let reply = setup.post(path, &[], body.to_string()).await;
    assert_ne!(reply.status, 200, "{path} {body}: {}", reply.text());
    summary(&reply)
}

pub(crate) fn params(azure: &Emulator) -> Value {
    json!({"model": "azure_ai/azure-model-router", "api_base": azure.openai_v1(),
        "api_key": AZURE_KEY})
}

pub(crate) fn smart(azure: &Emulator) -> Value {
    json!({"model_name": "smart", "litellm_params": params(azure), "model_info": {"id": "m1"}})
}

/// Ends the gateway and starts one of these workers with the same ledger and this environment.
async fn restarted(setup: Setup, env: &dyn Fn(&str) -> Option<String>, workers: usize) -> Setup {
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = started(&entry, folder.path(), env, workers).await;
    Setup { azure, gateway, http, folder }
}

async fn started(
    entry: &str,
    folder: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    workers: usize,
) -> Running {
    let text = harness::config::config(entry, "");
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, env).unwrap();
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(workers), harness::gateway::clock())
        .await
        .unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.is_dir() {
            all.extend(files(&file));
        } else {
            all.push(std::fs::read(file).unwrap());
        }
    }
    all
}

pub(crate) async fn patch(setup: &Setup, id: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {KEY}");
    let path = format!("/model/{id}/update");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let request =
        request(setup.gateway.address(), (Method::PATCH, &path), &headers, body.to_string());
    Opened::send(&setup.http, request).await.rest().await
}

#[tokio::test]
async fn a_model_that_is_added_answers_at_once_and_outlives_the_gateway() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    assert_eq!(ask(&setup, "smart").await.status, 404);
    let mut row = manage(&setup, "/model/new", smart(&setup.azure)).await;
    for volatile in ["created_at", "updated_at", "url"] {
        assert!(row[volatile].is_string(), "{row}");
        row[volatile] = "REDACTED".into();
    }
    row["litellm_params"]["api_base"] = "REDACTED".into();
    assert_json_snapshot!(row, @r#"
    {
      "blocked": false,
      "created_at": "REDACTED",
      "created_by": "master_key",
      "litellm_params": {
        "api_base": "REDACTED",
        "api_key": "********",
        "model": "azure_ai/azure-model-router"
      },
      "model_id": "m1",
      "model_info": {
        "id": "m1"
      },
      "model_name": "smart",
      "updated_at": "REDACTED",
      "updated_by": "master_key",
      "url": "REDACTED",
      "warnings": []
    }
    "#);
    let reply = ask(&setup, "smart").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let total = expected("gpt-5-nano-2025-08-07", &reply.json()["usage"]).total();
    assert_eq!(setup.receipt(reply.id()).await["cost"]["total"], usd(total));
    let ids = |list: &Value| -> Vec<String> {
        let data = list["data"].as_array().unwrap();
        data.iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&setup.get("/v1/models").await.json()), [GROUP, "smart"]);
    assert_eq!(setup.get("/v1/models/smart").await.json()["id"], "smart");

    let mut setup = restarted(setup, &environment, 2).await;
    // New connections go to the workers in turn, and each of them sees a change.
    for _ in 0..4 {
        setup.http = http();
        assert_eq!(ask(&setup, "smart").await.status, 200);
    }
    manage(&setup, "/model/update", json!({"model_id": "m1", "model_name": "clever"})).await;
    for _ in 0..4 {
        setup.http = http();
        assert_eq!(ask(&setup, "smart").await.status, 404);
        assert_eq!(ask(&setup, "clever").await.status, 200);
    }
}

/// Two gateways with one store: the other one hears of a change within a second, or a little more
/// on a busy machine.
#[tokio::test]
async fn another_gateway_hears_of_a_change() {
    let setup = Setup::new().await;
    let first = entry(GROUP, "azure_ai/azure-model-router", &setup.azure.openai_v1());
    let ledger = "ledger:\n  spool: other.spool\n";
    let other = gateway(&first, ledger, 1, setup.folder.path()).await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let mut body = asking("Hello!");
    body["model"] = "smart".into();
    let mut last = 0;
    for _ in 0..500 {
        let request = request(other.address(), (Method::POST, CHAT), &headers, body.to_string());
        last = Opened::send(&setup.http, request).await.rest().await.status;
        if last == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(last, 200);
    other.shutdown().await;
}

#[tokio::test]
async fn a_credential_is_nowhere_to_be_seen() {
    let setup = Setup::new().await;
    let mut all = Vec::new();
    let new = setup.post("/model/new", &[], smart(&setup.azure).to_string()).await;
    all.push(new);
    let test = json!({"litellm_params": {}, "model_info": {"id": "m1"}});
    all.push(setup.post("/health/test_connection", &[], test.to_string()).await);
    let update = json!({"model_id": "m1", "litellm_params": {"api_key": AZURE_KEY}});
    all.push(setup.post("/model/update", &[], update.to_string()).await);
    all.push(patch(&setup, "m1", &json!({"blocked": false})).await);
    for path in ["/model/info", "/v1/model/info?litellm_model_id=m1", "/v2/model/info?search=SMART"]
    {
        all.push(setup.get(path).await);
    }
    for reply in &all {
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(!reply.text().contains(AZURE_KEY), "{}", reply.text());
        assert!(reply.text().contains("azure-model-router"), "{}", reply.text());
    }
    assert_eq!(all[0].json()["litellm_params"]["api_key"], "********");
    assert!(all[4].json()["data"][1]["litellm_params"].get("api_key").is_none());
    assert_eq!(ask(&setup, "smart").await.status, 200);
    assert!(!format!("{:?}", setup.gateway).contains(AZURE_KEY));
    let find = |what: &str| {
        let found = |file: &Vec<u8>| file.windows(what.len()).any(|part| part == what.as_bytes());
        files(setup.folder.path()).iter().any(found)
    };
    // The database, its log and the spool contain the sealed text, and not the secret.
    assert!(find("fareway:v2:"));
    assert!(!find(AZURE_KEY));
    let Setup { azure: _azure, gateway, folder, .. } = setup;
    gateway.shutdown().await;
    let found =
        |file: &Vec<u8>| file.windows(AZURE_KEY.len()).any(|part| part == AZURE_KEY.as_bytes());
    assert!(!files(folder.path()).iter().any(found));
}

#[tokio::test]
async fn a_model_changes_and_goes_while_requests_run() {
    let setup = Setup::in_scenarios("slow-chunks=20").await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    // A wrong key, and the right one again; all else stays.
    let wrong = json!({"model_id": "m1", "litellm_params": {"api_key": "another-key"}});
    manage(&setup, "/model/update", wrong).await;
    let reply = ask(&setup, "smart").await;
    assert_eq!(summary(&reply).split_once(':').unwrap().0, "401 401", "{}", reply.text());
    let right = json!({"model_info": {"id": "m1", "router": false, "description": "mine"},
        "litellm_params": {"api_key": AZURE_KEY, "api_version": "v1"}});
    let row = manage(&setup, "/model/update", right).await;
    assert_eq!(row["litellm_params"]["api_version"], "v1");
    assert_eq!(row["litellm_params"]["model"], "azure_ai/azure-model-router");
    assert_eq!(row["model_info"]["description"], "mine");
    let masked = json!({"litellm_params": {"api_key": "********"}, "model_info": {"router": null},
        "litellm_params_to_remove": ["api_version"]});
    let row = patch(&setup, "m1", &masked).await.json();
    assert_eq!(row["litellm_params"].get("api_version"), None, "{row}");
    assert_eq!(row["model_info"].get("router"), None);
    assert_eq!(row["litellm_params"]["api_key"], "********");

    let mut streaming = harness::gateway::streaming("Hello!");
    streaming["model"] = "smart".into();
    let mut opened = setup.open(&streaming).await;
    opened.until("data:").await;
    manage(&setup, "/model/update", json!({"model_id": "m1", "blocked": true})).await;
    assert_eq!(
        summary(&ask(&setup, "smart").await),
        "403 model_blocked: the model `smart` is blocked for now; ask the operator of the gateway"
    );
    assert_eq!(setup.get("/v1/models/smart").await.status, 404);
    let info = setup.get("/model/info?litellm_model_id=m1").await.json();
    assert_eq!(info["data"][0]["model_info"]["blocked"], true);
    manage(&setup, "/model/update", json!({"model_id": "m1", "blocked": false})).await;
    let gone = manage(&setup, "/model/delete", json!({"id": "m1"})).await;
    assert_eq!(gone, json!({"message": "Model: m1 deleted successfully"}));
    assert!(summary(&ask(&setup, "smart").await).starts_with("404 model_not_found"));
    assert_eq!(
        refused(&setup, "/model/delete", &json!({"id": "m1"})).await,
        "404 not_found: model not found: there is no model `m1`"
    );
    // Requests that had begun ended well.
    assert!(opened.rest().await.is_done());
}

/// A strict budget is kept by the prices of the deployment that there is now.
#[tokio::test]
async fn a_budget_follows_a_change_of_price() {
    let setup = Setup::new().await;
    let mut free = smart(&setup.azure);
    free["model_info"]["router"] = false.into();
    free["model_info"]["input_cost_per_token"] = 0.into();
    free["model_info"]["output_cost_per_token"] = 0.into();
    manage(&setup, "/model/new", free).await;
    let key = key(&setup, json!({"max_budget": 0.01})).await;
    let mut body = asking("Hello!");
    body["model"] = "smart".into();
    assert_eq!(harness::keys::ask(&setup, &key, &body).await.status, 200);
    let dear = json!({"model_id": "m1", "model_info": {"output_cost_per_token": 0.001}});
    manage(&setup, "/model/update", dear).await;
    let reply = harness::keys::ask(&setup, &key, &body).await;
    assert!(summary(&reply).starts_with("429 budget_exceeded"), "{}", reply.text());
}

/// The right to change a model does not allow sending its credential to another host.
#[tokio::test]
async fn a_stored_credential_stays_with_its_host() {
    let setup = Setup::new().await;
    let thief = harness::gateway::azure().await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let aside = json!({"model_id": "m1", "litellm_params": {"api_base": thief.openai_v1()}});
    for path in ["/model/update", "/health/test_connection"] {
        assert_eq!(
            refused(&setup, path, &aside).await,
            "400 invalid_field: the new `litellm_params` would send the stored `api_key` to another \
             host than the one that it was set for; send `api_key` again"
        );
    }
    assert_eq!(thief.count(), 0);
    let mut whole = aside.clone();
    whole["litellm_params"]["api_key"] = AZURE_KEY.into();
    manage(&setup, "/model/update", whole).await;
    assert_eq!(ask(&setup, "smart").await.status, 200);
    assert_eq!(thief.count(), 1);
}

/// A key that is lost takes nothing down but what was encrypted with it.
#[tokio::test]
async fn a_model_that_cannot_be_decrypted_is_left_out() {
    let log = logs::kept();
    let setup = Setup::new().await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let salted = |name: &str| match name {
        "FAREWAY_SALT_KEY" => Some("a-salt-key-of-these-tests".to_owned()),
        "MASTER_KEY" => Some("sk-another-master-key".to_owned()),
        name => environment(name),
    };
    let setup = restarted(setup, &salted, 1).await;
    let as_new = [("authorization", "Bearer sk-another-master-key")];
    let chat = async |group: &str| {
        let mut body = asking("Hello!");
        body["model"] = group.into();
        setup.post(CHAT, &as_new, body.to_string()).await
    };
    assert_eq!(chat(GROUP).await.status, 200);
    assert_eq!(
        summary(&chat("smart").await),
        "503 model_unusable: the model `smart` cannot be used at the moment; the gateway's log has the cause"
    );
    let info = setup.get_as("/model/info?litellm_model_id=m1", as_new[0].1).await.json();
    let error = &info["data"][0]["model_info"]["error"];
    assert!(error.as_str().unwrap().contains("FAREWAY_SALT_KEY"), "{info}");
    // It is reported once, whatever else changes.
    for _ in 0..2 {
        assert_eq!(setup.post("/key/generate", &as_new, "{}").await.status, 200);
    }
    assert_eq!(log.text().matches("a model cannot be used").count(), 1);
    let again = json!({"model_id": "m1", "litellm_params": {"api_key": AZURE_KEY}}).to_string();
    let mended = setup.post("/model/update", &as_new, again).await;
    assert_eq!(mended.status, 200, "{}", mended.text());
    assert_eq!(chat("smart").await.status, 200);
    for secret in [AZURE_KEY, KEY, "a-salt-key", "sk-another-master-key"] {
        assert!(!log.text().contains(secret), "the log has `{secret}`");
    }
}

/// The file need not name a model: the first one may come by API.
#[tokio::test]
async fn a_gateway_begins_without_models() {
    let azure = harness::gateway::azure().await;
    let folder = tempfile::tempdir().unwrap();
    let gateway = started("", folder.path(), &environment, 1).await;
    let setup = Setup { azure, gateway, http: http(), folder };
    assert_eq!(setup.get("/v1/models").await.json()["data"], json!([]));
    assert_eq!(ask(&setup, "smart").await.status, 404);
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    assert_eq!(ask(&setup, "smart").await.status, 200);
}
