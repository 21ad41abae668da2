//! Fields of management requests: absent, null or a value, read from the JSON as it was sent, so
//! that money keeps its digits and an error names the field.

mod error;
mod others;
mod read;
mod value;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, SeqAccess, Visitor},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use self::read::Sent;
pub(crate) use self::value::{json, unquoted};
pub use self::{
    error::FieldError,
    others::Others,
    read::{Request, read, read_body},
    value::{FieldValue, JsonObject},
};

/// A field that a request can leave out or set to null.
///
/// Left out, nothing changes. Null resets the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The field is missing.
    #[default]
    Absent,
    /// It is null, or written as unset in another way.
    Null,
    /// It has a value.
    Value(T),
}

/// A field that a request must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required<T>(pub T);

/// A text.
pub type TextField = Field<String>;
/// A list of texts.
pub type TextsField = Field<Vec<String>>;
/// True or false.
pub type FlagField = Field<bool>;
/// A whole number, zero or more.
pub type CountField = Field<u64>;
/// Any JSON object.
pub type ObjectField = Field<JsonObject>;
/// A text that must be there.
pub type RequiredText = Required<String>;

/// The beginning of a field's name in the components of the document. The shape of a field is put
/// into the object that has it, and has no name there.
pub const FIELD_PREFIX: &str = "Field.";

// === impl Field ===

impl<T> Field<T> {
    /// Whether the field is missing.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }

    /// Changes something optional: null resets it.
    pub fn set<U: From<T>>(self, slot: &mut Option<U>) {
        match self {
            Self::Absent => {}
            Self::Null => *slot = None,
            Self::Value(value) => *slot = Some(value.into()),
        }
    }

    /// Changes something that always has a value: null resets it to its default.
    pub fn put<U: From<T> + Default>(self, slot: &mut U) {
        match self {
            Self::Absent => {}
            Self::Null => *slot = U::default(),
            Self::Value(value) => *slot = value.into(),
        }
    }
}

impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As for an `Option`, serde visits nothing where the field is missing.
        deserializer.deserialize_option(FieldVisitor(std::marker::PhantomData))
    }
}

struct FieldVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: FieldValue> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a field of a request")
    }

    fn visit_none<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field<T>, D::Error> {
        field(&Sent::deserialize(deserializer)?).map_err(D::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Field<T>, A::Error> {
        let missing = || A::Error::custom("a field has a name and JSON");
        let name = parts.next_element()?.ok_or_else(missing)?;
        let json = parts.next_element()?.ok_or_else(missing)?;
        field(&Sent(name, json)).map_err(A::Error::custom)
    }
}

fn field<T: FieldValue>(Sent(name, json): &Sent) -> Result<Field<T>, FieldError> {
    if json == "null" {
        return Ok(Field::Null);
    }
    Ok(T::read(name, json)?.map_or(Field::Null, Field::Value))
}

impl<T: FieldValue> PartialSchema for Field<T> {
    fn schema() -> RefOr<Schema> {
        match T::schema() {
            RefOr::T(Schema::Object(mut object)) => {
                object.schema_type = or_null(object.schema_type);
                RefOr::T(Schema::Object(object))
            }
            RefOr::T(Schema::Array(mut array)) => {
                array.schema_type = or_null(array.schema_type);
                RefOr::T(Schema::Array(array))
            }
            named => {
                let null = ObjectBuilder::new().schema_type(SchemaType::new(Type::Null));
                OneOfBuilder::new().item(named).item(null).into()
            }
        }
    }
}

impl<T: FieldValue> ToSchema for Field<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{FIELD_PREFIX}{}", T::NAME).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

fn or_null(kind: SchemaType) -> SchemaType {
    match kind {
        SchemaType::Type(kind) => SchemaType::from_iter([kind, Type::Null]),
        other => other,
    }
}

// === impl Required ===

impl<T: Serialize> Serialize for Required<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Required<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = Sent::deserialize(deserializer)?;
        match field::<T>(&sent) {
            Ok(Field::Value(value)) if !value.is_blank() => Ok(Self(value)),
            Ok(_) => Err(D::Error::custom(FieldError::Missing(sent.0))),
            Err(error) => Err(D::Error::custom(error)),
        }
    }
}

impl<T: FieldValue> PartialSchema for Required<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: FieldValue> ToSchema for Required<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{FIELD_PREFIX}Required.{}", T::NAME).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
