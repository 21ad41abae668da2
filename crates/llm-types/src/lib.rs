//! The vocabulary of Fareway: OpenAI wire types that keep unknown fields, usage, exact money, an
//! SSE splitter, and the [`Provider`] trait. It knows no provider and does no I/O.

mod clock;
mod money;
mod provider;

pub use clock::{Clock, SystemClock};
pub use money::{ParseMoneyError, PerMillion, Tokens, Usd};
pub use provider::{ByteStream, OutboundChat, Provider, ProviderError, Refusal, UpstreamAnswer};
