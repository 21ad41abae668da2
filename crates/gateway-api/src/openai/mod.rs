//! OpenAI's API, as far as the gateway reads it.

mod answer;
mod chat;
mod embeddings;

pub use self::{
    answer::{Answer, Embeddings},
    chat::*,
    embeddings::*,
};
