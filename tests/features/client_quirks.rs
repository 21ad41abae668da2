//! Requests as real clients send them: what works directly against Azure works through the gateway.

use std::io::Write as _;

use harness::gateway::{GROUP, KEY, Setup, asking};
use serde_json::{Value, json};

async fn sent(setup: &Setup) -> Value {
    serde_json::from_slice(&setup.seen().await.body).unwrap()
}

/// The last request, as the ledger has it.
async fn in_the_books(setup: &Setup) -> Value {
    setup.get("/fareway/v1/requests?limit=1").await.json()["requests"][0].clone()
}

/// `LangChain`'s `AzureChatOpenAI` sends null, Azure's client for Node sends no letters.
#[tokio::test]
async fn the_path_names_the_group_where_the_model_is_null_or_empty() {
    let setup = Setup::new().await;
    let path = format!("/openai/deployments/{GROUP}/chat/completions?api-version=2024-10-21");
    for asked in [json!(null), json!("")] {
        let mut body = asking("Hello!");
        body["model"] = asked.clone();
        let reply = setup.post(&path, &[], body.to_string()).await;
        assert_eq!(reply.status, 200, "{asked}: {}", reply.text());
        assert_eq!(sent(&setup).await["model"], "azure-model-router");
    }
}

#[tokio::test]
async fn a_foreign_authorization_beside_a_right_key_does_no_harm() {
    let setup = Setup::new().await;
    let foreign = ("authorization", "Bearer eyJhbGciOi.another.service");
    for name in ["api-key", "x-api-key", "x-litellm-api-key"] {
        let right = [foreign, (name, KEY)];
        assert_eq!(
            setup.post("/v1/chat/completions", &right, asking("Hello!").to_string()).await.status,
            200,
            "{name}"
        );
        let swapped = [("authorization", &*format!("Bearer {KEY}")), (name, "another service's")];
        assert_eq!(
            setup.post("/v1/chat/completions", &swapped, asking("Hello!").to_string()).await.status,
            200,
            "{name}"
        );
        let wrong = [foreign, (name, "wrong")];
        assert_eq!(
            setup.post("/v1/chat/completions", &wrong, asking("Hello!").to_string()).await.status,
            401,
            "{name}"
        );
    }
}

/// Azure refuses keys that it does not know, and would get to see the credential in one of them.
#[tokio::test]
async fn keys_for_another_gateway_are_not_sent_and_reported() {
    let setup = Setup::in_scenarios("strict-parameters").await;
    let mut body = asking("Hello!");
    let also = json!({"fallbacks": ["x"], "num_retries": 2, "cache": {"no-cache": true}, "guardrails": [], "timeout": 600.5,
        "no-log": true, "api_base": "https://example.com", "api_key": "sk-secret", "metadata": {"tags": ["team-a"]}});
    body.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
    let reply = setup.chat(&body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let keys = "api_base, api_key, cache, fallbacks, guardrails, no-log, num_retries, timeout";
    let mut ignored: Vec<_> = reply.header("x-fareway-ignored").unwrap().split(", ").collect();
    ignored.sort_unstable();
    assert_eq!(ignored.join(", "), keys);
    let sent = sent(&setup).await;
    assert!(also.as_object().unwrap().keys().all(|key| sent.get(key).is_none()), "{sent}");
    assert_eq!(in_the_books(&setup).await["tags"], json!(["team-a"]));
    // So does a stream; keys that have an effect are not reported.
    body["stream"] = true.into();
    assert!(setup.chat(&body).await.header("x-fareway-ignored").is_some());
    assert_eq!(setup.chat(&asking("Hello!")).await.header("x-fareway-ignored"), None);
}

#[tokio::test]
async fn session_and_trace_can_both_be_named() {
    let setup = Setup::new().await;
    let mut body = asking("Hello!");
    body["litellm_trace_id"] = "trace".into();
    body["litellm_session_id"] = "session".into();
    let reply = setup.chat(&body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(in_the_books(&setup).await["session_id"], "session");
}

#[tokio::test]
async fn compressed_bodies_are_read_within_the_limit() {
    let setup = Setup::new().await;
    let gzip = |body: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    };
    let zstd = |body: &[u8]| {
        ruzstd::encoding::compress_to_vec(body, ruzstd::encoding::CompressionLevel::Fastest)
    };
    let body = asking("Hello!").to_string().into_bytes();
    let bomb = asking(&"a".repeat(17 << 20)).to_string().into_bytes();
    for (name, small, large) in
        [("gzip", gzip(&body), gzip(&bomb)), ("zstd", zstd(&body), zstd(&bomb))]
    {
        let headers = [("content-encoding", name)];
        let chat = "/v1/chat/completions";
        assert_eq!(setup.post(chat, &headers, small.clone()).await.status, 200, "{name}");
        assert!(setup.seen().await.headers.iter().all(|(name, _)| name != "content-encoding"));
        assert_eq!(setup.post(chat, &headers, large).await.status, 413, "{name}");
        assert_eq!(setup.post(chat, &headers, "{}").await.status, 400, "{name}");
        // The siblings: pages that take fields in their bodies.
        let made = setup
            .post("/key/generate", &headers, if name == "gzip" { gzip(b"{}") } else { zstd(b"{}") })
            .await;
        assert_eq!(made.status, 200, "{}", made.text());
    }
    let unknown = setup.post("/v1/chat/completions", &[("content-encoding", "br")], body).await;
    assert_eq!(unknown.status, 415);
    assert_eq!(unknown.json()["error"]["code"], "unsupported_encoding");
}
