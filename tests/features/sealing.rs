//! Credentials of models that were added by API: encrypted with a work factor, never with a weak
//! key, and encrypted again when the key changes.

use std::path::Path;

use gateway::{Running, Workers, config::Config};
use harness::{
    client::http,
    gateway::{AZURE_KEY, GROUP, KEY, Setup, azure, clock, entry, environment},
    keys::manage,
};
use ledger::{ChangedBy, Store};
use serde_json::{Value, json};

use crate::models::smart;

const OLD_KEY: &str = "the-salt-key-of-last-year";
const NEW_KEY: &str = "the-salt-key-of-this-year";

/// A gateway with these salt keys and this master key.
async fn started(
    azure: &str,
    folder: &Path,
    [salt, old]: [Option<&str>; 2],
    master: &str,
) -> Running {
    let env = |name: &str| match name {
        "FAREWAY_SALT_KEY" => salt.map(str::to_owned),
        "FAREWAY_OLD_SALT_KEY" => old.map(str::to_owned),
        "MASTER_KEY" => Some(master.to_owned()),
        name => environment(name),
    };
    let entry = entry(GROUP, "azure_ai/azure-model-router", azure);
    let text = harness::config::config(&entry, "");
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, &env).unwrap();
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), clock()).await.unwrap()
}

async fn restarted(setup: Setup, keys: [Option<&str>; 2]) -> Setup {
    let Setup { azure, gateway, http, folder } = setup;
    gateway.shutdown().await;
    let gateway = started(&azure.openai_v1(), folder.path(), keys, KEY).await;
    Setup { azure, gateway, http, folder }
}

/// How the added model's key is sealed in the store.
async fn sealed(setup: &Setup) -> String {
    let store = Store::sqlite(&setup.folder.path().join("fareway.db")).await.unwrap();
    let params = store.directory().await.unwrap().models[0].params.clone();
    let params: Value = serde_json::from_str(&params).unwrap();
    params["api_key"].as_str().unwrap().to_owned()
}

async fn answers(setup: &Setup) -> u16 {
    let body = json!({"model": "smart", "messages": [{"role": "user", "content": "Hello!"}]});
    setup.chat(&body).await.status
}

#[tokio::test]
async fn a_salt_key_is_replaced_without_giving_anything_again() {
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    let gateway = started(&azure.openai_v1(), folder.path(), [Some(OLD_KEY), None], KEY).await;
    let setup = Setup { azure, gateway, http: http(), folder };
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let first = sealed(&setup).await;
    assert!(first.starts_with("fareway:v2:m=19456,t=2:"), "{first}");
    let setup = restarted(setup, [Some(OLD_KEY), None]).await;
    assert_eq!((sealed(&setup).await, answers(&setup).await), (first.clone(), 200));
    // A change of anything else leaves it as it is.
    let renamed = json!({"model_info": {"id": "m1", "note": "x"}});
    manage(&setup, "/model/update", renamed).await;
    assert_eq!(sealed(&setup).await, first);
    let setup = restarted(setup, [Some(NEW_KEY), Some(OLD_KEY)]).await;
    let second = sealed(&setup).await;
    assert_ne!(second, first);
    // The old one is no longer needed.
    let setup = restarted(setup, [Some(NEW_KEY), None]).await;
    assert_eq!((sealed(&setup).await, answers(&setup).await), (second, 200));
    let audit = setup.get("/fareway/v1/audit?actor=gateway&kind=model&subject=m1").await;
    let entries = audit.json()["entries"].clone();
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    assert_eq!(entries[0]["after"], json!({"litellm_params.api_key": "•••"}));
    assert!(!audit.text().contains(AZURE_KEY));
}

#[tokio::test]
async fn secrets_of_earlier_versions_are_encrypted_again() {
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    let gateway = started(&azure.openai_v1(), folder.path(), [Some(OLD_KEY), None], KEY).await;
    let setup = Setup { azure, gateway, http: http(), folder };
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let store = Store::sqlite(&setup.folder.path().join("fareway.db")).await.unwrap();
    let mut model = store.directory().await.unwrap().models.remove(0);
    let mut params: Value = serde_json::from_str(&model.params).unwrap();
    // As version 1 has sealed `azure-key-that-nobody-may-see-9d27` with `the-salt-key-of-last-year`.
    params["api_key"] = OLD_SEAL.into();
    model.params = params.to_string();
    store.put_model(&model, &ChangedBy::new("test", 1)).await.unwrap();
    let setup = restarted(setup, [Some(OLD_KEY), None]).await;
    assert!(sealed(&setup).await.starts_with("fareway:v2:"), "{}", sealed(&setup).await);
    assert_eq!(answers(&setup).await, 200);
}

const OLD_SEAL: &str = "fareway:v1:AAECAwQFBgcICQoLS8z4IBh8JXqCTx20Rm7xSW_422yjkp_Cc_ejRiZYJMYFgZ7fSZK8KQYxsE_C9FDnY2A";

#[tokio::test]
async fn nothing_is_sealed_under_a_weak_key() {
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    let gateway = started(&azure.openai_v1(), folder.path(), [None, None], "sk-1234").await;
    let setup = Setup { azure, gateway, http: http(), folder };
    let body = smart(&setup.azure).to_string();
    let as_operator = [("authorization", "Bearer sk-1234")];
    let refused = setup.post("/model/new", &as_operator, body.clone()).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    let text = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(
        text,
        "the model `m1`: `api_key` is not stored, because the master key has fewer than 16 characters or is \
         known from examples, and could be decrypted by guessing; set the environment variable \
         `FAREWAY_SALT_KEY` to a long random text (such as that of `openssl rand -hex 32`), and keep it"
    );
    let Setup { azure, gateway, http, folder } = setup;
    gateway.shutdown().await;
    let gateway =
        started(&azure.openai_v1(), folder.path(), [Some(NEW_KEY), None], "sk-1234").await;
    let setup = Setup { azure, gateway, http, folder };
    let added = setup.post("/model/new", &as_operator, body).await;
    assert_eq!(added.status, 200, "{}", added.text());
}
