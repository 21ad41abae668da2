//! Anthropic's Messages API, as far as the gateway reads it.

mod answer;
mod messages;

pub use self::{answer::*, messages::*};
