//! Azure's error answers, parsed. `data/azure_errors.jsonl` holds bodies from Azure's documentation
//! and from public captures of 2023 to 2026, with identifiers removed.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use llm_types::{Provider, ProviderError, Refusal};
use mockito::Server;
use provider_azure_ai::Auth;
use serde_json::Value;

#[cfg(test)]
mod support;

use self::refused::{refused, told};

#[cfg(test)]
mod refused {
    use super::*;

    pub(super) async fn refused(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Refusal {
        let mut server = Server::new_async().await;
        let mut mock =
            server.mock("POST", "/openai/v1/chat/completions").with_status(status.into());
        for (name, value) in headers {
            mock = mock.with_header(*name, value);
        }
        mock.with_body(body).create_async().await;
        let azure = support::azure(&server.url(), Auth::ApiKey("K".into()));
        match azure.send(support::request()).await {
            Err(ProviderError::Refused(refusal)) => *refusal,
            other => panic!("expected a refusal, found {other:?}"),
        }
    }

    pub(super) async fn told(status: u16, body: &str) -> String {
        refused(status, &[], body.as_bytes()).await.to_string()
    }
}

#[tokio::test]
async fn every_known_error_has_its_code_and_message() {
    let mut all = Vec::new();
    for line in include_str!("data/azure_errors.jsonl").lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let status = u16::try_from(sample["http"].as_u64().unwrap()).unwrap();
        let body = match &sample["message_only"] {
            Value::String(message) => message.clone(),
            _ => sample["body"].to_string(),
        };
        let refusal = refused(status, &[], body.as_bytes()).await;
        assert_eq!(refusal.status.as_u16(), status);
        assert_eq!(refusal.body, body.as_bytes());
        all.push(refusal.to_string());
    }
    insta::assert_snapshot!(all.join("\n"), @"
    401 `401` Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
    401 `401` Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
    401 `PermissionDenied` The principal `<guid>` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.
    404 `DeploymentNotFound` The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.
    404 `404` Resource not found
    400 `content_filter` The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766
    400 `context_length_exceeded` This model's maximum context length is 128000 tokens. However, your messages resulted in 192041 tokens. Please reduce the length of the messages.
    400 `unsupported_parameter` Unsupported parameter: 'temperature' is not supported with this model.
    400 `unsupported_value` Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.
    429 `429` Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-05-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.
    429 `429` Your requests to gpt-4.1-nano for gpt-4.1-nano in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version 2023-05-15. Please retry after 45 seconds.
    429 Rate limit is exceeded. Try again in 50 seconds.
    429 The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load. Please retry after 20 seconds. For improved late
    503 `InternalServerError` The service is temporarily unable to process your request. Please try again later.
    ");
}

#[tokio::test]
async fn other_shapes_are_read_too() {
    let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\x1b[31m\0</html>";
    let shapes = [
        r#"{"message":"Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), or have expired."}"#,
        r#"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 50 seconds."}"#,
        r#"{"error":{"code":429,"message":"slow\r\n down"}}"#,
        r#"{"error":{"code":null,"message":"no code"}}"#,
        r#"{"error":"just text"}"#,
        r#"{"error":{}}"#,
        r#"{"detail":"something else"}"#,
        r#"["a list"]"#,
        html,
        "  \n ",
        "",
    ];
    let mut all = Vec::new();
    for body in shapes {
        all.push(told(502, body).await);
    }
    insta::assert_snapshot!(all.join("\n"), @r#"
    502 Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), or have expired.
    502 `429` Rate limit is exceeded. Try again in 50 seconds.
    502 `429` slow down
    502 no code
    502 just text
    502 {"error":{}}
    502 {"detail":"something else"}
    502 ["a list"]
    502 <html> <head><title>502 Bad Gateway</title></head> [31m </html>
    502 Bad Gateway
    502 Bad Gateway
    "#);
}

#[tokio::test]
async fn a_text_is_cut_after_200_characters_and_a_body_after_a_mebibyte() {
    let refusal = refused(500, &[], "\u{e9}".repeat(1_000_000).as_bytes()).await;
    assert_eq!(refusal.message, "\u{e9}".repeat(200));
    assert_eq!(refusal.body.len(), 1024 * 1024);
    let odd = refused(500, &[], b"\xff\xfe not text").await;
    assert_eq!(odd.message, "\u{fffd}\u{fffd} not text");
    assert_eq!(odd.body, Bytes::from_static(b"\xff\xfe not text"));
}

#[tokio::test]
async fn waiting_time_request_id_and_headers_are_kept() {
    let headers = [
        ("retry-after", "7"),
        ("retry-after-ms", "6500"),
        ("x-request-id", "second"),
        ("apim-request-id", "first"),
        ("x-ratelimit-remaining-tokens", "0"),
    ];
    let refusal = refused(429, &headers, b"{}").await;
    assert_eq!(refusal.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refusal.retry_after, Some(Duration::from_millis(6_500)));
    assert_eq!(refusal.request_id.as_deref(), Some("first"));
    assert_eq!(refusal.headers["x-ratelimit-remaining-tokens"], "0");
    assert!(refusal.headers.get("connection").is_none());
}
