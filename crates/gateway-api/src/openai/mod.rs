//! OpenAI's API, as far as the gateway reads it.

mod answer;
mod chat;

pub use self::{answer::Answer, chat::*};
