//! The vocabulary of Fareway: OpenAI wire types that keep unknown fields, usage, exact money, an
//! SSE splitter, and the [`Provider`] trait. It knows no provider and does no I/O.
//!
//! Take it alone when you need exact money ([`Usd`]), token counts that mean the same for every
//! served model ([`BillableUsage`]), or server-sent events split without copying ([`EventSplitter`]).

mod additions;
mod answer_edit;
mod answer_text;
#[expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]
pub mod chat;
mod clock;
mod json;
mod money;
mod peek;
mod provider;
mod refused_parameters;
mod request_view;
mod sse;
mod usage;

pub use additions::{Added, Additions, BoundName};
pub use answer_edit::AnswerEdit;
pub use answer_text::add_said;
pub use clock::{Clock, ManualClock, SystemClock};
pub use json::top_level::NotAnObject;
pub use money::{ParseMoneyError, PerMillion, Plain, Tokens, Usd};
pub use peek::{AnswerPeek, EventPeek};
pub use provider::{
    Billed, ByteStream, HeaderFacts, OutboundChat, Provider, ProviderError, Refusal,
    UpstreamAnswer, UpstreamName, header_text,
};
pub use request_view::{
    Bounds, Labels, Piece, PromptBound, PromptParts, RequestEdit, RequestError, RequestView, count,
};
pub use sse::{EventSplitter, event_data};
pub use usage::{BillableUsage, CompletionDetails, PromptDetails, ReportedUsage, UsageError};
