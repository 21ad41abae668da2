//! The usage of a response: inclusive counts, whole in one report.

use serde::Deserialize;

use crate::{
    money::Tokens,
    usage::{CompletionDetails, PromptDetails, ReportedUsage},
};

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Counts {
    input_tokens: Option<Tokens>,
    output_tokens: Option<Tokens>,
    total_tokens: Option<Tokens>,
    input_tokens_details: Option<Input>,
    output_tokens_details: Option<CompletionDetails>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Input {
    cached_tokens: Option<Tokens>,
    cache_write_tokens: Option<Tokens>,
    cache_write_tokens_details: Option<Written>,
    audio_tokens: Option<Tokens>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    ttl_12h_tokens: Option<Tokens>,
}

/// Reads the counts of a usage object.
#[inline]
pub(in crate::dialect) fn usage(
    usage: &str,
    _earlier: Option<&ReportedUsage>,
) -> Result<ReportedUsage, serde_json::Error> {
    let counts: Counts = serde_json::from_str(usage)?;
    let details = |input: Input| PromptDetails {
        cached_tokens: input.cached_tokens,
        cache_write_tokens: input.cache_write_tokens,
        cache_write_1h_tokens: None,
        cache_write_12h_tokens: input
            .cache_write_tokens_details
            .and_then(|written| written.ttl_12h_tokens),
        audio_tokens: input.audio_tokens,
    };
    Ok(ReportedUsage {
        prompt_tokens: counts.input_tokens,
        completion_tokens: counts.output_tokens,
        total_tokens: counts.total_tokens,
        prompt_tokens_details: counts.input_tokens_details.map(details),
        completion_tokens_details: counts.output_tokens_details,
        hosted_tool_calls: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::UsageError;

    fn read(json: &str) -> ReportedUsage {
        usage(json, None).unwrap()
    }

    #[test]
    fn counts_are_inclusive() {
        let usage = read(
            r#"{"input_tokens":1892,"input_tokens_details":{"cache_write_tokens":10,"cached_tokens":1792},
                "output_tokens":75,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":1967}"#,
        );
        let billed = usage.billable().unwrap();
        assert_eq!(billed.prompt, Tokens(1892));
        assert_eq!(billed.uncached_input(), Tokens(90));
        assert_eq!((billed.cached_input, billed.cache_write), (Tokens(1792), Tokens(10)));
        assert_eq!((billed.output, billed.reasoning), (Tokens(75), Tokens(64)));
    }

    #[test]
    fn counts_that_contradict_each_other_are_errors() {
        for (json, expect) in [
            (
                r#"{"input_tokens":5,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"output_tokens":1}"#,
                "cached (4) and written (2) tokens exceed the prompt's 5",
            ),
            (
                r#"{"input_tokens":5,"output_tokens":1,"total_tokens":4}"#,
                "the total of 4 tokens is less than prompt and completion, 6",
            ),
            (
                r#"{"input_tokens":5,"output_tokens":1,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":6}"#,
                "2 reasoning tokens exceed the 1 tokens of output",
            ),
            (
                r#"{"input_tokens":5,"input_tokens_details":{"cache_write_tokens":2,"cache_write_tokens_details":{"ttl_12h_tokens":3}},"output_tokens":1}"#,
                "3 tokens written for 12 hours exceed the 2 written tokens",
            ),
        ] {
            assert_eq!(read(json).billable().unwrap_err().to_string(), expect, "{json}");
        }
        assert!(matches!(
            read(r#"{"output_tokens":1}"#).billable(),
            Err(UsageError::Missing("prompt_tokens"))
        ));
        assert!(usage(r#"{"input_tokens":-1}"#, None).is_err());
    }

    #[test]
    fn what_is_kept_for_twelve_hours_is_a_part_of_what_is_written() {
        let usage = read(
            r#"{"input_tokens":9,"input_tokens_details":{"cache_write_tokens":8,"cache_write_tokens_details":{"ttl_12h_tokens":8}},"output_tokens":1}"#,
        );
        let billed = usage.billable().unwrap();
        assert_eq!((billed.cache_write, billed.cache_write_12h), (Tokens(8), Tokens(8)));
        assert_eq!(billed.uncached_input(), Tokens(1));
    }
}
