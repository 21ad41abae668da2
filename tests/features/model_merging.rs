//! `<<`, by which YAML merges one mapping into another, in models of the API: it bypasses no check,
//! and what is below it is neither read, nor kept, nor shown.

use harness::{
    gateway::{AZURE_KEY, GROUP, Setup, asking, entry, gateway},
    keys::manage,
    logs,
    scripted::Scripted,
};
use ledger::{Store, StoredModel};
use serde_json::{Value, json};

use crate::{
    extremes::answer,
    models::{refused, summary},
};

const SECRET: &str = "the-stored-client-secret-6d1f";

fn refusal(object: &str) -> String {
    format!(
        "400 invalid_field: expected `{object}` without the key `<<`: merge keys are not supported here; write \
         the keys themselves"
    )
}

/// The gateway's own identity was sent to any host, with any scope.
#[tokio::test]
async fn a_merged_identity_goes_to_no_host() {
    let setup = Setup::new().await;
    let merged = json!({"azure_identity": "managed_identity", "azure_scope": "api://any/.default"});
    let anywhere = json!({"model": "azure_ai/x", "api_base": "https://collector.example.com",
        "<<": merged});
    let deeper = json!({"model": "azure_ai/x", "api_base": "https://collector.example.com",
        "api_key": "k", "extra": [{"<<": merged}]});
    for params in [anywhere, deeper] {
        let new = json!({"model_name": "m", "litellm_params": params});
        assert_eq!(refused(&setup, "/model/new", &new).await, refusal("litellm_params"));
        let test = json!({"litellm_params": params});
        let tested = refused(&setup, "/health/test_connection", &test).await;
        assert_eq!(tested, refusal("litellm_params"));
    }
    let whole = json!({"<<": {"model_name": "m"}, "litellm_params": {"model": "azure_ai/x"}});
    let whole = refused(&setup, "/model/new", &whole).await;
    assert!(whole.starts_with("400 invalid_field: "), "{whole}");
    assert_eq!(setup.get("/model/info").await.json()["data"].as_array().unwrap().len(), 1);
}

/// A stored secret was sent to the host that a merged `azure_authority_host` names.
#[tokio::test]
async fn a_stored_secret_goes_to_no_merged_host() {
    let setup = Setup::new().await;
    let thief = Scripted::start([answer(1, 1)]).await;
    let params = json!({"model": "azure_ai/x", "api_base": "https://r.openai.azure.com",
        "tenant_id": "t", "client_id": "c", "client_secret": SECRET});
    let new = json!({"model_name": "m", "litellm_params": params, "model_info": {"id": "m1"}});
    manage(&setup, "/model/new", new).await;
    let base = thief.openai_v1();
    let host = base.trim_end_matches("/openai/v1/").trim_end_matches("/openai/v1");
    for object in ["litellm_params", "model_info"] {
        let mut change = json!({"model_info": {"id": "m1"}});
        change[object]["<<"] = json!({"azure_authority_host": host});
        for path in ["/model/update", "/health/test_connection"] {
            assert_eq!(refused(&setup, path, &change).await, refusal(object), "{path}");
        }
    }
    // Written openly, it is refused as before.
    let change = json!({"model_info": {"id": "m1"},
        "litellm_params": {"azure_authority_host": host}});
    let openly = refused(&setup, "/model/update", &change).await;
    assert!(openly.contains("would send the stored `client_secret` to another host"), "{openly}");
    assert_eq!(thief.requests().len(), 0);
}

/// Those that an earlier version has stored are reported, and nothing is merged into them.
#[tokio::test]
async fn stored_models_are_read_without_merging() {
    let log = logs::kept();
    let setup = Setup::new().await;
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let store = Store::sqlite(&folder.path().join("fareway.db")).await.unwrap();
    let merged = json!({"api_key": SECRET, "azure_identity": "managed_identity"});
    let model = "azure_ai/azure-model-router";
    let params = json!({"model": model, "api_base": azure.openai_v1(), "<<": merged});
    let info = json!({"id": "m1", "<<": {"api_key": SECRET}});
    let stored = StoredModel {
        id: "m1".to_owned(),
        group: "merged".to_owned(),
        params: params.to_string(),
        info: info.to_string(),
        ..StoredModel::default()
    };
    store.put_model(&stored, &ledger::ChangedBy::new("test", 1)).await.unwrap();
    drop(store);
    let entries = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entries, "", 1, folder.path()).await;
    let setup = Setup { azure, gateway, http, folder };
    assert!(log.text().contains("a stored model has the key `<<`, which is no longer merged"));
    let mut body = asking("Hello!");
    body["model"] = "merged".into();
    let reply = setup.chat(&body).await;
    assert_eq!(reply.status, 503, "{}", summary(&reply));
    let shown = setup.get("/model/info").await;
    let models = shown.json()["data"].clone();
    let found = models.as_array().unwrap().iter().find(|one| one["model_name"] == "merged");
    let error = found.unwrap()["model_info"]["error"].clone();
    assert!(error.as_str().unwrap().contains("there is no credential"), "{error}");
    assert!(!shown.text().contains(SECRET) && !shown.text().contains("<<"), "{}", shown.text());
    // It is mended by giving the key.
    let key = json!({"model_info": {"id": "m1"}, "litellm_params": {"api_key": AZURE_KEY}});
    let mended: Value = manage(&setup, "/model/update", key).await;
    assert!(!mended.to_string().contains("<<"), "{mended}");
    assert_eq!(setup.chat(&body).await.status, 200);
}
