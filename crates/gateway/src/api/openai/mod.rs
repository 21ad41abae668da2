//! OpenAI's API beside chat completions.

pub(crate) mod models;
