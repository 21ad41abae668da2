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
    // `https://` passes through here too; TLS is put around the connection.
    tcp.enforce_http(false);
    // A request is written as a whole, so that waiting for more could only delay it.
    tcp.set_nodelay(true);
    // Azure's load balancers drop connections that are idle for four minutes, and say nothing.
    tcp.set_keepalive(Some(Duration::from_mins(1)));
    HttpsConnector::from((tcp, Arc::clone(tls)))
}
