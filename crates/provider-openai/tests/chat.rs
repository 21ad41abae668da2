//! The shape of one request, an answer's way back, and refusals.

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue};
use llm_types::{Billed, BoundName, Dialect, Outbound, Provider, ProviderError};
use mockito::{Matcher, Server};
use provider_openai::{Endpoint, OpenAi, SetupError};
use upstream_http::{Connector as _, Transport, TransportOptions};

use self::support::{BODY, request, server};

#[cfg(test)]
mod support {
    use super::*;

    pub(super) const BODY: &str = r#"{ "model":"m",  "messages":[] }"#;

    pub(super) fn server(api_base: &str, key: Option<&str>) -> Result<OpenAi, SetupError> {
        let endpoint = Endpoint::parse("openai/m", Some(api_base), false).unwrap();
        OpenAi::new(
            endpoint,
            key.map(Into::into),
            Transport::new(TransportOptions::default()).unwrap(),
        )
    }

    pub(super) fn request() -> Outbound {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-client-request-id", "mine"), ("x-ms-session-id", "s")] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let body = Bytes::from_static(BODY.as_bytes());
        Outbound { dialect: Dialect::Chat, page: llm_types::Page::default(), body, headers }
    }
}

#[tokio::test]
async fn a_request_goes_up_as_it_is_with_its_key() {
    let mut mock = Server::new_async().await;
    let expected = mock
        .mock("POST", "/v1/chat/completions")
        .match_header("authorization", "Bearer sk-word")
        .match_header("content-type", "application/json")
        .match_header("x-client-request-id", "mine")
        .match_header("x-ms-session-id", Matcher::Missing)
        .match_body(BODY)
        .with_header("x-request-id", "req_1")
        .with_body("{\"a\":  1}")
        .create_async()
        .await;
    let openai = server(&mock.url(), Some("sk-word")).unwrap();
    let answer = openai.send(request()).await.unwrap();
    assert_eq!(openai.header_facts(&answer.headers).provider.request_id.as_deref(), Some("req_1"));
    let body: Vec<_> = answer.body.map(Result::unwrap).collect().await;
    assert_eq!(body.concat(), b"{\"a\":  1}");
    expected.assert_async().await;
    assert!(!format!("{openai:?}").contains("word"));
    assert_eq!(openai.credential().unwrap().value, "Bearer $OPENAI_API_KEY");
}

#[tokio::test]
async fn a_server_of_ones_own_needs_no_key() {
    let mut mock = Server::new_async().await;
    let expected = mock
        .mock("POST", "/v1/chat/completions")
        .match_header("authorization", Matcher::Missing)
        .create_async()
        .await;
    let own = server(&format!("{}/v1/", mock.url()), None).unwrap();
    own.send(request()).await.unwrap();
    expected.assert_async().await;
    assert_eq!((own.credential(), own.takes(None).bound), (None, Some(BoundName::MaxTokens)));
    let openai = |key| server("https://api.openai.com/v1", key);
    assert_eq!(openai(None).unwrap_err(), SetupError::NoKey);
    let bound = openai(Some("k")).unwrap().takes(None).bound;
    assert_eq!(bound, Some(BoundName::MaxCompletionTokens));
}

#[tokio::test]
async fn a_refusal_is_taken_apart_and_costs_nothing() {
    let mut mock = Server::new_async().await;
    mock.mock("POST", "/v1/chat/completions")
        .with_status(429)
        .with_header("retry-after-ms", "1500")
        .with_header("x-request-id", "req_2")
        .with_body(r#"{"error":{"message":"no credit","code":"insufficient_quota"}}"#)
        .create_async()
        .await;
    let openai = server(&mock.url(), Some("k")).unwrap();
    let ProviderError::Refused(refusal) = openai.send(request()).await.unwrap_err() else {
        panic!("expected a refusal");
    };
    assert_eq!(refusal.to_string(), "429 `insufficient_quota` no credit");
    assert_eq!(refusal.retry_after.map(|wait| wait.as_millis()), Some(1_500));
    assert_eq!(refusal.request_id.as_deref(), Some("req_2"));
    assert_eq!(openai.billed(&refusal, false), Billed::Nothing);
    assert_eq!(
        openai.advice("m", &refusal).unwrap(),
        "the connection works, but the account has no credit left"
    );
}

#[test]
fn only_headers_about_the_request_pass() {
    let openai = server("http://127.0.0.1:1", None).unwrap();
    let passes = |name: &'static str| openai.passes(&HeaderName::from_static(name));
    for name in ["x-request-id", "x-ratelimit-remaining-tokens", "retry-after", "openai-version"] {
        assert!(passes(name), "{name}");
    }
    for name in ["openai-organization", "openai-project", "set-cookie", "server", "x-ms-region"] {
        assert!(!passes(name), "{name}");
    }
}

#[test]
fn an_endpoint_of_azure_is_warned_about() {
    let azure = server("https://r.openai.azure.com/openai/v1", Some("k")).unwrap();
    assert!(azure.warnings()[0].contains("`azure_ai/…`"));
    assert_eq!(server("http://127.0.0.1:1", None).unwrap().warnings(), [""; 0]);
}
