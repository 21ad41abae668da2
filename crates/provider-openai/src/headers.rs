//! OpenAI's header names: those sent with a request, and those of an answer that are passed on.

use http::{HeaderMap, HeaderName};
use llm_types::{HeaderFacts, ProviderFacts, header_text};

/// The header with the id of a request, to be given to support.
pub(crate) const REQUEST_IDS: [&str; 1] = ["x-request-id"];

/// The headers of a caller that are passed on.
const FORWARDED: [&str; 3] = ["anthropic-beta", "anthropic-version", "x-client-request-id"];

/// The headers that are passed on, beside `x-ratelimit-…`. Those that name the operator's
/// organisation and project are not among them.
const INTERESTING: [&str; 5] =
    ["openai-processing-ms", "openai-version", "retry-after", "retry-after-ms", "x-request-id"];

/// Whether a header of the caller is sent upstream.
pub(crate) fn goes_up(name: &HeaderName) -> bool {
    FORWARDED.contains(&name.as_str())
}

/// Whether a header of an answer is worth passing on.
pub(crate) fn passes(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-ratelimit-") || INTERESTING.contains(&name)
}

/// The facts that an answer's headers contain.
pub(crate) fn facts(headers: &HeaderMap) -> HeaderFacts {
    let provider = ProviderFacts::of_request(header_text(headers, "x-request-id"));
    HeaderFacts { provider, ..HeaderFacts::default() }
}
