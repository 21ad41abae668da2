//! Azure's header names: those sent with a request, and those of an answer that are passed on.

use http::{HeaderMap, HeaderName};
use llm_types::{HeaderFacts, ProviderFacts, header_text};
use upstream_http::is_hop_by_hop;

/// Headers of a gateway's clients that are for Azure: preview features, the version of Anthropic's API, and ids that the client wants
/// to find again in Azure's logs. One that names another deployment (`x-ms-spillover-deployment`) is
/// not among them: the operator decides which deployments may be called.
pub const CLIENT_HEADERS: [&str; 5] = [
    "anthropic-beta",
    "anthropic-version",
    "foundry-features",
    "x-ms-client-request-id",
    "x-ms-session-id",
];

/// The headers with the id of a request; the first is the one to give to support.
pub(crate) const REQUEST_IDS: [&str; 3] = ["apim-request-id", "x-request-id", "x-ms-request-id"];

/// Headers of the caller that are not sent: the provider sets them itself, they would leak a
/// credential, or (`accept-encoding`) the answer could not be read here.
const OWN: [&str; 12] = [
    "accept-encoding",
    "api-key",
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "ocp-apim-subscription-key",
    "user-agent",
    "x-api-key",
];

/// Exact names of upstream headers that say something about the request, beside the families that
/// [`is_interesting_header`] knows.
const INTERESTING: [&str; 9] = [
    "api-supported-versions",
    "apim-request-id",
    "azureml-model-session",
    "policy-id",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-envoy-upstream-service-time",
    "x-request-id",
];

/// No name of a region is longer, in bytes.
const LONGEST_REGION: usize = 64;

/// Whether a header of the caller's may go to Azure as it is.
#[must_use]
pub fn is_forwardable_header(name: &HeaderName) -> bool {
    !is_hop_by_hop(name) && !OWN.contains(&name.as_str())
}

/// Whether an upstream header is worth keeping: rate limits, waiting times, request ids, and what
/// Azure says about region, deployment and model.
#[must_use]
pub fn is_interesting_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    let family = name.starts_with("x-ms-")
        || name.starts_with("anthropic-ratelimit-")
        || name.starts_with("x-ratelimit-")
        || name.starts_with("x-rate-limit-");
    family || INTERESTING.contains(&name)
}

/// The facts that an answer's headers contain.
pub(crate) fn facts(headers: &HeaderMap) -> HeaderFacts {
    HeaderFacts {
        served: header_text(headers, "x-ms-served-model"),
        provider: ProviderFacts {
            request_id: header_text(headers, "apim-request-id"),
            region: region(headers),
        },
    }
}

/// The region that answered, such as `East US 2`; `None` where the header has something that is no name of
/// a region.
fn region(headers: &HeaderMap) -> Option<String> {
    let is_in_names = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.()".contains(&byte);
    let region = header_text(headers, "x-ms-region")?;
    (region.len() <= LONGEST_REGION && region.bytes().all(is_in_names)).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expect: Option<&str>) {
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-ms-region"),
            value.parse().unwrap(),
        )]);
        assert_eq!(facts(&headers).provider.region.as_deref(), expect);
    }

    #[test]
    fn a_region_is_a_short_name() {
        check("East US 2", Some("East US 2"));
        check("swedencentral", Some("swedencentral"));
        check("East US (Stage)", Some("East US (Stage)"));
        check(&"x".repeat(64), Some(&"x".repeat(64)));
        check(&"x".repeat(65), None);
        check("", None);
        check("<script>", None);
        check("East US\u{e9}", None);
        assert_eq!(facts(&HeaderMap::new()).provider.region, None);
    }
}
