//! Response headers: those of the upstream that are passed on, and those that Fareway adds.

use cost_model::Receipt;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use llm_types::{Refusal, Tokens};

use super::error::Refused;
use crate::{
    config::providers,
    limits::{Left, OverLimit, Room, What},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-fareway-request-id");
const SERVED_MODEL: HeaderName = HeaderName::from_static("x-fareway-served-model");
const COST_USD: HeaderName = HeaderName::from_static("x-fareway-cost-usd");
const COST_STATUS: HeaderName = HeaderName::from_static("x-fareway-cost-status");
/// The bound on the answer's tokens that the gateway set, for want of budget or because the client
/// named none.
const MAX_OUTPUT: HeaderName = HeaderName::from_static("x-fareway-max-output");
/// Keys of the request's body that have no effect here, and were not sent.
const IGNORED: HeaderName = HeaderName::from_static("x-fareway-ignored");
/// Keys of the request that were left out when it was translated into a chat.
const NOT_TRANSLATED: HeaderName = HeaderName::from_static("x-fareway-not-translated");
const ROUTING_FEE_USD: HeaderName = HeaderName::from_static("x-fareway-routing-fee-usd");

// LiteLLM's names, for what is true here too.
const CALL_ID: HeaderName = HeaderName::from_static("x-litellm-call-id");
const MODEL_GROUP: HeaderName = HeaderName::from_static("x-litellm-model-group");
const MODEL_ID: HeaderName = HeaderName::from_static("x-litellm-model-id");
const MODEL_NAME: HeaderName = HeaderName::from_static("x-litellm-model-name");
const RESPONSE_COST: HeaderName = HeaderName::from_static("x-litellm-response-cost");
const ATTEMPTED_RETRIES: HeaderName = HeaderName::from_static("x-litellm-attempted-retries");
const DURATION: HeaderName = HeaderName::from_static("x-litellm-response-duration-ms");

const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// The limit, what is left of it, and when all of it is there again.
const LIMIT_REQUESTS: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-limit-requests"),
    HeaderName::from_static("x-ratelimit-remaining-requests"),
    HeaderName::from_static("x-ratelimit-reset-requests"),
];
const LIMIT_TOKENS: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-limit-tokens"),
    HeaderName::from_static("x-ratelimit-remaining-tokens"),
    HeaderName::from_static("x-ratelimit-reset-tokens"),
];

/// The headers that are added to an answer or to a refusal, or put in place of the upstream's. The list
/// is complete. Of the upstream's own, those pass that its provider passes
/// (`llm_types::Provider::passes`); all others are left out.
pub const ADDED: [&str; 27] = [
    "cache-control",
    "retry-after",
    "retry-after-ms",
    "www-authenticate",
    "x-accel-buffering",
    "x-fareway-cost-status",
    "x-fareway-cost-usd",
    "x-fareway-ignored",
    "x-fareway-max-output",
    "x-fareway-not-translated",
    "x-fareway-request-id",
    "x-fareway-routing-fee-usd",
    "x-fareway-served-model",
    "x-litellm-attempted-retries",
    "x-litellm-call-id",
    "x-litellm-model-group",
    "x-litellm-model-id",
    "x-litellm-model-name",
    "x-litellm-response-cost",
    "x-litellm-response-duration-ms",
    "x-ratelimit-limit-requests",
    "x-ratelimit-limit-tokens",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "x-should-retry",
];

/// The client's headers that providers want to see. Everything else is between the client and the
/// gateway.
pub(crate) fn forwarded(from: &HeaderMap) -> HeaderMap {
    let mut to = HeaderMap::new();
    for name in providers::client_headers() {
        if let Some(value) = from.get(name) {
            to.insert(HeaderName::from_static(name), value.clone());
        }
    }
    to
}

/// The upstream's headers that its provider passes, with room for Fareway's own.
pub(crate) fn of_upstream(mut all: HeaderMap) -> HeaderMap {
    // At once, as inserting one by one would grow the map several times.
    all.reserve(16);
    all
}

/// The wait that Azure requests, in both forms, even if Azure sent only one of them or a date.
pub(crate) fn retry_after(refusal: &Refusal, to: &mut HeaderMap) {
    let Some(wait) = refusal.retry_after else { return };
    if !to.contains_key(header::RETRY_AFTER) {
        // Rounded up: a client that comes too early is refused again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        to.insert(header::RETRY_AFTER, seconds.into());
    }
    if !to.contains_key(RETRY_AFTER_MS) {
        insert(to, [RETRY_AFTER_MS], &wait.as_millis().to_string());
    }
}

/// When and whether to try again: a budget does not reset soon enough for a client to wait, and
/// `OpenAI`'s SDKs would send the request twice more.
pub(crate) fn of_refusal(refused: &Refused, to: &mut HeaderMap) {
    match refused {
        Refused::Limit(OverLimit { wait: Some(wait), what, limit, .. }) => {
            to.insert(header::RETRY_AFTER, (*wait).into());
            let none = Some(Left { limit: *limit, left: 0 });
            let (requests, tokens) = match what {
                What::Requests => (none, None),
                What::Tokens => (None, none),
                What::Parallel => (None, None),
            };
            limits(&Room { requests, tokens, resets_in: *wait }, to);
        }
        Refused::Budget(..) | Refused::Unpriced { .. } => {
            to.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
        }
        Refused::Limit(_) | Refused::Away(_) => {}
    }
}

/// Remaining requests and tokens of this minute, by `OpenAI`'s names. Azure's own figures describe the
/// deployment, so they are passed on only where this gateway sets no limit.
pub(crate) fn limits(room: &Room, to: &mut HeaderMap) {
    let all = [(&room.requests, LIMIT_REQUESTS), (&room.tokens, LIMIT_TOKENS)];
    for (left, [limit, remaining, reset]) in all {
        let Some(left) = left else { continue };
        to.insert(limit, left.limit.into());
        to.insert(remaining, left.left.into());
        insert(to, [reset], &format!("{}s", room.resets_in));
    }
}

/// Keys of the request that had no effect.
pub(crate) fn ignored(keys: &[&'static str], to: &mut HeaderMap) {
    if !keys.is_empty() {
        insert(to, [IGNORED], &keys.join(", "));
    }
}

/// Keys that a translation left out, and the header with versions to come (`beta`), which a chat does
/// not know; none, where all was carried over.
pub(crate) fn not_translated(dropped: &str, beta: bool, to: &mut HeaderMap) {
    let beta = if beta { "anthropic-beta" } else { "" };
    let named = [dropped, beta].into_iter().filter(|name| !name.is_empty());
    let named = named.collect::<Vec<_>>().join(", ");
    insert(to, [NOT_TRANSLATED], if named.is_empty() { "none" } else { &named });
}

/// Headers that are known when a stream begins: the cost follows at its end and in the receipt.
pub(crate) fn announce(id: &str, group: &str, to: &mut HeaderMap) {
    insert(to, [REQUEST_ID, CALL_ID], id);
    insert(to, [MODEL_GROUP], group);
}

/// Headers of a settled receipt.
pub(crate) fn describe(receipt: &Receipt, to: &mut HeaderMap) {
    announce(&receipt.id, &receipt.asked, to);
    insert(to, [MODEL_NAME], &receipt.deployment);
    insert(to, [MODEL_ID], &receipt.deployment_id);
    served(receipt.served.as_deref(), to);
    let cost = &receipt.cost;
    to.insert(COST_STATUS, HeaderValue::from_static(cost.status.as_str()));
    if let Some(total) = cost.total() {
        insert(to, [COST_USD, RESPONSE_COST], total.plain().as_str());
    }
    if let Some(fee) = cost.routing_fee() {
        insert(to, [ROUTING_FEE_USD], fee.plain().as_str());
    }
    to.insert(ATTEMPTED_RETRIES, receipt.attempts.len().saturating_sub(1).into());
    to.insert(DURATION, receipt.timings.duration_ms.into());
}

/// The bound that was set to the answer's tokens, if one was.
pub(crate) fn max_output(bound: Option<Tokens>, to: &mut HeaderMap) {
    if let Some(Tokens(bound)) = bound {
        to.insert(MAX_OUTPUT, bound.into());
    }
}

/// The model that answers, once it is known.
pub(crate) fn served(served: Option<&str>, to: &mut HeaderMap) {
    if let Some(served) = served {
        insert(to, [SERVED_MODEL], served);
    }
}

/// Omits a value that is not valid in a header, such as a model name with a line break.
fn insert<const N: usize>(to: &mut HeaderMap, names: [HeaderName; N], value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        for name in names {
            to.insert(name, value.clone());
        }
    }
}
