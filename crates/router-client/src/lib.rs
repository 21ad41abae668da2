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

mod account;
mod answer;
mod assemble;
mod call;
mod client;
mod completion_cost;
mod delivered;
mod deployment;
mod direct;
mod early;
mod envelope;
mod error;
mod estimate;
mod event;
mod gate;
mod learned;
mod meter;
mod name;
mod reader;
mod recorder;
mod splice;
mod stream;
mod verbatim;
mod whole;

pub use answer::{Answer, AnswerStream};
pub use call::{ChatCall, Sent, SentJson};
pub use client::{Builder, RouterClient};
pub use completion_cost::{CompletionCost, completion_cost};
pub use deployment::{Catalogue, Deployment, Group, Groups};
pub use early::EarlyComments;
pub use error::{CallError, ClientError, SetupError};
pub use estimate::{Counted, Uncounted, counted_bytes, prompt_tokens, read_tokens, text_tokens};
pub use gate::Gate;
pub use learned::Learned;
pub use meter::Unsettled;
pub use name::{NameError, UpstreamName};
pub use recorder::{ChargeLimits, DiscardReceipts, NotRecorded, Recorder};
pub use stream::{MeteredStream, StreamEdits};

pub use cost_model::{Cost, CostStatus, Outcome, PriceBook, Prices, Receipt, Sku, UsageSource};
pub use llm_types::chat::{
    ChatCompletion, ChatCompletionChunk, ChatRequest, Message, assistant, system, tool, user,
};
pub use provider_azure_ai::{Auth, AzureAi, Endpoint, Transport, TransportOptions};
