//! Microsoft Entra ID: identities, and the endpoints that issue their tokens. Tokens are cached per
//! scope, so one credential serves any number of deployments.

mod answer;
mod cache;
mod error;
mod source;

use std::{
    collections::HashMap,
    env, fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use llm_types::{Clock, SystemClock};
use secrecy::SecretString;

pub(crate) use self::cache::TokenCache;
pub use self::error::CredentialError;
use self::source::Source;

/// The identity that a token is issued to.
#[derive(Clone, Debug)]
pub enum EntraIdentity {
    /// An app registration with a secret.
    ClientSecret {
        /// The directory's id or domain.
        tenant: String,
        /// The application's id.
        client_id: String,
        /// One of its secrets.
        secret: SecretString,
    },
    /// The identity of the virtual machine that this runs on, from its metadata service (IMDS).
    ManagedIdentity {
        /// Which one, when the machine has several; the system's own when absent.
        client_id: Option<String>,
    },
    /// A token of Kubernetes' (or another issuer's), in a file that is renewed from time to time.
    WorkloadIdentity {
        /// The directory's id or domain.
        tenant: String,
        /// The application's id.
        client_id: String,
        /// The file, read again for each token.
        token_file: PathBuf,
    },
}

/// Where tokens come from, and what for.
#[derive(Clone, Debug)]
pub struct EntraOptions {
    /// Default `https://login.microsoftonline.com`; other clouds have others.
    pub authority_host: String,
    /// Default `http://169.254.169.254`.
    pub imds_host: String,
    /// In place of the scope that an endpoint's form calls for, such as
    /// `https://cognitiveservices.azure.us/.default`.
    pub scope: Option<String>,
    /// How long to wait before the second attempt at a token, doubled before each further one.
    pub retry_delay: Duration,
    /// Decides when a token has expired.
    pub clock: Arc<dyn Clock>,
}

/// An identity with its tokens.
pub struct EntraCredential {
    source: Arc<Source>,
    options: EntraOptions,
    caches: Mutex<HashMap<String, Arc<TokenCache>>>,
}

// === impl EntraCredential ===

impl EntraCredential {
    /// Makes the checks that need no request.
    ///
    /// # Errors
    /// When a setting is not of the form that it has to be.
    pub fn new(identity: EntraIdentity, options: EntraOptions) -> Result<Self, CredentialError> {
        let source = Arc::new(Source::new(identity, &options)?);
        Ok(Self { source, options, caches: Mutex::default() })
    }

    /// The identity that the environment describes, as Azure's own libraries read it: a secret
    /// (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`), else a workload identity
    /// (`AZURE_FEDERATED_TOKEN_FILE` in place of the secret), else the machine's managed identity
    /// (`AZURE_CLIENT_ID` if it has several). `AZURE_AUTHORITY_HOST` wins over the options.
    ///
    /// # Errors
    /// When a variable is missing, or not of the form that it has to be.
    pub fn from_env(options: EntraOptions) -> Result<Self, CredentialError> {
        Self::from_variables(|name| env::var(name).ok(), options)
    }

    /// As [`EntraCredential::from_env`], from wherever `variable` looks.
    ///
    /// # Errors
    /// As [`EntraCredential::from_env`].
    pub fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
        mut options: EntraOptions,
    ) -> Result<Self, CredentialError> {
        // Templates (Helm, Compose) leave empty variables where nothing is configured.
        let optional = |name| variable(name).filter(|value| !value.is_empty());
        let required = |name| optional(name).ok_or(CredentialError::Missing { variable: name });
        if let Some(host) = optional("AZURE_AUTHORITY_HOST") {
            options.authority_host = host;
        }
        let identity = if let Some(secret) = optional("AZURE_CLIENT_SECRET") {
            EntraIdentity::ClientSecret {
                tenant: required("AZURE_TENANT_ID")?,
                client_id: required("AZURE_CLIENT_ID")?,
                secret: secret.into(),
            }
        } else if let Some(file) = optional("AZURE_FEDERATED_TOKEN_FILE") {
            EntraIdentity::WorkloadIdentity {
                tenant: required("AZURE_TENANT_ID")?,
                client_id: required("AZURE_CLIENT_ID")?,
                token_file: file.into(),
            }
        } else {
            EntraIdentity::ManagedIdentity { client_id: optional("AZURE_CLIENT_ID") }
        };
        Self::new(identity, options)
    }

    /// The tokens for an endpoint's scope, or for the one that the options name.
    pub(crate) fn tokens(&self, scope: &str) -> Arc<TokenCache> {
        let scope = self.options.scope.as_deref().unwrap_or(scope);
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = caches.entry(scope.to_owned()).or_insert_with(|| {
            let clock = Arc::clone(&self.options.clock);
            Arc::new(TokenCache::new(Arc::clone(&self.source), scope.to_owned(), clock))
        });
        // Handed out, so that the lock of the map is not held while a token is fetched.
        Arc::clone(cache)
    }
}

impl fmt::Debug for EntraCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntraCredential").field("source", &self.source).finish_non_exhaustive()
    }
}

// === impl EntraOptions ===

impl Default for EntraOptions {
    fn default() -> Self {
        Self {
            authority_host: "https://login.microsoftonline.com".to_owned(),
            imds_host: "http://169.254.169.254".to_owned(),
            scope: None,
            retry_delay: Duration::from_millis(800),
            clock: Arc::new(SystemClock),
        }
    }
}
