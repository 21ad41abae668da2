//! The SDK for Azure Model Router: ask a router, and read which model answered and what it cost.
//!
//! # One endpoint
//!
//! Any deployment behind one Azure endpoint is asked by its model string:
//!
//! ```no_run
//! use router_client::{RouterClient, user};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = RouterClient::azure_ai(
//!     "https://your-endpoint.cognitiveservices.azure.com/openai/v1/",
//!     std::env::var("AZURE_MODEL_ROUTER_API_KEY")?,
//! )?;
//! let answer = client.chat("azure_ai/azure-model-router", [user("Hello!")]).await?;
//! println!("{}", answer.text());
//! println!("served by {}", answer.model_served().unwrap_or("?")); // gpt-4.1-nano-2025-04-14
//! println!("{}", answer.cost().explain());
//! # Ok(())
//! # }
//! ```
//!
//! - [`RouterClient::request`] takes a [`ChatRequest`] with its parameters: temperature, tools, and all
//!   others.
//! - [`RouterClient::chat_stream`] yields typed chunks and, at the end, the receipt.
//! - [`RouterClient::azure_ai_with`] takes another credential ([`Auth`]), such as a managed identity.
//! - [`ClientError`] says what went wrong, and what the failed request cost all the same.
//!
//! # The receipt
//!
//! Every answer has a [`Receipt`]: the model that served it, the usage, the attempts, and a [`Cost`] of
//! lines that add up to the picodollar. A cost that is not known is never zero: [`Cost::total`] is then
//! `None`, and [`CostStatus`] says why. An answer that was received by other means is priced by
//! [`completion_cost`]:
//!
//! ```
//! let answer = serde_json::from_str(r#"{
//!     "model": "gpt-4.1-nano-2025-04-14", "created": 1763769600,
//!     "usage": {"prompt_tokens": 21, "completion_tokens": 15, "total_tokens": 36}
//! }"#)?;
//! let cost = router_client::completion_cost(&answer);
//! assert_eq!(cost.total().unwrap().to_string(), "0.00001104");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Several deployments
//!
//! A [`Group`] is a public name for deployments that serve the same. A call that fails goes to the next
//! one, in the order of the group's [`Strategy`]; [`Builder::retries`] bounds how often.
//!
//! ```
//! use std::sync::Arc;
//! use router_client::{
//!     Auth, AzureAi, Builder, Deployment, Endpoint, Group, Groups, Transport, TransportOptions,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = Transport::new(TransportOptions::default())?;
//! let deployment = |region: &str| -> Result<_, Box<dyn std::error::Error>> {
//!     let name = AzureAi::name("azure_ai/azure-model-router")?;
//!     let base = format!("https://{region}.cognitiveservices.azure.com/openai/v1/");
//!     let endpoint = Endpoint::parse(&base, None, &name.deployment)?;
//!     let azure = AzureAi::new(endpoint, Auth::ApiKey("key".into()), transport.clone())?;
//!     Ok(Arc::new(Deployment::new(&name, Arc::new(azure))))
//! };
//! let router = Group::new("router", vec![deployment("sweden")?, deployment("eastus")?]);
//! let client = Builder::new(Arc::new(Groups::new([router]))).retries(Some(2)).build();
//! # drop(client);
//! # Ok(())
//! # }
//! ```
//!
//! # A ledger of your own
//!
//! A [`Recorder`] hears of each request before it is sent and once it has ended, however it ends. What
//! it refuses to open is not sent.
//!
//! ```
//! use std::sync::Arc;
//! use router_client::{NotRecorded, Receipt, Recorder};
//!
//! #[derive(Debug)]
//! struct Printed;
//!
//! #[async_trait::async_trait]
//! impl Recorder for Printed {
//!     async fn opened(&self, _: &Receipt) -> Result<(), NotRecorded> {
//!         Ok(())
//!     }
//!
//!     fn settled(&self, receipt: Arc<Receipt>) {
//!         println!("{:?} cost {:?}", receipt.served, receipt.cost.total());
//!     }
//! }
//! ```
//!
//! [`Builder::recorder`] takes it, [`Builder::prices`] other prices than the published ones.
//!
//! # Untouched bytes
//!
//! [`RouterClient::send`] passes an upstream's bytes on as they come and meters them in passing: the
//! gateway is built on it.
//!
//! # Features
//!
//! `azure` (on by default) brings the provider for Azure. Without it, any other [`Provider`] can be
//! used.

mod answer;
mod client;
mod dispatch;
mod error;
mod events;
mod meter;
mod routing;

pub use answer::{
    completion_cost::{CompletionCost, completion_cost},
    stream::{MeteredStream, StreamEdits},
    typed::{Answer, AnswerStream},
    whole::SentJson,
};
pub use client::{Builder, RouterClient};
pub use dispatch::{
    call::{Call, Sent},
    unbilled::{Passed, Unbilled},
};
pub use error::{CallError, ClientError, SetupError};
pub use events::early_comments::EarlyComments;
pub use meter::{
    estimate::{Counted, Uncounted, counted_bytes, prompt_tokens, read_tokens, text_tokens},
    recorder::{ChargeLimits, DiscardReceipts, NotRecorded, Recorder},
    unsettled::Unsettled,
};
pub use routing::{
    catalogue::{Catalogue, Groups},
    deployment::Deployment,
    gate::Gate,
    group::Group,
    learned::Learned,
    strategy::{CallEnd, Feedback, RoundRobin, Strategy, Turn},
};

pub use cost_model::{Cost, CostStatus, Outcome, PriceBook, Prices, Receipt, Sku, UsageSource};
pub use llm_types::chat::{
    ChatCompletion, ChatCompletionChunk, ChatRequest, Message, assistant, system, tool, user,
};
pub use llm_types::{Dialect, Provider, UpstreamName};
#[cfg(feature = "azure")]
pub use provider_azure_ai::{Auth, AzureAi, Endpoint, NameError, Transport, TransportOptions};
