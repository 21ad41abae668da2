//! `general_settings.trusted_proxies`: the proxies whose `X-Forwarded-For` counts.

use ipnet::IpNet;

use super::{ConfigError, Table};
use crate::http::client_ip;

const KEY: &str = "trusted_proxies";
const EXPECTED: &str = "addresses or networks such as `10.0.0.0/8`";

/// Reads the networks; none where the key is absent.
pub(super) fn read(
    general: &mut Table<'_, '_>,
    warnings: &mut Vec<String>,
) -> Result<Vec<IpNet>, ConfigError> {
    let Some((written, place)) = general.names_at(KEY)? else { return Ok(Vec::new()) };
    let mut networks = Vec::new();
    for text in written {
        let network = client_ip::parse_network(&text);
        let network = network.ok_or_else(|| place.wrong(EXPECTED, text.clone()))?;
        if network.prefix_len() == 0 {
            warnings.push(format!(
                "{place} trusts every address (`{text}`), so that any client can claim any other's"
            ));
        }
        networks.push(network);
    }
    Ok(networks)
}
