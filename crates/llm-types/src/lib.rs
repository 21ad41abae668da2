//! The vocabulary of Fareway: the APIs of models ([`Dialect`]), OpenAI wire types that keep unknown
//! fields, usage, exact money, an SSE splitter, and the [`Provider`] trait. It knows no provider and
//! does no I/O.
//!
//! Take it alone when you need exact money ([`Usd`]), token counts that mean the same for every
//! served model ([`BillableUsage`]), or server-sent events split without copying ([`EventSplitter`]).

mod answer_edit;
mod clock;
mod dialect;
mod json;
mod money;
mod provider;
mod refused_parameters;
mod sse;
mod usage;

pub use answer_edit::AnswerEdit;
pub use clock::{Clock, ManualClock, SystemClock};
pub use dialect::{
    Added, Addition, Additions, AnswerPeek, BoundName, Bounds, Dialect, ErrorFacts, Home, Labels,
    Piece, PromptBound, PromptParts, RequestEdit, RequestError, RequestView, UsageOption, chat,
    count,
};
pub use json::top_level::NotAnObject;
pub use money::{ParseMoneyError, PerMillion, Plain, Tokens, Usd};
pub use provider::{
    Billed, ByteStream, HeaderFacts, Outbound, Page, Provider, ProviderError, ProviderFacts,
    Refusal, UpstreamAnswer, UpstreamName, header_text,
};
pub use sse::{EventSplitter, event_data};
pub use usage::{BillableUsage, CompletionDetails, PromptDetails, ReportedUsage, UsageError};
