//! The parts of a chat's answer, whole or of one event of a stream.

use std::borrow::Cow;

use llm_types::UsageError;
use serde_json::value::RawValue;

use super::finish::Finish;
use crate::json::{self, Fields};

/// An answer that cannot be said in the client's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is not one JSON object with choices.
    #[error("the answer is not a chat completion")]
    NotAnAnswer,
    /// It ended for a reason that no API documents.
    #[error("the answer ended with the unknown `finish_reason` `{0}`")]
    Finish(String),
    /// A call whose function is not named.
    #[error("a tool is called without a name")]
    Unnamed,
    /// The arguments of a call are not a JSON object.
    #[error("the arguments of the call of `{0}` are not a JSON object")]
    Arguments(String),
    /// More arguments for a call that had ended.
    #[error("a call has arguments after its end")]
    LateArguments,
    /// Counts that are missing or contradict each other.
    #[error("the usage cannot be translated")]
    Usage(#[from] UsageError),
    /// The upstream reports an error within its stream.
    #[error("{message}")]
    Upstream {
        /// The upstream's class or code of the error, as it is written.
        kind: String,
        /// The upstream's words.
        message: String,
    },
    /// The stream ended before its answer did.
    #[error("the upstream's stream was interrupted; the answer is incomplete")]
    Cut,
}

/// A part of an answer, or more of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Reasoning(Cow<'a, str>),
    Text(Cow<'a, str>),
    Refusal(Cow<'a, str>),
    Call(CallPiece<'a>),
}

/// More of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallPiece<'a> {
    /// Which call is meant.
    pub(crate) index: u64,
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) name: Option<Cow<'a, str>>,
    pub(crate) input: Cow<'a, str>,
    pub(crate) custom: bool,
}

/// A whole answer, or an event of one.
pub(crate) struct Said<'a> {
    fields: Fields<'a>,
    choice: Option<Fields<'a>>,
}

/// The names of reasoning, of which an answer uses one.
const REASONING: [&str; 3] = ["reasoning_content", "reasoning", "thinking"];

// === impl Said ===

impl<'a> Said<'a> {
    /// Reads an answer, or the data of an event.
    ///
    /// # Errors
    /// When it is no chat answer, or an error.
    pub(crate) fn read(data: &'a [u8]) -> Result<Self, Broken> {
        let fields: Fields<'a> = serde_json::from_slice(data).map_err(|_| Broken::NotAnAnswer)?;
        if let Some(error) = fields.get("error") {
            return Err(upstream_error(error));
        }
        let choices = fields.get("choices").map(|raw| json::list(raw).ok_or(Broken::NotAnAnswer));
        let first = choices.transpose()?.unwrap_or_default().into_iter().find_map(|choice| {
            let choice = json::read_object(choice)?;
            let index = choice.get("index").map(RawValue::get);
            index.is_none_or(|index| index == "0").then_some(choice)
        });
        Ok(Self { fields, choice: first })
    }

    /// Whether it has anything of the answer; Azure's first event has not.
    pub(crate) fn has_choice(&self) -> bool {
        self.choice.is_some()
    }

    /// A string at the top, unless it is empty.
    pub(crate) fn top(&self, key: &str) -> Option<Cow<'a, str>> {
        self.fields.text(key).filter(|text| !text.is_empty())
    }

    /// A value at the top, as it is written.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.get(key)
    }

    /// Why the answer ended, if it did.
    pub(crate) fn finish(&self) -> Result<Option<Finish>, Broken> {
        let choice = self.choice.as_ref();
        let reason = choice.and_then(|choice| choice.text("finish_reason"));
        reason.map_or(Ok(None), |reason| Finish::read(&reason))
    }

    /// The stop sequence that ended the answer, which only some servers report (vLLM).
    pub(crate) fn stopped_at(&self) -> Option<Cow<'a, str>> {
        self.choice.as_ref().and_then(|choice| choice.text("stop_reason"))
    }

    /// What it says, in the order in which other APIs say it.
    pub(crate) fn pieces(&self) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let Some(choice) = &self.choice else { return pieces };
        let message = choice.get("delta").or_else(|| choice.get("message"));
        let Some(message) = message.and_then(json::read_object) else { return pieces };
        let reasoning = REASONING.iter().find_map(|key| message.text(key));
        pieces.extend(reasoning.map(Piece::Reasoning));
        if let Some(content) = message.get("content") {
            said(content, &mut pieces);
        }
        pieces.extend(message.text("refusal").map(Piece::Refusal));
        for (at, call) in
            message.get("tool_calls").and_then(json::list).into_iter().flatten().enumerate()
        {
            pieces.extend(called(call, at).map(Piece::Call));
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }
}

// === impl Piece ===

impl Piece<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Reasoning(text) | Self::Text(text) | Self::Refusal(text) => text.is_empty(),
            Self::Call(_) => false,
        }
    }
}

/// Content is a string, or a list of texts and thoughts (Mistral).
fn said<'a>(content: &'a RawValue, pieces: &mut Vec<Piece<'a>>) {
    if let Some(text) = json::text(content) {
        return pieces.push(Piece::Text(text));
    }
    for part in json::list(content).into_iter().flatten().filter_map(json::read_object) {
        match part.text("type").as_deref() {
            Some("text") => pieces.extend(part.text("text").map(Piece::Text)),
            Some("thinking") => {
                let thoughts = part.get("thinking").and_then(json::list).unwrap_or_default();
                let thoughts = thoughts.into_iter().filter_map(json::read_object);
                pieces.extend(
                    thoughts.filter_map(|thought| thought.text("text")).map(Piece::Reasoning),
                );
                pieces.extend(part.text("thinking").map(Piece::Reasoning));
            }
            _ => {}
        }
    }
}

fn called(call: &RawValue, at: usize) -> Option<CallPiece<'_>> {
    let call = json::read_object(call)?;
    let custom = call.get("custom").and_then(json::read_object);
    let function = call.get("function").and_then(json::read_object);
    let index = call.get("index").and_then(|index| index.get().parse().ok());
    let (inner, key) = match (&custom, &function) {
        (Some(custom), _) => (Some(custom), "input"),
        (None, function) => (function.as_ref(), "arguments"),
    };
    let of = |key| inner.and_then(|inner| inner.get(key));
    // Some servers send arguments as an object, where the API has its text.
    let input = of(key).map(|raw| json::text(raw).unwrap_or(Cow::Borrowed(raw.get())));
    Some(CallPiece {
        index: index.unwrap_or(u64::try_from(at).ok()?),
        id: call.text("id").filter(|id| !id.is_empty()),
        name: of("name").and_then(json::text).filter(|name| !name.is_empty()),
        input: input.unwrap_or_default(),
        custom: custom.is_some(),
    })
}

/// The error of an event, as far as it can be read.
fn upstream_error(error: &RawValue) -> Broken {
    let fields = json::read_object(error);
    let of = |key| fields.as_ref().and_then(|fields| fields.text(key)).map(Cow::into_owned);
    Broken::Upstream {
        kind: of("code").or_else(|| of("type")).unwrap_or_default(),
        message: of("message")
            .or_else(|| json::text(error).map(Cow::into_owned))
            .unwrap_or_else(|| "the upstream reported an error".to_owned()),
    }
}
