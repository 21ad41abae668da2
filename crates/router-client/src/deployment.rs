//! Deployments, and the groups under whose names clients ask for them.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use cost_model::{FixedPrice, PriceBook, Sku};
use foldhash::HashMap;
use llm_types::{Additions, Provider};

use crate::{Gate, UpstreamName, learned::Learned};

/// One configured way to serve a model group.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Stable id, for logs and headers.
    pub id: Arc<str>,
    /// How the configuration names it, such as `azure_ai/azure-model-router`.
    pub name: Arc<str>,
    /// What stands in a request's `model` when it is sent there.
    pub upstream_model: String,
    /// Whether it is a router, so that the routing fee is due.
    pub router: bool,
    /// The model behind a name of the operator's own. An answer that names no known model is priced as
    /// this one.
    pub base_model: Option<String>,
    /// How it is sold.
    pub sku: Sku,
    /// The operator's own price, whatever the deployment serves.
    pub fixed_price: Option<FixedPrice>,
    /// Sends the requests.
    pub provider: Arc<dyn Provider>,
    /// Holds back what is too much for it; `None`: nothing is.
    pub gate: Option<Arc<dyn Gate>>,
    /// What it has refused lately of what was added to requests.
    pub learned: Arc<Learned>,
}

/// A public name and the deployments that serve it.
#[derive(Debug)]
pub struct Group {
    /// The name that clients ask for.
    pub name: String,
    deployments: Vec<Arc<Deployment>>,
    /// Whose turn it is.
    turn: AtomicUsize,
}

/// Finds the deployments that serve a name.
pub trait Catalogue: Send + Sync + fmt::Debug {
    /// The group of that name; `None` when there is none.
    fn group(&self, asked: &str) -> Option<Arc<Group>>;
}

/// A fixed set of groups.
#[derive(Debug, Default)]
pub struct Groups {
    by_name: HashMap<String, Arc<Group>>,
    /// In the order in which they were added.
    names: Vec<String>,
}

// === impl Deployment ===

impl Deployment {
    /// A deployment on Azure Global Standard under the name it was written with.
    #[must_use]
    pub fn new(name: &UpstreamName, provider: Arc<dyn Provider>) -> Self {
        Self {
            id: name.written.as_str().into(),
            name: name.written.as_str().into(),
            upstream_model: name.deployment.clone(),
            router: name.router,
            base_model: None,
            sku: Sku::global(),
            fixed_price: None,
            provider,
            gate: None,
            learned: Arc::default(),
        }
    }
}

impl Deployment {
    /// What may be added to a request for it, as far as that is known before it has refused any.
    #[must_use]
    pub fn takes(&self) -> Additions {
        let named = self.base_model.as_deref().unwrap_or(&self.upstream_model);
        self.provider.takes((!self.router).then_some(named))
    }

    /// The model whose price applies to an answer: the one that it names, or where that is unknown or
    /// has no price, the deployment's [`base_model`](Self::base_model). A router's answers always name
    /// theirs.
    #[must_use]
    pub fn priced_as<'a>(&'a self, served: Option<&'a str>, book: &PriceBook) -> &'a str {
        let served = served.unwrap_or_default();
        match &self.base_model {
            Some(base) if !self.router && book.find(served).is_err() => base,
            _ => served,
        }
    }
}

// === impl Group ===

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

// === impl Groups ===

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
