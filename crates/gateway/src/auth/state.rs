//! State of authentication: the master key, the ledger's keys and sessions, trusted proxies and
//! counters.

use std::sync::Arc;

use http::HeaderMap;
use jiff::Timestamp;
use llm_types::Clock;
use secrecy::SecretString;

use crate::{
    accounting::Books,
    http::{ApiError, ClientIp, Peer, TrustedProxies},
    limits::{FailedKeys, SharedCounters},
};

/// The parts of the gateway that callers are identified and limited by.
#[derive(Debug)]
pub(crate) struct Auth {
    /// The time of day.
    pub(crate) clock: Arc<dyn Clock>,
    /// The keys and sessions.
    pub(crate) books: Arc<Books>,
    /// `None`: every program on this machine is the operator.
    pub(crate) master_key: Option<SecretString>,
    /// Requests whose key is not valid.
    pub(crate) failed_keys: FailedKeys,
    /// The proxies that may name a request's client.
    pub(crate) proxies: TrustedProxies,
    /// Rate limits of all instances together, where Redis is configured.
    pub(crate) shared: Option<Arc<SharedCounters>>,
}

// === impl Auth ===

impl Auth {
    /// The time of day, UTC.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The client of a request.
    pub(crate) fn client_of(&self, headers: &HeaderMap, peer: Option<&Peer>) -> ClientIp {
        self.proxies.client_of(headers, peer)
    }

    /// The refusal of a key that is not valid, when it is time for it.
    pub(crate) async fn wrong_key(&self, client: &ClientIp, shown: &str) -> ApiError {
        match self.failed_keys.count_and_delay(client.address, shown, self.now()).await {
            Some(wait) => ApiError::TooManyFailedKeys { wait },
            None => ApiError::WrongKey,
        }
    }
}
