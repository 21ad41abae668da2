//! Addresses and credentials: every form of the endpoint, and the credentials that each accepts.

use azure_emulator::{Auth, Emulator};
use serde_json::Value;

use crate::client::{CHAT, KEY, Reply, ask, emulator, exchange, get, post_with};

const LEGACY: &str =
    "/openai/deployments/azure-model-router/chat/completions?api-version=2024-10-21";
const MODELS: &str = "/models/chat/completions?api-version=2024-05-01-preview";
const PROJECT: &str = "/api/projects/p/openai/v1/chat/completions";

async fn enter(azure: &Emulator, target: &str, credential: &str) -> Reply {
    post_with(azure, target, &format!("{credential}\r\n"), &ask("Hi").to_string()).await
}

/// A token from the emulated Entra for this scope.
async fn token(azure: &Emulator, scope: &str) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id=c&client_secret=s&scope={}",
        scope.replace(':', "%3A").replace('/', "%2F")
    );
    let reply = post_with(azure, "/tenant/oauth2/v2.0/token", "", &form).await;
    let body = reply.json();
    assert_eq!((reply.status, body["expires_in"].as_u64()), (200, Some(3_599)));
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_form_answers_and_asks_for_what_it_needs() {
    let azure = emulator().await;
    let key = format!("api-key: {KEY}");
    for target in [CHAT, LEGACY, MODELS] {
        assert_eq!(enter(&azure, target, &key).await.status, 200, "{target}");
    }
    for target in [
        "/openai/deployments/azure-model-router/chat/completions",
        "/models/chat/completions",
        "/chat/completions",
    ] {
        let reply = enter(&azure, target, &key).await;
        assert_eq!(reply.status, 404, "{target}");
        assert_eq!(reply.json()["error"]["message"], "Resource not found");
    }
    let unknown = LEGACY.replace("azure-model-router", "nobody");
    let reply = enter(&azure, &unknown, &key).await;
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (404, &"DeploymentNotFound".into()));
}

#[tokio::test]
async fn deployments_are_routers_models_and_auto() {
    let azure = Emulator::builder().key(KEY).deployment("mine").start().await.unwrap();
    let headers = format!("api-key: {KEY}\r\n");
    for (asked, status) in [
        ("model-router", 200),
        ("mine", 200),
        ("auto", 200),
        ("gpt-5-nano", 200),
        ("gpt-5-nano-2025-08-07", 200),
        ("yours", 404),
    ] {
        let mut body = ask("Hi");
        body["model"] = asked.into();
        let reply = post_with(&azure, CHAT, &headers, &body.to_string()).await;
        assert_eq!(reply.status, status, "{asked}");
        if asked.starts_with("gpt") {
            assert_eq!(reply.json()["model"], "gpt-5-nano-2025-08-07");
        }
    }
    let auto = LEGACY.replace("azure-model-router", "auto");
    assert_eq!(enter(&azure, &auto, headers.trim()).await.status, 404);
    let models = get(&azure, "/openai/v1/models", &headers).await.json();
    let ids: Vec<_> = models["data"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert!(ids.contains(&&Value::from("mine")) && ids.len() > 20);
}

#[tokio::test]
async fn keys_open_what_azure_lets_them_open() {
    let azure = emulator().await;
    let bearer = format!("Authorization: Bearer {KEY}");
    assert_eq!(enter(&azure, CHAT, &bearer).await.status, 200);
    assert_eq!(enter(&azure, LEGACY, &bearer).await.status, 401);
    assert_eq!(enter(&azure, CHAT, "api-key: wrong").await.status, 401);
    assert_eq!(enter(&azure, CHAT, "x-nothing: 1").await.status, 401);
    assert_eq!(enter(&azure, PROJECT, &format!("api-key: {KEY}")).await.status, 401);
    let kinds: Vec<Auth> = azure.requests().iter().map(|seen| seen.auth).collect();
    let expected = [Auth::BearerKey, Auth::BearerKey, Auth::ApiKey, Auth::None, Auth::ApiKey];
    assert_eq!(kinds, expected);
    assert!(!format!("{:?}", azure.requests()).contains(KEY), "no secret is kept");
}

#[tokio::test]
async fn entra_tokens_open_what_their_audience_opens() {
    let azure = emulator().await;
    let classic = token(&azure, "https://cognitiveservices.azure.com/.default").await;
    let foundry = token(&azure, "https://ai.azure.com/.default").await;
    for (target, token, status) in [
        (CHAT, &classic, 200),
        (LEGACY, &classic, 200),
        (CHAT, &foundry, 200),
        (PROJECT, &classic, 401),
        (PROJECT, &foundry, 200),
    ] {
        let reply = enter(&azure, target, &format!("authorization: bearer {token}")).await;
        assert_eq!(reply.status, status, "{target}");
    }
    let bare = enter(&azure, PROJECT, "x-nothing: 1").await.json();
    assert!(bare["message"].as_str().unwrap().contains("https://ai.azure.com"));
}

#[tokio::test]
async fn workloads_and_machines_get_tokens() {
    let azure = emulator().await;
    let form = "grant_type=client_credentials&client_id=c&client_assertion=eyJ.a.b\
        &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
        &scope=https%3A%2F%2Fai.azure.com%2F.default";
    let reply = post_with(&azure, "/tenant/oauth2/v2.0/token", "", form).await;
    assert_eq!((reply.status, &reply.json()["token_type"]), (200, &"Bearer".into()));

    let target = "/metadata/identity/oauth2/token?api-version=2018-02-01\
        &resource=https%3A%2F%2Fcognitiveservices.azure.com";
    let body = get(&azure, target, "Metadata: true\r\n").await.json();
    assert!(body["expires_in"].is_string() && body["expires_on"].is_string());
    let bearer = format!("Authorization: Bearer {}", body["access_token"].as_str().unwrap());
    assert_eq!(enter(&azure, LEGACY, &bearer).await.status, 200);
    assert_eq!(get(&azure, target, "").await.status, 400, "without the metadata header");

    let refused = |form: &'static str| post_with(&azure, "/t/oauth2/v2.0/token", "", form);
    assert_eq!(refused("grant_type=password").await.status, 400);
    assert_eq!(refused("grant_type=client_credentials&client_id=c").await.status, 401);
}

#[tokio::test]
async fn a_body_comes_back_byte_for_byte_in_the_record() {
    let azure = emulator().await;
    let body =
        "{ \"model\":\"auto\",\n\t\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}] }";
    let head = format!("POST {CHAT}?x=1 HTTP/1.1\r\nHost: a\r\nAPI-Key: {KEY}\r\nX-Mine: é\r\n");
    let end = format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    assert_eq!(exchange(&azure, &format!("{head}{end}")).await.status, 200);
    let seen = &azure.requests()[0];
    assert_eq!(
        (seen.body.as_slice(), seen.target.as_str()),
        (body.as_bytes(), "/openai/v1/chat/completions?x=1")
    );
    assert_eq!((seen.header("x-mine"), seen.header("api-key")), (Some("é"), None));
}
