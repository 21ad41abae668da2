//! The HTTP client: a pool of HTTP/1.1 connections, TLS by rustls, and the two timeouts.

mod body;
mod connectors;
mod pool;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::Full;
use hyper_rustls::ConfigBuilderExt;
use llm_types::ProviderError;
use rustls::{ClientConfig, crypto::ring};

use self::body::Alarm;
pub use self::body::AnswerBody;
use self::{
    connectors::Connectors,
    pool::{Failure, Pool},
};
use crate::address::{AddressPolicy, ForbiddenAddress};

/// Connections to any number of hosts. Cheap to clone; clones share the connections.
///
/// It follows no redirect, reads no proxy from the environment, keeps no cookie, decompresses
/// nothing and never sends twice what an upstream may have seen.
///
/// Each belongs to the runtime that it is used in: a process with a runtime per core takes one
/// [`Transport::with_own_pool`] for each.
#[derive(Clone)]
pub struct Transport {
    pool: Pool,
    tls: Arc<ClientConfig>,
    options: Arc<TransportOptions>,
    /// Which addresses it may connect to; None: any.
    policy: Option<Arc<AddressPolicy>>,
}

/// Timeouts, and the name in `User-Agent`.
#[derive(Clone, Debug)]
pub struct TransportOptions {
    /// For a connection, TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// For the first byte of an answer, and then for each further one: a stream may take longer in
    /// all. Default 600 s.
    pub answer_timeout: Duration,
    /// After how long an unused connection is not used again; the next request to its host closes it.
    /// Default 90 s; Azure closes them itself after four minutes.
    pub idle_timeout: Duration,
    /// Default `fareway/VERSION`.
    pub user_agent: HeaderValue,
}

/// Why there can be no HTTP client.
#[derive(Debug, thiserror::Error)]
#[error("could not load this machine's root certificates")]
pub struct TransportError(#[source] rustls::Error);

// === impl Transport ===

impl Transport {
    /// Loads the machine's root certificates; `SSL_CERT_FILE` names others. Connects to nothing.
    ///
    /// # Errors
    /// When there are no root certificates.
    pub fn new(options: TransportOptions) -> Result<Self, TransportError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(ConfigBuilderExt::try_with_platform_verifier)
            .map_err(TransportError)?
            .with_no_client_auth();
        Ok(Self::build(Arc::new(tls), Arc::new(options), None))
    }

    /// The same options and certificates with connections of its own.
    #[must_use]
    pub fn with_own_pool(&self) -> Self {
        Self::build(Arc::clone(&self.tls), Arc::clone(&self.options), self.policy.clone())
    }

    /// The same options and certificates with connections of its own, to these addresses only.
    #[must_use]
    pub fn with_policy(&self, policy: Arc<AddressPolicy>) -> Self {
        Self::build(Arc::clone(&self.tls), Arc::clone(&self.options), Some(policy))
    }

    /// The same with connections of its own to any address.
    #[must_use]
    pub fn without_policy(&self) -> Self {
        Self::build(Arc::clone(&self.tls), Arc::clone(&self.options), None)
    }

    /// Whether it may connect to a URL, as far as that is known before its host is resolved.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self, uri: &Uri) -> Result<(), ForbiddenAddress> {
        self.policy.as_ref().map_or(Ok(()), |policy| policy.check(uri))
    }

    /// How long an upstream may send nothing.
    #[must_use]
    pub fn answer_timeout(&self) -> Duration {
        self.options.answer_timeout
    }

    /// Sends one POST and returns once the answer's headers are in.
    ///
    /// # Errors
    /// When there is no answer. One that is no success is an answer.
    pub async fn post(
        &self,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<AnswerBody>, ProviderError> {
        self.call(uri, Method::POST, headers, body).await
    }

    /// Sends one request of this method and returns once the answer's headers are in.
    ///
    /// # Errors
    /// As [`Transport::post`].
    pub async fn call(
        &self,
        uri: &Uri,
        method: Method,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<AnswerBody>, ProviderError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers;
        self.send(request).await
    }

    /// Sends one request and returns once the answer's headers are in.
    ///
    /// # Errors
    /// As [`Transport::post`].
    pub async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<AnswerBody>, ProviderError> {
        let limit = self.options.answer_timeout;
        request.headers_mut().insert(header::USER_AGENT, self.options.user_agent.clone());
        let uri = request.uri().clone();
        let mut alarm: Alarm = Box::pin(tokio::time::sleep(limit));
        // `biased`: an answer that has arrived counts, even if the alarm rings at the same time.
        let answered = tokio::select! {
            biased;
            answered = self.pool.send(request) => answered,
            () = alarm.as_mut() => return Err(ProviderError::Timeout { after: limit }),
        };
        match answered {
            // The body takes over the alarm and resets it for each wait.
            Ok((answer, link)) => Ok(answer.map(|body| AnswerBody::new(body, link, limit, alarm))),
            Err(failure) => Err(typed(&uri, failure)),
        }
    }

    fn build(
        tls: Arc<ClientConfig>,
        options: Arc<TransportOptions>,
        policy: Option<Arc<AddressPolicy>>,
    ) -> Self {
        let connectors = Connectors::new(Arc::clone(&tls), policy.clone());
        let pool = Pool::new(connectors, options.connect_timeout, options.idle_timeout);
        Self { pool, tls, options, policy }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("options", &self.options).finish_non_exhaustive()
    }
}

// === impl TransportOptions ===

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_mins(10),
            idle_timeout: Duration::from_secs(90),
            user_agent: HeaderValue::from_static(concat!("fareway/", env!("CARGO_PKG_VERSION"))),
        }
    }
}

fn typed(uri: &Uri, failure: Failure) -> ProviderError {
    match failure {
        Failure::Broken(error) => ProviderError::Interrupted(Box::new(error)),
        Failure::Connect(source) => {
            let scheme = uri.scheme_str().unwrap_or_default();
            let host = uri.authority().map_or("", http::uri::Authority::as_str);
            let endpoint = format!("{scheme}://{host}");
            // The connector wraps what its resolver says, so that the cause is somewhere below.
            match ForbiddenAddress::among(&*source).cloned() {
                Some(forbidden) => {
                    ProviderError::NotAllowed { endpoint, source: Box::new(forbidden) }
                }
                None => ProviderError::Connect { endpoint, source },
            }
        }
    }
}
