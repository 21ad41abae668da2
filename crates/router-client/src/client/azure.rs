//! Clients of one Azure endpoint.

use std::sync::Arc;

use provider_azure_ai::{Auth, AzureAi, Transport, TransportOptions};
use secrecy::SecretString;

use super::{Builder, RouterClient, direct_endpoint::DirectEndpoint};
use crate::{error::SetupError, routing::catalogue::Catalogue};

impl RouterClient {
    /// A client for the deployments behind one Azure endpoint, of which any can be asked by its
    /// model string: `azure_ai/<deployment>`, `azure/<deployment>`, `azure_ai/auto`.
    ///
    /// `endpoint` is what Azure's portal shows, in any of its forms; it is called with the key in
    /// the `api-key` header.
    ///
    /// # Errors
    /// When the endpoint or the key cannot be one, or this machine has no root certificates.
    pub fn azure_ai(endpoint: &str, key: impl Into<SecretString>) -> Result<Self, SetupError> {
        Ok(Self::azure_ai_with(endpoint, Auth::ApiKey(key.into()))?.build())
    }

    /// The same with another credential, and more to set.
    ///
    /// # Errors
    /// As [`RouterClient::azure_ai`].
    pub fn azure_ai_with(endpoint: &str, auth: Auth) -> Result<Builder, SetupError> {
        let transport = Transport::new(TransportOptions::default())?;
        let direct = DirectEndpoint::new(endpoint, auth, transport);
        // An endpoint that can never work should fail here and not at the first call.
        direct.deployment(&AzureAi::name("azure_ai/auto")?)?;
        let direct = Arc::new(direct);
        let mut builder = Builder::new(Arc::clone(&direct) as Arc<dyn Catalogue>);
        builder.direct = Some(direct);
        Ok(builder)
    }
}
