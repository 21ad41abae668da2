//! Response of an error: Azure's own body where it fits, otherwise ours in the envelope of the API.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ledger::{DbError, LedgerError, StoreError};
use llm_types::{Dialect, ErrorFacts, ProviderError, Refusal, chat::ErrorDetail};
use router_client::CallError;

use super::ApiError;
use crate::http::headers;

// === impl ApiError ===

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let body = self.body(Dialect::Chat);
        let mut response = (self.kind().status, self.headers(), body).into_response();
        if let Some(reason) = self.reason() {
            // For the request handler, which counts refusals by their reasons.
            response.extensions_mut().insert(reason);
        }
        // For the request handler, which knows the API of the path.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Puts the error of a response, if it is one, into the envelope of the API that was called.
pub(crate) fn put_into_envelope(dialect: Dialect, response: &mut Response) {
    if let Some(error) = response.extensions().get::<Arc<ApiError>>() {
        let body = error.body(dialect);
        // Its length may have been told already.
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = body.into();
    }
}

impl ApiError {
    fn headers(&self) -> HeaderMap {
        let mut all = match self.refusal() {
            Some(refusal) => headers::of_upstream(refusal.headers.clone()),
            None => HeaderMap::new(),
        };
        if let Some(refusal) = self.refusal() {
            headers::retry_after(refusal, &mut all);
        }
        if let Some(receipt) = self.receipt() {
            headers::describe(receipt, &mut all);
        }
        if matches!(self, Self::NoKey | Self::WrongKey) {
            all.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Self::Call(
            CallError::Provider { error: ProviderError::AtLimit { wait, .. }, .. }
            | CallError::Unbilled { error: ProviderError::AtLimit { wait, .. }, .. },
        ) = self
        {
            all.insert(header::RETRY_AFTER, wait.as_secs().into());
        }
        if let Self::TooManyFailedKeys { wait } = self {
            all.insert(header::RETRY_AFTER, (*wait).into());
        }
        if matches!(self, Self::Busy | Self::TooManyReports) {
            all.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if let Self::Refused(refused) = self {
            headers::of_refusal(refused, &mut all);
        }
        // Last, as the upstream may have sent its error as HTML.
        all.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        all
    }

    /// The JSON body of the response, as clients of this API read it. The upstream's own is passed on
    /// unchanged if it has the API's shape and concerns the client.
    pub(crate) fn body(&self, dialect: Dialect) -> Bytes {
        let own = |refusal: &&Refusal| {
            !concerns_credential(refusal) && dialect.is_own_error(&refusal.body)
        };
        if let Some(refusal) = self.refusal().filter(own) {
            return refusal.body.clone();
        }
        let (kind, message) = (self.kind(), self.message());
        dialect.error_body(&ErrorFacts {
            status: kind.status.as_u16(),
            kind: kind.kind,
            param: kind.param,
            message: &message,
            code: kind.code,
            request_id: self.receipt().map(|receipt| &*receipt.id),
        })
    }

    /// Its status in HTTP.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind().status
    }

    /// The error's JSON object.
    pub(crate) fn detail(&self) -> ErrorDetail {
        let kind = self.kind();
        ErrorDetail {
            message: self.message(),
            kind: Some(kind.kind.to_owned()),
            param: kind.param.map(str::to_owned),
            code: kind.code.map(str::to_owned),
        }
    }

    /// The message for the client, which is mostly the error's own text.
    fn message(&self) -> String {
        match self {
            Self::Books(LedgerError::Store(
                error @ (StoreError::TooManyToSort { .. } | StoreError::Db(DbError::TooLong)),
            )) => error.to_string(),
            Self::Call(CallError::UnknownGroup { asked }) => {
                Self::NoModel(asked.clone()).to_string()
            }
            Self::Call(
                CallError::Provider { error, receipt } | CallError::NoApi { error, receipt },
            ) => provider_message(error, &receipt.deployment),
            Self::Call(CallError::Unbilled { error, deployment }) => {
                provider_message(error, deployment)
            }
            Self::Call(CallError::BadAnswer { .. }) => {
                "the upstream answered with something that is not JSON; try again".to_owned()
            }
            error => error.to_string(),
        }
    }

    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Call(
                CallError::Provider { error: ProviderError::Refused(refusal), .. }
                | CallError::NoApi { error: ProviderError::Refused(refusal), .. }
                | CallError::Unbilled { error: ProviderError::Refused(refusal), .. },
            ) => Some(refusal),
            _ => None,
        }
    }
}

fn provider_message(error: &ProviderError, deployment: &str) -> String {
    match error {
        ProviderError::Refused(refusal) if concerns_credential(refusal) => format!(
            "the upstream refused the gateway's own credential for the deployment `{deployment}`, not \
             your key; check its `api_key` and `api_base` in the gateway's configuration: {}",
            refusal.message
        ),
        ProviderError::Refused(refusal) => refusal.message.clone(),
        ProviderError::Connect { endpoint, .. } => format!(
            "the gateway could not connect to {endpoint} for the deployment `{deployment}`; check \
             its `api_base`, or try again"
        ),
        ProviderError::NotAllowed { .. } => format!(
            "the gateway may not connect to the address of the deployment `{deployment}`; the \
             gateway's log has the cause"
        ),
        ProviderError::Timeout { after } => format!(
            "the upstream did not answer within {} s; try again, or raise `router_settings.timeout`",
            after.as_secs()
        ),
        ProviderError::Interrupted(_) => {
            "the connection to the upstream broke before the answer was complete; try again"
                .to_owned()
        }
        ProviderError::NoAnswer { expected, .. } => format!(
            "the deployment `{deployment}` answered with something that is not {expected} \
             (see the gateway's log); check its `api_base`, or try again"
        ),
        ProviderError::Credential(_) => format!(
            "the gateway could not get a token for the deployment `{deployment}`; the gateway's \
             log has the cause"
        ),
        ProviderError::Unbounded { why } => format!(
            "the deployment `{deployment}` does not accept a bound on the length of its answers, \
             and {why}; use another model, raise the budget, or use a key whose budget is soft"
        ),
        ProviderError::AtLimit { limit, wait } => format!(
            "the deployment `{deployment}` is at its limit of {limit}; try again in {} s",
            wait.as_secs()
        ),
    }
}

/// Whether a refusal is about the gateway's credential: its text would mislead a client, who sent
/// another key.
fn concerns_credential(refusal: &Refusal) -> bool {
    matches!(refusal.status.as_u16(), 401 | 403)
}
