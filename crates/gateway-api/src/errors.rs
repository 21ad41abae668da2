//! OpenAPI responses of errors: one shape for all of them, their codes, and the statuses that pages
//! have in common.

use std::collections::{BTreeMap, HashMap};

use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Schema,
        schema::{AnyOfBuilder, SchemaType, Type},
    },
};

/// An error, in OpenAI's shape.
#[derive(ToSchema)]
#[schema(as = Error)]
pub struct ErrorShape {
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(ToSchema)]
pub struct ErrorDetail {
    /// What happened and what to do, for people.
    pub message: String,
    /// The class of the error.
    #[schema(rename = "type", value_type = Option<ErrorType>)]
    pub kind: Option<String>,
    /// The request's parameter that is meant, if it is one.
    pub param: Option<String>,
    #[schema(value_type = Option<ErrorCode>)]
    pub code: Option<String>,
}

/// An error of the gateway, or an error of Azure, which is passed on unchanged.
pub struct ChatError;

/// One event of a stream: a part of the answer, or the error that ends it.
pub struct ChatEvent;

/// An error from Azure: OpenAI's shape with additional fields.
#[derive(ToSchema)]
pub struct AzureError {
    pub error: AzureErrorDetail,
    #[serde(flatten)]
    pub others: HashMap<String, serde_json::Value>,
}

/// Azure's message.
#[derive(ToSchema)]
pub struct AzureErrorDetail {
    pub message: String,
    #[serde(flatten)]
    pub others: HashMap<String, serde_json::Value>,
}

/// A class of errors.
pub struct ErrorType;

/// A code for programs.
pub struct ErrorCode;

const INVALID: &str = "invalid_request_error";
const AUTHENTICATION: &str = "authentication_error";
const UPSTREAM: &str = "upstream_error";
const SERVER: &str = "server_error";

/// Codes, each with its type.
pub type Codes = &'static [(&'static str, &'static str)];

/// Every status with what it says and its codes.
pub const CODES: [(u16, &str, Codes); 14] = [
    (
        400,
        "The request is invalid.",
        &[
            (INVALID, "invalid_field"),
            (INVALID, "invalid_model"),
            (INVALID, "invalid_path"),
            (INVALID, "invalid_json"),
            (INVALID, "invalid_type"),
            (INVALID, "missing_required_parameter"),
            (INVALID, "duplicate_key"),
            (INVALID, "api_not_supported"),
            (INVALID, "not_translated"),
            (INVALID, "router_not_supported"),
            (INVALID, "background_not_supported"),
            (INVALID, "previous_response_not_found"),
            (INVALID, "body_incomplete"),
            (INVALID, "body_not_decoded"),
            (INVALID, "too_many_to_sort"),
        ],
    ),
    (
        401,
        "There is no valid key.",
        &[
            (AUTHENTICATION, "invalid_api_key"),
            (AUTHENTICATION, "key_expired"),
            (AUTHENTICATION, "key_blocked"),
            (AUTHENTICATION, "session_over"),
        ],
    ),
    (
        403,
        "The key is not allowed to do this.",
        &[
            (AUTHENTICATION, "not_admin"),
            (AUTHENTICATION, "not_local"),
            (AUTHENTICATION, "wrong_host"),
            (AUTHENTICATION, "wrong_origin"),
            (AUTHENTICATION, "session_read_only"),
            (AUTHENTICATION, "two_sessions"),
            (INVALID, "model_blocked"),
        ],
    ),
    (
        404,
        "What is requested does not exist.",
        &[(INVALID, "not_found"), (INVALID, "not_here"), (INVALID, "model_not_found")],
    ),
    (405, "The page is asked in the wrong way.", &[(INVALID, "method_not_allowed")]),
    (408, "The request's body did not arrive in time.", &[(INVALID, "body_timeout")]),
    (
        409,
        "It does not go with what is there.",
        &[
            (INVALID, "conflict"),
            (INVALID, "model_in_config"),
            (INVALID, "credential_not_protected"),
        ],
    ),
    (413, "The request is too large.", &[(INVALID, "request_too_large")]),
    (415, "The body's `Content-Encoding` is not supported.", &[(INVALID, "unsupported_encoding")]),
    (
        429,
        "A limit or a budget is used up, at the gateway or at Azure, or the address has sent too many invalid keys.",
        &[
            ("rate_limit_error", "rate_limit_exceeded"),
            ("rate_limit_error", "too_many_failed_keys"),
            ("rate_limit_error", "too_many_reports"),
            ("budget_exceeded", "budget_exceeded"),
            ("budget_exceeded", "cost_unbounded"),
        ],
    ),
    (500, "The system has no randomness to create a key.", &[(SERVER, "no_random")]),
    (
        502,
        "Azure cannot be reached, or its answer cannot be used.",
        &[
            (UPSTREAM, "upstream_unreachable"),
            (UPSTREAM, "upstream_not_allowed"),
            (UPSTREAM, "upstream_interrupted"),
            (UPSTREAM, "upstream_credential"),
            (UPSTREAM, "upstream_bad_answer"),
        ],
    ),
    (
        503,
        "The gateway cannot do this now.",
        &[
            (SERVER, "books_unavailable"),
            (SERVER, "model_unusable"),
            (SERVER, "too_many_bodies"),
            (SERVER, "report_too_long"),
        ],
    ),
    (504, "Azure did not answer in time.", &[(UPSTREAM, "upstream_timeout")]),
];

/// Names some statuses that pages have in common.
macro_rules! refusals {
    ($($(#[$about:meta])* $name:ident = [$($status:literal),+];)+) => {$(
        $(#[$about])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$($status),+].map(|status| (status.to_string(), refusal(status, "Error"))).into()
            }
        }
    )+};
}

refusals! {
    /// Of every page that needs a key.
    NoAccess = [401, 403, 429];
    /// Of pages that read the books.
    NoBooks = [401, 403, 429, 503];
    /// Of pages that read the books by a query.
    NotRead = [400, 401, 403, 429, 503];
    /// Of pages that take fields.
    NotDone = [400, 401, 403, 408, 413, 415, 429, 503];
    /// Of pages that compute something of the fields that they take.
    NotComputed = [400, 401, 403, 408, 413, 415, 429, 503];
    /// A path or a query that is not as expected.
    BadRequest = [400];
    /// What is named is not there.
    NotFound = [404];
    /// It conflicts with the current state.
    Conflict = [409];
    /// A limit or a budget has no room for it.
    NoRoom = [429];
    /// No key can be made.
    NoRandom = [500];
}

/// Why a chat request has no answer.
pub struct NoAnswer;

impl IntoResponses for NoAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of_models("ChatError")
    }
}

/// Errors of a page that calls a model, in this shape.
pub(crate) fn of_models(schema: &str) -> BTreeMap<String, RefOr<Response>> {
    let statuses = [400, 401, 403, 404, 408, 413, 415, 429, 502, 503, 504];
    let ours = statuses.map(|status| (status.to_string(), refusal(status, schema)));
    let other = response("Any other status is Azure's own.".to_owned(), schema);
    ours.into_iter().chain([("default".to_owned(), other)]).collect()
}

fn refusal(status: u16, schema: &str) -> RefOr<Response> {
    let found = CODES.iter().find(|(known, ..)| *known == status);
    let (about, codes) = found.map_or(("", &[][..]), |(_, about, codes)| (*about, *codes));
    let codes: Vec<_> = codes.iter().map(|(_, code)| format!("`{code}`")).collect();
    response(format!("{about} Codes: {}.", codes.join(", ")), schema)
}

fn response(about: String, schema: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new().description(about).content("application/json", content).build().into()
}

/// Words that are known, and others, since Azure has its own.
fn words(known: Vec<&'static str>, about: &str) -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
    let known = text().enum_values(Some(known));
    AnyOfBuilder::new().item(known).item(text()).description(Some(about)).into()
}

impl PartialSchema for ErrorType {
    fn schema() -> RefOr<Schema> {
        let mut known: Vec<_> =
            CODES.iter().flat_map(|(_, _, codes)| codes.iter().map(|(kind, _)| *kind)).collect();
        known.sort_unstable();
        known.dedup();
        words(known, "A class of errors. Azure has others.")
    }
}

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let all = CODES.iter().flat_map(|(_, _, codes)| codes.iter().map(|(_, code)| *code));
        words(all.collect(), "A code for programs. Azure has others.")
    }
}

/// Any of these.
fn any(names: &[&str], about: &str) -> RefOr<Schema> {
    let all = names.iter().map(|name| Ref::from_schema_name(*name));
    all.fold(AnyOfBuilder::new(), AnyOfBuilder::item).description(Some(about)).into()
}

impl PartialSchema for ChatError {
    fn schema() -> RefOr<Schema> {
        let about = "An error of the gateway's, or of Azure's, which passes on as it came.";
        any(&["Error", "AzureError"], about)
    }
}

impl PartialSchema for ChatEvent {
    fn schema() -> RefOr<Schema> {
        let about = "The JSON of one event: a part of the answer, or the error that ends it. The last \
            event of a successful stream is `[DONE]`, which is not JSON.";
        any(&["ChatCompletionChunk", "ChatError"], about)
    }
}

impl ToSchema for ChatEvent {}
impl ToSchema for ChatError {}
impl ToSchema for ErrorType {}
impl ToSchema for ErrorCode {}
