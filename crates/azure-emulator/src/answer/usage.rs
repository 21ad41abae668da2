//! Plausible usage: tokens counted with the emulator's own tokenizer, cached tokens, and reasoning
//! that is counted the way each model family counts it.

use serde_json::{Value, json};

use crate::{
    answer::tokenizer,
    random::{Dice, hash},
    request::chat_request::Ask,
    routing::model_pool::{self, Reasoning},
};

/// Prompts shorter than this are not cached.
const SHORTEST_CACHED: u64 = 1_024;
/// Above the shortest, the cache keeps prefixes at every multiple of this.
const CACHE_STEP: u64 = 128;

/// Token counts of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) prompt: u64,
    pub(crate) cached: u64,
    /// Only of models that bill cache writes.
    pub(crate) cache_write: Option<u64>,
    pub(crate) completion: u64,
    pub(crate) reasoning: u64,
    pub(crate) total: u64,
}

/// A prompt as a cache sees it: its length and its prefixes, each with its hash.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) tokens: u64,
    /// Their lengths in tokens and their hashes.
    pub(crate) prefixes: Vec<(u64, u64)>,
}

// === impl Usage ===

impl Usage {
    /// Usage as Azure writes it, keys in alphabetical order.
    pub(crate) fn to_json(&self) -> Value {
        let mut prompt_details = json!({ "audio_tokens": 0 });
        if let Some(written) = self.cache_write {
            prompt_details["cache_write_tokens"] = written.into();
        }
        prompt_details["cached_tokens"] = self.cached.into();
        json!({
            "completion_tokens": self.completion,
            "completion_tokens_details": {
                "accepted_prediction_tokens": 0,
                "audio_tokens": 0,
                "reasoning_tokens": self.reasoning,
                "rejected_prediction_tokens": 0,
            },
            "prompt_tokens": self.prompt,
            "prompt_tokens_details": prompt_details,
            "total_tokens": self.total,
        })
    }
}

// === impl Prompt ===

impl Prompt {
    /// Counts `ask` the way `served` would.
    pub(crate) fn of(ask: &Ask, served: &str) -> Self {
        // Every answer is primed with three tokens; harmony's preamble is longer.
        let mut count = if served.starts_with("gpt-oss") { 83 } else { 3 };
        let mut sum = 0;
        let mut prefixes = Vec::new();
        for part in ask.parts() {
            count += part.overhead;
            for piece in tokenizer::pieces(&part.text) {
                count += 1;
                sum = hash(sum, piece.as_bytes());
                if count >= SHORTEST_CACHED && count % CACHE_STEP == 0 {
                    prefixes.push((count, sum));
                }
            }
        }
        if count > SHORTEST_CACHED && model_pool::writes_cache(served) {
            // These models write all of the prompt, without the three tokens that prime the answer;
            // the steps above end up to 127 tokens earlier.
            prefixes.push((count - 3, sum));
        }
        Self { tokens: count, prefixes }
    }
}

/// How many tokens `served` thinks before it answers.
pub(crate) fn reasoning_tokens(ask: &Ask, served: &str, dice: &mut Dice) -> u64 {
    let step = match ask.reasoning_effort() {
        Some("none" | "minimal") => 0,
        Some("low") => 16,
        Some("high") => 256,
        _ => 64,
    };
    let steps = 1 + u64::try_from(dice.below(6)).unwrap_or(0);
    match model_pool::reasoning(served) {
        Reasoning::None => 0,
        Reasoning::Inside | Reasoning::Hidden => step * steps,
    }
}

/// The usage of an answer with `visible` tokens after `reasoning` ones.
pub(crate) fn usage(
    served: &str,
    prompt: &Prompt,
    (cached, written): (u64, u64),
    visible: u64,
    reasoning: u64,
) -> Usage {
    let hidden = model_pool::reasoning(served) == Reasoning::Hidden;
    let completion = if hidden { visible } else { visible + reasoning };
    Usage {
        prompt: prompt.tokens,
        cached,
        cache_write: model_pool::writes_cache(served).then_some(written),
        completion,
        reasoning,
        total: prompt.tokens + visible + reasoning,
    }
}
