//! One deployment: where requests are sent, how it is priced, and what it accepts.

use std::sync::Arc;

use cost_model::{FixedPrice, PriceBook, Sku};
use jiff::Timestamp;
use llm_types::{Additions, Dialect, Provider, UpstreamName};

use crate::routing::{gate::Gate, learned::Learned};

/// One configured way to serve a model group.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Stable id, for logs and headers.
    pub id: Arc<str>,
    /// How the configuration names it, such as `azure_ai/azure-model-router`.
    pub name: Arc<str>,
    /// The value of a request's `model` when it is sent there.
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
    /// The APIs that it has, where the operator names them; `None`: those that its provider knows of.
    pub apis: Option<Vec<Dialect>>,
    /// Sends the requests.
    pub provider: Arc<dyn Provider>,
    /// Holds back what is too much for it; `None`: nothing is.
    pub gate: Option<Arc<dyn Gate>>,
    /// What it has refused lately of what was added to requests.
    pub learned: Arc<Learned>,
}

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
            apis: None,
            provider,
            gate: None,
            learned: Arc::default(),
        }
    }

    /// What may be added to a request for it, as far as that is known before it has refused any.
    #[must_use]
    pub fn takes(&self, dialect: Dialect) -> Additions {
        dialect.additions(|| self.provider.takes(self.model()))
    }

    /// Whether it has an API, as far as that is known: named by the operator, or else neither denied by
    /// its provider nor refused in the hour before `now`.
    #[must_use]
    pub fn has_api(&self, dialect: Dialect, now: Timestamp) -> bool {
        match &self.apis {
            Some(apis) => apis.contains(&dialect),
            None => {
                self.provider.has_api(dialect, self.model()) && !self.learned.lacks(dialect, now)
            }
        }
    }

    /// The model behind it, as far as it is known by name; `None` where a router chooses it.
    fn model(&self) -> Option<&str> {
        let named = self.base_model.as_deref().unwrap_or(&self.upstream_model);
        (!self.router).then_some(named)
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
