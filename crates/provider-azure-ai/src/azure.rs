//! One endpoint with its credential, as a [`Provider`].

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use llm_types::{
    Additions, Billed, Clock, Dialect, HeaderFacts, Home, Outbound, Provider, ProviderError,
    Refusal, SystemClock, UpstreamAnswer,
};
use upstream_http::{Connector, CredentialHeader, forward, read_refusal, without_hop_by_hop};

use crate::{
    Auth, AuthError, Endpoint, Transport, Warning, additions, advice, apis, auth, billing,
    entra::TokenCache, headers, is_forwardable_header, is_interesting_header,
};

/// A deployment on Azure that answers requests. Cheap to clone.
#[derive(Clone)]
pub struct AzureAi {
    shared: Arc<Shared>,
    transport: Transport,
}

/// State that is computed once and shared by all transports.
struct Shared {
    endpoint: Endpoint,
    /// The headers of every request.
    headers: HeaderMap,
    /// The source of the only header that can change.
    tokens: Option<Arc<TokenCache>>,
    warnings: Vec<Warning>,
    clock: Arc<dyn Clock>,
}

impl AzureAi {
    /// Puts endpoint, credential and connections together; sends nothing.
    ///
    /// # Errors
    /// When the credential cannot be sent in a header.
    pub fn new(endpoint: Endpoint, auth: Auth, transport: Transport) -> Result<Self, AuthError> {
        Self::with_clock(endpoint, auth, transport, Arc::new(SystemClock))
    }

    /// As [`AzureAi::new`], with the clock that waiting times given as a date are counted from.
    ///
    /// # Errors
    /// As [`AzureAi::new`].
    pub fn with_clock(
        endpoint: Endpoint,
        auth: Auth,
        transport: Transport,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AuthError> {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(auth.fixed_header()?);
        let tokens = match &auth {
            Auth::Entra(credential) => Some(credential.tokens(endpoint.scope())),
            Auth::ApiKey(_) | Auth::Bearer(_) => None,
        };
        let warnings = endpoint.warnings().iter().cloned().chain(auth.warning(&endpoint)).collect();
        Ok(Self {
            shared: Arc::new(Shared { endpoint, headers, tokens, warnings, clock }),
            transport,
        })
    }

    /// The same deployment and credential (cached tokens included) over other connections: one for
    /// each runtime, say.
    #[must_use]
    pub fn with_transport(&self, transport: Transport) -> Self {
        Self { shared: Arc::clone(&self.shared), transport }
    }

    /// Warnings about the configuration, to be logged once, at start.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.shared.warnings
    }

    async fn token(&self) -> Result<Option<HeaderValue>, ProviderError> {
        let Some(tokens) = &self.shared.tokens else { return Ok(None) };
        let token = tokens.bearer(&self.transport).await;
        token.map(Some).map_err(|error| ProviderError::Credential(Box::new(error)))
    }

    /// A token that was not taken is not used again, unless the trouble is a missing role: a new
    /// token would not have it either, and Entra throttles those who keep asking.
    fn reconsider(&self, token: Option<&HeaderValue>, refusal: &Refusal) {
        let unauthorized = refusal.status == StatusCode::UNAUTHORIZED;
        if unauthorized
            && refusal.code.as_deref() != Some("PermissionDenied")
            && let (Some(tokens), Some(token)) = (&self.shared.tokens, token)
        {
            tokens.reject(token);
        }
    }
}

impl fmt::Debug for AzureAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureAi").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for AzureAi {
    async fn send(&self, request: Outbound) -> Result<UpstreamAnswer, ProviderError> {
        let shared = &self.shared;
        let mut all = shared.headers.clone();
        let uri = request.uri(shared.endpoint.uri(request.dialect))?;
        forward(request.headers, &mut all, is_forwardable_header);
        if request.dialect.home() == Home::Anthropic
            && let Some(key) = all.get(auth::API_KEY).cloned()
        {
            // In both, as Anthropic's SDK for Foundry sends it.
            all.insert(auth::X_API_KEY, key);
        }
        let token = self.token().await?;
        all.extend(token.clone().map(|token| (header::AUTHORIZATION, token)));
        let method = request.page.method;
        let answer = self.transport.call(&uri, method, all, request.body).await?;
        let (parts, body) = answer.into_parts();
        if !parts.status.is_success() {
            // Boxed, so that the happy path does not pay for the size of this one.
            let read = read_refusal(parts, body, &headers::REQUEST_IDS, shared.clock.now());
            let refusal = Box::pin(read).await;
            self.reconsider(token.as_ref(), &refusal);
            if let Some(advice) = advice::for_api(&refusal) {
                tracing::warn!(endpoint = shared.endpoint.url(), "{}; {advice}", refusal.message);
            }
            return Err(ProviderError::Refused(Box::new(refusal)));
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

    fn takes(&self, model: Option<&str>) -> Additions {
        additions::of(&self.shared.endpoint, model)
    }

    fn has_api(&self, dialect: Dialect, model: Option<&str>) -> bool {
        apis::has(dialect, model)
    }

    fn lacks_api(&self, refusal: &Refusal) -> bool {
        apis::lacks(refusal)
    }

    fn passes(&self, name: &HeaderName) -> bool {
        is_interesting_header(name)
    }

    fn header_facts(&self, headers: &HeaderMap) -> HeaderFacts {
        headers::facts(headers)
    }

    fn billed(&self, refusal: &Refusal, accepted: bool) -> Billed {
        billing::of(refusal, accepted)
    }
}

impl Connector for AzureAi {
    fn over(&self, transport: &Transport) -> Arc<dyn Provider> {
        Arc::new(self.with_transport(transport.clone()))
    }

    fn warnings(&self) -> Vec<String> {
        self.shared.warnings.iter().map(ToString::to_string).collect()
    }

    fn credential(&self) -> Option<CredentialHeader> {
        let is_key = self.shared.headers.contains_key(auth::API_KEY);
        Some(if is_key { auth::KEY_HEADER } else { auth::TOKEN_HEADER })
    }

    /// Azure goes by the name in the URL, where there is one.
    fn advice(&self, model: &str, refusal: &Refusal) -> Option<String> {
        advice::of(self.shared.endpoint.deployment().unwrap_or(model), refusal)
    }
}
