//! The catalogue of model groups: finds the group for the model name that a client sent.

use std::{fmt, sync::Arc};

use foldhash::HashMap;

use crate::routing::group::Group;

/// Finds the deployments that serve a name.
pub trait Catalogue: Send + Sync + fmt::Debug {
    /// The group with that name; `None` when there is none.
    fn group(&self, asked: &str) -> Option<Arc<Group>>;
}

/// A fixed set of groups.
#[derive(Debug, Default)]
pub struct Groups {
    by_name: HashMap<String, Arc<Group>>,
    /// In the order in which they were added.
    names: Vec<String>,
}

impl Groups {
    /// Puts groups together by name, which must be different.
    #[must_use]
    pub fn new(groups: impl IntoIterator<Item = Group>) -> Self {
        let groups: Vec<_> = groups.into_iter().map(Arc::new).collect();
        let names = groups.iter().map(|group| group.name.clone()).collect();
        Self {
            by_name: groups.into_iter().map(|group| (group.name.clone(), group)).collect(),
            names,
        }
    }

    /// The groups in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.names.iter().filter_map(|name| self.by_name.get(name))
    }
}

impl Catalogue for Groups {
    fn group(&self, asked: &str) -> Option<Arc<Group>> {
        self.by_name.get(asked).cloned()
    }
}
