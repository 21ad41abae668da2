//! The parts of a request that the translation of its answer needs.

use std::borrow::Cow;

use llm_types::BoundName;
use serde_json::value::RawValue;

use crate::{
    chat::{answer::Piece, conversation::Conversation},
    json::{Json, object},
    names::Names,
    rules::Api,
};

/// The deployment to which a request is translated, and what an answer falls back to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// What the chat request has as its `model`.
    pub deployment: &'a str,
    /// The name under which the deployment takes a bound of the answer's tokens.
    pub bound: BoundName,
    /// The id of an answer whose upstream names none: letters, digits, `-` and `_`.
    pub id: &'a str,
    /// The time of an answer whose upstream names none, in seconds since 1970.
    pub created: u64,
}

/// Where a client sees what a model thought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nowhere: it did not ask for it.
    #[default]
    No,
    /// As the content of a `reasoning` item, or as `thinking` blocks.
    Content,
    /// As the summary of a `reasoning` item, because it asked for one.
    Summary,
}

/// What the answer depends on.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) api: Api,
    pub(crate) shown: Shown,
    pub(crate) names: Names,
    /// Values of the request that its answer repeats.
    pub(crate) repeated: Vec<(&'static str, Box<RawValue>)>,
    /// The stop sequences that the client named.
    pub(crate) stops: Vec<String>,
    pub(crate) id: String,
    pub(crate) created: u64,
}

/// What an answer is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Without a prefix.
    pub(crate) id: String,
    /// The model that served.
    pub(crate) model: String,
    /// Seconds since 1970.
    pub(crate) created: u64,
}

// === impl Target ===

impl Target<'_> {
    /// The beginning of a chat request.
    pub(crate) fn head<'a>(
        &self,
        talk: Conversation<'a>,
        streamed: bool,
    ) -> Vec<(&'static str, Json<'a>)> {
        let mut chat = vec![
            ("model", Json::from(self.deployment.to_owned())),
            ("messages", talk.into_messages().into()),
        ];
        if streamed {
            chat.push(("stream", true.into()));
            chat.push(("stream_options", object! { "include_usage": true }));
        }
        chat
    }
}

// === impl Context ===

impl Context {
    pub(crate) fn new(api: Api, target: &Target<'_>) -> Self {
        Self {
            api,
            shown: Shown::No,
            names: Names::default(),
            repeated: Vec::new(),
            stops: Vec::new(),
            id: target.id.to_owned(),
            created: target.created,
        }
    }

    /// What an answer of this upstream is called.
    pub(crate) fn head(
        &self,
        id: Option<Cow<'_, str>>,
        model: Option<Cow<'_, str>>,
        created: Option<&RawValue>,
    ) -> Head {
        let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_".contains(*letter);
        let id: String = id.unwrap_or_default().chars().filter(is_plain).take(128).collect();
        let created = created.and_then(|created| created.get().parse().ok());
        Head {
            id: if id.is_empty() { self.id.clone() } else { id },
            model: model.unwrap_or_default().into_owned(),
            created: created.unwrap_or(self.created),
        }
    }

    /// Whether the client sees this piece: not all ask for reasoning.
    pub(crate) fn shows(&self, piece: &Piece<'_>) -> bool {
        self.shown != Shown::No || !matches!(piece, Piece::Reasoning(_))
    }

    /// A value of the request, or what its API has in its place.
    pub(crate) fn repeated<'a>(&'a self, key: &str, default: Json<'a>) -> Json<'a> {
        let found = self.repeated.iter().find(|(name, _)| *name == key);
        found.map_or(default, |(_, value)| Json::from(value))
    }
}
