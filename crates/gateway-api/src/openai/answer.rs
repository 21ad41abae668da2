//! OpenAPI responses of chat: a whole answer with its headers, and a stream.

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

impl IntoResponses for Answer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = |name: &str| Some(Ref::from_schema_name(name));
        let whole = ContentBuilder::new().schema(schema("ChatCompletion")).build();
        let event = ContentBuilder::new().schema(schema("ChatEvent")).build();
        let mut response = ResponseBuilder::new()
            .description(
                "The answer: whole, or as server-sent events with `stream`. What a stream cost \
                 stands in its last event and in its receipt. A stream that is long in coming begins \
                 with its head and comments after `answers.hold` (2 seconds): headers that are known \
                 only when the answer begins are then missing, and a refusal is an event with the \
                 same `error` that would be its body.",
            )
            .content("application/json", whole)
            .content("text/event-stream", event);
        for (name, about) in TEXTS {
            response = response.header(name, header(String::schema(), about));
        }
        let cost = "Dollars; absent for streams, and if unknown.";
        let fee = "The routing fees in it.";
        let status = "The cost status; absent for streams.";
        let bound = "The output limit in tokens that the gateway set so that the request fits a strict \
            budget. Absent if it set none.";
        response = response
            .header("x-fareway-cost-usd", header(UsdText::schema(), cost))
            .header("x-fareway-routing-fee-usd", header(UsdText::schema(), fee))
            .header("x-fareway-cost-status", header(CostStatus::schema(), status))
            .header("x-fareway-max-output", header(u64::schema(), bound));
        [("200".to_owned(), response.build().into())].into()
    }
}

fn header(schema: RefOr<utoipa::openapi::Schema>, about: &str) -> Header {
    HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
}
