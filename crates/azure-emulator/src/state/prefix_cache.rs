//! The prompt cache: the prefixes of prompts that each model has seen.

use std::collections::{HashMap, HashSet};

/// A cached prefix is forgotten, with all others, once a model has this many.
const MOST_PREFIXES: usize = 100_000;

/// The prefixes that each served model has seen.
#[derive(Debug, Default)]
pub(crate) struct PrefixCache(HashMap<String, HashSet<u64>>);

impl PrefixCache {
    /// `(cached, newly written)` tokens of a prompt, given by the lengths and hashes of its prefixes.
    /// The prompt is in the cache from now on.
    pub(crate) fn read_and_write(&mut self, served: &str, prefixes: &[(u64, u64)]) -> (u64, u64) {
        let Some((longest, _)) = prefixes.last() else { return (0, 0) };
        if self.0.get(served).is_some_and(|seen| seen.len() >= MOST_PREFIXES) {
            // All at once: which prefixes were used last is not recorded.
            self.0.remove(served);
        }
        let seen = self.0.entry(served.to_owned()).or_default();
        let known = prefixes.iter().rfind(|(_, sum)| seen.contains(sum));
        let cached = known.map_or(0, |(tokens, _)| *tokens);
        seen.extend(prefixes.iter().map(|(_, sum)| *sum));
        (cached, longest.saturating_sub(cached))
    }
}
