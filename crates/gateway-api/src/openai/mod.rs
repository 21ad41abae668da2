//! OpenAI's API, as far as the gateway reads it.

mod answer;
mod chat;
mod embeddings;
mod responses;

pub(crate) use self::answer::{answered, with_content};
pub use self::{
    answer::{
        Answer, CompactedAnswer, Embeddings, InputItems, InputTokens, ResponseAnswer,
        StoredResponse,
    },
    chat::*,
    embeddings::*,
    responses::*,
};
