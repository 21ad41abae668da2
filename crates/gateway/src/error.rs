//! Every error that a client can be told, and how: one exhaustive mapping to HTTP.
//!
//! The text outside says what to do. Causes that are no business of the client's go to the log.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use llm_types::{
    ProviderError, Refusal, RequestError,
    chat::{ErrorBody, ErrorDetail},
};
use router_client::CallError;
use std::{error::Error, sync::Arc};

use cost_model::Receipt;

use crate::headers;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No key at all.
    #[error("no API key was given; send it as `Authorization: Bearer <key>` or `api-key: <key>`")]
    NoKey,
    /// A key that is not known.
    #[error("the API key is not valid here; check that it is the gateway's key and not Azure's")]
    WrongKey,
    /// A page of another site, or a name that only pretends to be this machine.
    #[error(
        "a gateway without a master key answers only programs on its own machine; set \
         `general_settings.master_key` to use it from elsewhere"
    )]
    NotLocal,
    /// A body that is too large.
    #[error(
        "the request body is larger than {limit} MiB; send less, or raise \
         `general_settings.max_request_size_mb`"
    )]
    TooLarge {
        /// In MiB.
        limit: usize,
    },
    /// The client stopped sending.
    #[error("the request body ended too soon")]
    BodyBroken(#[source] axum::Error),
    /// A page that is not there.
    #[error("no such page: `{method} {path}`; chat requests go to `POST /v1/chat/completions`")]
    NoSuchPage {
        /// As asked.
        method: String,
        /// As asked.
        path: String,
    },
    /// The right page asked in the wrong way.
    #[error("`{method}` is not possible here")]
    WrongMethod {
        /// As asked.
        method: String,
    },
    /// A receipt that is not there (any more).
    #[error(
        "no request with the id `{0}` is known; receipts are kept in memory for the last \
         requests only"
    )]
    NoReceipt(String),
    /// A model group that is not there.
    #[error("the model `{0}` does not exist here; `GET /v1/models` lists those that do")]
    NoModel(String),
    /// The call has no answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The OpenAI type of an error.
const INVALID: &str = "invalid_request_error";
const AUTHENTICATION: &str = "authentication_error";
const UPSTREAM: &str = "upstream_error";

impl ApiError {
    /// Status, type, parameter and code. A new variant does not compile until it has them.
    fn kind(&self) -> (StatusCode, &'static str, Option<&'static str>, Option<&str>) {
        match self {
            Self::NoKey | Self::WrongKey => {
                (StatusCode::UNAUTHORIZED, AUTHENTICATION, None, Some("invalid_api_key"))
            }
            Self::NotLocal => (StatusCode::FORBIDDEN, AUTHENTICATION, None, Some("not_local")),
            Self::TooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, INVALID, None, Some("request_too_large"))
            }
            Self::BodyBroken(_) => {
                (StatusCode::BAD_REQUEST, INVALID, None, Some("body_incomplete"))
            }
            Self::NoSuchPage { .. } => (StatusCode::NOT_FOUND, INVALID, None, Some("not_found")),
            Self::WrongMethod { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, INVALID, None, Some("method_not_allowed"))
            }
            Self::NoReceipt(_) => (StatusCode::NOT_FOUND, INVALID, None, Some("not_found")),
            Self::NoModel(_) => {
                (StatusCode::NOT_FOUND, INVALID, Some("model"), Some("model_not_found"))
            }
            Self::Call(error) => call_kind(error),
        }
    }

    /// What the client is told, where that is not the error's own text.
    fn message(&self) -> String {
        match self {
            Self::Call(CallError::UnknownGroup { asked }) => {
                Self::NoModel(asked.clone()).to_string()
            }
            Self::Call(CallError::Provider { error, receipt }) => provider_message(error, receipt),
            Self::Call(CallError::BadAnswer { .. }) => {
                "Azure answered with something that is not JSON; the log has its receipt".to_owned()
            }
            error => error.to_string(),
        }
    }

    fn receipt(&self) -> Option<&Arc<Receipt>> {
        match self {
            Self::Call(error) => error.receipt(),
            _ => None,
        }
    }

    /// Causes that the client is not told.
    fn log(&self) {
        let mut causes = String::new();
        let mut cause = self.source();
        while let Some(error) = cause {
            causes.push_str(": ");
            causes.push_str(&error.to_string());
            cause = error.source();
        }
        let id = self.receipt().map_or("", |receipt| receipt.id.as_str());
        let status = self.kind().0.as_u16();
        if status >= 500 {
            tracing::warn!(status, request = id, "{self}{causes}");
        } else {
            tracing::debug!(status, request = id, "{self}{causes}");
        }
    }
}

fn call_kind(error: &CallError) -> (StatusCode, &'static str, Option<&'static str>, Option<&str>) {
    match error {
        CallError::UnknownGroup { .. } => {
            (StatusCode::NOT_FOUND, INVALID, Some("model"), Some("model_not_found"))
        }
        CallError::Request(error) => {
            let (param, code) = match error {
                RequestError::NotUtf8(_) | RequestError::NotJson(_) => (None, "invalid_json"),
                RequestError::Missing(key) => (Some(*key), "missing_required_parameter"),
                RequestError::WrongType { key, .. } => (Some(*key), "invalid_type"),
                RequestError::Twice(key) => (Some(*key), "duplicate_key"),
            };
            (StatusCode::BAD_REQUEST, INVALID, param, Some(code))
        }
        CallError::Provider { error, .. } => match error {
            ProviderError::Refused(refusal) => (
                passed_on(refusal.status),
                refusal_type(refusal.status),
                None,
                refusal.code.as_deref(),
            ),
            ProviderError::Connect { .. } => {
                (StatusCode::BAD_GATEWAY, UPSTREAM, None, Some("upstream_unreachable"))
            }
            ProviderError::Timeout { .. } => {
                (StatusCode::GATEWAY_TIMEOUT, UPSTREAM, None, Some("upstream_timeout"))
            }
            ProviderError::Interrupted(_) => {
                (StatusCode::BAD_GATEWAY, UPSTREAM, None, Some("upstream_interrupted"))
            }
            ProviderError::Credential(_) => {
                (StatusCode::BAD_GATEWAY, UPSTREAM, None, Some("upstream_credential"))
            }
        },
        CallError::BadAnswer { .. } => {
            (StatusCode::BAD_GATEWAY, UPSTREAM, None, Some("upstream_bad_answer"))
        }
    }
}

/// Statuses that are no error to a client, such as a redirect, are the gateway's problem.
fn passed_on(status: StatusCode) -> StatusCode {
    if status.is_client_error() || status.is_server_error() {
        status
    } else {
        StatusCode::BAD_GATEWAY
    }
}

/// The types that OpenAI gives to these statuses.
fn refusal_type(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => AUTHENTICATION,
        429 => "rate_limit_error",
        400..=499 => INVALID,
        _ => UPSTREAM,
    }
}

fn provider_message(error: &ProviderError, receipt: &Receipt) -> String {
    let deployment = &receipt.deployment;
    match error {
        ProviderError::Refused(refusal) if concerns_credential(refusal) => format!(
            "Azure refused the gateway's own credential for the deployment `{deployment}`, not your \
             key; check its `api_key` and `api_base` in the gateway's configuration. Azure said: {}",
            refusal.message
        ),
        ProviderError::Refused(refusal) => refusal.message.clone(),
        ProviderError::Connect { endpoint, .. } => format!(
            "the gateway could not connect to {endpoint} for the deployment `{deployment}`; check \
             its `api_base`, or try again"
        ),
        ProviderError::Timeout { after } => format!(
            "Azure did not answer within {} s; try again, or raise `router_settings.timeout`",
            after.as_secs()
        ),
        ProviderError::Interrupted(_) => {
            "the connection to Azure broke before the answer was complete; try again".to_owned()
        }
        ProviderError::Credential(_) => format!(
            "the gateway could not get a token for the deployment `{deployment}`; its log tells why"
        ),
    }
}

/// Whether a refusal is about the gateway's credential: its text would mislead a client, whose own
/// key is another one.
fn concerns_credential(refusal: &Refusal) -> bool {
    matches!(refusal.status.as_u16(), 401 | 403)
}

/// Azure's error as it came, where it has OpenAI's shape already.
fn untouched(error: &ApiError) -> Option<&Refusal> {
    let ApiError::Call(CallError::Provider { error: ProviderError::Refused(refusal), .. }) = error
    else {
        return None;
    };
    let shape = serde_json::from_slice::<serde_json::Value>(&refusal.body).ok()?;
    let openai = shape["error"]["message"].is_string() && !concerns_credential(refusal);
    openai.then_some(refusal)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let (status, kind, param, code) = self.kind();
        let body = match untouched(&self) {
            Some(refusal) => refusal.body.clone(),
            None => {
                let detail = ErrorDetail {
                    message: self.message(),
                    kind: Some(kind.to_owned()),
                    param: param.map(str::to_owned),
                    code: code.map(str::to_owned),
                };
                serde_json::to_vec(&ErrorBody { error: detail }).unwrap_or_default().into()
            }
        };
        let mut all = HeaderMap::new();
        if let Self::Call(CallError::Provider { error: ProviderError::Refused(refusal), .. }) =
            &self
        {
            all = headers::of_upstream(refusal.headers.clone());
            headers::retry_after(refusal, &mut all);
        }
        if let Some(receipt) = self.receipt() {
            headers::describe(receipt, &mut all);
        }
        if matches!(self, Self::NoKey | Self::WrongKey) {
            all.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        all.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        (status, all, body).into_response()
    }
}
