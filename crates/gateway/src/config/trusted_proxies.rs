//! `general_settings.trusted_proxies`: the proxies whose `X-Forwarded-For` counts.

use std::net::{IpAddr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};

use super::{ConfigError, Table};

const KEY: &str = "trusted_proxies";
const EXPECTED: &str = "addresses or networks such as `10.0.0.0/8`";

/// Reads the networks; none if the key is absent.
pub(super) fn read(
    general: &mut Table<'_, '_>,
    warnings: &mut Vec<String>,
) -> Result<Vec<IpNet>, ConfigError> {
    let Some((written, place)) = general.names_at(KEY)? else { return Ok(Vec::new()) };
    let mut networks = Vec::new();
    for text in written {
        let network = parse_network(&text);
        let network = network.ok_or_else(|| place.wrong(EXPECTED, text.clone()))?;
        // Allowed, as a gateway may be reachable through its proxy alone.
        if network.prefix_len() == 0 {
            warnings.push(format!(
                "{place} trusts all addresses (`{text}`), so any client can pretend to have another address"
            ));
        }
        networks.push(network);
    }
    Ok(networks)
}

/// An address with or without a port or brackets. One of IPv4 that is written in IPv6 is one of IPv4.
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// A network, or a single address.
fn parse_network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    if let Some(address) = parse_address(text) {
        return Some(address.into());
    }
    let network: IpNet = text.parse().ok()?;
    // Peers of IPv4 are never seen as IPv6.
    let mapped = match (network.addr().to_canonical(), network.prefix_len().checked_sub(96)) {
        (IpAddr::V4(address), Some(length)) if network.addr().is_ipv6() => {
            Ipv4Net::new(address, length).ok().map(IpNet::from)
        }
        _ => None,
    };
    Some(mapped.unwrap_or(network).trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read() {
        for (written, expect) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("::1", "::1/128"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("fd00::1/8", "fd00::/8"),
        ] {
            assert_eq!(
                parse_network(written).map(|network| network.to_string()).as_deref(),
                Some(expect)
            );
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "proxy.example.com", "10.0.0.0/x"] {
            assert_eq!(parse_network(wrong), None, "{wrong}");
        }
    }
}
