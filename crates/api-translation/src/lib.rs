//! Translates requests of OpenAI's Responses and Anthropic's Messages into chat completions, and the chat's
//! answers back, whole and streamed.
//!
//! It is for deployments that only speak chat completions, such as a model router of which not every model
//! answers Messages. It is pure: bytes in, bytes out.
//!
//! ```
//! use api_translation::{Api, Target, Translation};
//! use llm_types::BoundName;
//!
//! let asked = br#"{"model": "claude", "max_tokens": 100, "thinking": {"type": "enabled", "budget_tokens": 5000},
//!     "messages": [{"role": "user", "content": [
//!         {"type": "text", "text": "Hi!", "cache_control": {"type": "ephemeral"}}]}]}"#;
//! let bound = BoundName::MaxCompletionTokens;
//! let target = Target { deployment: "router", bound, id: "1", created: 1_796_000_000 };
//! let there = Translation::request(Api::Messages, asked, &target)?;
//! assert_eq!(
//!     std::str::from_utf8(&there.body)?,
//!     r#"{"model":"router","messages":[{"role":"user","content":"Hi!"}],"max_completion_tokens":100,"reasoning_effort":"high"}"#,
//! );
//! assert_eq!(there.dropped.to_string(), "content[text].cache_control");
//!
//! let answered = br#"{"id": "c1", "model": "gpt-5.6-luna", "choices": [{"message": {"content": "Hello."},
//!     "finish_reason": "stop"}], "usage": {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}}"#;
//! let back = there.answers.whole(answered)?;
//! assert!(back.starts_with(br#"{"id":"msg_c1","type":"message","role":"assistant","model":"gpt-5.6-luna""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is translated
//!
//! [`rows`] has three lists, each line with its source: what is carried, what is dropped and named in
//! [`Translation::dropped`], and what is refused before anything is sent. The lists decide: there is no other
//! place where a key is left out. A key without a line is refused, as both APIs do with keys that they do not
//! know. Text, the arguments of tools and schemas pass byte for byte.
//!
//! # In a gateway
//!
//! The body is a chat request like any other: it is estimated, bounded, reserved and sent as one, and the
//! meter reads the chat's own answer before it is translated. Keys that are the gateway's own have to be
//! taken out of the client's body before, because they are in no list. [`Refused`] is a status 400 before
//! anything is reserved. [`Translation::dropped`] is the value of a header, unless it is empty. Where a chat's
//! usage has a `cost` and `cost_details` already, they pass through.
//!
//! # Streams
//!
//! [`Answers::events`] takes the data of each event of the chat's stream. It writes `message_start` …
//! `message_stop`, or `response.created` … `response.completed`, with blocks one after the other. The usage is
//! the last field of the object in which the API has it, where a gateway can add a cost: in the last
//! `message_delta`, in the response of the last event, and in whole answers.

mod chat;
mod context;
mod events;
mod json;
mod messages;
mod names;
mod object;
mod refused;
mod responses;
mod rules;
mod sse;
mod translated;
mod translation;

pub use self::{
    chat::answer::Broken,
    context::Target,
    events::EventTranslator,
    refused::Refused,
    rules::{Api, Dropped, Listed, Place, Row, Rule, rows},
    translation::{Answers, Translation, counted_tokens},
};
