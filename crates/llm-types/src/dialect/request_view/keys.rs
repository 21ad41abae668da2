//! The top-level keys of a request that count, as they are written; all others are skipped.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
};

use serde::{
    Deserialize, Deserializer as _,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    dialect::{BoundName, Dialect, RequestError, request_view::wrong_type},
    json::strict,
};

/// What a key of a request means. The dialect knows what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum RequestKey {
    Model,
    /// What the model is to answer.
    Prompt,
    /// Whether the answer shall be a stream.
    Stream,
    /// Options of the stream, with the one for its usage.
    UsageOption,
    /// A bound on each answer's tokens.
    Bound(BoundName),
    /// How many answers are asked for.
    Answers,
    Tools,
    /// Tools as they were called before.
    Functions,
    /// The format of the answer, which the model reads.
    Format,
    /// What the answer is foretold to be.
    Prediction,
    /// The client's own data, in which the answer is to be grounded.
    DataSources,
    Search,
    Modalities,
    User,
    Metadata,
    /// Metadata in an API that has none: it is for the gateway alone.
    OwnMetadata,
    /// Whether the upstream stores the answer.
    Store,
    /// What the model reads before the prompt.
    Instructions,
    /// Whether the answer is to be fetched later.
    Background,
    /// The answer that this request goes on with.
    Earlier,
    /// The conversation that it goes on with.
    Conversation,
    /// A prompt that is stored upstream.
    StoredPrompt,
}

/// The values of the keys that count, as they are written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keys<'a> {
    pub(super) dialect: Dialect,
    pub(super) model: Option<&'a str>,
    pub(super) prompt: Option<&'a str>,
    pub(super) stream: Option<&'a str>,
    pub(super) usage_option: Option<&'a str>,
    /// By the number of their name.
    pub(super) bounds: [Option<&'a str>; BoundName::ALL.len()],
    pub(super) answers: Option<&'a str>,
    pub(super) tools: Option<&'a str>,
    pub(super) functions: Option<&'a str>,
    pub(super) format: Option<&'a str>,
    pub(super) prediction: Option<&'a str>,
    pub(super) data_sources: Option<&'a str>,
    pub(super) search: Option<&'a str>,
    pub(super) modalities: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) metadata: Option<&'a str>,
    /// The API has no metadata, so that none is sent.
    own_metadata: bool,
    pub(super) litellm_metadata: Option<&'a str>,
    pub(super) session_id: Option<&'a str>,
    pub(super) trace_id: Option<&'a str>,
    pub(super) tags: Option<&'a str>,
    pub(super) store: Option<&'a str>,
    instructions: Option<&'a str>,
    /// With its name.
    pub(super) background: Option<(&'static str, &'a str)>,
    /// With its name.
    pub(super) earlier: Option<(&'static str, &'a str)>,
    conversation: Option<&'a str>,
    stored_prompt: Option<&'a str>,
    /// Values of keys that no upstream knows.
    pub(super) private: Vec<&'a str>,
    /// The names of those that have no effect here either.
    pub(super) ignored: Vec<&'static str>,
    /// Bytes of keys that are not known here, and of their values: a model may read them.
    pub(super) unknown: u64,
    pub(super) twice: Option<&'static str>,
    pub(super) any: bool,
}

/// Keys between LiteLLM's clients and their proxy that are read here.
const PRIVATE: [&str; 4] = ["litellm_metadata", "litellm_session_id", "litellm_trace_id", "tags"];

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

/// `Cow` alone would copy; this borrows where it can.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct KeysVisitor(Dialect);

// === impl Keys ===

impl<'a> Keys<'a> {
    /// Reads a request's body.
    ///
    /// # Errors
    /// When it is not one JSON object; the text says where, and why.
    pub(super) fn read(dialect: Dialect, body: &'a str) -> Result<Self, serde_json::Error> {
        let mut keys = Self { dialect, ..Self::default() };
        match strict::entries(body, |key, value| keys.put(key, value)) {
            Some(()) => Ok(keys),
            None => Self::parsed(dialect, body),
        }
    }

    /// The same by a parser, which says what is wrong.
    fn parsed(dialect: Dialect, body: &'a str) -> Result<Self, serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_str(body);
        let keys = parser.deserialize_map(KeysVisitor(dialect))?;
        parser.end().map(|()| keys)
    }

    fn put(&mut self, key: &str, value: &'a str) {
        self.any = true;
        let Some((name, meaning)) = self.dialect.request_key(key) else {
            return self.put_private(key, value);
        };
        self.own_metadata = self.own_metadata || meaning == RequestKey::OwnMetadata;
        let named = match meaning {
            RequestKey::Background => Some(&mut self.background),
            RequestKey::Earlier => Some(&mut self.earlier),
            _ => None,
        };
        if let Some(slot) = named {
            if slot.replace((name, value)).is_some() {
                self.twice = Some(name);
            }
            return;
        }
        let slot = match meaning {
            RequestKey::Model => &mut self.model,
            RequestKey::Prompt => &mut self.prompt,
            RequestKey::Stream => &mut self.stream,
            RequestKey::UsageOption => &mut self.usage_option,
            RequestKey::Bound(name) => &mut self.bounds[name as usize],
            RequestKey::Answers => &mut self.answers,
            RequestKey::Tools => &mut self.tools,
            RequestKey::Functions => &mut self.functions,
            RequestKey::Format => &mut self.format,
            RequestKey::Prediction => &mut self.prediction,
            RequestKey::DataSources => &mut self.data_sources,
            RequestKey::Search => &mut self.search,
            RequestKey::Modalities => &mut self.modalities,
            RequestKey::User => &mut self.user,
            RequestKey::Metadata | RequestKey::OwnMetadata => &mut self.metadata,
            RequestKey::Store | RequestKey::Background | RequestKey::Earlier => &mut self.store,
            RequestKey::Instructions => &mut self.instructions,
            RequestKey::Conversation => &mut self.conversation,
            RequestKey::StoredPrompt => &mut self.stored_prompt,
        };
        if slot.replace(value).is_some() {
            self.twice = Some(name);
        }
    }

    /// What is between LiteLLM's clients and their proxy, in every dialect.
    fn put_private(&mut self, key: &str, value: &'a str) {
        let (name, slot) = match key {
            "litellm_metadata" => ("litellm_metadata", &mut self.litellm_metadata),
            "litellm_session_id" => ("litellm_session_id", &mut self.session_id),
            "litellm_trace_id" => ("litellm_trace_id", &mut self.trace_id),
            "tags" => ("tags", &mut self.tags),
            _ => return self.put_other(key, value),
        };
        self.private.push(value);
        if slot.replace(value).is_some() {
            self.twice = Some(name);
        }
    }

    fn put_other(&mut self, key: &str, value: &'a str) {
        let Some(known) = IGNORED.iter().find(|name| **name == key) else {
            if !self.dialect.is_setting(key) {
                self.unknown += (key.len() + value.len()) as u64;
            }
            return;
        };
        self.private.push(value);
        if !self.ignored.contains(known) {
            self.ignored.push(known);
        }
    }

    /// What the model reads beside the prompt, as it is written.
    pub(super) fn also_read(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let all = [self.instructions, self.tools, self.functions, self.format];
        all.into_iter().flatten().filter(|raw| *raw != "null")
    }

    /// What is stored upstream and becomes a part of the prompt, as the request names it.
    pub(super) fn stored(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let earlier = self.earlier.map(|(_, raw)| raw);
        let all = [earlier, self.conversation, self.stored_prompt];
        all.into_iter().flatten().filter(|raw| *raw != "null")
    }

    /// Checks that what names an earlier answer is a name.
    pub(super) fn check_earlier(&self) -> Result<(), RequestError> {
        match self.earlier {
            Some((key, raw)) if raw != "null" && !raw.starts_with('"') => {
                Err(wrong_type(key, "the id of a response", raw))
            }
            _ => Ok(()),
        }
    }

    /// The id of the conversation: a text, or an object with it.
    pub(super) fn conversation_id(&self) -> Option<Cow<'a, str>> {
        #[derive(Deserialize)]
        struct Conversation<'a> {
            #[serde(borrow)]
            id: Text<'a>,
        }
        let raw = self.conversation.filter(|raw| *raw != "null")?;
        let named = serde_json::from_str::<Conversation<'_>>(raw).map(|found| found.id);
        let found = named.or_else(|_| serde_json::from_str::<Text<'_>>(raw));
        // What names none is as unknown as one that was never made.
        Some(found.map_or(Cow::Borrowed(raw), |Text(id)| id))
    }

    /// Whether a part of the prompt is stored upstream.
    pub(super) fn is_stored(&self) -> bool {
        self.stored().next().is_some()
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
        if self.own_metadata {
            return true;
        }
        let only_texts = || serde_json::from_str::<HashMap<Text<'_>, Text<'_>>>(raw).is_ok();
        self.store != Some("true") && raw.starts_with('{') && !only_texts()
    }
}

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys<'de>, A::Error> {
        let mut keys = Keys { dialect: self.0, ..Keys::default() };
        while let Some((Text(key), value)) = map.next_entry::<Text<'_>, &RawValue>()? {
            keys.put(&key, value.get());
        }
        Ok(keys)
    }
}

/// The names of a body's keys that are for its API. Read only of one that is refused.
pub(super) fn names(body: &str) -> HashSet<String> {
    let keys: HashMap<String, IgnoredAny> = serde_json::from_str(body).unwrap_or_default();
    let private = |key: &String| IGNORED.contains(&key.as_str()) || PRIVATE.contains(&key.as_str());
    keys.into_keys().filter(|key| !private(key)).collect()
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
            let parsed = Keys::parsed(Dialect::Chat, &body).unwrap();
            let mut found = Keys::default();
            prop_assert!(strict::entries(&body, |key, value| found.put(key, value)).is_some());
            prop_assert_eq!(found, parsed);
        }
    }
}
