//! The one seam between Fareway and an upstream that answers chat requests.

use std::{error::Error, fmt, pin::Pin, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};

use crate::Additions;

/// An upstream's bytes, unchanged and in order.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, ProviderError>> + Send>>;

/// An upstream that can answer a chat request.
#[async_trait]
pub trait Provider: Send + Sync + fmt::Debug {
    /// Sends one request and returns once the answer's headers are in. Never retries.
    ///
    /// # Errors
    /// Any answer that is not a success is a [`ProviderError::Refused`].
    async fn chat(&self, request: OutboundChat) -> Result<UpstreamAnswer, ProviderError>;

    /// Where requests go, for people to read; holds no secret.
    fn endpoint(&self) -> &str;

    /// What may be added to a request for `model`, the model behind a deployment as far as it is
    /// known by name; `None` where a router chooses it.
    fn takes(&self, _model: Option<&str>) -> Additions {
        Additions::default()
    }
}

/// A request as it leaves for the upstream.
#[derive(Clone, Debug)]
pub struct OutboundChat {
    /// The JSON body, with the upstream's own model name already in it.
    pub body: Bytes,
    /// Headers of the caller that the upstream should see; credentials are the provider's own.
    pub headers: HeaderMap,
}

/// A successful answer whose body is still to be read.
pub struct UpstreamAnswer {
    /// The upstream's status, 2xx.
    pub status: StatusCode,
    /// The upstream's headers, those that describe the connection left out.
    pub headers: HeaderMap,
    /// The body: one JSON object, or server-sent events.
    pub body: ByteStream,
}

impl fmt::Debug for UpstreamAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why an upstream gave no answer, or not the whole of one.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The upstream answered with an error.
    #[error("the upstream refused the request: {0}")]
    Refused(Box<Refusal>),
    /// No connection was made, so the upstream saw nothing of the request.
    #[error("could not connect to {endpoint}")]
    Connect {
        /// Scheme, host and port.
        endpoint: String,
        /// What went wrong.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Requests to its address are not allowed here, so nothing was sent.
    #[error("{source}")]
    NotAllowed {
        /// Scheme, host and port.
        endpoint: String,
        /// Why not, and what to set.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The upstream took too long.
    #[error("the upstream did not answer within {} s", after.as_secs())]
    Timeout {
        /// How long was waited.
        after: Duration,
    },
    /// The connection broke after the request was sent.
    #[error("the connection to the upstream broke")]
    Interrupted(#[source] Box<dyn Error + Send + Sync>),
    /// A success by its status, with a body that is no chat answer.
    #[error("the upstream answered with {found} in place of a chat answer")]
    NoAnswer {
        /// The beginning of what it sent.
        found: String,
    },
    /// No token could be had for the request, which was therefore not sent.
    #[error("could not get a credential for the upstream")]
    Credential(#[source] Box<dyn Error + Send + Sync>),
    /// The operator lets no more through to the upstream for now, so nothing was sent.
    #[error("held back here: it is at its limit of {limit}")]
    AtLimit {
        /// With its unit: `60 requests per minute`.
        limit: String,
        /// Until there is room again.
        wait: Duration,
    },
    /// The deployment takes no bound on its answers, and without one the request may cost more than
    /// its budget has room for. Nothing was sent.
    #[error("it takes no bound on the length of its answers, and {why}")]
    Unbounded {
        /// Why it cannot be sent without a bound.
        why: String,
    },
}

/// An upstream's error answer, taken apart.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// The upstream's own code, such as `DeploymentNotFound` or `content_filter`.
    pub code: Option<String>,
    /// The upstream's own message; its first characters when the body was not JSON.
    pub message: String,
    /// How long to wait, from `retry-after-ms` or else `retry-after` (seconds or a date).
    pub retry_after: Option<Duration>,
    /// The id under which the provider knows the request (`apim-request-id`).
    pub request_id: Option<String>,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The answer's body as it came.
    pub body: Bytes,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(code) = &self.code {
            write!(f, " `{code}`")?;
        }
        write!(f, " {}", self.message)
    }
}

// === impl ProviderError ===

impl ProviderError {
    /// Whether another deployment, or the same one later, may answer: 408, 429, 5xx, and anything
    /// that went wrong on the wire.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(refusal) => {
                matches!(refusal.status.as_u16(), 408 | 429) || refusal.status.is_server_error()
            }
            Self::Connect { .. }
            | Self::NotAllowed { .. }
            | Self::Timeout { .. }
            | Self::Interrupted(_)
            | Self::NoAnswer { .. }
            | Self::AtLimit { .. }
            | Self::Unbounded { .. } => true,
            Self::Credential(_) => false,
        }
    }

    /// Whether the upstream may have done, and charged for, any work.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        !matches!(
            self,
            Self::Connect { .. }
                | Self::NotAllowed { .. }
                | Self::Credential(_)
                | Self::AtLimit { .. }
                | Self::Unbounded { .. }
        )
    }
}
