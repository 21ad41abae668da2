//! The catalogue of one Azure endpoint: each of its deployments is found by its model string.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use llm_types::UpstreamName;
use provider_azure_ai::{Auth, AzureAi, Endpoint, Transport};

use super::Direct;
use crate::{
    error::SetupError,
    routing::{catalogue::Catalogue, deployment::Deployment, group::Group},
};

/// One endpoint of which every deployment is a group of its own.
pub(crate) struct DirectEndpoint {
    api_base: String,
    auth: Auth,
    transport: Transport,
    /// A std mutex: it is never held while waiting.
    groups: Mutex<HashMap<String, Arc<Group>>>,
}

// === impl DirectEndpoint ===

impl DirectEndpoint {
    pub(crate) fn new(api_base: &str, auth: Auth, transport: Transport) -> Self {
        Self { api_base: api_base.to_owned(), auth, transport, groups: Mutex::default() }
    }

    pub(crate) fn deployment(&self, name: &UpstreamName) -> Result<Deployment, SetupError> {
        let endpoint = Endpoint::parse(&self.api_base, None, &name.deployment)?;
        let azure = AzureAi::new(endpoint, self.auth.clone(), self.transport.clone())?;
        Ok(Deployment::new(name, Arc::new(azure)))
    }
}

impl Direct for DirectEndpoint {
    fn resolve(&self, asked: &str) -> Result<(), SetupError> {
        if self.group(asked).is_some() {
            return Ok(());
        }
        let deployment = self.deployment(&AzureAi::name(asked)?)?;
        let group = Arc::new(Group::new(asked, vec![Arc::new(deployment)]));
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        // Two calls may both have made it. The later one wins, and the other finishes with its own.
        groups.insert(asked.to_owned(), group);
        Ok(())
    }
}

impl Catalogue for DirectEndpoint {
    fn group(&self, asked: &str) -> Option<Arc<Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }
}

impl fmt::Debug for DirectEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectEndpoint").field("api_base", &self.api_base).finish_non_exhaustive()
    }
}
