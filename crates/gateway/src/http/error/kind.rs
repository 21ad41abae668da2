//! HTTP status, type and code of each error: one exhaustive mapping.

use http::StatusCode;
use ledger::{DbError, LedgerError, StoreError};
use llm_types::{ProviderError, Refusal, RequestError};
use router_client::CallError;

use super::{ApiError, NotMade, Refused};

/// The machine-readable part of an error.
pub(super) struct Kind<'a> {
    pub(super) status: StatusCode,
    /// OpenAI's type.
    pub(super) kind: &'static str,
    /// The request's parameter that is wrong, if it is one.
    pub(super) param: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

const INVALID: &str = "invalid_request_error";
const AUTHENTICATION: &str = "authentication_error";
const UPSTREAM: &str = "upstream_error";

// === impl ApiError ===

impl ApiError {
    /// Its status and code. A new variant does not compile without them.
    pub(super) fn kind(&self) -> Kind<'_> {
        match self {
            Self::NoKey | Self::WrongKey => unauthorized("invalid_api_key"),
            Self::TooManyFailedKeys { .. } => too_many_failed_keys(),
            Self::KeyExpired => unauthorized("key_expired"),
            Self::KeyBlocked(_) => unauthorized("key_blocked"),
            Self::SessionOver => unauthorized("session_over"),
            Self::ReadOnly => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "session_read_only"),
            Self::TwoSessions => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "two_sessions"),
            Self::WrongOrigin => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "wrong_origin"),
            Self::NotYours => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "not_admin"),
            Self::NotAdmin => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "not_admin"),
            Self::Refused(refused) => of_admission(refused),
            Self::NoApi { .. } => no_api(),
            Self::NotTranslated(refused) => not_translated(&refused.parameter),
            Self::NotLocal => Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "not_local"),
            Self::TooLarge { .. } => too_large(),
            Self::WrongHost { .. } => {
                Kind::new(StatusCode::FORBIDDEN, AUTHENTICATION, "wrong_host")
            }
            Self::TooManyReports => {
                Kind::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "too_many_reports")
            }
            Self::BodyTooSlow => Kind::invalid(StatusCode::REQUEST_TIMEOUT, "body_timeout"),
            Self::Busy => {
                Kind::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "too_many_bodies")
            }
            Self::UnsupportedEncoding(_) => unsupported(),
            Self::NotDecoded(_) => Kind::invalid(StatusCode::BAD_REQUEST, "body_not_decoded"),
            Self::BodyBroken(_) => Kind::invalid(StatusCode::BAD_REQUEST, "body_incomplete"),
            Self::BadPath => Kind::invalid(StatusCode::BAD_REQUEST, "invalid_path"),
            Self::BadField(_) => Kind::invalid(StatusCode::BAD_REQUEST, "invalid_field"),
            Self::BadModel(_) => Kind::invalid(StatusCode::BAD_REQUEST, "invalid_model"),
            Self::Credential(_) => Kind::invalid(StatusCode::CONFLICT, "credential_not_protected"),
            Self::ModelFixed(_) => Kind::invalid(StatusCode::CONFLICT, "model_in_config"),
            Self::ModelBlocked(_) => model_blocked(),
            Self::ModelUnusable(_) => model_unusable(),
            Self::Taken(_) => Kind::invalid(StatusCode::CONFLICT, "conflict"),
            Self::NoRandom => no_random(),
            Self::Unsupported { .. } => Kind::invalid(StatusCode::NOT_FOUND, "not_here"),
            Self::NoSuchPage { .. } | Self::NoReceipt(_) | Self::NoSuch { .. } => {
                Kind::invalid(StatusCode::NOT_FOUND, "not_found")
            }
            Self::NotMade(what, _) => not_made(*what),
            Self::WrongMethod { .. } => {
                Kind::invalid(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
            }
            Self::NoModel(_) => no_model(),
            Self::Books(LedgerError::Store(StoreError::TooManyToSort { .. })) => {
                Kind::invalid(StatusCode::BAD_REQUEST, "too_many_to_sort")
            }
            Self::Books(LedgerError::Store(StoreError::Db(DbError::TooLong))) => {
                Kind::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "report_too_long")
            }
            Self::Books(_) => books_unavailable(),
            Self::Call(error) => of_call(error),
        }
    }
}

// === impl Kind ===

impl<'a> Kind<'a> {
    /// The client can mend the request.
    fn invalid(status: StatusCode, code: &'a str) -> Self {
        Self::new(status, INVALID, code)
    }

    fn new(status: StatusCode, kind: &'static str, code: &'a str) -> Self {
        Self { status, kind, param: None, code: Some(code) }
    }
}

fn unauthorized(code: &str) -> Kind<'_> {
    Kind::new(StatusCode::UNAUTHORIZED, AUTHENTICATION, code)
}

fn too_large() -> Kind<'static> {
    Kind::invalid(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large")
}

fn unsupported() -> Kind<'static> {
    Kind::invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding")
}

fn no_random() -> Kind<'static> {
    Kind::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "no_random")
}

fn of_call(error: &CallError) -> Kind<'_> {
    match error {
        CallError::UnknownGroup { .. } => no_model(),
        CallError::OnlyRouters { .. } => only_routers(),
        CallError::Request(error) => of_request(error),
        CallError::Provider { error, .. }
        | CallError::NoApi { error, .. }
        | CallError::Unbilled { error, .. } => of_provider(error),
        CallError::NotRecorded(_) => books_unavailable(),
        CallError::BadAnswer { .. } => {
            Kind::new(StatusCode::BAD_GATEWAY, UPSTREAM, "upstream_bad_answer")
        }
    }
}

fn of_admission(refused: &Refused) -> Kind<'static> {
    let many = StatusCode::TOO_MANY_REQUESTS;
    match refused {
        Refused::Limit(_) => rate_limited(),
        Refused::Budget(..) => Kind::new(many, "budget_exceeded", "budget_exceeded"),
        Refused::Unpriced { .. } => Kind::new(many, "budget_exceeded", "cost_unbounded"),
        Refused::Away(_) => books_unavailable(),
    }
}

/// Of a key's limit or a deployment's.
fn rate_limited() -> Kind<'static> {
    Kind::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "rate_limit_exceeded")
}

fn too_many_failed_keys() -> Kind<'static> {
    Kind::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "too_many_failed_keys")
}

fn books_unavailable() -> Kind<'static> {
    Kind::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "books_unavailable")
}

fn model_unusable() -> Kind<'static> {
    let kind = Kind::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "model_unusable");
    Kind { param: Some("model"), ..kind }
}

fn not_made(what: NotMade) -> Kind<'static> {
    let kind = Kind::invalid(StatusCode::BAD_REQUEST, "previous_response_not_found");
    Kind { param: Some(what.parameter()), ..kind }
}

fn model_blocked() -> Kind<'static> {
    let kind = Kind::invalid(StatusCode::FORBIDDEN, "model_blocked");
    Kind { param: Some("model"), ..kind }
}

fn no_model() -> Kind<'static> {
    let kind = Kind::invalid(StatusCode::NOT_FOUND, "model_not_found");
    Kind { param: Some("model"), ..kind }
}

fn only_routers() -> Kind<'static> {
    let kind = Kind::invalid(StatusCode::BAD_REQUEST, "router_not_supported");
    Kind { param: Some("model"), ..kind }
}

fn no_api() -> Kind<'static> {
    let kind = Kind::invalid(StatusCode::BAD_REQUEST, "api_not_supported");
    Kind { param: Some("model"), ..kind }
}

fn not_translated(parameter: &str) -> Kind<'_> {
    let kind = Kind::invalid(StatusCode::BAD_REQUEST, "not_translated");
    Kind { param: Some(parameter), ..kind }
}

fn of_request(error: &RequestError) -> Kind<'static> {
    let (param, code) = match error {
        RequestError::NotUtf8(_) | RequestError::NotJson(_) => (None, "invalid_json"),
        RequestError::Missing(key) | RequestError::Elsewhere { key, .. } => {
            (Some(*key), "missing_required_parameter")
        }
        RequestError::Background(key) => (Some(*key), "background_not_supported"),
        RequestError::WrongType { key, .. } => (Some(*key), "invalid_type"),
        RequestError::Twice(key) => (Some(*key), "duplicate_key"),
    };
    Kind { param, ..Kind::new(StatusCode::BAD_REQUEST, INVALID, code) }
}

fn of_provider(error: &ProviderError) -> Kind<'_> {
    let failed = |code| Kind::new(StatusCode::BAD_GATEWAY, UPSTREAM, code);
    match error {
        ProviderError::Refused(refusal) => of_refusal(refusal),
        ProviderError::Connect { .. } => failed("upstream_unreachable"),
        ProviderError::NotAllowed { .. } => failed("upstream_not_allowed"),
        ProviderError::Timeout { .. } => {
            Kind::new(StatusCode::GATEWAY_TIMEOUT, UPSTREAM, "upstream_timeout")
        }
        ProviderError::Interrupted(_) => failed("upstream_interrupted"),
        ProviderError::NoAnswer { .. } => failed("upstream_bad_answer"),
        ProviderError::Credential(_) => failed("upstream_credential"),
        ProviderError::AtLimit { .. } => rate_limited(),
        ProviderError::Unbounded { .. } => {
            Kind::new(StatusCode::TOO_MANY_REQUESTS, "budget_exceeded", "cost_unbounded")
        }
    }
}

/// Azure's own status and code, with the type that OpenAI gives to such a status.
fn of_refusal(refusal: &Refusal) -> Kind<'_> {
    let status = refusal.status;
    let kind = match status.as_u16() {
        401 | 403 => AUTHENTICATION,
        429 => "rate_limit_error",
        400..=499 => INVALID,
        _ => UPSTREAM,
    };
    // Statuses that are no error to a client, such as a redirect, are the gateway's problem.
    let error = status.is_client_error() || status.is_server_error();
    let status = if error { status } else { StatusCode::BAD_GATEWAY };
    Kind { status, kind, param: None, code: refusal.code.as_deref() }
}
