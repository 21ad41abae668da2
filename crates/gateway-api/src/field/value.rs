//! Values that fields of requests can have, each read from its JSON and described.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use super::FieldError;

/// A value that a field of a request can have.
pub trait FieldValue: Sized {
    /// A name that no other value has.
    const NAME: &'static str;

    /// Reads the JSON of the field with this name; `None` if it is written as unset.
    ///
    /// # Errors
    /// When the JSON is not as described.
    fn read(name: &str, json: &str) -> Result<Option<Self>, FieldError>;

    /// Its description: a shape, or a reference to one.
    fn schema() -> RefOr<Schema>;

    /// Adds the shapes that the description refers to.
    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}

    /// Whether a field that must be there has a value that says nothing.
    fn is_blank(&self) -> bool {
        false
    }
}

/// Any JSON object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonObject(pub Map<String, Value>);

/// The longest text, in bytes.
const LONGEST: usize = 1024;

/// The value of a field as any type; `expected` says in words what it must be.
pub(crate) fn json<T: DeserializeOwned>(
    name: &str,
    json: &str,
    expected: &str,
) -> Result<T, FieldError> {
    serde_json::from_str(json).map_err(|_| FieldError::wrong(name, expected, json))
}

/// A number as it is written, also where it is in quotes, as clients in languages without types
/// write it.
pub(crate) fn unquoted(json: &str) -> &str {
    json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(json).trim()
}

impl FieldValue for String {
    const NAME: &'static str = "Text";

    /// Empty is the same as null, as clients in languages without null write it.
    fn read(name: &str, text: &str) -> Result<Option<Self>, FieldError> {
        let text: Self = json(name, text, "a text")?;
        if text.contains('\0') || text.len() > LONGEST {
            let expected = "a text of at most 1024 bytes without NUL";
            return Err(FieldError::wrong(name, expected, &text));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    fn schema() -> RefOr<Schema> {
        <Self as PartialSchema>::schema()
    }

    fn is_blank(&self) -> bool {
        self.trim().is_empty()
    }
}

impl FieldValue for Vec<String> {
    const NAME: &'static str = "Texts";

    fn read(name: &str, list: &str) -> Result<Option<Self>, FieldError> {
        json(name, list, "a list of texts").map(Some)
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(<String as PartialSchema>::schema()).into()
    }
}

impl FieldValue for bool {
    const NAME: &'static str = "Flag";

    fn read(name: &str, flag: &str) -> Result<Option<Self>, FieldError> {
        json(name, flag, "true or false").map(Some)
    }

    fn schema() -> RefOr<Schema> {
        <Self as PartialSchema>::schema()
    }
}

impl FieldValue for u64 {
    const NAME: &'static str = "Count";

    /// Also with a point or in quotes.
    fn read(name: &str, number: &str) -> Result<Option<Self>, FieldError> {
        let wrong = || FieldError::wrong(name, "a whole number of zero or more", number);
        llm_types::count(unquoted(number)).map(Some).ok_or_else(wrong)
    }

    fn schema() -> RefOr<Schema> {
        <Self as PartialSchema>::schema()
    }
}

impl FieldValue for JsonObject {
    const NAME: &'static str = "Object";

    fn read(name: &str, object: &str) -> Result<Option<Self>, FieldError> {
        json(name, object, "an object").map(Some)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::new(Type::Object)).into()
    }
}

impl From<JsonObject> for String {
    /// The object as JSON.
    fn from(JsonObject(object): JsonObject) -> Self {
        Value::Object(object).to_string()
    }
}
