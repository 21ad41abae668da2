//! A model group: a public name and the deployments that serve it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::routing::deployment::Deployment;

/// A public name and the deployments that serve it.
#[derive(Debug)]
pub struct Group {
    /// The name that clients ask for.
    pub name: String,
    deployments: Vec<Arc<Deployment>>,
    /// Whose turn it is.
    turn: AtomicUsize,
}

impl Group {
    /// A group of deployments that serve the same; at least one.
    #[must_use]
    pub fn new(name: impl Into<String>, deployments: Vec<Arc<Deployment>>) -> Self {
        Self { name: name.into(), deployments, turn: AtomicUsize::new(0) }
    }

    /// Its deployments as configured.
    #[must_use]
    pub fn deployments(&self) -> &[Arc<Deployment>] {
        &self.deployments
    }

    /// Every deployment once, beginning with the one whose turn it is.
    pub fn in_turn(&self) -> impl Iterator<Item = &Arc<Deployment>> {
        let count = self.deployments.len();
        let first = if count > 1 { self.turn.fetch_add(1, Relaxed) % count } else { 0 };
        self.deployments.iter().cycle().skip(first).take(count)
    }
}
