//! Requests about the cost of planned requests and of given answers.
#![expect(clippy::disallowed_types, reason = "serde's derive names floats for flattened fields")]

use llm_types::chat;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat,
        schema::{SchemaType, Type},
    },
};

use super::model::SoldTerms;
use crate::{
    ChatCompletion, ChatMessage, Field, FieldError, FieldValue, FlagField, Others, Required,
    RequiredText, TextField, field::json, requests,
};

/// A number of tokens or of requests that a cost can be computed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Amount(pub u64);

/// Messages of a chat request.
#[derive(Clone, Debug, Default)]
pub struct Messages(pub Vec<Value>);

/// A chat completion that a model gave.
#[derive(Clone, Debug)]
pub struct GivenAnswer(pub chat::ChatCompletion);

/// A number of tokens or of requests.
pub type AmountField = Field<Amount>;
/// A number of tokens that must be there.
pub type RequiredAmount = Required<Amount>;
/// Messages of a chat request.
pub type MessagesField = Field<Messages>;
/// A chat completion.
pub type AnswerField = Field<GivenAnswer>;

/// More than any gateway sees; a sum of so many costs still fits.
const MOST: u64 = 1_000_000_000_000;

/// A request whose cost is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "model": "azure-model-router", "input_tokens": 1000, "output_tokens": 500,
    "num_requests_per_day": 1000
}))]
pub struct EstimateTerms {
    /// A model group, a router, or a model of the price table.
    pub model: RequiredText,
    pub input_tokens: RequiredAmount,
    pub output_tokens: RequiredAmount,
    /// Of the input, read from the cache.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub cached_tokens: AmountField,
    /// Of the input, written to the cache.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub cache_write_tokens: AmountField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub num_requests_per_day: AmountField,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub num_requests_per_month: AmountField,
    /// `default`, `priority` or `flex`.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub service_tier: TextField,
    /// Of a name that is no group: whether a router picks the model.
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub router: FlagField,
    #[serde(flatten)]
    pub sold: SoldTerms,
    #[serde(flatten, skip_serializing)]
    #[schema(ignore)]
    pub others: Others,
}

/// An answer, or messages, whose cost is to be computed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CalculateTerms {
    /// The model that was asked for; required with `messages`.
    #[schema(required = false)]
    pub model: TextField,
    #[schema(required = false)]
    pub messages: MessagesField,
    #[schema(required = false)]
    pub completion_response: AnswerField,
    /// If the name is not a group: whether a router selected the model.
    #[schema(required = false)]
    pub router: FlagField,
    #[serde(flatten)]
    pub sold: SoldTerms,
    #[serde(flatten)]
    #[schema(ignore)]
    pub others: Others,
}

requests!(EstimateTerms, CalculateTerms);

impl FieldValue for Amount {
    const NAME: &'static str = "Amount";

    fn read(name: &str, number: &str) -> Result<Option<Self>, FieldError> {
        let number = <u64 as FieldValue>::read(name, number)?;
        match number.filter(|number| *number > MOST) {
            Some(many) => Err(FieldError::wrong(name, "at most 1000000000000", &many.to_string())),
            None => Ok(number.map(Self)),
        }
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .maximum(Some(MOST))
            .into()
    }
}

impl FieldValue for Messages {
    const NAME: &'static str = "Messages";

    fn read(name: &str, list: &str) -> Result<Option<Self>, FieldError> {
        json(name, list, "a list of messages").map(|messages| Some(Self(messages)))
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name("ChatMessage")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<ChatMessage>(schemas);
    }
}

impl FieldValue for GivenAnswer {
    const NAME: &'static str = "ChatCompletion";

    fn read(name: &str, answer: &str) -> Result<Option<Self>, FieldError> {
        json(name, answer, "a chat completion").map(|answer| Some(Self(answer)))
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("ChatCompletion").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<ChatCompletion>(schemas);
    }
}
