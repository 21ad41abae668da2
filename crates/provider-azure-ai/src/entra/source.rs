//! Asks for a token: one request to Entra ID or to the machine's metadata service.

use std::{path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::Full;
use jiff::Timestamp;
use llm_types::ProviderError;
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{
    CredentialError, EntraIdentity, EntraOptions,
    answer::{self, Fetched},
};
use crate::Transport;

/// How long one attempt may take.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(10);
/// Token answers are of a few KiB.
const MAX_ANSWER: usize = 64 * 1024;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An identity, and where it asks.
#[derive(Debug)]
pub(super) struct Source {
    identity: EntraIdentity,
    url: Url,
    retry_delay: Duration,
}

// === impl Source ===

impl Source {
    pub(super) fn new(
        identity: EntraIdentity,
        options: &EntraOptions,
    ) -> Result<Self, CredentialError> {
        let url = match &identity {
            EntraIdentity::ClientSecret { tenant, .. }
            | EntraIdentity::WorkloadIdentity { tenant, .. } => {
                let path = format!("{}/oauth2/v2.0/token", checked_tenant(tenant)?);
                with_path(checked_host("authority_host", &options.authority_host, false)?, &path)
            }
            EntraIdentity::ManagedIdentity { .. } => {
                let host = checked_host("imds_host", &options.imds_host, true)?;
                with_path(host, "metadata/identity/oauth2/token")
            }
        };
        let scope = options.scope.as_deref();
        if scope.is_some_and(|scope| !scope.ends_with("/.default")) {
            let expected = "a URI that ends in `/.default`";
            return Err(CredentialError::Setting { setting: "scope", expected });
        }
        Ok(Self { identity, url, retry_delay: options.retry_delay })
    }

    /// Asks until there is an answer that another attempt would not change, but not too often.
    pub(super) async fn fetch(
        &self,
        scope: &str,
        attempts: u32,
        transport: &Transport,
        now: Timestamp,
    ) -> Result<Fetched, CredentialError> {
        let mut delay = self.retry_delay;
        // The last attempt is after the loop: its answer counts in any case, and no wait follows
        // it.
        for _ in 1..attempts {
            let (status, body, secret) = self.attempt(scope, transport).await?;
            if !self.is_transient(status) {
                return answer::read(&self.host(), status, &body, &secret, now);
            }
            tokio::time::sleep(delay).await;
            delay *= 2;
        }
        let (status, body, secret) = self.attempt(scope, transport).await?;
        answer::read(&self.host(), status, &body, &secret, now)
    }

    /// The status and body of one answer, and the secret that was sent for it.
    async fn attempt(
        &self,
        scope: &str,
        transport: &Transport,
    ) -> Result<(StatusCode, Bytes, SecretString), CredentialError> {
        let (request, secret) = self.request(scope).await?;
        // The metadata service is the operator's, whatever a deployment may connect to.
        let any = matches!(self.identity, EntraIdentity::ManagedIdentity { .. })
            .then(|| transport.without_policy());
        let transport = any.as_ref().unwrap_or(transport);
        // The transport's own limits are made for chat answers, which may take minutes.
        let answered = tokio::time::timeout(ATTEMPT_LIMIT, async {
            let answer = transport.send(request).await?;
            let (parts, body) = answer.into_parts();
            Ok((parts.status, body.read_at_most(MAX_ANSWER).await))
        });
        let timeout = ProviderError::Timeout { after: ATTEMPT_LIMIT };
        let answer = answered.await.unwrap_or(Err(timeout)).map_err(|error| {
            CredentialError::Unreachable { host: self.host(), source: Arc::new(error) }
        })?;
        Ok((answer.0, answer.1, secret))
    }

    async fn request(
        &self,
        scope: &str,
    ) -> Result<(Request<Full<Bytes>>, SecretString), CredentialError> {
        match &self.identity {
            EntraIdentity::ClientSecret { client_id, secret, .. } => {
                let own = [("client_secret", secret.expose_secret())];
                Ok((self.post(scope, client_id, &own)?, secret.clone()))
            }
            EntraIdentity::WorkloadIdentity { client_id, token_file, .. } => {
                let assertion = read_token(token_file).await?;
                // A file that was written by hand may end in a line break, which is not part of the
                // token.
                let text = assertion.expose_secret().trim();
                let own = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", text)];
                Ok((self.post(scope, client_id, &own)?, assertion))
            }
            EntraIdentity::ManagedIdentity { client_id } => {
                Ok((self.get(scope, client_id.as_deref())?, SecretString::default()))
            }
        }
    }

    fn post(
        &self,
        scope: &str,
        client_id: &str,
        own: &[(&str, &str)],
    ) -> Result<Request<Full<Bytes>>, CredentialError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", client_id)
            .append_pair("scope", scope)
            .extend_pairs(own)
            .finish();
        let mut request = Request::new(Full::new(Bytes::from(form)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri(&self.url)?;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, form_type);
        Ok(request)
    }

    fn get(
        &self,
        scope: &str,
        client_id: Option<&str>,
    ) -> Result<Request<Full<Bytes>>, CredentialError> {
        // The metadata service expects a resource where Entra ID expects a scope.
        let resource = scope.strip_suffix("/.default").unwrap_or(scope);
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("api-version", "2018-02-01")
            .append_pair("resource", resource)
            .extend_pairs(client_id.map(|id| ("client_id", id)));
        let mut request = Request::new(Full::default());
        *request.uri_mut() = uri(&url)?;
        // The service refuses requests without this header, so that nobody can be tricked into
        // sending one.
        request.headers_mut().insert("metadata", HeaderValue::from_static("true"));
        Ok(request)
    }

    /// The metadata service also answers 404 and 410 while it is being updated.
    fn is_transient(&self, status: StatusCode) -> bool {
        let imds = matches!(self.identity, EntraIdentity::ManagedIdentity { .. });
        status == StatusCode::TOO_MANY_REQUESTS
            || status.is_server_error()
            || imds && matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }

    fn host(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// The file is small and renewed by others, so it is read again each time.
async fn read_token(path: &Path) -> Result<SecretString, CredentialError> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(owned));
    // A panic on the blocking thread is reported as a file that cannot be read.
    let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    read.map(SecretString::from).map_err(|error| CredentialError::TokenFile {
        path: path.to_owned(),
        source: Arc::new(error),
    })
}

fn uri(url: &Url) -> Result<Uri, CredentialError> {
    let expected = "a URL without unusual characters";
    // Everything else in the URL was checked at start; only `client_id` was not.
    url.as_str().parse().map_err(|_| CredentialError::Setting { setting: "client_id", expected })
}

fn with_path(mut host: Url, path: &str) -> Url {
    host.set_path(path);
    host
}

fn checked_tenant(tenant: &str) -> Result<&str, CredentialError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if tenant.is_empty() || !tenant.chars().all(plain) {
        let expected = "a directory's id or domain";
        return Err(CredentialError::Setting { setting: "tenant", expected });
    }
    Ok(tenant)
}

/// The metadata service is reached without encryption, but never leaves the machine.
fn checked_host(
    setting: &'static str,
    text: &str,
    plain_allowed: bool,
) -> Result<Url, CredentialError> {
    let expected = "a URL such as `https://login.microsoftonline.com`";
    let wrong = || CredentialError::Setting { setting, expected };
    let with_scheme =
        if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).map_err(|_| wrong())?;
    let plain = url.scheme() == "http" && (plain_allowed || crate::endpoint::is_loopback(&url));
    let bare = url.username().is_empty() && url.query().is_none() && url.path() == "/";
    if (url.scheme() == "https" || plain) && bare { Ok(url) } else { Err(wrong()) }
}
