//! A model group: a public name, the deployments that serve it, and the strategy among them.

use std::sync::Arc;

use crate::routing::{
    deployment::Deployment,
    strategy::{RoundRobin, Strategy, Turn},
};

/// A public name and the deployments that serve it.
#[derive(Debug)]
pub struct Group {
    /// The name that clients ask for.
    pub name: String,
    deployments: Vec<Arc<Deployment>>,
    strategy: Arc<dyn Strategy>,
}

impl Group {
    /// A group of deployments that serve the same, at least one, called in turn.
    #[must_use]
    pub fn new(name: impl Into<String>, deployments: Vec<Arc<Deployment>>) -> Self {
        Self::with_strategy(name, deployments, Arc::new(RoundRobin::default()))
    }

    /// The same with another strategy. It receives feedback on calls of this group alone, unless it is
    /// shared.
    #[must_use]
    pub fn with_strategy(
        name: impl Into<String>,
        deployments: Vec<Arc<Deployment>>,
        strategy: Arc<dyn Strategy>,
    ) -> Self {
        Self { name: name.into(), deployments, strategy }
    }

    /// Its deployments as configured.
    #[must_use]
    pub fn deployments(&self) -> &[Arc<Deployment>] {
        &self.deployments
    }

    /// Every deployment once, in the order in which the next request calls them.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn<'_>> {
        let numbered = self.deployments.iter().enumerate();
        let mut turns: Vec<_> =
            numbered.map(|(place, deployment)| Turn { place, deployment }).collect();
        self.strategy.order(&mut turns);
        turns
    }

    pub(crate) fn strategy(&self) -> &dyn Strategy {
        &*self.strategy
    }
}
