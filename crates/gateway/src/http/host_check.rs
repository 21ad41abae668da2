//! Check of the `Host` header, for gateways with a weak master key: another site's name can resolve
//! to this machine, and its pages could then pass as the gateway's own.

use std::net::IpAddr;

use http::{HeaderMap, Uri, header};
use secrecy::SecretString;

use super::error::ApiError;
use crate::config::key_strength;

/// Hosts that requests may name.
#[derive(Debug)]
pub(crate) struct HostCheck {
    /// Beside this machine's own, in lower case.
    listed: Vec<String>,
    /// What is wrong with the master key.
    weakness: &'static str,
}

// === impl HostCheck ===

impl HostCheck {
    /// The check that a master key makes necessary. Without any, callers are checked more strictly.
    pub(crate) fn of(key: Option<&SecretString>, listed: &[String]) -> Option<Self> {
        let weakness = key_strength::weakness(Some(key?))?;
        let listed = listed.iter().map(|host| host.trim().to_ascii_lowercase()).collect();
        Some(Self { listed, weakness })
    }

    /// # Errors
    /// When a request is for another host. Programs may name none; browsers always do.
    pub(crate) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
        let hosts = headers.get_all(header::HOST).iter();
        let hosts = hosts.map(|host| host.to_str().unwrap_or_default());
        // The request line may name a host as well (RFC 9112, 3.2.2).
        let mut named = hosts.chain(uri.authority().map(http::uri::Authority::as_str));
        let other = named.find(|host| !self.allows(host));
        other.map_or(Ok(()), |host| {
            Err(ApiError::WrongHost { host: host.to_owned(), weakness: self.weakness })
        })
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        if is_loopback(&host) {
            return true;
        }
        // Listed with or without a port: without one, all of its ports are allowed.
        let name = host.rsplit_once(':').map_or(&*host, |(name, _)| name);
        self.listed.iter().any(|listed| *listed == host || listed == name)
    }
}

/// Whether the host of an authority is this machine by its name or address.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<http::uri::Authority>() else { return false };
    let host = authority.host().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(key: &str, host: &'static str) -> bool {
        let listed = ["Gateway.Test".to_owned(), "other.test:4000".to_owned()];
        let Some(check) = HostCheck::of(Some(&key.into()), &listed) else { return true };
        let headers = [(header::HOST, HeaderValue::from_static(host))].into_iter().collect();
        check.check(&Uri::from_static("/v1/models"), &headers).is_ok()
    }

    #[test]
    fn a_weak_key_is_for_this_machine_and_listed_hosts() {
        for own in [
            "localhost",
            "LocalHost:4000",
            "127.0.0.1:4000",
            "[::1]:4000",
            "gateway.test",
            "GATEWAY.test:81",
            "other.test:4000",
        ] {
            assert!(check("sk-1234", own) && check("short", own), "{own}");
        }
        for other in [
            "rebound.example.com",
            "rebound.example.com:4000",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "localhost.example.com",
            "other.test",
            "a.gateway.test",
            "",
            "gateway.test@example.com",
        ] {
            assert!(!check("sk-1234", other) && !check("short", other), "{other}");
            assert!(check("sk-2b7e151628aed2a6abf7158809cf4f3c", other), "{other}");
        }
    }

    #[test]
    fn every_host_that_is_named_counts() {
        let check = HostCheck::of(Some(&"sk-1234".into()), &[]).unwrap();
        let mut headers = HeaderMap::new();
        assert!(check.check(&Uri::from_static("/"), &headers).is_ok());
        assert!(check.check(&Uri::from_static("http://example.com/"), &headers).is_err());
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        headers.append(header::HOST, HeaderValue::from_static("example.com"));
        assert!(check.check(&Uri::from_static("/"), &headers).is_err());
    }

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "localhost:4000", "127.0.0.1:4000", "[::1]:4000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "10.0.0.1", "", "null"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
