//! The top-level keys of a chat request that count, as they are written; all others are skipped.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::json::strict;

/// The values of the keys that count, as they are written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keys<'a> {
    pub(super) model: Option<&'a str>,
    pub(super) messages: Option<&'a str>,
    pub(super) stream: Option<&'a str>,
    pub(super) stream_options: Option<&'a str>,
    pub(super) max_completion_tokens: Option<&'a str>,
    pub(super) max_tokens: Option<&'a str>,
    pub(super) n: Option<&'a str>,
    pub(super) tools: Option<&'a str>,
    pub(super) functions: Option<&'a str>,
    pub(super) response_format: Option<&'a str>,
    pub(super) prediction: Option<&'a str>,
    pub(super) data_sources: Option<&'a str>,
    pub(super) web_search_options: Option<&'a str>,
    pub(super) modalities: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) metadata: Option<&'a str>,
    pub(super) litellm_metadata: Option<&'a str>,
    pub(super) session_id: Option<&'a str>,
    pub(super) trace_id: Option<&'a str>,
    pub(super) tags: Option<&'a str>,
    pub(super) store: Option<&'a str>,
    /// Values of keys that no upstream knows.
    pub(super) private: Vec<&'a str>,
    /// The names of those that have no effect here either.
    pub(super) ignored: Vec<&'static str>,
    /// Bytes of keys that are not known here, and of their values: a model may read them.
    pub(super) unknown: u64,
    pub(super) twice: Option<&'static str>,
    pub(super) any: bool,
}

/// What LiteLLM's clients put into a request's body for their proxy, and what this gateway reads
/// nowhere. An upstream would refuse the request for it, or get to see a credential.
const IGNORED: [&str; 33] = [
    "allowed_openai_params",
    "api_base",
    "api_key",
    "api_version",
    "base_url",
    "cache",
    "caching",
    "content_policy_fallbacks",
    "context_window_fallbacks",
    "custom_llm_provider",
    "disable_fallbacks",
    "drop_params",
    "enable_guardrails",
    "fallbacks",
    "guardrails",
    "input_cost_per_token",
    "max_retries",
    "mock_response",
    "mock_testing_content_policy_fallbacks",
    "mock_testing_context_fallbacks",
    "mock_testing_fallbacks",
    "model_info",
    "no-log",
    "num_retries",
    "organization",
    "output_cost_per_token",
    "preset_cache_key",
    "prompt_id",
    "prompt_variables",
    "request_timeout",
    "timeout",
    "ttl",
    "user_config",
];

/// Settings of the chat API, which no model reads.
const SETTINGS: [&str; 23] = [
    "audio",
    "extra_headers",
    "frequency_penalty",
    "function_call",
    "logit_bias",
    "logprobs",
    "parallel_tool_calls",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "reasoning_effort",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "temperature",
    "thinking",
    "tool_choice",
    "top_k",
    "top_logprobs",
    "top_p",
    "verbosity",
];

/// `Cow` alone would copy; this borrows where it can.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct KeysVisitor;

// === impl Keys ===

impl<'a> Keys<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// When it is not one JSON object; the text says where, and why.
    pub(super) fn read(body: &'a str) -> Result<Self, serde_json::Error> {
        let mut keys = Self::default();
        match strict::entries(body, |key, value| keys.put(key, value)) {
            Some(()) => Ok(keys),
            None => serde_json::from_str(body),
        }
    }

    fn put(&mut self, key: &str, value: &'a str) {
        self.any = true;
        let (name, slot) = match key {
            "model" => ("model", &mut self.model),
            "messages" => ("messages", &mut self.messages),
            "stream" => ("stream", &mut self.stream),
            "stream_options" => ("stream_options", &mut self.stream_options),
            "max_completion_tokens" => ("max_completion_tokens", &mut self.max_completion_tokens),
            "max_tokens" => ("max_tokens", &mut self.max_tokens),
            "n" => ("n", &mut self.n),
            "tools" => ("tools", &mut self.tools),
            "functions" => ("functions", &mut self.functions),
            "response_format" => ("response_format", &mut self.response_format),
            "prediction" => ("prediction", &mut self.prediction),
            "data_sources" => ("data_sources", &mut self.data_sources),
            "modalities" => ("modalities", &mut self.modalities),
            "web_search_options" => ("web_search_options", &mut self.web_search_options),
            "user" => ("user", &mut self.user),
            "metadata" => ("metadata", &mut self.metadata),
            "store" => ("store", &mut self.store),
            // `tags` and what begins with `litellm_` is between LiteLLM's clients and their proxy.
            "litellm_metadata" => ("litellm_metadata", &mut self.litellm_metadata),
            "litellm_session_id" => ("litellm_session_id", &mut self.session_id),
            "litellm_trace_id" => ("litellm_trace_id", &mut self.trace_id),
            "tags" => ("tags", &mut self.tags),
            _ => return self.put_other(key, value),
        };
        if name == "tags" || name.starts_with("litellm_") {
            self.private.push(value);
        }
        if slot.replace(value).is_some() {
            self.twice = Some(name);
        }
    }

    fn put_other(&mut self, key: &str, value: &'a str) {
        let Some(known) = IGNORED.iter().find(|name| **name == key) else {
            if !SETTINGS.contains(&key) {
                self.unknown += (key.len() + value.len()) as u64;
            }
            return;
        };
        self.private.push(value);
        if !self.ignored.contains(known) {
            self.ignored.push(known);
        }
    }

    /// The values of keys that are not sent, in the order of their places.
    pub(super) fn not_sent(&self) -> Vec<&'a str> {
        let mut all = self.private.clone();
        all.extend(self.metadata.filter(|raw| self.keeps_metadata(raw)));
        all.sort_by_key(|value| value.as_ptr());
        all
    }

    /// Whether `metadata` is for the gateway alone: nothing is stored upstream, and it holds what an
    /// upstream refuses in it, such as LiteLLM's `tags`.
    fn keeps_metadata(&self, raw: &str) -> bool {
        let only_texts = || serde_json::from_str::<HashMap<Text<'_>, Text<'_>>>(raw).is_ok();
        self.store != Some("true") && raw.starts_with('{') && !only_texts()
    }
}

impl<'de> Deserialize<'de> for Keys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysVisitor)
    }
}

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys<'de>, A::Error> {
        let mut keys = Keys::default();
        while let Some((Text(key), value)) = map.next_entry::<Text<'_>, &RawValue>()? {
            keys.put(&key, value.get());
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It makes no difference who has read a body.
        #[test]
        fn a_parser_finds_the_same_keys(
            keys in prop::collection::vec(
                ("(model|messages|stream|n|tags|user|tools|litellm_trace_id|litellm_metadata|fallbacks|no-log|x)",
                    "( ?(1|null|\\[\\]|\"a\\\\n\"|\\{\"model\": [0-9]\\}) ?)"),
                0..8,
            ),
        ) {
            let entries: Vec<_> = keys.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            let body = format!("{{{}}}", entries.join(","));
            let parsed: Keys<'_> = serde_json::from_str(&body).unwrap();
            let mut found = Keys::default();
            prop_assert!(strict::entries(&body, |key, value| found.put(key, value)).is_some());
            prop_assert_eq!(found, parsed);
        }
    }
}
