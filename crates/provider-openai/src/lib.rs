//! OpenAI's chat completions API, and servers that are compatible with it (vLLM, Ollama, LM Studio),
//! behind the [`llm_types::Provider`] trait. It sends one request and never retries.
//!
//! ```
//! use llm_types::Provider as _;
//! use provider_openai::{Endpoint, OpenAi};
//! use upstream_http::{Transport, TransportOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let name = OpenAi::name("hosted_vllm/meta-llama/Llama-3.1-8B-Instruct")?;
//! assert_eq!(name.deployment, "meta-llama/Llama-3.1-8B-Instruct");
//!
//! let endpoint = Endpoint::parse(&name.written, Some("http://127.0.0.1:8000/v1"), false)?;
//! let vllm = OpenAi::new(endpoint, None, Transport::new(TransportOptions::default())?)?;
//! assert_eq!(vllm.endpoint(), "http://127.0.0.1:8000/v1/chat/completions");
//! # Ok(())
//! # }
//! ```

mod advice;
mod endpoint;
mod headers;
mod name;
mod open_ai;

pub use endpoint::{Endpoint, EndpointError};
pub use name::{NameError, PREFIXES};
pub use open_ai::{OpenAi, SetupError};
