//! OpenAI's header names: those sent with a request, and those of an answer that are passed on.

use http::{HeaderMap, HeaderName};
use llm_types::{HeaderFacts, header_text};

/// Where the id of a request is, the one to give to support.
pub(crate) const REQUEST_IDS: [&str; 1] = ["x-request-id"];

/// The one header of a caller's that OpenAI knows.
const CALLER_ID: &str = "x-client-request-id";

/// Exact names that say something about the request, beside `x-ratelimit-…`. Names of the operator's
/// organisation and project are not among them.
const INTERESTING: [&str; 5] =
    ["openai-processing-ms", "openai-version", "retry-after", "retry-after-ms", "x-request-id"];

/// Whether a header of the caller's goes up.
pub(crate) fn goes_up(name: &HeaderName) -> bool {
    name == CALLER_ID
}

/// Whether a header of an answer is worth passing on.
pub(crate) fn passes(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-ratelimit-") || INTERESTING.contains(&name)
}

/// What the headers of an answer say of it.
pub(crate) fn facts(headers: &HeaderMap) -> HeaderFacts {
    let request_id = header_text(headers, "x-request-id");
    HeaderFacts { request_id, ..HeaderFacts::default() }
}
