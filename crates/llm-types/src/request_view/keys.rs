//! The top-level keys of a chat request that count, as raw values; all others are skipped.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The raw values of the keys that count.
#[derive(Default)]
pub(super) struct Keys<'a> {
    pub(super) model: Option<&'a RawValue>,
    pub(super) messages: Option<&'a RawValue>,
    pub(super) stream: Option<&'a RawValue>,
    pub(super) stream_options: Option<&'a RawValue>,
    pub(super) max_completion_tokens: Option<&'a RawValue>,
    pub(super) max_tokens: Option<&'a RawValue>,
    pub(super) n: Option<&'a RawValue>,
    pub(super) tools: Option<&'a RawValue>,
    pub(super) user: Option<&'a RawValue>,
    pub(super) metadata: Option<&'a RawValue>,
    pub(super) litellm_metadata: Option<&'a RawValue>,
    pub(super) session_id: Option<&'a RawValue>,
    pub(super) tags: Option<&'a RawValue>,
    /// Values of keys that no upstream knows.
    pub(super) private: Vec<&'a RawValue>,
    pub(super) twice: Option<&'static str>,
    pub(super) any: bool,
}

/// `tags` and what begins with `litellm_` is between `LiteLLM`'s clients and their proxy.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    Model,
    Messages,
    Stream,
    StreamOptions,
    MaxCompletionTokens,
    MaxTokens,
    N,
    Tools,
    User,
    Metadata,
    LitellmMetadata,
    #[serde(alias = "litellm_trace_id")]
    LitellmSessionId,
    Tags,
    #[serde(other)]
    Other,
}

struct KeysVisitor;

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
        while let Some(key) = map.next_key::<Key>()? {
            keys.any = true;
            let private = matches!(key, Key::LitellmMetadata | Key::LitellmSessionId | Key::Tags);
            let (name, slot) = match key {
                Key::Model => ("model", &mut keys.model),
                Key::Messages => ("messages", &mut keys.messages),
                Key::Stream => ("stream", &mut keys.stream),
                Key::StreamOptions => ("stream_options", &mut keys.stream_options),
                Key::MaxCompletionTokens => {
                    ("max_completion_tokens", &mut keys.max_completion_tokens)
                }
                Key::MaxTokens => ("max_tokens", &mut keys.max_tokens),
                Key::N => ("n", &mut keys.n),
                Key::Tools => ("tools", &mut keys.tools),
                Key::User => ("user", &mut keys.user),
                Key::Metadata => ("metadata", &mut keys.metadata),
                Key::LitellmMetadata => ("litellm_metadata", &mut keys.litellm_metadata),
                Key::LitellmSessionId => ("litellm_session_id", &mut keys.session_id),
                Key::Tags => ("tags", &mut keys.tags),
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value: &RawValue = map.next_value()?;
            if private {
                keys.private.push(value);
            }
            if slot.replace(value).is_some() {
                keys.twice = Some(name);
            }
        }
        Ok(keys)
    }
}
