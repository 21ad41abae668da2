//! Azure behind the [`llm_types::Provider`] trait: endpoint forms, credentials, errors, headers and
//! the HTTP client. It sends one request and never retries; which deployment to ask, and what an
//! answer costs, is decided elsewhere.
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
mod address;
mod auth;
mod azure;
mod endpoint;
mod entra;
mod headers;
mod refusal;
mod retry_after;
mod text;
mod transport;

pub use address::{AddressPolicy, AllowedHost, ForbiddenAddress, is_azure};
pub use auth::{Auth, AuthError};
pub use azure::AzureAi;
pub use endpoint::{Endpoint, EndpointError, EndpointForm, Warning};
pub use entra::{CredentialError, EntraCredential, EntraIdentity, EntraOptions};
pub use headers::{is_forwardable_header, is_interesting_header};
pub use transport::{Transport, TransportError, TransportOptions};
