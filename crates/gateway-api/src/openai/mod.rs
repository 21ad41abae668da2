//! OpenAI's API, as far as the gateway reads it.

mod answer;
mod chat;
mod embeddings;
mod responses;

pub use self::{
    answer::{Answer, Embeddings, ResponseAnswer},
    chat::*,
    embeddings::*,
    responses::*,
};
