//! HTTP client under every provider: a pool of HTTP/1.1 connections, TLS by rustls, the time limits
//! of an answer, and the policy of addresses that may be called. It knows no provider.
//!
//! A [`Transport`] sends one request and returns an answer whose body streams. A provider's crate
//! builds its requests, and uses [`read_refusal`] for answers that are no success. A [`Connector`] is a
//! configured upstream from which each runtime takes a provider over connections of its own.
//!
//! ```
//! use std::sync::Arc;
//! use upstream_http::{AddressPolicy, AllowedHost, Transport, TransportOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let any = Transport::new(TransportOptions::default())?;
//! let allowed = AllowedHost::parse("gpu.example.com:8000").into_iter().collect();
//! let guarded = any.with_policy(Arc::new(AddressPolicy::new(allowed, false)));
//!
//! assert!(guarded.check(&"https://gpu.example.com:8000/v1".parse()?).is_ok());
//! let metadata = guarded.check(&"http://169.254.169.254/".parse()?);
//! assert!(metadata.unwrap_err().to_string().contains("link-local"));
//! # Ok(())
//! # }
//! ```

mod address;
mod connector;
mod headers;
mod refusal;
mod retry_after;
mod secret;
mod text;
mod transport;

pub use address::{AddressPolicy, AllowedHost, ForbiddenAddress};
pub use connector::{Connector, CredentialHeader};
pub use headers::{forward, is_hop_by_hop, without_hop_by_hop};
pub use refusal::read_refusal;
pub use secret::{SecretError, secret_header};
pub use text::one_line;
pub use transport::{AnswerBody, Transport, TransportError, TransportOptions};
