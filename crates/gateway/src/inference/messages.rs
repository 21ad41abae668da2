//! `POST /v1/messages` and its aliases: Anthropic's API. With it, its count of tokens.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use llm_types::{Dialect, Page, RequestView};
use router_client::{CallError, Passed, Unbilled};

use super::{
    admission::nobody,
    exchange::{Exchange, asked_group, reading, response},
    translated,
};
use crate::{
    app::Worker,
    auth::Caller,
    http::{ApiError, ClientIp, ContentEncoding, headers},
    openapi::{CountAnswer, MessageAnswer, MessagesRequest, NoMessage},
};

/// The names of [`by_model`] beside the one below.
pub(crate) const OTHER_NAMES: [&str; 2] = ["/messages", "/anthropic/v1/messages"];

/// The names of [`count_tokens`] beside the one below.
pub(crate) const OTHER_COUNT_NAMES: [&str; 2] =
    ["/messages/count_tokens", "/anthropic/v1/messages/count_tokens"];

/// The path below that of the API, of the upstream's count.
const COUNT: &str = "/count_tokens";

/// An answer of Claude, whole or as a stream, in Anthropic's Messages API.
///
/// The answer contains the model that served it (`model`) and its cost (`usage.cost`,
/// `usage.cost_details`, and headers). The key is shown as `x-api-key` or `Authorization: Bearer`.
#[utoipa::path(post, path = "/v1/messages", tag = "messages", request_body = MessagesRequest,
    params(("anthropic-version" = Option<String>, Header, description = "The version of the API: `2023-06-01`. It is passed on; Azure requires it."),
        ("x-fareway-as-key" = Option<String>, Header, description = "The id of the key on whose behalf the request is sent: it is counted, limited and \
        charged as that key. For admins.")),
    responses(MessageAnswer, NoMessage))]
pub(crate) async fn by_model(
    State(worker): State<Worker>,
    caller: Caller,
    client: ClientIp,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    Exchange::new(Dialect::Messages, worker, (caller, client), &headers, None)?.answer(body).await
}

/// The number of tokens of a prompt, counted by the deployment of the model group.
///
/// It costs nothing, so that it is in no ledger; the key's models and request limits apply.
#[utoipa::path(post, path = "/v1/messages/count_tokens", tag = "messages",
    params(("anthropic-version" = Option<String>, Header, description = "The version of the API: `2023-06-01`. It is passed on; Azure requires it.")),
    request_body = MessagesRequest, responses(CountAnswer, NoMessage))]
pub(crate) async fn count_tokens(
    State(worker): State<Worker>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let (Parts { headers, .. }, body) = request.into_parts();
    let app = &worker.app;
    let (caller, _) = caller.acting(&headers, &app.auth)?;
    // Held until the answer is here, so that limits of requests in flight count it.
    let _place = caller.place(&app.auth).await?;
    let body = reading(app, &caller, ContentEncoding::of(&headers)?).whole(body).await?;
    let view = RequestView::parse(Dialect::Messages, &body).map_err(CallError::from)?;
    let asked = asked_group(None, &view)?;
    let set = app.set();
    if !caller.may_ask(&set, asked) {
        return Err(nobody(&caller, &set, asked));
    }
    if let Some(counted) = translated::count(app, &caller, (&view, asked), &body)? {
        let json = HeaderValue::from_static("application/json");
        let headers = [(header::CONTENT_TYPE, json)].into_iter().collect();
        return Ok(response(StatusCode::OK, headers, counted.into()));
    }
    let (only, headers) = (caller.only(&set, asked), headers::forwarded(&headers));
    let (dialect, page) = (Dialect::Messages, Page::posted(COUNT));
    let request = Unbilled { asked, dialect, view: Some(&view), page, headers, only };
    let Passed { status, headers, body } = worker.client.pass_unbilled(&request).await?;
    let mut headers = headers::of_upstream(headers);
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok(response(status, headers, body.into()))
}

/// Whether a path is one of this API, or below it, so that its errors are in the API's envelope.
pub(crate) fn is_below(path: &str) -> bool {
    let rest = path.strip_prefix("/anthropic").unwrap_or(path);
    if rest.len() < path.len() && (rest.is_empty() || rest.starts_with('/')) {
        return true;
    }
    let rest = path.strip_prefix("/v1").unwrap_or(path);
    rest.strip_prefix("/messages").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_api_is_known() {
        for path in OTHER_NAMES.iter().chain(&OTHER_COUNT_NAMES) {
            assert!(is_below(path), "{path}");
        }
        for path in [
            "/v1/messages",
            "/v1/messages/",
            "/v1/messages/batches",
            "/anthropic",
            "/anthropic/v1/x",
        ] {
            assert!(is_below(path), "{path}");
        }
        for path in [
            "/",
            "/v1",
            "/v1/messages-of-mine",
            "/anthropical",
            "/v1/chat/completions",
            "/v2/messages",
        ] {
            assert!(!is_below(path), "{path}");
        }
    }
}
