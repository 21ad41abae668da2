//! The way there and back: a request becomes a chat, and the chat's answer one of the client's API.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::{
    chat::{
        answer::{Broken, Said},
        finish::Ending,
        sequence::blocks,
    },
    context::{Context, Target},
    events::EventTranslator,
    messages,
    refused::Refused,
    responses,
    rules::{Api, Dropped},
    translated::Translated,
};

/// A request that was translated.
#[derive(Clone, Debug)]
pub struct Translation {
    /// The chat request, with the deployment as its `model`. A stream is asked to report its usage.
    pub body: Bytes,
    /// What was left out of it.
    pub dropped: Dropped,
    /// Translates what answers it.
    pub answers: Answers,
}

/// Translates the answers to one request. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Answers(Arc<Context>);

// === impl Translation ===

impl Translation {
    /// Translates a request of this API.
    ///
    /// # Errors
    /// When the request asks for what chat completions do not have, or is not one of this API.
    pub fn request(api: Api, body: &[u8], target: &Target<'_>) -> Result<Self, Refused> {
        let raw = parsed(body)?;
        match api {
            Api::Responses => responses::request::translate(raw, target),
            Api::Messages => messages::request::translate(raw, target, false),
        }
        .map(Self::new)
    }

    /// The chat request whose prompt is counted for a request to `/v1/messages/count_tokens`, which needs no
    /// bound. It is not for sending.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn count_tokens(body: &[u8], target: &Target<'_>) -> Result<Self, Refused> {
        messages::request::translate(parsed(body)?, target, true).map(Self::new)
    }

    fn new(translated: Translated) -> Self {
        let Translated { body, dropped, context } = translated;
        Self { body, dropped, answers: Answers(Arc::new(context)) }
    }
}

/// The answer to `/v1/messages/count_tokens`, from tokens that were counted here. It says that they are an
/// estimate: the API's own count is of another tokenizer.
#[must_use]
pub fn counted_tokens(input_tokens: u64) -> Bytes {
    crate::json::object! { "input_tokens": input_tokens, "estimated": true }.to_bytes().into()
}

fn parsed(body: &[u8]) -> Result<&RawValue, Refused> {
    serde_json::from_slice(body).map_err(|_| Refused::new("body", "is not JSON"))
}

// === impl Answers ===

impl Answers {
    /// Translates a whole answer.
    ///
    /// # Errors
    /// When it is no answer of a chat, or cannot be said in the client's API.
    pub fn whole(&self, chat: &[u8]) -> Result<Bytes, Broken> {
        let context = &*self.0;
        let said = Said::read(chat)?;
        if !said.has_choice() {
            return Err(Broken::NotAnAnswer);
        }
        let head = context.head(said.top("id"), said.top("model"), said.raw("created"));
        let mut ending = Ending::default();
        ending.add(&said)?;
        let mut pieces = said.pieces();
        pieces.retain(|piece| context.shows(piece));
        let blocks = blocks(pieces, &head.id)?;
        Ok(match context.api {
            Api::Responses => responses::answer::whole(context, &head, blocks, &ending),
            Api::Messages => messages::answer::whole(context, &head, &blocks, &ending)?,
        }
        .into())
    }

    /// Translates the body of a refusal with this status. Responses have the same form as chats.
    #[must_use]
    pub fn error(&self, status: u16, chat: &Bytes) -> Bytes {
        match self.0.api {
            Api::Responses => chat.clone(),
            Api::Messages => messages::error::body(status, chat).into(),
        }
    }

    /// Translates a stream.
    #[must_use]
    pub fn events(&self) -> EventTranslator {
        EventTranslator::new(Arc::clone(&self.0))
    }
}
