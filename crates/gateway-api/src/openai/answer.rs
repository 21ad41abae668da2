//! OpenAPI responses of models: a whole answer with its headers, and a stream.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder},
};

use crate::{CostStatus, UsdText};

/// What a chat request is answered with.
pub struct Answer;

/// Headers of text, with their descriptions.
const TEXTS: [(&str, &str); 5] = [
    ("x-fareway-request-id", "Its id: `GET /fareway/v1/requests/{id}` has the receipt."),
    (
        "x-fareway-served-model",
        "The model that served it; absent for a stream whose head left before it was known.",
    ),
    ("x-litellm-model-group", "The model group."),
    ("x-litellm-model-id", "The deployment's id; absent for streams."),
    ("x-litellm-model-name", "The deployment that answered; absent for streams."),
];

/// What an embedding request is answered with.
pub struct Embeddings;

/// What a Responses request is answered with.
pub struct ResponseAnswer;

/// What all streams have in common.
const STREAM: &str = "What a stream cost stands in its last event and in its receipt. A stream that is \
    long in coming begins with its head and comments after `answers.hold` (2 seconds): headers that are \
    known only when the answer begins are then missing, and a refusal is an event with the same `error` \
    that would be its body.";

impl IntoResponses for Answer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let about = format!("The answer: whole, or as server-sent events with `stream`. {STREAM}");
        let response = with_content("application/json", "ChatCompletion").description(about);
        let event = ContentBuilder::new().schema(Some(Ref::from_schema_name("ChatEvent"))).build();
        answered(response.content("text/event-stream", event))
    }
}

impl IntoResponses for Embeddings {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = with_content("application/json", "EmbeddingList");
        answered(response.description("One vector for each text."))
    }
}

impl IntoResponses for ResponseAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let about =
            format!("The response: whole, or as server-sent events with `stream`. {STREAM}");
        let response = with_content("application/json", "ResponseObject").description(about);
        let event =
            ContentBuilder::new().schema(Some(Ref::from_schema_name("ResponseEvent"))).build();
        answered(response.content("text/event-stream", event))
    }
}

/// What a compaction is answered with.
pub struct CompactedAnswer;

impl IntoResponses for CompactedAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = with_content("application/json", "CompactedResponse");
        answered(response.description("The items to go on with."))
    }
}

/// What a page about a stored response is answered with.
pub struct StoredResponse;

impl IntoResponses for StoredResponse {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        plain("StoredObject", "The upstream's answer, unchanged.")
    }
}

/// What the items of a stored response are answered with.
pub struct InputItems;

impl IntoResponses for InputItems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        plain("StoredObject", "A page of items.")
    }
}

/// What a count of input tokens is answered with.
pub struct InputTokens;

impl IntoResponses for InputTokens {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        plain("InputTokenCount", "The count.")
    }
}

fn plain(shape: &str, about: &str) -> BTreeMap<String, RefOr<Response>> {
    let response = with_content("application/json", shape).description(about).build();
    [("200".to_owned(), response.into())].into()
}

pub(crate) fn with_content(kind: &str, shape: &str) -> ResponseBuilder {
    let shape = ContentBuilder::new().schema(Some(Ref::from_schema_name(shape))).build();
    ResponseBuilder::new().content(kind, shape)
}

/// An answer, with its model and its cost in headers.
pub(crate) fn answered(mut response: ResponseBuilder) -> BTreeMap<String, RefOr<Response>> {
    for (name, about) in TEXTS {
        response = response.header(name, header(String::schema(), about));
    }
    let cost = "Dollars; absent for streams, and if unknown.";
    let fee = "The routing fees in it.";
    let status = "The cost status; absent for streams.";
    let bound = "The output limit in tokens that the gateway set so that the request fits a strict budget. \
        Absent if it set none.";
    response = response
        .header("x-fareway-cost-usd", header(UsdText::schema(), cost))
        .header("x-fareway-routing-fee-usd", header(UsdText::schema(), fee))
        .header("x-fareway-cost-status", header(CostStatus::schema(), status))
        .header("x-fareway-max-output", header(u64::schema(), bound));
    [("200".to_owned(), response.build().into())].into()
}

fn header(schema: RefOr<utoipa::openapi::Schema>, about: &str) -> Header {
    HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
}
