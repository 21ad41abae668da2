//! `POST /v1/chat/completions` and its aliases: the gateway's main page.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{Method, request::Parts};
use llm_types::Dialect;

use super::exchange::Exchange;
use crate::{
    app::Worker,
    auth::Caller,
    http::{ApiError, ClientIp, PathName},
    openapi::{Answer, ChatRequest, ChatRequestByPath, NoAnswer},
};

/// The names of [`by_model`] beside the one below.
pub(crate) const OTHER_NAMES: [&str; 3] =
    ["/chat/completions", "/models/chat/completions", "/openai/v1/chat/completions"];

/// A chat completion, whole or as a stream. The model group is named in the body.
///
/// The answer contains the model that served it (`model`) and its cost (`usage.cost`,
/// `usage.cost_details`, and headers).
#[utoipa::path(post, path = "/v1/chat/completions", tag = "chat", request_body = ChatRequest,
    params(("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
        charged as that key. For admins.")),
    responses(Answer, NoAnswer))]
pub(crate) async fn by_model(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Chat, worker, (caller, client), &headers, None)?.answer(body).await
}

/// A chat completion whose model group is named in the path, as Azure's own SDKs do.
#[utoipa::path(post, path = "/openai/deployments/{group}/chat/completions", tag = "chat",
    params(("group" = String, Path, description = "The model group."),
        ("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
            charged as that key. For admins.")),
    request_body = ChatRequestByPath, responses(Answer, NoAnswer))]
pub(crate) async fn by_path(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    PathName(group): PathName,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Chat, worker, (caller, client), &headers, Some(group))?
        .answer(body)
        .await
}

/// Whether the request is for [`by_model`].
pub(crate) fn asks_by_model(method: &Method, path: &str) -> bool {
    *method == Method::POST && (path == "/v1/chat/completions" || OTHER_NAMES.contains(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page that is tried before all others is the one in `/openapi.json`.
    #[test]
    fn the_first_page_has_its_own_names() {
        let document: serde_json::Value = serde_json::from_slice(&crate::openapi()).unwrap();
        let described = document["paths"].as_object().unwrap().keys();
        let chat: Vec<_> = described.filter(|path| path.contains("chat/completions")).collect();
        assert!(chat.len() >= 2, "{chat:?}");
        for path in chat {
            let by_path = path.contains("{group}");
            assert_eq!(asks_by_model(&Method::POST, path), !by_path, "{path}");
        }
        for path in OTHER_NAMES {
            assert!(asks_by_model(&Method::POST, path), "{path}");
            assert!(!asks_by_model(&Method::GET, path), "{path}");
        }
        for path in ["/v1/chat/completions/", "/v1//chat/completions", "/v1/models", "/"] {
            assert!(!asks_by_model(&Method::POST, path), "{path}");
        }
    }
}
