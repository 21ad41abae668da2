//! What the tests of requests share.

use bytes::Bytes;
use http::HeaderMap;
use llm_types::OutboundChat;
use provider_azure_ai::{Auth, AzureAi, Endpoint, Transport, TransportOptions};

pub(crate) const BODY: &[u8] = b"{ \"model\":\"router\",  \"messages\":[] }";

pub(crate) fn azure(base: &str, auth: Auth) -> AzureAi {
    let endpoint = Endpoint::parse(base, None, "router").unwrap();
    AzureAi::new(endpoint, auth, Transport::new(TransportOptions::default()).unwrap()).unwrap()
}

pub(crate) fn request() -> OutboundChat {
    OutboundChat { body: Bytes::from_static(BODY), headers: HeaderMap::new() }
}
