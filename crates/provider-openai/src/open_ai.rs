//! One model of a compatible server with its credential, as a [`Provider`].

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use llm_types::{
    Additions, BoundName, Clock, Dialect, HeaderFacts, Home, Outbound, Provider, ProviderError,
    Refusal, SystemClock, UpstreamAnswer,
};
use secrecy::SecretString;
use upstream_http::{
    Connector, CredentialHeader, SecretError, Transport, forward, read_refusal, secret_header,
    without_hop_by_hop,
};

use crate::{Endpoint, advice, headers};

/// A model of OpenAI's, or of a server that is compatible with its API. Cheap to clone.
#[derive(Clone)]
pub struct OpenAi {
    shared: Arc<Shared>,
    transport: Transport,
}

/// State that is computed once and shared by all transports.
struct Shared {
    endpoint: Endpoint,
    /// The headers of every request.
    headers: HeaderMap,
    /// The key alone, as Anthropic's API takes it.
    key: Option<HeaderValue>,
    clock: Arc<dyn Clock>,
}

/// Why a server cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// OpenAI itself, without a key.
    #[error("OpenAI requires a key; add `api_key`")]
    NoKey,
    /// A key that cannot be sent.
    #[error(transparent)]
    Key(#[from] SecretError),
}

/// As Anthropic's API calls it.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

const BEARER: CredentialHeader =
    CredentialHeader { name: "authorization", value: "Bearer $OPENAI_API_KEY" };

// === impl OpenAi ===

impl OpenAi {
    /// Puts endpoint, key and connections together; sends nothing. Servers of one's own mostly take
    /// requests without a key.
    ///
    /// # Errors
    /// When the key cannot be sent in a header, or is missing for OpenAI itself.
    pub fn new(
        endpoint: Endpoint,
        key: Option<SecretString>,
        transport: Transport,
    ) -> Result<Self, SetupError> {
        Self::with_clock(endpoint, key, transport, Arc::new(SystemClock))
    }

    /// As [`OpenAi::new`], with the clock that waiting times given as a date are counted from.
    ///
    /// # Errors
    /// As [`OpenAi::new`].
    pub fn with_clock(
        endpoint: Endpoint,
        key: Option<SecretString>,
        transport: Transport,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetupError> {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match &key {
            Some(key) => {
                headers.insert(header::AUTHORIZATION, secret_header("Bearer ", key)?);
            }
            None if endpoint.is_openai() => return Err(SetupError::NoKey),
            None => {}
        }
        let key = key.map(|key| secret_header("", &key)).transpose()?;
        Ok(Self { shared: Arc::new(Shared { endpoint, headers, key, clock }), transport })
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for OpenAi {
    async fn send(&self, request: Outbound) -> Result<UpstreamAnswer, ProviderError> {
        let shared = &self.shared;
        let mut all = shared.headers.clone();
        let uri = request.uri(shared.endpoint.uri(request.dialect))?;
        forward(request.headers, &mut all, headers::goes_up);
        if request.dialect.home() == Home::Anthropic {
            // Servers differ in which they read.
            all.extend(shared.key.clone().map(|key| (X_API_KEY, key)));
        }
        let method = request.page.method;
        let answer = self.transport.call(&uri, method, all, request.body).await?;
        let (parts, body) = answer.into_parts();
        if !parts.status.is_success() {
            // Boxed, so that the happy path does not pay for the size of this one.
            let read = read_refusal(parts, body, &headers::REQUEST_IDS, shared.clock.now());
            return Err(ProviderError::Refused(Box::new(Box::pin(read).await)));
        }
        Ok(UpstreamAnswer {
            status: parts.status,
            headers: without_hop_by_hop(parts.headers),
            body: Box::pin(body),
        })
    }

    fn endpoint(&self) -> &str {
        self.shared.endpoint.url()
    }

    fn url(&self, dialect: Dialect) -> String {
        self.shared.endpoint.uri(dialect).to_string()
    }

    /// OpenAI's reasoning models refuse `max_tokens`; compatible servers may not know the newer name.
    fn takes(&self, _: Option<&str>) -> Additions {
        let newer = self.shared.endpoint.is_openai();
        let bound = if newer { BoundName::MaxCompletionTokens } else { BoundName::MaxTokens };
        Additions { bound: Some(bound), ..Additions::default() }
    }

    /// OpenAI itself has no Messages; which APIs a compatible server has is found out.
    fn has_api(&self, dialect: Dialect, _: Option<&str>) -> bool {
        dialect != Dialect::Messages || !self.shared.endpoint.is_openai()
    }

    /// A server's framework refuses a path that it does not know, and names no model then.
    fn lacks_api(&self, refusal: &Refusal) -> bool {
        let unknown_path = matches!(refusal.status.as_u16(), 404 | 405 | 501);
        unknown_path && !refusal.message.to_ascii_lowercase().contains("model")
    }

    fn passes(&self, name: &HeaderName) -> bool {
        headers::passes(name)
    }

    fn header_facts(&self, headers: &HeaderMap) -> HeaderFacts {
        headers::facts(headers)
    }
}

impl Connector for OpenAi {
    fn over(&self, transport: &Transport) -> Arc<dyn Provider> {
        Arc::new(Self { shared: Arc::clone(&self.shared), transport: transport.clone() })
    }

    fn warnings(&self) -> Vec<String> {
        Vec::from_iter(self.shared.endpoint.warning().map(str::to_owned))
    }

    fn credential(&self) -> Option<CredentialHeader> {
        self.shared.headers.contains_key(header::AUTHORIZATION).then_some(BEARER)
    }

    fn advice(&self, model: &str, refusal: &Refusal) -> Option<String> {
        advice::of(&self.shared.endpoint, model, refusal)
    }
}
