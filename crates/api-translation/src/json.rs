//! JSON as it was written: values that are passed on are never parsed into numbers or maps, so that they
//! keep their digits and the order of their keys.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

/// The keys and values of an object, in their order.
pub(crate) struct Fields<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// JSON that is written. What comes from the other side is [`Json::Raw`].
#[derive(Clone, Debug)]
pub(crate) enum Json<'a> {
    /// A field that is left out.
    Absent,
    Null,
    Bool(bool),
    Count(u64),
    Text(Cow<'a, str>),
    Raw(&'a RawValue),
    List(Vec<Json<'a>>),
    Object(Vec<(&'static str, Json<'a>)>),
}

/// An object with these fields, in this order.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::json::Json::Object($crate::json::fields!($($key: $value),*))
    };
}

/// The fields of such an object.
macro_rules! fields {
    ($($key:literal : $value:expr),* $(,)?) => {
        vec![$(($key, $crate::json::Json::from($value))),*]
    };
}

pub(crate) use {fields, object};

/// Reads the fields of an object; `None`: it is none, or cannot be read.
pub(crate) fn read_object(raw: &RawValue) -> Option<Fields<'_>> {
    serde_json::from_str(raw.get()).ok()
}

/// Reads the elements of an array; `None`: it is none, or cannot be read.
pub(crate) fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

/// Reads a string; `None`: it is none, or cannot be read.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|text| text.0)
}

/// Whether this is an object, as far as its first byte says.
pub(crate) fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

/// Whether this is a string, as far as its first byte says.
pub(crate) fn is_text(raw: &RawValue) -> bool {
    raw.get().starts_with('"')
}

// === impl Fields ===

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Fields<'de>;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    fields.push((key.0, map.next_value::<&'de RawValue>()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

impl<'a> Fields<'a> {
    /// The value of a key, unless it is null.
    pub(crate) fn get(&self, key: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    /// The string under a key, if it is one.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key).and_then(text)
    }
}

// === impl Json ===

impl Json<'_> {
    /// The bytes of the JSON text.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Nothing here can fail to be written, and neither can memory.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Count(value) => serializer.serialize_u64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Raw(value) => value.serialize(serializer),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in fields {
                    if !matches!(value, Self::Absent) {
                        map.serialize_entry(key, value)?;
                    }
                }
                map.end()
            }
        }
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Json<'_> {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Json<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<Cow<'a, str>> for Json<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(value: &'a RawValue) -> Self {
        Self::Raw(value)
    }
}

impl<'a> From<&'a Box<RawValue>> for Json<'a> {
    fn from(value: &'a Box<RawValue>) -> Self {
        Self::Raw(value)
    }
}

impl<'a> From<Vec<Json<'a>>> for Json<'a> {
    fn from(value: Vec<Json<'a>>) -> Self {
        Self::List(value)
    }
}

/// What is not there is left out.
impl<'a, T: Into<Json<'a>>> From<Option<T>> for Json<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}
