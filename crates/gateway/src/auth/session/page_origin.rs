//! Origin of the page that sent a request, from headers that browsers set and pages cannot.

use http::{HeaderMap, HeaderName, header};

/// The host and scheme of the request that a proxy received. A page of another site cannot send
/// these headers without a preflight, which is refused.
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(super) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the page that asks is the gateway's own: cookies are sent by pages of other ports, too.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let Some((scheme, origin)) = origin(headers) else { return false };
    // A server that answers without TLS in the gateway's place is not the gateway. That TLS ends before
    // it is known only where the proxy says so, and one proxy before another may say otherwise.
    if is_forwarded_https(headers) && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    let hosts = [text(headers, &header::HOST), text(headers, &FORWARDED_HOST)];
    hosts.into_iter().flatten().any(|host| host.eq_ignore_ascii_case(origin))
}

/// Whether a page asks that is not the gateway's own. Programs are no pages.
pub(crate) fn is_foreign(headers: &HeaderMap) -> bool {
    let site = text(headers, &FETCH_SITE);
    // `none`: a person entered the address. `same-site` is another host or port, and not trusted.
    let other_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    other_site || (headers.contains_key(header::ORIGIN) && !is_own(headers))
}

/// Whether the browser has the gateway's pages by TLS, which may end before the gateway.
pub(super) fn is_https(headers: &HeaderMap) -> bool {
    let page = origin(headers).filter(|_| is_own(headers));
    let has_tls = page.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https"));
    has_tls || is_forwarded_https(headers)
}

fn is_forwarded_https(headers: &HeaderMap) -> bool {
    // The first of several is what the browser used.
    let proto = text(headers, &FORWARDED_PROTO).and_then(|protos| protos.split(',').next());
    proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

/// Scheme and host of the page that asks.
fn origin(headers: &HeaderMap) -> Option<(&str, &str)> {
    text(headers, &header::ORIGIN)?.split_once("://")
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const HOST: (HeaderName, &str) = (header::HOST, "gw.example.com:4000");

    fn headers(all: &[(HeaderName, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_the_gateways_own_pages_are_its_own() {
        let own = |origin| is_own(&headers(&[HOST, (header::ORIGIN, origin)]));
        assert!(own("https://gw.example.com:4000") && own("http://GW.example.com:4000"));
        for other in [
            "https://gw.example.com",
            "https://gw.example.com:4001",
            "https://gw.example.com:4000.example.com",
            "https://example.com",
            "null",
            "",
        ] {
            assert!(!own(other), "{other}");
        }
        assert!(!is_own(&headers(&[HOST])));
        let forwarded = (FORWARDED_HOST, "fareway.example.com");
        assert!(is_own(&headers(&[
            HOST,
            forwarded,
            (header::ORIGIN, "https://fareway.example.com")
        ])));
    }

    #[test]
    fn a_page_without_tls_is_not_one_of_a_gateway_behind_tls() {
        let own = |proto, origin| {
            is_own(&headers(&[HOST, (FORWARDED_PROTO, proto), (header::ORIGIN, origin)]))
        };
        for proto in ["https", "https, http", "HTTPS"] {
            assert!(own(proto, "https://gw.example.com:4000"), "{proto}");
            assert!(!own(proto, "http://gw.example.com:4000"), "{proto}");
        }
        // A proxy behind the one where TLS ends.
        assert!(own("http", "https://gw.example.com:4000"));
    }

    #[test]
    fn programs_are_no_foreign_pages() {
        let foreign = |all: &[_]| is_foreign(&headers(&[&[HOST], all].concat()));
        assert!(!foreign(&[]));
        for site in ["same-origin", "none"] {
            assert!(!foreign(&[(FETCH_SITE, site)]), "{site}");
        }
        for site in ["cross-site", "same-site", "whatever"] {
            assert!(foreign(&[(FETCH_SITE, site)]), "{site}");
        }
        assert!(!foreign(&[(header::ORIGIN, "http://gw.example.com:4000")]));
        assert!(foreign(&[(header::ORIGIN, "http://gw.example.com:4001")]));
        assert!(foreign(&[(header::ORIGIN, "null"), (FETCH_SITE, "same-origin")]));
    }
}
