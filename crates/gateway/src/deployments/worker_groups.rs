//! Model groups of one worker, with connections of its own.

use std::sync::{Arc, PoisonError, RwLock, atomic::Ordering::Acquire};

use router_client::{Catalogue, Deployment, Group, Groups};
use upstream_http::Transport;

use super::{Deployments, Member};

/// The groups as one worker calls them. Its connections stay when deployments change, and a request
/// ends with the group that it began with.
#[derive(Debug)]
pub(crate) struct WorkerGroups {
    deployments: Arc<Deployments>,
    connections: Connections,
    /// Belongs to this worker alone, so that nothing waits for the lock.
    own: RwLock<Own>,
}

/// A worker's connections.
#[derive(Debug)]
pub(crate) struct Connections {
    /// To deployments of the configuration, wherever they are.
    pub(crate) of_config: Transport,
    /// To those that were added by API, where these may be.
    pub(crate) by_api: Transport,
}

#[derive(Debug)]
struct Own {
    /// The version of the set that they were made from.
    number: u64,
    groups: Groups,
}

// === impl WorkerGroups ===

impl WorkerGroups {
    pub(crate) fn new(deployments: Arc<Deployments>, connections: Connections) -> Self {
        let own = RwLock::new(Own::new(&deployments, &connections));
        Self { deployments, connections, own }
    }
}

impl Catalogue for WorkerGroups {
    fn group(&self, asked: &str) -> Option<Arc<Group>> {
        // Without the lock of `current`, which all workers would share for each request.
        let number = self.deployments.number.load(Acquire);
        {
            let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
            if own.number == number {
                return own.groups.group(asked);
            }
        }
        // Read before the set: if another set comes meanwhile, the next request sees another
        // number.
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        *own = Own::new(&self.deployments, &self.connections);
        own.groups.group(asked)
    }
}

// === impl Connections ===

impl Connections {
    fn to(&self, configured: &Member) -> &Transport {
        if configured.by_api { &self.by_api } else { &self.of_config }
    }
}

// === impl Own ===

impl Own {
    fn new(deployments: &Deployments, connections: &Connections) -> Self {
        let set = deployments.current();
        let over = |configured: &Arc<Member>| {
            let gate = deployments.gate(configured);
            Arc::new(Deployment { gate, ..configured.over(connections.to(configured)) })
        };
        let groups = set
            .groups
            .iter()
            .map(|name| Group::new(name.as_str(), set.of_group(name).map(over).collect()));
        Self { number: set.number, groups: Groups::new(groups) }
    }
}

// === impl Member ===

impl Member {
    /// The deployment over a worker's connections; its tokens are shared by all.
    pub(crate) fn over(&self, transport: &Transport) -> Deployment {
        Deployment { provider: self.connector.over(transport), ..self.deployment.clone() }
    }
}
