//! Reads a `usage` object by its keys. It stands in every answer, and a parser of any JSON takes
//! three times as long for it.

use crate::{
    CompletionDetails, PromptDetails, ReportedUsage, Tokens, UsageError,
    top_level::{NotAnObject, TopLevel},
};

impl ReportedUsage {
    /// Reads the counts of a `usage` object. What stands under keys that are not counts is skipped
    /// unchecked; of a key that stands there twice the last counts.
    ///
    /// # Errors
    /// When it is no object, or a count is not a whole number.
    pub fn parse(json: &[u8]) -> Result<Self, UsageError> {
        let (mut object, mut usage) = (object(json)?, Self::default());
        while let Some((key, value)) = object.next_entry().map_err(malformed)? {
            match key {
                b"prompt_tokens" => usage.prompt_tokens = count(value)?,
                b"completion_tokens" => usage.completion_tokens = count(value)?,
                b"total_tokens" => usage.total_tokens = count(value)?,
                b"prompt_tokens_details" if value != b"null" => {
                    usage.prompt_tokens_details = Some(PromptDetails::parse(value)?);
                }
                b"completion_tokens_details" if value != b"null" => {
                    usage.completion_tokens_details = Some(CompletionDetails::parse(value)?);
                }
                _ => {}
            }
        }
        Ok(usage)
    }
}

impl PromptDetails {
    fn parse(json: &[u8]) -> Result<Self, UsageError> {
        let (mut object, mut details) = (object(json)?, Self::default());
        while let Some((key, value)) = object.next_entry().map_err(malformed)? {
            match key {
                b"cached_tokens" => details.cached_tokens = count(value)?,
                b"cache_write_tokens" => details.cache_write_tokens = count(value)?,
                b"cache_write_1h_tokens" => details.cache_write_1h_tokens = count(value)?,
                b"audio_tokens" => details.audio_tokens = count(value)?,
                _ => {}
            }
        }
        Ok(details)
    }
}

impl CompletionDetails {
    fn parse(json: &[u8]) -> Result<Self, UsageError> {
        let (mut object, mut details) = (object(json)?, Self::default());
        while let Some((key, value)) = object.next_entry().map_err(malformed)? {
            match key {
                b"reasoning_tokens" => details.reasoning_tokens = count(value)?,
                b"audio_tokens" => details.audio_tokens = count(value)?,
                _ => {}
            }
        }
        Ok(details)
    }
}

fn object(json: &[u8]) -> Result<TopLevel<'_>, UsageError> {
    TopLevel::of(json).map_err(malformed)
}

fn malformed(error: NotAnObject) -> UsageError {
    UsageError::Malformed(error.to_string())
}

fn count(value: &[u8]) -> Result<Option<Tokens>, UsageError> {
    if value == b"null" {
        return Ok(None);
    }
    // A sign or a leading zero is no JSON, or no count.
    let plain = value == b"0" || value.first().is_some_and(|first| matches!(first, b'1'..=b'9'));
    let number =
        std::str::from_utf8(value).ok().filter(|_| plain).and_then(|text| text.parse().ok());
    let found = || {
        let found = String::from_utf8_lossy(value.get(..40).unwrap_or(value));
        UsageError::Malformed(format!("expected a whole number, found `{found}`"))
    };
    number.map(|number| Some(Tokens(number))).ok_or_else(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// As it can be found in an answer, and in ways in which it should not.
    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => any::<u64>().prop_map(Value::from),
            2 => (0_u64..100).prop_map(Value::from),
            2 => Just(Value::Null),
            1 => any::<i64>().prop_map(Value::from),
            1 => any::<String>().prop_map(Value::from),
            1 => Just(json!([1])),
            1 => Just(json!({ "cached_tokens": 1 })),
            1 => Just(json!(1e3)),
        ]
    }

    fn details() -> impl Strategy<Value = Value> {
        let keys = prop::sample::select(vec![
            "cached_tokens",
            "cache_write_tokens",
            "cache_write_1h_tokens",
            "audio_tokens",
            "reasoning_tokens",
            "accepted_prediction_tokens",
        ]);
        let object = prop::collection::btree_map(keys, value(), 0..5);
        prop_oneof![
            5 => object.prop_map(|object| json!(object)),
            // `serde` takes a list for an object as well.
            1 => value().prop_filter("a list", |value| !value.is_array()),
        ]
    }

    proptest! {
        #[test]
        fn a_parser_reads_the_same(
            counts in prop::collection::btree_map(
                prop::sample::select(vec!["prompt_tokens", "completion_tokens", "total_tokens", "other"]),
                value(),
                0..4,
            ),
            prompt in proptest::option::of(details()),
            completion in proptest::option::of(details()),
            pretty: bool,
        ) {
            let mut usage = json!(counts);
            for (key, part) in [("prompt_tokens_details", prompt), ("completion_tokens_details", completion)] {
                if let Some(part) = part {
                    usage[key] = part;
                }
            }
            let text = if pretty { format!("{usage:#}") } else { usage.to_string() };
            let parsed = serde_json::from_str::<ReportedUsage>(&text);
            prop_assert_eq!(ReportedUsage::parse(text.as_bytes()).ok(), parsed.ok(), "{}", text);
        }
    }

    #[test]
    fn what_is_no_count_is_told() {
        let error = ReportedUsage::parse(br#"{"prompt_tokens":"7"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the usage cannot be read: expected a whole number, found `\"7\"`"
        );
        for json in
            ["[]", "", "{\"total_tokens\":01}", "{\"total_tokens\":-1}", "{\"total_tokens\":1.0}"]
        {
            assert!(ReportedUsage::parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
