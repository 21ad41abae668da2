//! A chat's usage in the terms of the other APIs.
//!
//! The counts are those of the chat; nothing is estimated. Counts that contradict each other are an
//! error, because disjoint counts cannot be made of them.

use llm_types::{BillableUsage, Dialect, ReportedUsage, UsageError};
use serde_json::value::RawValue;

use crate::json::{Json, fields, object, read_object};

/// What a chat reported.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    counts: BillableUsage,
    /// As reported; more than prompt and completion where reasoning is hidden (xAI).
    total: u64,
    /// What a gateway added to the counts, as it is written.
    added: Vec<(&'static str, Box<RawValue>)>,
}

/// The fields of a gateway's cost, which pass through.
const ADDED: [&str; 2] = ["cost", "cost_details"];

// === impl Usage ===

impl Usage {
    /// Reads a chat's `usage` object.
    pub(crate) fn read(raw: &RawValue) -> Result<Self, UsageError> {
        let reported: ReportedUsage = Dialect::Chat.usage(raw.get(), None)?;
        let counts = reported.billable()?;
        let total = counts.prompt.0 + counts.output.0 + counts.hidden.0;
        let fields = read_object(raw);
        let value = |key| fields.as_ref().and_then(|fields| fields.get(key));
        let added = ADDED.iter().filter_map(|key| Some((*key, value(key)?.to_owned())));
        Ok(Self { counts, total, added: added.collect() })
    }

    /// Inclusive counts. What a model thought outside of its completion is in the total alone, as it is in
    /// a chat.
    pub(crate) fn of_responses(&self) -> Json<'_> {
        let Self { counts, total, .. } = self;
        let written = counts.cache_write.0 + counts.cache_write_1h.0;
        self.with_added(fields! {
            "input_tokens": counts.prompt.0,
            "input_tokens_details": object! {
                "cache_write_tokens": written,
                "cached_tokens": counts.cached_input.0,
            },
            "output_tokens": counts.output.0,
            "output_tokens_details": object! { "reasoning_tokens": counts.reasoning.0 },
            "total_tokens": *total,
        })
    }

    /// Disjoint counts. There is no total, so that hidden reasoning is in the output.
    pub(crate) fn of_messages(&self) -> Json<'_> {
        let Self { counts, .. } = self;
        let written = counts.cache_write.0 + counts.cache_write_1h.0;
        let thinking = counts.reasoning.max(counts.hidden);
        self.with_added(fields! {
            "input_tokens": counts.uncached_input().0,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": counts.cached_input.0,
            "output_tokens": counts.generated().0,
            "output_tokens_details": object! { "thinking_tokens": thinking.0 },
        })
    }

    fn with_added<'a>(&'a self, mut fields: Vec<(&'static str, Json<'a>)>) -> Json<'a> {
        fields.extend(self.added.iter().map(|(key, value)| (*key, Json::from(value))));
        Json::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn read(usage: &Value) -> Result<Usage, UsageError> {
        Usage::read(&serde_json::value::to_raw_value(usage).unwrap())
    }

    #[track_caller]
    fn check(usage: Value, responses: Value, messages: Value) {
        let found = read(&usage).unwrap();
        assert_eq!(serde_json::to_value(found.of_responses()).unwrap(), responses);
        assert_eq!(serde_json::to_value(found.of_messages()).unwrap(), messages);
    }

    #[test]
    fn inclusive_counts_become_disjoint_ones() {
        check(
            json!({"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
                "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
                "completion_tokens_details": {"reasoning_tokens": 12}}),
            json!({"input_tokens": 100, "output_tokens": 20, "total_tokens": 120,
                "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
                "output_tokens_details": {"reasoning_tokens": 12}}),
            json!({"input_tokens": 10, "cache_read_input_tokens": 60,
                "cache_creation_input_tokens": 30, "output_tokens": 20,
                "output_tokens_details": {"thinking_tokens": 12}}),
        );
    }

    /// Captured from grok: the total counts what it thought, and the completion does not.
    #[test]
    fn hidden_reasoning_stays_visible() {
        check(
            json!({"prompt_tokens": 13, "completion_tokens": 81, "total_tokens": 545,
                "completion_tokens_details": {"reasoning_tokens": 451}}),
            json!({"input_tokens": 13, "output_tokens": 81, "total_tokens": 545,
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens_details": {"reasoning_tokens": 451}}),
            json!({"input_tokens": 13, "cache_read_input_tokens": 0,
                "cache_creation_input_tokens": 0, "output_tokens": 532,
                "output_tokens_details": {"thinking_tokens": 451}}),
        );
    }

    /// As a gateway writes it, for its own clients of chats.
    #[test]
    fn a_cost_passes_through() {
        let raw =
            r#"{"prompt_tokens":1,"completion_tokens":1,"cost":0.10,"cost_details":{"a":1e2}}"#;
        let usage = Usage::read(serde_json::from_str(raw).unwrap()).unwrap();
        for json in [usage.of_responses(), usage.of_messages()] {
            let text = String::from_utf8(json.to_bytes()).unwrap();
            assert!(text.ends_with(r#","cost":0.10,"cost_details":{"a":1e2}}"#), "{text}");
        }
    }

    #[test]
    fn contradictions_are_errors() {
        for usage in [
            json!({"prompt_tokens": 5, "completion_tokens": 1,
                "prompt_tokens_details": {"cached_tokens": 6}}),
            json!({"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 9}),
            json!({"completion_tokens": 5}),
            json!({"prompt_tokens": "5", "completion_tokens": 5}),
        ] {
            assert!(read(&usage).is_err(), "{usage}");
        }
    }

    proptest! {
        #[test]
        fn no_token_is_lost(prompt in 0_u64..1000, cached in 0_u64..1000, written in 0_u64..1000,
            completion in 0_u64..1000, hidden in 0_u64..1000) {
            let total = prompt + completion + hidden;
            let usage = json!({"prompt_tokens": prompt, "completion_tokens": completion,
                "total_tokens": total, "prompt_tokens_details":
                {"cached_tokens": cached, "cache_write_tokens": written}});
            let Ok(found) = read(&usage) else {
                prop_assert!(cached + written > prompt);
                return Ok(());
            };
            let messages = serde_json::to_value(found.of_messages()).unwrap();
            let count = |key: &str| messages[key].as_u64().unwrap();
            let input = count("input_tokens") + count("cache_read_input_tokens")
                + count("cache_creation_input_tokens");
            prop_assert_eq!(input, prompt);
            prop_assert_eq!(input + count("output_tokens"), total);
            let responses = serde_json::to_value(found.of_responses()).unwrap();
            prop_assert_eq!(responses["total_tokens"].as_u64().unwrap(), total);
            prop_assert_eq!(responses["input_tokens"].as_u64().unwrap(), prompt);
        }
    }
}
