//! The SDK for Azure Model Router: ask a router, and read which model answered and what it cost.
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
//! [`RouterClient::chat_stream`] yields typed chunks and, at the end, the receipt. Underneath is
//! [`RouterClient::send`], which passes an upstream's bytes on untouched and meters them in
//! passing: that is what the gateway is built on.

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
pub use dispatch::call::{ChatCall, Sent};
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
pub use llm_types::{Provider, UpstreamName};
#[cfg(feature = "azure")]
pub use provider_azure_ai::{Auth, AzureAi, Endpoint, NameError, Transport, TransportOptions};
