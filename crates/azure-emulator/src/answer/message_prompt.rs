//! The prompt of a message as it is counted and cached: up to the breakpoints that the client sets.

use serde_json::Value;

use crate::{answer::tokenizer, random::hash, request::messages_request::MessagesAsk};

/// The prompt as the cache sees it.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) tokens: u64,
    /// Where blocks end up to the last breakpoint: tokens and a hash of all that came before.
    pub(crate) prefixes: Vec<(u64, u64)>,
    /// Tokens up to each breakpoint, and whether it stays for an hour.
    pub(crate) breakpoints: Vec<(u64, bool)>,
}

/// Shorter prompts are not cached.
const SHORTEST_CACHED: u64 = 1_024;
/// The tokens that a picture counts for.
const IMAGE_TOKENS: u64 = 1_500;

// === impl Counted ===

impl Counted {
    /// Counts the prompt of a request.
    pub(crate) fn of(ask: &MessagesAsk) -> Self {
        let mut counted = Self { tokens: 3, ..Self::default() };
        let (mut sum, mut ends) = (0, Vec::new());
        for mut block in ask.prompt_blocks() {
            let cache = block.as_object_mut().and_then(|block| block.remove("cache_control"));
            let text = block.to_string();
            counted.tokens +=
                if block["type"] == "image" { IMAGE_TOKENS } else { tokenizer::count(&text) };
            sum = hash(sum, text.as_bytes());
            ends.push((counted.tokens, sum));
            counted.breakpoint(cache.as_ref());
        }
        counted.breakpoint(ask.get("cache_control"));
        counted.breakpoints.retain(|(tokens, _)| *tokens >= SHORTEST_CACHED);
        let last = counted.breakpoints.last().map_or(0, |(tokens, _)| *tokens);
        ends.retain(|(tokens, _)| (SHORTEST_CACHED..=last).contains(tokens));
        Self { prefixes: ends, ..counted }
    }

    fn breakpoint(&mut self, cache: Option<&Value>) {
        if let Some(cache) = cache.filter(|cache| !cache.is_null()) {
            self.breakpoints.push((self.tokens, cache["ttl"] == "1h"));
        }
    }
}
