//! Section `upstreams`: the addresses that models which are added by API may use.

use upstream_http::{AddressPolicy, AllowedHost};

use super::{ConfigError, Table, providers};

/// Reads which addresses are allowed. Models of the configuration file go wherever it says.
pub(super) fn read(mut table: Table<'_, '_>) -> Result<AddressPolicy, ConfigError> {
    let mut allowed = Vec::new();
    if let Some((hosts, place)) = table.texts_at("allowed_hosts")? {
        for host in hosts {
            let wrong = || ConfigError::Wrong {
                place: place.clone(),
                expected: "hosts such as `gpu.example.com`, `*.example.com:8443`, `127.0.0.1` or \
                           `10.1.0.0/16`",
                found: host.clone(),
            };
            allowed.push(AllowedHost::parse(&host).ok_or_else(wrong)?);
        }
    }
    let private = table.flag("private_addresses")?.unwrap_or(false);
    Ok(AddressPolicy::new(allowed, private).with_private_endpoints(providers::private_endpoints()))
}
