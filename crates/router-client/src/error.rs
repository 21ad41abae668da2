//! Errors of a call, and of setting a client up.

use std::sync::Arc;

use cost_model::Receipt;
use llm_types::{Dialect, ProviderError, RequestError};

use crate::meter::recorder::NotRecorded;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No group has the name that was asked for.
    #[error("there is no model group named `{asked}`")]
    UnknownGroup {
        /// As asked.
        asked: String,
    },
    /// The group has routers only, which do not answer requests of this API. Nothing was sent.
    #[error(
        "the model `{asked}` is a router, and no router answers with {}; add a deployment of a model \
         that does, such as `azure_ai/text-embedding-3-small`, under a name of its own, and request \
         that name", dialect.answer()
    )]
    OnlyRouters {
        /// As asked.
        asked: String,
        /// The API of the request.
        dialect: Dialect,
    },
    /// The request is none of its API.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The request could not be recorded, and was therefore not sent.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
    /// The upstream refused, or could not be reached.
    #[error("{error}")]
    Provider {
        /// What happened at the last attempt.
        #[source]
        error: ProviderError,
        /// What is known of the request all the same.
        receipt: Arc<Receipt>,
    },
    /// The same of a request that costs nothing, so that it has no receipt.
    #[error("{error}")]
    Unbilled {
        /// What happened at the last attempt.
        #[source]
        error: ProviderError,
        /// The deployment that was called, as the configuration names it.
        deployment: Arc<str>,
    },
    /// No deployment of the group has the API of the request. The last one's refusal said so.
    #[error("{error}")]
    NoApi {
        /// The refusal.
        #[source]
        error: ProviderError,
        /// What is known of the request all the same.
        receipt: Arc<Receipt>,
    },
    /// The upstream answered with something that is no answer of the API.
    #[error("the upstream's answer is not valid JSON")]
    BadAnswer {
        /// What is known of the request all the same.
        receipt: Arc<Receipt>,
    },
}

/// Why the SDK gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The model string names no deployment that could be asked.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The request could not be written as JSON.
    #[error("the request cannot be written as JSON")]
    Request(#[source] serde_json::Error),
    /// The answer, or an event of it, has another shape than a chat answer.
    #[error("the answer has an unexpected shape")]
    Shape(#[source] serde_json::Error),
    /// The stream ended with an error.
    #[error("the stream ended with an error: {message}")]
    Stream {
        /// As the upstream put it.
        message: String,
        /// As the upstream put it.
        code: Option<String>,
    },
}

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The endpoint is none that Azure has.
    #[cfg(feature = "azure")]
    #[error(transparent)]
    Endpoint(#[from] provider_azure_ai::EndpointError),
    /// The credential cannot be sent.
    #[cfg(feature = "azure")]
    #[error(transparent)]
    Auth(#[from] provider_azure_ai::AuthError),
    /// There is no way to connect.
    #[cfg(feature = "azure")]
    #[error(transparent)]
    Transport(#[from] provider_azure_ai::TransportError),
    /// The model string names no deployment.
    #[cfg(feature = "azure")]
    #[error(transparent)]
    Name(#[from] provider_azure_ai::NameError),
}

// === impl CallError ===

impl CallError {
    /// The receipt, where a request was made at all.
    #[must_use]
    pub fn receipt(&self) -> Option<&Arc<Receipt>> {
        match self {
            Self::Provider { receipt, .. }
            | Self::NoApi { receipt, .. }
            | Self::BadAnswer { receipt } => Some(receipt),
            Self::UnknownGroup { .. }
            | Self::OnlyRouters { .. }
            | Self::Request(_)
            | Self::NotRecorded(_)
            | Self::Unbilled { .. } => None,
        }
    }
}
