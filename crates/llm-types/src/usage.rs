//! Token counts: as the upstream reported them, and as they are billed.
//!
//! The one place where reported counts become disjoint ones. Cached and written prompt tokens are
//! parts of the prompt. Reasoning is part of the completion, except with xAI's grok models: there
//! `total_tokens` counts it and `completion_tokens` does not (seen in captured answers, see the
//! tests). Such tokens are reported as [`BillableUsage::hidden`]; whether they are billed depends on
//! the provider and the model, and is decided where prices are known (crate `cost-model`).

use serde::{Deserialize, Serialize};

use crate::money::Tokens;

/// More tokens than this in one request are a defect of the report, not a request. The sums of nine
/// billion such requests fit a column.
const PLAUSIBLE: u64 = 1_000_000_000;

/// The counts of an answer's `usage` object. Absent is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedUsage {
    /// All prompt tokens, cached and written ones included.
    pub prompt_tokens: Option<Tokens>,
    /// Answer tokens; grok leaves its reasoning out.
    pub completion_tokens: Option<Tokens>,
    /// Prompt and answer together.
    pub total_tokens: Option<Tokens>,
    /// Parts of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_tokens_details: Option<PromptDetails>,
    /// Parts of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_tokens_details: Option<CompletionDetails>,
    /// How often tools of the upstream's were used, such as a search of the web: they are billed beside
    /// the tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosted_tool_calls: Option<Tokens>,
}

/// Parts of the prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptDetails {
    /// Read from the prompt cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<Tokens>,
    /// Written to the prompt cache (GPT-5.6 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<Tokens>,
    /// Written to the prompt cache for an hour (Claude).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h_tokens: Option<Tokens>,
    /// The part of what was written to the prompt cache that is kept for 12 hours (Responses).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_12h_tokens: Option<Tokens>,
    /// Spoken rather than written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_tokens: Option<Tokens>,
}

/// Parts of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompletionDetails {
    /// Thought, not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<Tokens>,
    /// Spoken rather than written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_tokens: Option<Tokens>,
}

/// The counts that are billed: disjoint, and free of contradictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillableUsage {
    /// All prompt tokens: the base of the routing fee, and what chooses the price tier.
    pub prompt: Tokens,
    /// Prompt tokens read from the cache.
    pub cached_input: Tokens,
    /// Prompt tokens written to the cache.
    pub cache_write: Tokens,
    /// Prompt tokens written to the cache for an hour.
    pub cache_write_1h: Tokens,
    /// The part of `cache_write` that is kept for 12 hours.
    #[serde(default)]
    pub cache_write_12h: Tokens,
    /// The completion, with the reasoning that is inside of it.
    pub output: Tokens,
    /// Generated tokens that the completion's count leaves out: `total - prompt - completion`. Part of
    /// no other count here.
    #[serde(default)]
    pub hidden: Tokens,
    /// The part of `output` and `hidden` that is reasoning.
    pub reasoning: Tokens,
    /// Tokens of audio, on either side.
    pub audio: Tokens,
    /// Uses of the upstream's own tools.
    #[serde(default)]
    pub hosted_tool_calls: Tokens,
}

/// Counts that contradict each other. They are recorded and never clamped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// A count without which nothing can be priced.
    #[error("the usage has no `{0}`")]
    Missing(&'static str),
    /// The parts of the prompt are more than the prompt.
    #[error("cached ({cached}) and written ({written}) tokens exceed the prompt's {prompt}")]
    PartsExceedPrompt {
        /// Read from the cache.
        cached: u64,
        /// Written to the cache.
        written: u64,
        /// All prompt tokens.
        prompt: u64,
    },
    /// More was written for 12 hours than was written.
    #[error("{kept} tokens written for 12 hours exceed the {written} written tokens")]
    KeptExceedsWritten {
        /// Kept for 12 hours.
        kept: u64,
        /// Written to the cache.
        written: u64,
    },
    /// The total is less than prompt and completion together.
    #[error("the total of {total} tokens is less than prompt and completion, {sum}")]
    TotalTooSmall {
        /// As reported.
        total: u64,
        /// Prompt plus completion.
        sum: u64,
    },
    /// More reasoning than everything that was generated.
    #[error("{reasoning} reasoning tokens exceed the {output} tokens of output")]
    ReasoningExceedsOutput {
        /// As reported.
        reasoning: u64,
        /// The completion and the hidden tokens.
        output: u64,
    },
    /// A count that is no whole number.
    #[error("the usage cannot be read: {0}")]
    Malformed(String),
    /// A count that no request can have.
    #[error("{0} tokens in one request are not plausible")]
    Implausible(u64),
}

impl From<serde_json::Error> for UsageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

// === impl ReportedUsage ===

impl ReportedUsage {
    /// The counts that are billed.
    ///
    /// # Errors
    /// When a count is missing or the counts contradict each other.
    pub fn billable(&self) -> Result<BillableUsage, UsageError> {
        let prompt = self.prompt_tokens.ok_or(UsageError::Missing("prompt_tokens"))?;
        let (output, hidden) = self.generated(prompt)?;
        let usage = BillableUsage {
            prompt,
            cached_input: self.prompt_part(|details| details.cached_tokens),
            cache_write: self.prompt_part(|details| details.cache_write_tokens),
            cache_write_1h: self.prompt_part(|details| details.cache_write_1h_tokens),
            cache_write_12h: self.prompt_part(|details| details.cache_write_12h_tokens),
            output,
            hidden,
            reasoning: self.completion_part(|details| details.reasoning_tokens),
            audio: Tokens(
                self.prompt_part(|details| details.audio_tokens)
                    .0
                    .saturating_add(self.completion_part(|details| details.audio_tokens).0),
            ),
            hosted_tool_calls: self.hosted_tool_calls.unwrap_or_default(),
        };
        usage.checked()
    }

    /// The completion, and what was generated outside of it.
    fn generated(&self, prompt: Tokens) -> Result<(Tokens, Tokens), UsageError> {
        let too_small = |total: Tokens, sum| UsageError::TotalTooSmall { total: total.0, sum };
        let Some(completion) = self.completion_tokens else {
            // Embeddings report no completion; for a chat answer it follows from the total.
            let total = self.total_tokens.ok_or(UsageError::Missing("completion_tokens"))?;
            let output = total.0.checked_sub(prompt.0).ok_or(too_small(total, prompt.0))?;
            return Ok((Tokens(output), Tokens(0)));
        };
        let Some(total) = self.total_tokens else {
            // Without a total, reasoning that does not fit into the completion is outside of it.
            let reasoning = self.completion_part(|details| details.reasoning_tokens);
            let outside = if reasoning > completion { reasoning } else { Tokens(0) };
            return Ok((completion, outside));
        };
        let sum = prompt.0.saturating_add(completion.0);
        let hidden = total.0.checked_sub(sum).ok_or(too_small(total, sum))?;
        Ok((completion, Tokens(hidden)))
    }

    fn prompt_part(&self, part: impl Fn(&PromptDetails) -> Option<Tokens>) -> Tokens {
        self.prompt_tokens_details.as_ref().and_then(part).unwrap_or_default()
    }

    fn completion_part(&self, part: impl Fn(&CompletionDetails) -> Option<Tokens>) -> Tokens {
        self.completion_tokens_details.as_ref().and_then(part).unwrap_or_default()
    }
}

// === impl BillableUsage ===

impl BillableUsage {
    /// Prompt tokens neither read from nor written to the cache. [`ReportedUsage::billable`] refuses parts that
    /// are more than the prompt; of a usage that was made otherwise they leave nothing.
    #[must_use]
    pub fn uncached_input(&self) -> Tokens {
        let parts = [self.cached_input, self.cache_write, self.cache_write_1h];
        Tokens(parts.into_iter().fold(self.prompt.0, |rest, part| rest.saturating_sub(part.0)))
    }

    /// Everything that was generated, hidden tokens included.
    #[must_use]
    pub fn generated(&self) -> Tokens {
        Tokens(self.output.0.saturating_add(self.hidden.0))
    }

    fn checked(self) -> Result<Self, UsageError> {
        let Self { prompt, cached_input, cache_write, cache_write_1h, .. } = self;
        let Self { output, hidden, reasoning, audio, hosted_tool_calls, .. } = self;
        // Implausible counts first, so that the sums below cannot overflow.
        let parts = [prompt, cached_input, cache_write, cache_write_1h];
        let counts = parts.into_iter().chain([output, hidden, reasoning, audio, hosted_tool_calls]);
        if let Some(count) = counts.into_iter().find(|count| count.0 > PLAUSIBLE) {
            return Err(UsageError::Implausible(count.0));
        }
        let written = cache_write.0 + cache_write_1h.0;
        if cached_input.0 + written > prompt.0 {
            let (cached, prompt) = (cached_input.0, prompt.0);
            return Err(UsageError::PartsExceedPrompt { cached, written, prompt });
        }
        if self.cache_write_12h > cache_write {
            let (kept, written) = (self.cache_write_12h.0, cache_write.0);
            return Err(UsageError::KeptExceedsWritten { kept, written });
        }
        if reasoning > self.generated() {
            let (reasoning, output) = (reasoning.0, self.generated().0);
            return Err(UsageError::ReasoningExceedsOutput { reasoning, output });
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn billable(json: &str) -> Result<BillableUsage, UsageError> {
        serde_json::from_str::<ReportedUsage>(json).unwrap().billable()
    }

    /// In a release build sums do not stop where they wrap.
    #[test]
    fn no_counts_wrap_whoever_made_them() {
        let most = Tokens(u64::MAX);
        let usage = BillableUsage {
            cached_input: most,
            cache_write: most,
            output: most,
            ..BillableUsage::default()
        };
        assert_eq!(usage.uncached_input(), Tokens(0));
        assert_eq!(BillableUsage { hidden: most, ..usage }.generated(), most);
        for parts in [
            "\"cached_tokens\":18446744073709551615",
            "\"cached_tokens\":1,\"cache_write_tokens\":18446744073709551615",
        ] {
            let json = format!(
                r#"{{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{{{parts}}}}}"#
            );
            assert_eq!(billable(&json), Err(UsageError::Implausible(u64::MAX)), "{json}");
        }
    }

    #[test]
    fn reasoning_is_inside_the_completion() {
        let usage = billable(
            r#"{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,
                "completion_tokens_details":{"reasoning_tokens":18}}"#,
        )
        .unwrap();
        assert_eq!((usage.output, usage.reasoning), (Tokens(20), Tokens(18)));
    }

    #[test]
    fn groks_hidden_reasoning_is_reported_beside_the_output() {
        let check = |json, expect: (u64, u64)| {
            let usage = billable(json).unwrap();
            assert_eq!((usage.output.0, usage.hidden.0), expect, "{json}");
            assert_eq!(usage.generated().0, expect.0 + expect.1);
        };
        // Captured from grok-4-1-fast-reasoning: 94 in, 98 out, 3426 in total.
        check(r#"{"prompt_tokens":94,"completion_tokens":98,"total_tokens":3426}"#, (98, 3234));
        // More reasoning than completion contradicts nothing where it is outside of it.
        check(
            r#"{"prompt_tokens":12,"completion_tokens":1,"total_tokens":110,
                "completion_tokens_details":{"reasoning_tokens":97}}"#,
            (1, 97),
        );
        // The same without a total.
        check(
            r#"{"prompt_tokens":12,"completion_tokens":1,
                "completion_tokens_details":{"reasoning_tokens":97}}"#,
            (1, 97),
        );
        // A part of the reasoning can be inside; the total says how much is not.
        check(
            r#"{"prompt_tokens":10,"completion_tokens":20,"total_tokens":40,
                "completion_tokens_details":{"reasoning_tokens":25}}"#,
            (20, 10),
        );
    }

    #[test]
    fn an_answer_without_a_completion_count_hides_nothing() {
        let usage = billable(r#"{"prompt_tokens":8,"total_tokens":8}"#).unwrap();
        assert_eq!((usage.output, usage.hidden), (Tokens(0), Tokens(0)));
        let usage = billable(r#"{"prompt_tokens":8,"total_tokens":18}"#).unwrap();
        assert_eq!((usage.output, usage.hidden), (Tokens(10), Tokens(0)));
    }

    #[test]
    fn contradictions_are_errors() {
        let check =
            |json, expect: &str| assert_eq!(billable(json).unwrap_err().to_string(), expect);
        check(r#"{"completion_tokens":1}"#, "the usage has no `prompt_tokens`");
        check(r#"{"prompt_tokens":1}"#, "the usage has no `completion_tokens`");
        check(
            r#"{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2}}"#,
            "cached (4) and written (2) tokens exceed the prompt's 5",
        );
        check(
            r#"{"prompt_tokens":5,"completion_tokens":5,"total_tokens":9}"#,
            "the total of 9 tokens is less than prompt and completion, 10",
        );
        check(
            r#"{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10,"completion_tokens_details":{"reasoning_tokens":6}}"#,
            "6 reasoning tokens exceed the 5 tokens of output",
        );
        check(
            r#"{"prompt_tokens":18446744073709551615,"completion_tokens":18446744073709551615}"#,
            "18446744073709551615 tokens in one request are not plausible",
        );
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_prompt(prompt: u64, cached: u64, written: u64, hour: u64, completion: u64, total: Option<u64>) {
            let reported = ReportedUsage {
                prompt_tokens: Some(Tokens(prompt)),
                completion_tokens: Some(Tokens(completion)),
                total_tokens: total.map(Tokens),
                prompt_tokens_details: Some(PromptDetails {
                    cached_tokens: Some(Tokens(cached)),
                    cache_write_tokens: Some(Tokens(written)),
                    cache_write_1h_tokens: Some(Tokens(hour)),
                    cache_write_12h_tokens: None,
                    audio_tokens: None,
                }),
                ..ReportedUsage::default()
            };
            if let Ok(usage) = reported.billable() {
                prop_assert_eq!(
                    usage.uncached_input().0 + cached + written + hour,
                    prompt
                );
                prop_assert_eq!(usage.output.0, completion);
                let all = u128::from(prompt) + u128::from(completion) + u128::from(usage.hidden.0);
                prop_assert_eq!(all, total.map_or(u128::from(prompt) + u128::from(completion), u128::from));
            }
        }
    }
}
