//! OpenAI's API, except chat completions, which are in `inference`.

pub(crate) mod models;
