//! OpenAPI responses of Messages: a whole answer, a stream, a count of tokens, and errors.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response, Schema, schema::AnyOfBuilder},
};

use crate::{errors, openai};

/// What a request for a message is answered with.
pub struct MessageAnswer;

/// How many tokens a prompt has.
pub struct CountAnswer;

/// Why a request for a message has no answer.
pub struct NoMessage;

/// One event of a stream: a part of the answer, or the error that ends it.
pub struct MessageEvent;

impl IntoResponses for MessageAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let about = "The answer: whole, or as server-sent events with `stream`. What a stream cost is in \
            its last `message_delta` and in its receipt. A stream that is long in coming begins with its \
            head after `answers.hold` (2 seconds): headers that are known only when the answer begins are \
            then missing, and a refusal is an event with the same `error` that would be its body.";
        let event =
            ContentBuilder::new().schema(Some(Ref::from_schema_name("MessageEvent"))).build();
        let response = openai::with_content("application/json", "Message").description(about);
        openai::answered(response.content("text/event-stream", event))
    }
}

impl IntoResponses for CountAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let about = "The length of the prompt, as the upstream counts it. It costs nothing, and is in no \
            ledger.";
        let response = openai::with_content("application/json", "TokenCount").description(about);
        [("200".to_owned(), response.build().into())].into()
    }
}

impl IntoResponses for NoMessage {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        errors::of_models("MessagesError")
    }
}

impl PartialSchema for MessageEvent {
    fn schema() -> RefOr<Schema> {
        let about = "The JSON of one event: a part of the answer, or the error that ends it. The last \
            event of a successful stream is `message_stop`.";
        let all = ["MessageStreamPart", "MessagesError"].map(Ref::from_schema_name);
        all.into_iter()
            .fold(AnyOfBuilder::new(), AnyOfBuilder::item)
            .description(Some(about))
            .into()
    }
}

impl ToSchema for MessageEvent {}
