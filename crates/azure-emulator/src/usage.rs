//! Plausible usage: tokens counted with our own tokeniser, a prompt cache, and reasoning that is
//! counted the way each model family counts it.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::{
    ask::Ask,
    dice::{Dice, hash},
    pool::{self, Reasoning},
    tokens,
};

/// Prompts shorter than this are not cached.
const SHORTEST_CACHED: u64 = 1_024;
/// Above the shortest, the cache keeps prefixes at every multiple of this.
const CACHE_STEP: u64 = 128;
/// A cached prefix is forgotten, with all others, once a model has this many.
const MOST_PREFIXES: usize = 100_000;

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
    prefixes: Vec<(u64, u64)>,
}

/// The prefixes that each served model has seen.
#[derive(Debug, Default)]
pub(crate) struct PrefixCache(HashMap<String, HashSet<u64>>);

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
            for piece in tokens::pieces(&part.text) {
                count += 1;
                sum = hash(sum, piece.as_bytes());
                if count >= SHORTEST_CACHED && count % CACHE_STEP == 0 {
                    prefixes.push((count, sum));
                }
            }
        }
        if count > SHORTEST_CACHED && pool::writes_cache(served) {
            prefixes.push((count - 3, sum));
        }
        Self { tokens: count, prefixes }
    }
}

// === impl PrefixCache ===

impl PrefixCache {
    /// `(cached, newly written)` tokens of `prompt`, which is in the cache from now on.
    pub(crate) fn read_and_write(&mut self, served: &str, prompt: &Prompt) -> (u64, u64) {
        let Some((longest, _)) = prompt.prefixes.last() else { return (0, 0) };
        if self.0.get(served).is_some_and(|seen| seen.len() >= MOST_PREFIXES) {
            self.0.remove(served);
        }
        let seen = self.0.entry(served.to_owned()).or_default();
        let known = prompt.prefixes.iter().rfind(|(_, sum)| seen.contains(sum));
        let cached = known.map_or(0, |(tokens, _)| *tokens);
        seen.extend(prompt.prefixes.iter().map(|(_, sum)| *sum));
        (cached, longest.saturating_sub(cached))
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
    match pool::reasoning(served) {
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
    let hidden = pool::reasoning(served) == Reasoning::Hidden;
    let completion = if hidden { visible } else { visible + reasoning };
    Usage {
        prompt: prompt.tokens,
        cached,
        cache_write: pool::writes_cache(served).then_some(written),
        completion,
        reasoning,
        total: prompt.tokens + visible + reasoning,
    }
}
