//! The reported token counts in a row: an array, since their names would be a quarter of its bytes.

use std::borrow::Cow;

use llm_types::{CompletionDetails, PromptDetails, ReportedUsage, Tokens};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// In the order of [`array`]; absent counts are null, and nulls at the end are left out.
type Counts = [Option<Tokens>; 11];

pub(super) fn serialize<S: Serializer>(
    usage: &Option<Cow<'_, ReportedUsage>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let counts = usage.as_deref().map(array);
    let listed = counts.as_ref().map(|counts| {
        let absent = counts.iter().rev().take_while(|count| count.is_none()).count();
        &counts[..counts.len() - absent]
    });
    listed.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'static, ReportedUsage>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Counts(Vec<Option<Tokens>>),
        /// As rows were written before 2026-11-27.
        Named(ReportedUsage),
    }
    let kept = Option::<Kept>::deserialize(deserializer)?;
    Ok(kept.map(|kept| match kept {
        Kept::Counts(counts) => Cow::Owned(usage(&counts)),
        Kept::Named(usage) => Cow::Owned(usage),
    }))
}

fn array(usage: &ReportedUsage) -> Counts {
    let prompt = usage.prompt_tokens_details.as_ref();
    let completion = usage.completion_tokens_details.as_ref();
    [
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.total_tokens,
        prompt.and_then(|prompt| prompt.cached_tokens),
        completion.and_then(|completion| completion.reasoning_tokens),
        prompt.and_then(|prompt| prompt.cache_write_tokens),
        prompt.and_then(|prompt| prompt.cache_write_1h_tokens),
        prompt.and_then(|prompt| prompt.audio_tokens),
        completion.and_then(|completion| completion.audio_tokens),
        prompt.and_then(|prompt| prompt.cache_write_12h_tokens),
        usage.hosted_tool_calls,
    ]
}

fn usage(listed: &[Option<Tokens>]) -> ReportedUsage {
    let mut counts = Counts::default();
    counts.iter_mut().zip(listed).for_each(|(count, listed)| *count = *listed);
    let [
        prompt_tokens,
        completion_tokens,
        total_tokens,
        cached_tokens,
        reasoning_tokens,
        cache_write_tokens,
        cache_write_1h_tokens,
        spoken_to,
        spoken,
        cache_write_12h_tokens,
        hosted_tool_calls,
    ] = counts;
    let prompt = PromptDetails {
        cached_tokens,
        cache_write_tokens,
        cache_write_1h_tokens,
        cache_write_12h_tokens,
        audio_tokens: spoken_to,
    };
    let completion = CompletionDetails { reasoning_tokens, audio_tokens: spoken };
    ReportedUsage {
        prompt_tokens,
        completion_tokens,
        total_tokens,
        // Details without any count are left out.
        prompt_tokens_details: (prompt != PromptDetails::default()).then_some(prompt),
        completion_tokens_details: (completion != CompletionDetails::default())
            .then_some(completion),
        hosted_tool_calls,
    }
}

#[cfg(test)]
mod tests {
    use proptest::{array::uniform11, option, prelude::*};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row<'a> {
        #[serde(rename = "u", with = "super", default, skip_serializing_if = "Option::is_none")]
        usage: Option<Cow<'a, ReportedUsage>>,
    }

    #[track_caller]
    fn check(json: &str, expect: &str) {
        let row: Row<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&row).unwrap(), expect);
    }

    #[test]
    fn rows_are_read_in_both_forms() {
        check(
            r#"{"u":{"prompt_tokens":8,"completion_tokens":407,"total_tokens":415,
                "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":2},
                "completion_tokens_details":{"reasoning_tokens":384}}}"#,
            r#"{"u":[8,407,415,0,384,null,null,2]}"#,
        );
        check(r#"{"u":{"prompt_tokens":8}}"#, r#"{"u":[8]}"#);
        check(r#"{"u":[8,null,9]}"#, r#"{"u":[8,null,9]}"#);
        check(r#"{"u":[]}"#, r#"{"u":[]}"#);
        check("{}", "{}");
    }

    proptest! {
        #[test]
        fn counts_are_read_back_as_they_were(counts in uniform11(option::of(any::<u64>()))) {
            let row = Row { usage: Some(Cow::Owned(usage(&counts.map(|count| count.map(Tokens))))) };
            let json = serde_json::to_string(&row).unwrap();
            prop_assert_eq!(serde_json::from_str::<Row<'_>>(&json).unwrap(), row);
        }
    }
}
