//! Models that are added by API send requests to allowed addresses only, in whatever way these are
//! written; those of the configuration file go where it says.

use std::path::Path;

use gateway::{Running, Workers, config::Config};
use harness::{
    client::http,
    gateway::{AZURE_KEY, CHAT, GROUP, Setup, asking, azure, clock, entry, environment},
    keys::manage,
    scripted::{Script, Scripted},
};
use serde_json::{Value, json};

use crate::models::{params, smart, summary};

const NOWHERE: &str = "upstreams:\n";

/// A gateway where nothing is allowed by configuration.
async fn setup() -> Setup {
    Setup::with(NOWHERE).await
}

fn model(api_base: &str) -> Value {
    json!({"model_name": "added", "litellm_params": {"model": "azure_ai/model-router",
        "api_base": api_base, "api_key": AZURE_KEY, "allow_http": true}})
}

#[tokio::test]
async fn no_notation_of_a_forbidden_address_is_taken() {
    let setup = setup().await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "localhost",
        "localhost.",
        "a.localhost",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "2852039166",
        "0251.0376.0251.0376",
        "[fe80::1]",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "100.64.0.1",
        "[fd12::1]",
        "224.0.0.1",
        "[ff02::1]",
        "255.255.255.255",
        "１２７.0.0.1",
    ] {
        for base in [format!("http://{host}:8080/openai/v1"), format!("https://{host}/openai/v1/")]
        {
            for path in ["/model/new", "/health/test_connection"] {
                let reply = setup.post(path, &[], model(&base).to_string()).await;
                assert!(
                    summary(&reply).starts_with("400 invalid_model"),
                    "{base}: {}",
                    reply.text()
                );
                let says = reply.text().contains("`litellm_params.api_base`: ")
                    && reply.text().contains("`upstreams.allowed_hosts`");
                assert!(says, "{base}: {}", reply.text());
            }
        }
    }
    for zone in ["[fe80::1%25eth0]", "[::1%25lo]"] {
        let reply =
            setup.post("/model/new", &[], model(&format!("http://{zone}/")).to_string()).await;
        assert!(summary(&reply).starts_with("400 invalid_model"), "{zone}: {}", reply.text());
    }
    let added = setup.get("/model/info").await.json();
    assert_eq!(added["data"].as_array().unwrap().len(), 1, "{added}");
    assert_eq!(setup.azure.count(), 0);
    // Models of the configuration file are trusted.
    assert_eq!(setup.chat(&asking("hi")).await.status, 200);
}

#[tokio::test]
async fn neither_a_change_nor_a_login_gets_past() {
    let setup = setup().await;
    let mut good = model("https://r.services.ai.azure.com/openai/v1/");
    good["model_info"] = json!({"id": "m1"});
    manage(&setup, "/model/new", good).await;
    let elsewhere = json!({"model_info": {"id": "m1"},
        "litellm_params": {"api_base": "http://127.0.0.1/openai/v1", "api_key": "k"}});
    let reply = setup.post("/model/update", &[], elsewhere.to_string()).await;
    assert!(summary(&reply).starts_with("400 invalid_model"), "{}", reply.text());
    for login in ["http://127.0.0.1:9", "https://169.254.169.254", "localhost", "https://[::1]"] {
        let model = json!({"model_name": "added", "litellm_params": {"model": "azure_ai/model-router",
            "api_base": "https://r.services.ai.azure.com/openai/v1/", "tenant_id": "t",
            "client_id": "c", "client_secret": "s", "azure_authority_host": login}});
        let reply = setup.post("/model/new", &[], model.to_string()).await;
        assert!(summary(&reply).starts_with("400 invalid_model"), "{login}: {}", reply.text());
        assert!(reply.text().contains("`litellm_params.azure_authority_host`"), "{}", reply.text());
    }
    // The gateway's own identity is for answers of models.
    let identity = json!({"model_name": "added", "litellm_params": {"model": "azure_ai/model-router",
        "api_base": "https://r.services.ai.azure.com/openai/v1/",
        "azure_identity": "managed_identity", "azure_scope": "https://vault.azure.net/.default"}});
    let reply = setup.post("/model/new", &[], identity.to_string()).await;
    assert!(summary(&reply).starts_with("400 invalid_model"), "{}", reply.text());
    assert!(reply.text().contains("own identity"), "{}", reply.text());
}

#[tokio::test]
async fn hosts_of_the_list_are_allowed_with_their_port() {
    let (one, other) = (azure().await, azure().await);
    let port = one.url().rsplit_once(':').unwrap().1.to_owned();
    let sections = format!("upstreams:\n  allowed_hosts: ['127.0.0.1:{port}']\n");
    let fixed = entry(GROUP, "azure_ai/azure-model-router", &other.openai_v1());
    let setup = Setup::of(other, &fixed, &sections).await;
    manage(&setup, "/model/new", smart(&one)).await;
    let mut ask = asking("hi");
    ask["model"] = "smart".into();
    assert_eq!(setup.chat(&ask).await.status, 200);
    assert_eq!(one.count(), 1);
    let tested = json!({"litellm_params": params(&one)});
    assert_eq!(manage(&setup, "/health/test_connection", tested).await["status"], "success");
    let refused = json!({"litellm_params": params(&setup.azure)});
    let reply = setup.post("/health/test_connection", &[], refused.to_string()).await;
    assert!(summary(&reply).starts_with("400 invalid_model"), "{}", reply.text());
    // A model of the file is tested wherever it is.
    let info = setup.get("/model/info").await.json();
    let id = info["data"][0]["model_info"]["id"].clone();
    let fixed = json!({"model_info": {"id": id}});
    assert_eq!(manage(&setup, "/health/test_connection", fixed).await["status"], "success");
}

/// A gateway with the same ledger and another configuration.
async fn again(folder: &Path, entries: &str, sections: &str) -> Running {
    let text = format!("model_list:\n{entries}{}", harness::config::settings(sections));
    let file = folder.join("config.yaml").display().to_string();
    let config = Config::parse(&text, &file, &environment).unwrap();
    Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), clock()).await.unwrap()
}

#[tokio::test]
async fn a_stored_model_that_is_no_longer_allowed_is_not_used() {
    let setup = Setup::new().await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let Setup { azure, gateway: before, folder, .. } = setup;
    before.shutdown().await;
    let entries = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = again(folder.path(), &entries, "").await;
    let setup = Setup { azure, gateway, http: http(), folder };
    let mut ask = asking("hi");
    ask["model"] = "smart".into();
    let reply = setup.chat(&ask).await;
    assert!(summary(&reply).starts_with("503 model_unusable"), "{}", reply.text());
    let info = setup.get("/model/info").await;
    assert!(info.text().contains("`upstreams.allowed_hosts`"), "{}", info.text());
    assert_eq!(setup.azure.count(), 0);
    assert_eq!(setup.chat(&asking("hi")).await.status, 200);
}

/// A redirect is an answer, and no place to go.
#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Scripted::start([Script::json(200, "{}")]).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: {}/chat/completions\r\ncontent-length: 0\r\n\r\n",
            target.openai_v1()
        );
        let upstream = Scripted::start([Script::raw(head)]).await;
        let entries = entry(GROUP, "azure_ai/azure-model-router", &upstream.openai_v1());
        let setup = Setup::of(azure().await, &entries, "").await;
        let reply = setup.post(CHAT, &[], asking("hi").to_string()).await;
        assert_eq!(reply.status, 502, "{}", reply.text());
        assert_eq!((upstream.count(), target.count()), (1, 0));
    }
}
