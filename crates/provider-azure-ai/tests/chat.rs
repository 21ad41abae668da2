//! The shape of one request, and an answer's way back.

use futures_util::StreamExt;
use http::HeaderValue;
use llm_types::Provider;
use mockito::{Matcher, Server};
use provider_azure_ai::Auth;

#[cfg(test)]
mod support;

use self::support::{BODY, azure, request};

/// Path configured, path called, query called.
const FORMS: [(&str, &str, &str); 5] = [
    ("", "/openai/v1/chat/completions", ""),
    ("/openai/v1/", "/openai/v1/chat/completions", ""),
    ("/api/projects/P", "/api/projects/P/openai/v1/chat/completions", ""),
    ("/openai/deployments/D", "/openai/deployments/D/chat/completions", "api-version=2024-10-21"),
    ("/models", "/models/chat/completions", "api-version=2024-05-01-preview"),
];

#[tokio::test]
async fn each_form_with_each_credential_is_one_post_of_the_bytes_given() {
    let credentials = [
        (Auth::ApiKey("K1".into()), Some("K1"), None),
        (Auth::Bearer("K2".into()), None, Some("Bearer K2")),
    ];
    for (path, called, query) in FORMS {
        for (auth, key, bearer) in &credentials {
            let is = |value: &Option<&str>| {
                value.map_or(Matcher::Missing, |v| Matcher::Exact(v.to_owned()))
            };
            let mut server = Server::new_async().await;
            let url =
                if query.is_empty() { called.to_owned() } else { format!("{called}?{query}") };
            let mock = server
                .mock("POST", url.as_str())
                .match_header("api-key", is(key))
                .match_header("authorization", is(bearer))
                .match_header("content-type", "application/json")
                .match_header("user-agent", concat!("fareway/", env!("CARGO_PKG_VERSION")))
                .match_header("host", server.host_with_port().as_str())
                .match_header("accept-encoding", Matcher::Missing)
                .match_body(Matcher::from(BODY.to_vec()))
                .with_body(r#"{"ok":true}"#)
                .create_async()
                .await;
            let answer =
                azure(&format!("{}{path}", server.url()), auth.clone()).send(request()).await;
            mock.assert_async().await;
            let chunks: Vec<_> = answer.unwrap().body.map(Result::unwrap).collect().await;
            assert_eq!(chunks.concat(), br#"{"ok":true}"#);
        }
    }
}

#[tokio::test]
async fn headers_of_the_caller_are_passed_on_but_for_what_is_ours() {
    let mut server = Server::new_async().await;
    let mock = server
        .mock("POST", "/openai/v1/chat/completions")
        .match_header("x-ms-client-request-id", "7")
        .match_header("foundry-features", "ModelRouterControls=V1Preview")
        .match_header("api-key", "K1")
        .match_header("authorization", Matcher::Missing)
        .match_header("cookie", Matcher::Missing)
        .match_header("accept-encoding", Matcher::Missing)
        .match_header("transfer-encoding", Matcher::Missing)
        .match_header("content-type", "application/json")
        .create_async()
        .await;
    let mut outbound = request();
    for (name, value) in [
        ("x-ms-client-request-id", "7"),
        ("foundry-features", "ModelRouterControls=V1Preview"),
        ("api-key", "sk-caller"),
        ("authorization", "Bearer sk-caller"),
        ("cookie", "a=b"),
        ("accept-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-type", "text/plain"),
        ("content-length", "1"),
        ("host", "elsewhere"),
        ("user-agent", "curl"),
    ] {
        outbound.headers.append(name, HeaderValue::from_static(value));
    }
    azure(&server.url(), Auth::ApiKey("K1".into())).send(outbound).await.unwrap();
    mock.assert_async().await;
}
