//! Connectors: TCP, TLS, and the addresses that a connection may go to.

use std::{sync::Arc, time::Duration};

use http::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::ClientConfig;

use crate::address::{AddressPolicy, ForbiddenAddress, Resolver};

/// Makes connectors.
#[derive(Clone)]
pub(super) struct Connectors {
    /// For any address.
    any: Connector,
    tls: Arc<ClientConfig>,
    policy: Option<Arc<AddressPolicy>>,
}

/// Connects to whatever its resolver finds.
pub(super) type Connector = HttpsConnector<HttpConnector<Resolver>>;

// === impl Connectors ===

impl Connectors {
    pub(super) fn new(tls: Arc<ClientConfig>, policy: Option<Arc<AddressPolicy>>) -> Self {
        Self { any: connector(Resolver::unchecked(), &tls), tls, policy }
    }

    /// A connector for a URL.
    ///
    /// # Errors
    /// When nothing may connect to it.
    pub(super) fn to(&self, uri: &Uri) -> Result<Connector, ForbiddenAddress> {
        match &self.policy {
            None => Ok(self.any.clone()),
            Some(policy) => Ok(connector(policy.resolver(uri)?, &self.tls)),
        }
    }
}

fn connector(resolver: Resolver, tls: &Arc<ClientConfig>) -> Connector {
    let mut tcp = HttpConnector::new_with_resolver(resolver);
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_mins(1)));
    HttpsConnector::from((tcp, Arc::clone(tls)))
}
