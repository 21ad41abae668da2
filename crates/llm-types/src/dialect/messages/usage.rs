//! Reads counts that are disjoint here into the normal form, in which the prompt includes all of them.
//!
//! A stream reports twice: its beginning splits what was written to the cache by how long it stays, its
//! end has the final counts without that split. Counts that the later report lacks are the earlier's.

use std::collections::BTreeMap;

use serde::{Deserialize, de::Error as _};

use crate::{
    money::Tokens,
    usage::{CompletionDetails, PromptDetails, ReportedUsage},
};

type Count = Option<Tokens>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reported {
    input_tokens: Count,
    cache_creation_input_tokens: Count,
    cache_read_input_tokens: Count,
    cache_creation: Option<Written>,
    output_tokens: Count,
    output_tokens_details: Option<OutputDetails>,
    server_tool_use: Option<BTreeMap<String, Count>>,
}

/// What was written to the cache, by how long it stays.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Written {
    ephemeral_5m_input_tokens: Count,
    ephemeral_1h_input_tokens: Count,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OutputDetails {
    thinking_tokens: Count,
}

/// The parts of a prompt, which are disjoint.
#[derive(Clone, Copy, Default)]
struct Parts {
    input: Count,
    read: Count,
    five_minutes: Count,
    hour: Count,
}

/// Reads a usage object. `earlier`: what the same answer reported before.
///
/// # Errors
/// When a count is not a whole number, or counts contradict each other.
pub(in crate::dialect) fn read(
    usage: &str,
    earlier: Option<&ReportedUsage>,
) -> Result<ReportedUsage, serde_json::Error> {
    let now: Reported = serde_json::from_str(usage)?;
    let before = earlier.map(Parts::of).unwrap_or_default();
    let (five_minutes, hour) = now.written(before)?;
    let parts = Parts {
        input: now.input_tokens.or(before.input),
        read: now.cache_read_input_tokens.or(before.read),
        five_minutes,
        hour,
    };
    let prompt = parts.prompt();
    let output = now.output_tokens.or(earlier.and_then(|earlier| earlier.completion_tokens));
    let thoughts = now.output_tokens_details.and_then(|details| details.thinking_tokens);
    let thoughts =
        thoughts.or_else(|| earlier?.completion_tokens_details.as_ref()?.reasoning_tokens);
    let tools = now.server_tool_use.map(|tools| {
        tools.values().flatten().fold(Tokens(0), |sum, one| Tokens(sum.0.saturating_add(one.0)))
    });
    Ok(ReportedUsage {
        prompt_tokens: prompt,
        completion_tokens: output,
        // Thoughts are a part of the output, which a total says.
        total_tokens: prompt
            .zip(output)
            .map(|(prompt, output)| Tokens(prompt.0.saturating_add(output.0))),
        prompt_tokens_details: parts.details(),
        completion_tokens_details: thoughts.map(|thoughts| CompletionDetails {
            reasoning_tokens: Some(thoughts),
            ..CompletionDetails::default()
        }),
        hosted_tool_calls: tools.or_else(|| earlier?.hosted_tool_calls),
    })
}

// === impl Reported ===

impl Reported {
    /// What was written for five minutes, and for an hour.
    fn written(&self, before: Parts) -> Result<(Count, Count), serde_json::Error> {
        if let Some(Written { ephemeral_5m_input_tokens, ephemeral_1h_input_tokens }) =
            self.cache_creation
        {
            let (short, long) = (ephemeral_5m_input_tokens, ephemeral_1h_input_tokens);
            let sum = short.unwrap_or_default().0.saturating_add(long.unwrap_or_default().0);
            return match self.cache_creation_input_tokens {
                Some(all) if all.0 != sum => Err(serde_json::Error::custom(format!(
                    "{} tokens were written to the cache, and {sum} in all by how long they stay",
                    all.0
                ))),
                _ => Ok((short, long)),
            };
        }
        let Some(all) = self.cache_creation_input_tokens else {
            return Ok((before.five_minutes, before.hour));
        };
        // Whatever is not known to stay for an hour stays for five minutes.
        let Some(hour) = before.hour else { return Ok((Some(all), None)) };
        let short = all.0.checked_sub(hour.0).ok_or_else(|| {
            serde_json::Error::custom(format!(
                "{} tokens were written to the cache, after {} of them for an hour",
                all.0, hour.0
            ))
        })?;
        Ok((Some(Tokens(short)), Some(hour)))
    }
}

// === impl Parts ===

impl Parts {
    /// Takes a usage apart again.
    fn of(usage: &ReportedUsage) -> Self {
        let Some(details) = &usage.prompt_tokens_details else {
            return Self { input: usage.prompt_tokens, ..Self::default() };
        };
        let (read, five_minutes, hour) =
            (details.cached_tokens, details.cache_write_tokens, details.cache_write_1h_tokens);
        let cached = Self { input: None, read, five_minutes, hour }.cached();
        let input = usage.prompt_tokens.and_then(|prompt| prompt.0.checked_sub(cached));
        Self { input: input.map(Tokens), read, five_minutes, hour }
    }

    /// The whole prompt.
    fn prompt(self) -> Count {
        self.input.map(|input| Tokens(input.0.saturating_add(self.cached())))
    }

    /// What was read from the cache or written to it.
    fn cached(self) -> u64 {
        let all = [self.read, self.five_minutes, self.hour].into_iter().flatten();
        all.fold(0, |sum, part| sum.saturating_add(part.0))
    }

    fn details(self) -> Option<PromptDetails> {
        let details = PromptDetails {
            cached_tokens: self.read,
            cache_write_tokens: self.five_minutes,
            cache_write_1h_tokens: self.hour,
            cache_write_12h_tokens: None,
            audio_tokens: None,
        };
        (details != PromptDetails::default()).then_some(details)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::BillableUsage;

    fn merged(start: &str, delta: &str) -> Result<ReportedUsage, serde_json::Error> {
        read(delta, Some(&read(start, None)?))
    }

    /// Prompt, read, written for five minutes and for an hour, output.
    #[track_caller]
    fn check(usage: &ReportedUsage, expect: [u64; 5]) {
        let BillableUsage { prompt, cached_input, cache_write, cache_write_1h, output, .. } =
            usage.billable().unwrap();
        let found = [prompt, cached_input, cache_write, cache_write_1h, output];
        assert_eq!(found.map(|count| count.0), expect);
    }

    const START: &str = r#"{"input_tokens":12,"cache_creation_input_tokens":2048,"cache_read_input_tokens":100,
        "cache_creation":{"ephemeral_5m_input_tokens":2000,"ephemeral_1h_input_tokens":48},
        "output_tokens":1,"service_tier":"standard"}"#;

    #[test]
    fn disjoint_counts_become_a_whole_prompt() {
        let whole = read(START, None).unwrap();
        check(&whole, [2160, 100, 2000, 48, 1]);
        assert_eq!(whole.billable().unwrap().uncached_input(), Tokens(12));
        let unsplit =
            read(r#"{"input_tokens":12,"cache_creation_input_tokens":5,"output_tokens":1}"#, None);
        check(&unsplit.unwrap(), [17, 0, 5, 0, 1]);
    }

    #[test]
    fn the_last_report_counts_with_the_split_of_the_first() {
        let all = r#"{"input_tokens":20,"cache_creation_input_tokens":2048,"cache_read_input_tokens":100,"output_tokens":4}"#;
        check(&merged(START, all).unwrap(), [2168, 100, 2000, 48, 4]);
        // Of older servers, which report the output alone; null is absent.
        check(
            &merged(START, r#"{"output_tokens":4,"input_tokens":null}"#).unwrap(),
            [2160, 100, 2000, 48, 4],
        );
        // What was written later stays for five minutes.
        let more = r#"{"cache_creation_input_tokens":3000,"output_tokens":4}"#;
        check(&merged(START, more).unwrap(), [3112, 100, 2952, 48, 4]);
        // A later split counts as it is.
        let split = r#"{"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2},"output_tokens":4}"#;
        check(&merged(START, split).unwrap(), [115, 100, 1, 2, 4]);
    }

    #[test]
    fn contradictions_are_errors() {
        let text = |error: serde_json::Error| error.to_string();
        assert_eq!(
            text(read(r#"{"input_tokens":1,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":5}}"#, None).unwrap_err()),
            "9 tokens were written to the cache, and 5 in all by how long they stay"
        );
        assert_eq!(
            text(merged(START, r#"{"cache_creation_input_tokens":47}"#).unwrap_err()),
            "47 tokens were written to the cache, after 48 of them for an hour"
        );
        for counts in
            [r#"{"input_tokens":-1}"#, r#"{"output_tokens":1.5}"#, r#"{"input_tokens":"3"}"#]
        {
            assert!(read(counts, None).is_err(), "{counts}");
        }
        let thoughts =
            r#"{"input_tokens":1,"output_tokens":5,"output_tokens_details":{"thinking_tokens":6}}"#;
        assert_eq!(
            read(thoughts, None).unwrap().billable().unwrap_err().to_string(),
            "6 reasoning tokens exceed the 5 tokens of output"
        );
    }

    #[test]
    fn tools_of_the_upstream_are_counted() {
        let tools = r#"{"input_tokens":1,"output_tokens":5,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}}"#;
        assert_eq!(read(tools, None).unwrap().hosted_tool_calls, Some(Tokens(3)));
        assert_eq!(
            merged(tools, r#"{"output_tokens":6}"#).unwrap().hosted_tool_calls,
            Some(Tokens(3))
        );
        assert_eq!(read(START, None).unwrap().hosted_tool_calls, None);
    }

    proptest! {
        /// A report without news changes nothing.
        #[test]
        fn merging_keeps_every_part(input in 1_u64..1000, read_tokens in 0_u64..1000, short in 0_u64..1000, long in 0_u64..1000, output in 0_u64..1000) {
            let start = format!(r#"{{"input_tokens":{input},"cache_read_input_tokens":{read_tokens},"cache_creation_input_tokens":{},
                "cache_creation":{{"ephemeral_5m_input_tokens":{short},"ephemeral_1h_input_tokens":{long}}},"output_tokens":{output}}}"#, short + long);
            let first = read(&start, None).unwrap();
            prop_assert_eq!(&merged(&start, "{}").unwrap(), &first);
            prop_assert_eq!(first.billable().unwrap().uncached_input().0, input);
            prop_assert_eq!(first.prompt_tokens.unwrap().0, input + read_tokens + short + long);
        }
    }
}
