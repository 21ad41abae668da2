//! Promise 7: no credential, and no prompt, in logs at any level, in errors, in headers, or in what
//! is printed for debugging.

use gateway::config::Config;
use harness::{
    client::{Opened, Reply, raw, request},
    gateway::{AZURE_KEY, CHAT, GROUP, KEY, Setup, asking, environment, streaming},
    logs,
};
use http::Method;

/// Words of prompts that must not be found anywhere.
const PROMPT: &str = "the-patient-is-called-Quillfeather";

#[track_caller]
fn has_none(what: &str, text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{what} has `{secret}`: {text}");
    }
}

#[track_caller]
fn is_clean(reply: &Reply) {
    let all = format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body));
    has_none("an answer", &all, &[KEY, AZURE_KEY]);
}

/// Every way to fail that there is, and a few to succeed.
async fn use_and_abuse(setup: &Setup) {
    for (name, argument, _) in azure_emulator::SCENARIOS {
        let argument = match *argument {
            "=N" => "=1",
            "=MS" | "=BYTES" => "=2",
            "=NAME" => "=grok-4",
            "=TIER" => "=flex",
            "=MODE" => "=cost",
            "=FORM" => "=flat",
            "=A+B+…" => "=grok-4",
            _ => "",
        };
        setup.set(&format!("{name}{argument}"));
        is_clean(&setup.chat(&asking(PROMPT)).await);
        is_clean(&setup.chat(&streaming(PROMPT)).await);
    }
    setup.set("normal");
    for body in [
        PROMPT.to_owned(),
        format!("\"{PROMPT}\""),
        format!(r#"{{"model":"{GROUP}","messages":"{PROMPT}"}}"#),
        format!(r#"{{"model":"{GROUP}","messages":[],"stream":"{PROMPT}"}}"#),
        format!(r#"{{"model":"{GROUP}","messages":[{{"role":"user","content":"{PROMPT}"}}"#),
        format!(r#"{{"model":"nobody","messages":[{{"role":"user","content":"{PROMPT}"}}]}}"#),
    ] {
        is_clean(&setup.post(CHAT, &[], body).await);
    }
    let wrong = format!("{KEY}-but-wrong");
    for header in ["authorization", "api-key", "x-api-key"] {
        is_clean(&setup.post(CHAT, &[(header, &wrong)], asking(PROMPT).to_string()).await);
    }
    let half =
        format!("POST {CHAT} HTTP/1.1\r\nhost: x\r\napi-key: {KEY}\r\nx y: z\r\n\r\n{PROMPT}");
    has_none(
        "a bad request's answer",
        &raw(setup.gateway.address(), half.as_bytes()).await,
        &[KEY],
    );
    let mut opened = setup.open(&streaming(PROMPT)).await;
    opened.until("data:").await;
    let id = opened.id();
    drop(opened);
    let receipt = setup.receipt(&id).await.to_string();
    has_none("a receipt", &receipt, &[KEY, AZURE_KEY, PROMPT]);
}

#[tokio::test]
async fn nothing_that_is_logged_or_answered_has_a_secret() {
    let log = logs::kept();
    let setup = Setup::new().await;
    use_and_abuse(&setup).await;
    let wrong_key = azure_emulator::Emulator::builder().key("another-key").start().await.unwrap();
    let entry =
        harness::gateway::entry(GROUP, "azure_ai/azure-model-router", &wrong_key.openai_v1());
    let locked_out = Setup::of(wrong_key, &entry, "").await;
    let reply = locked_out.chat(&asking(PROMPT)).await;
    assert_eq!(reply.status, 401);
    is_clean(&reply);
    setup.gateway.shutdown().await;
    let logged = log.text();
    assert!(logged.contains("settled"), "the log was kept");
    // The answers of the emulated Azure echo prompts, so those cover the answers, too.
    has_none("the log", &logged, &[KEY, AZURE_KEY, PROMPT]);
}

#[tokio::test]
async fn debug_output_has_no_secret() {
    let entry = harness::config::entry(GROUP, "azure_ai/x", "https://x.openai.azure.com");
    let text = harness::config::config(&entry, "");
    let config = Config::parse(&text, "config.yaml", &environment).unwrap();
    has_none("a configuration", &format!("{config:?}"), &[KEY, AZURE_KEY]);
    let setup = Setup::new().await;
    has_none("a gateway", &format!("{:?}", setup.gateway), &[KEY, AZURE_KEY]);
}

/// Errors in a configuration show what is wrong, and never a value that may be a key.
#[test]
fn errors_in_a_configuration_show_no_secret() {
    let with = |key: &str| {
        format!(
            "model_list:\n  - model_name: x\n    litellm_params:\n      model: azure_ai/x\n      \
             api_base: https://x.openai.azure.com\n      {key}\n"
        )
    };
    for wrong in [
        format!("api_key: \"{AZURE_KEY}\\nx\""),
        format!("api_key: [{AZURE_KEY}]"),
        format!("api_key: {{a: {AZURE_KEY}}}"),
        format!("api_key: {AZURE_KEY}\n      api_version: [1]"),
        format!("api_key: {AZURE_KEY}\n      allow_http: {AZURE_KEY}\n     x"),
        format!("tenant_id: t\n      client_secret: {AZURE_KEY}"),
    ] {
        let error = Config::parse(&with(&wrong), "config.yaml", &|_| None).unwrap_err();
        has_none("an error", &format!("{error} {error:?}"), &[AZURE_KEY]);
    }
}

/// No credential of the client reaches Azure, and none of Azure's reaches the client.
#[tokio::test]
async fn each_side_sees_its_own_key_only() {
    let setup = Setup::new().await;
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", &*bearer), ("x-api-key", KEY), ("cookie", KEY)];
    let path = format!("{CHAT}?api-key={KEY}");
    is_clean(&setup.post(&path, &headers, asking(PROMPT).to_string()).await);
    let seen = setup.seen().await;
    assert_eq!(seen.auth, azure_emulator::Auth::ApiKey);
    has_none("Azure's request", &format!("{:?} {}", seen.headers, seen.target), &[KEY]);
    let request = request(setup.gateway.address(), (Method::GET, "/health/readiness"), &[], "");
    is_clean(&Opened::send(&setup.http, request).await.rest().await);
}
