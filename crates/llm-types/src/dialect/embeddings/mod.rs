//! OpenAI's embeddings: texts in, vectors out. Nothing is generated, nothing is streamed, and no router
//! answers.

mod inputs;
mod keys;
pub(super) mod words;

#[cfg(test)]
mod tests;
