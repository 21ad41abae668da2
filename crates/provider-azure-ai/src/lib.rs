//! Azure behind the [`llm_types::Provider`] trait: model strings, endpoint forms, credentials, header
//! names, and the bill for refused requests. It sends one request and never retries; which deployment
//! to ask, and what an answer costs, is decided elsewhere.
//!
//! ```no_run
//! use provider_azure_ai::{Auth, AzureAi, Endpoint, Transport, TransportOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = Endpoint::parse(
//!     "https://my-resource.services.ai.azure.com/openai/v1/",
//!     None,
//!     "my-model-router",
//! )?;
//! let key = Auth::ApiKey(std::env::var("AZURE_API_KEY")?.into());
//! let azure = AzureAi::new(endpoint, key, Transport::new(TransportOptions::default())?)?;
//! # Ok(())
//! # }
//! ```

mod additions;
mod advice;
mod apis;
mod auth;
mod azure;
mod billing;
mod endpoint;
mod entra;
mod headers;
mod hosts;
mod name;

pub use auth::Auth;
pub use azure::AzureAi;
pub use endpoint::{Endpoint, EndpointError, EndpointForm, Warning};
pub use entra::{CredentialError, EntraCredential, EntraIdentity, EntraOptions};
pub use headers::{CLIENT_HEADERS, is_forwardable_header, is_interesting_header};
pub use hosts::{AZURE_HOSTS, is_azure};
pub use name::{NameError, PREFIXES};

// The types that an `AzureAi` is built from, so that its users need no other crate.
pub use upstream_http::{SecretError as AuthError, Transport, TransportError, TransportOptions};
