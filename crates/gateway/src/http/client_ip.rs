//! IP address of a request's client: that of its connection, or the one that a trusted proxy names.
//!
//! In `X-Forwarded-For` the rightmost address that is not a trusted proxy's counts: everything left
//! of it was written by an untrusted party. `Forwarded` does not count: a proxy that writes one of
//! the two headers passes the other on as the client wrote it.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, request::Parts};
use ipnet::IpNet;

use crate::config::parse_address;

/// An address, and the same as text, made once for each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientIp {
    pub(crate) address: IpAddr,
    pub(crate) text: Arc<str>,
}

/// The other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer(ClientIp);

/// Networks of proxies whose `X-Forwarded-For` counts.
#[derive(Debug)]
pub(crate) struct TrustedProxies(pub(crate) Vec<IpNet>);

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

// === impl Peer ===

impl Peer {
    pub(crate) fn new(address: IpAddr) -> Self {
        Self(ClientIp::new(address))
    }

    /// The client of a request from it.
    pub(crate) fn client(&self, headers: &HeaderMap, trusted: &[IpNet]) -> ClientIp {
        let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
        if trusted.is_empty() || !trusts(self.0.address) {
            return self.0.clone();
        }
        let mut client = self.0.address;
        // From the nearest proxy on: addresses further left may be invented by the client.
        for named in forwarded_for(headers) {
            let Some(address) = named else { break };
            client = address;
            if !trusts(client) {
                break;
            }
        }
        if client == self.0.address { self.0.clone() } else { ClientIp::new(client) }
    }
}

/// The addresses in the header, the last first; `None` for a value that is not an address.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    headers.get_all(FORWARDED_FOR).iter().rev().flat_map(|value| {
        // `?` is not an address, so that nothing beyond it is believed.
        let text = value.to_str().unwrap_or("?");
        text.rsplit(',').filter(|name| !name.trim().is_empty()).map(parse_address)
    })
}

// === impl ClientIp ===

impl ClientIp {
    fn new(address: IpAddr) -> Self {
        // A socket of both families shows IPv4 peers as `::ffff:…`.
        let address = address.to_canonical();
        Self { address, text: address.to_string().into() }
    }
}

// === impl TrustedProxies ===

impl TrustedProxies {
    /// The client of a request.
    pub(crate) fn client_of(&self, headers: &HeaderMap, peer: Option<&Peer>) -> ClientIp {
        match peer {
            Some(peer) => peer.client(headers, &self.0),
            // No connection is without one.
            None => ClientIp::new(IpAddr::from([0; 4])),
        }
    }
}

impl<S: AsRef<TrustedProxies> + Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(state.as_ref().client_of(&parts.headers, parts.extensions.get()))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// The client of a request from `peer` with these headers, where 10.0.0.0/8, 2001:db8:aa::/48 and
    /// 192.0.2.7 are trusted.
    #[track_caller]
    fn check(peer: &str, headers: &[&'static str], expect: &str) {
        let trusted = ["10.0.0.0/8", "2001:db8:aa::/48", "192.0.2.7/32"];
        let trusted = trusted.map(|network| network.parse().unwrap());
        let all: HeaderMap = headers
            .iter()
            .map(|value| (FORWARDED_FOR, HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .collect();
        let client = Peer::new(peer.parse().unwrap()).client(&all, &trusted);
        assert_eq!(&*client.text, expect, "{peer} {headers:?}");
        assert_eq!(client.address, expect.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn only_a_trusted_proxy_names_the_client() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("203.0.113.9", &["10.0.0.1"], "203.0.113.9");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("2001:db8:aa::1", &["198.51.100.1"], "198.51.100.1");
        check("192.0.2.7", &["198.51.100.1"], "198.51.100.1");
        check("192.0.2.8", &["198.51.100.1"], "192.0.2.8");
        // A socket of both families shows peers of IPv4 so.
        check("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:203.0.113.9", &["198.51.100.1"], "203.0.113.9");
    }

    #[test]
    fn the_rightmost_address_counts_that_is_no_proxys() {
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.3, 10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1", "10.0.0.3,10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1");
        // Proxies only: the first of the chain is the client.
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (written, expect) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:0DB8:0:0::1", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("[::ffff:198.51.100.1]:80", "198.51.100.1"),
            (" 198.51.100.1 ,, ", "198.51.100.1"),
        ] {
            check("10.0.0.1", &[written], expect);
        }
    }

    /// Nothing is known of who is left of it: the proxy's own address is all that is.
    #[test]
    fn garbage_names_nobody() {
        for garbage in ["unknown", "_hidden", "198.51.100", "198.51.100.1:99999", "\u{e4}", "::g"] {
            check("10.0.0.1", &[garbage], "10.0.0.1");
        }
        check("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2");
        check("10.0.0.1", &["unknown, 198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["", ","], "10.0.0.1");
    }
}
