//! The APIs in which models are asked: what a request, an answer, an event and a usage look like in
//! each of them.
//!
//! Streaming, metering, estimates, bounds, edits and records are written over [`Dialect`]; the words of
//! one API stand in its folder and nowhere else. A dialect is a value that is copied, and each question
//! about it one `match`: the hot path pays for no box and no table.

mod additions;
mod answer_peek;
#[expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]
pub mod chat;
mod embeddings;
mod error_facts;
mod messages;
mod request_view;
mod resemblance;
mod responses;

pub use self::{
    additions::{Added, Addition, Additions, BoundName},
    answer_peek::AnswerPeek,
    error_facts::ErrorFacts,
    request_view::{
        Bounds, Labels, Piece, PromptBound, PromptParts, RequestEdit, RequestError, RequestView,
        UsageOption, count,
    },
};

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;

use self::request_view::RequestKey;
use crate::{json::top_level::NotAnObject, money::Tokens, usage::ReportedUsage};

/// Asks the words of the dialect at hand. The one place that pairs a dialect with its folder.
macro_rules! ask {
    ($dialect:expr, $words:ident => $answer:expr) => {
        match $dialect {
            Dialect::Chat => {
                use self::chat::words as $words;
                $answer
            }
            Dialect::Embeddings => {
                use self::embeddings::words as $words;
                $answer
            }
            Dialect::Responses => {
                use self::responses::words as $words;
                $answer
            }
            Dialect::Messages => {
                use self::messages::words as $words;
                $answer
            }
        }
    };
}

/// An API of models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAI's chat completions.
    #[default]
    Chat,
    /// OpenAI's embeddings.
    Embeddings,
    /// OpenAI's Responses.
    Responses,
    /// Anthropic's Messages.
    Messages,
}

/// Whose API a dialect is of: below which root of a resource it stands, and which credentials it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// OpenAI's.
    OpenAi,
    /// Anthropic's.
    Anthropic,
}

impl Serialize for Dialect {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

// === requests ===

impl Dialect {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Embeddings, Self::Responses, Self::Messages];

    /// The API's name in the ledger, in lists and in filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        ask!(self, words => words::NAME)
    }

    /// The API of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// What LiteLLM calls the `call_type` of a request.
    #[must_use]
    pub fn litellm_call(self) -> &'static str {
        ask!(self, words => words::LITELLM_CALL)
    }

    /// What LiteLLM calls the `mode` of a model with this API.
    #[must_use]
    pub fn litellm_mode(self) -> &'static str {
        ask!(self, words => words::LITELLM_MODE)
    }

    /// The smallest request, to see whether a deployment answers. It names the model `test`.
    #[must_use]
    pub fn trial(self) -> &'static str {
        ask!(self, words => words::TRIAL)
    }

    /// The header that comes with that request, if one must.
    #[must_use]
    pub fn trial_header(self) -> Option<(&'static str, &'static str)> {
        ask!(self, words => words::TRIAL_HEADER)
    }

    /// The path that is called, below the base of OpenAI's API or of a deployment.
    #[must_use]
    pub fn path(self) -> &'static str {
        ask!(self, words => words::PATH)
    }

    /// Whether Azure's dated API has this path below that of a deployment. If not, it is beside them, and
    /// the body names the deployment.
    #[must_use]
    pub fn is_below_deployment(self) -> bool {
        ask!(self, words => words::BELOW_DEPLOYMENT)
    }

    /// Whose API it is.
    #[must_use]
    pub fn home(self) -> Home {
        ask!(self, words => words::HOME)
    }

    /// What an answer is called in errors.
    #[must_use]
    pub fn answer(self) -> &'static str {
        ask!(self, words => words::ANSWER)
    }

    /// Whether routers answer it. If not, a request never goes to one.
    #[must_use]
    pub fn is_routed(self) -> bool {
        ask!(self, words => words::ROUTED)
    }

    /// Whether chat completions can stand in for it, where a deployment does not have it.
    #[must_use]
    pub fn chat_stands_in(self) -> bool {
        ask!(self, words => words::CHAT_STANDS_IN)
    }

    /// The longest answer that the API itself allows, in tokens; `None`: only requests and models bound it.
    #[must_use]
    pub fn longest_answer(self) -> Option<Tokens> {
        ask!(self, words => words::LONGEST_ANSWER)
    }

    /// What may be added to a request: what a deployment takes of chat's additions, where they are to
    /// be had in this dialect.
    #[must_use]
    pub fn additions(self, chat: impl FnOnce() -> Additions) -> Additions {
        ask!(self, words => words::additions(chat))
    }

    /// The name under which the API takes a bound, the newest one; `None`: it takes none.
    #[must_use]
    pub fn bound(self) -> Option<BoundName> {
        ask!(self, words => words::BOUNDS.first().copied())
    }

    /// The other name under which the API takes a bound, if it has one.
    #[must_use]
    pub fn other_bound(self, name: BoundName) -> Option<BoundName> {
        ask!(self, words => words::BOUNDS.iter().copied().find(|other| *other != name))
    }

    /// The meaning of a request's key; `None`: it has none here.
    #[inline]
    fn request_key(self, key: &str) -> Option<(&'static str, RequestKey)> {
        ask!(self, words => words::meaning(key))
    }

    /// Whether a key without a meaning here is a setting of the API, which no model reads.
    fn is_setting(self, key: &str) -> bool {
        ask!(self, words => words::SETTINGS.contains(&key))
    }

    /// The option that a stream needs to report its usage; `None`: it reports it unasked.
    #[must_use]
    pub fn usage_option(self) -> Option<UsageOption> {
        ask!(self, words => words::USAGE_OPTION)
    }

    /// The value of that option within a client's own options, if they have it.
    fn usage_within(self, options: &str) -> Result<Option<&str>, RequestError> {
        ask!(self, words => words::usage_within(options))
    }

    /// Checks the shape of the prompt, as far as it is looked at here. `stored`: some of it is stored
    /// upstream, and the request names that.
    fn check_prompt(self, prompt: Option<&str>, stored: bool) -> Result<(), RequestError> {
        ask!(self, words => words::check_prompt(prompt, stored))
    }

    /// Calls `each` with every piece of a prompt that was checked.
    fn pieces<'a>(self, prompt: &'a str, each: impl FnMut(Piece<'a>)) {
        ask!(self, words => words::pieces(prompt, each));
    }

    /// How many texts a prompt has that are read each on its own, and nothing else with them; `None`: the
    /// prompt is one, and other keys may be read with it.
    fn separate_inputs(self, prompt: &str) -> Option<u64> {
        ask!(self, words => words::separate_inputs(prompt))
    }

    /// Whether a tool of this type is run by the upstream, such as a search.
    fn is_hosted_tool(self, kind: &str) -> bool {
        ask!(self, words => words::is_hosted_tool(kind))
    }

    /// Tokens by which the API's own format frames a prompt, for estimates.
    fn framing(self, prompt: &str) -> u64 {
        ask!(self, words => words::framing(prompt))
    }
}

// === answers ===

impl Dialect {
    /// Reads the metered facts of an answer, or of an event's data.
    ///
    /// # Errors
    /// When it is not one JSON object.
    #[inline]
    pub fn peek(self, json: &[u8]) -> Result<AnswerPeek<'_>, NotAnObject> {
        ask!(self, words => words::peek(json))
    }

    /// Reads a usage object into counts of one meaning: the prompt with all that was read from and
    /// written to a cache. `earlier`: what the same answer reported before.
    ///
    /// # Errors
    /// When a count is not a whole number.
    #[inline]
    pub fn usage(
        self,
        usage: &str,
        earlier: Option<&ReportedUsage>,
    ) -> Result<ReportedUsage, serde_json::Error> {
        ask!(self, words => words::usage(usage, earlier))
    }

    /// Whether a body is an answer without doubt, found without reading it. If not, it may be one.
    #[must_use]
    pub fn is_surely_answer(self, body: &[u8]) -> bool {
        ask!(self, words => words::is_surely_answer(body))
    }

    /// The text of a whole answer, calls of tools included, for counting its tokens.
    #[must_use]
    pub fn said(self, answer: &[u8]) -> String {
        ask!(self, words => words::said(answer))
    }

    /// A whole answer as the stream that it would have been: for a client whose stream has begun.
    #[must_use]
    pub fn as_events(self, answer: &Bytes) -> Bytes {
        ask!(self, words => words::as_events(answer))
    }
}

// === events of a stream ===

impl Dialect {
    /// Whether an event ends its stream in order. What it reports beside that is noted.
    #[inline]
    #[must_use]
    pub fn ends(self, data: &[u8]) -> bool {
        ask!(self, words => words::ends(data))
    }

    /// Whether an event's data may be an error, so that it must be read.
    #[inline]
    #[must_use]
    pub fn may_be_error(self, data: &[u8]) -> bool {
        ask!(self, words => words::may_be_error(data))
    }

    /// Whether an event may report the usage or, unless that is known, how the router decided: it must
    /// then be read.
    #[inline]
    #[must_use]
    pub fn may_report(self, data: &[u8], knows_routing: bool) -> bool {
        ask!(self, words => words::may_report(data, knows_routing))
    }

    /// Whether an event holds some of the answer itself, so that from here on no other deployment can
    /// take over.
    #[must_use]
    pub fn begins_answer(self, data: &[u8]) -> bool {
        ask!(self, words => words::begins_answer(data))
    }

    /// Whether an event tells the client that there will be an answer, so that it is passed on before the
    /// answer begins, once it was held for long enough. No other deployment can take over then.
    #[must_use]
    pub fn announces(self, data: &[u8]) -> bool {
        ask!(self, words => words::announces(data))
    }

    /// Whether an event adds nothing to any answer.
    #[must_use]
    pub fn adds_nothing(self, data: &[u8]) -> bool {
        ask!(self, words => words::adds_nothing(data))
    }

    /// Whether an answer comes to its end with this event, so that nothing but its usage can follow.
    #[inline]
    #[must_use]
    pub fn finishes(self, data: &[u8]) -> bool {
        ask!(self, words => words::finishes(data))
    }

    /// Whether an event only describes the request, which some clients do not expect: Azure's first one
    /// of a chat.
    #[must_use]
    pub fn is_preamble(self, data: &[u8]) -> bool {
        ask!(self, words => words::is_preamble(data))
    }

    /// Whether an event only keeps the connection alive, as a comment does.
    #[inline]
    #[must_use]
    pub fn is_ping(self, data: &[u8]) -> bool {
        ask!(self, words => words::is_ping(data))
    }

    /// Calls `each` with what follows the key of everything that an event adds to the answer: a colon,
    /// the value, and a bit of what follows. Nothing is parsed for that.
    #[inline]
    pub fn deltas<'a>(self, data: &'a [u8], each: impl FnMut(&'a [u8])) {
        ask!(self, words => words::deltas(data, each));
    }

    /// Adds to `text` what such a value says.
    pub fn add_said(self, delta: &Value, text: &mut String) {
        ask!(self, words => words::add_said(delta, text));
    }

    /// The event that ends a stream in order, for one that ended without it; `None`: such a stream was
    /// cut.
    #[must_use]
    pub fn end_event(self) -> Option<Bytes> {
        ask!(self, words => words::end_event())
    }

    /// The event with an error of ours, in the form in which the API's SDKs raise it, behind so many
    /// events with data.
    #[must_use]
    pub fn interrupted(self, reason: &str, passed: u64) -> Bytes {
        ask!(self, words => words::interrupted(reason, passed))
    }

    /// The event with this error body, as the API's SDKs raise it.
    #[must_use]
    pub fn error_event(self, body: &[u8]) -> Bytes {
        ask!(self, words => words::error_event(body))
    }
}

// === errors ===

impl Dialect {
    /// The body of an error of the gateway's.
    #[must_use]
    pub fn error_body(self, error: &ErrorFacts<'_>) -> Bytes {
        ask!(self, words => words::error_body(error))
    }

    /// Whether an upstream's error has the shape of the API's own, so that its clients can read it.
    #[must_use]
    pub fn is_own_error(self, body: &[u8]) -> bool {
        ask!(self, words => words::is_own_error(body))
    }

    /// The HTTP status that a type of errors stands for, where the API defines that.
    #[must_use]
    pub fn error_status(self, kind: &str) -> Option<u16> {
        ask!(self, words => words::error_status(kind))
    }
}

/// One event with this JSON, in which line breaks are only ever between its parts.
fn as_event(json: &[u8]) -> Bytes {
    b"data: ".iter().copied().chain(on_one_line(json)).chain(*b"\n\n").collect()
}

/// JSON without line breaks, which are only ever between its parts.
fn on_one_line(json: &[u8]) -> impl Iterator<Item = u8> {
    json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte })
}
