//! What all requests share, and what each worker has of its own.

use std::sync::Arc;

use cost_model::{Ceiling, FixedPrice, PriceBook, Unpriced};
use http::{Method, Uri};
use jiff::Timestamp;
use ledger::{SpoolError, SpoolWriter};
use llm_types::{Clock as _, SystemClock, Tokens};
use router_client::{Deployment, Group, Groups, RouterClient};
use secrecy::SecretString;
use tokio::runtime::Handle;

use crate::{
    background::Background,
    books::{Books, BooksError},
    config::{Answers, Config, Configured, Retention},
    error::ApiError,
    metrics::Metrics,
    routes,
    worst::WorstCases,
};

/// The gateway's state, shared by all workers.
#[derive(Debug)]
pub struct App {
    config: Config,
    pub(crate) master_key: Option<SecretString>,
    pub(crate) max_request_bytes: usize,
    pub(crate) answers: Answers,
    pub(crate) books: Arc<Books>,
    pub(crate) background: Background,
    /// The bound that is set to answers under a strict budget whose requests name none, in tokens.
    pub(crate) max_completion_tokens: Tokens,
    pub(crate) metrics: Arc<Metrics>,
    worst_cases: WorstCases,
}

/// One worker's view of the gateway: the shared state, and connections of its own.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) app: Arc<App>,
    pub(crate) client: Arc<RouterClient>,
    /// Where its requests are recorded.
    pub(crate) writer: Arc<SpoolWriter>,
}

impl App {
    /// Opens the books and puts the state together; `runtime` runs what must be finished when
    /// clients have left.
    ///
    /// # Errors
    /// When the books cannot be kept.
    pub async fn new(mut config: Config, runtime: Handle) -> Result<Arc<Self>, BooksError> {
        let books = Books::open(&config.ledger, SystemClock.now()).await?;
        Ok(Arc::new(Self {
            master_key: config.master_key.take(),
            max_request_bytes: config.max_request_bytes,
            answers: config.answers,
            books: Arc::new(books),
            background: Background::new(runtime),
            max_completion_tokens: config.max_completion_tokens,
            metrics: Metrics::new(),
            worst_cases: WorstCases::default(),
            config,
        }))
    }

    /// Whether there is such a model group.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.config.deployments.iter().any(|configured| configured.group == group)
    }

    /// Whether prompts and answers are stored.
    pub(crate) fn stores_texts(&self) -> bool {
        self.config.store_texts
    }

    /// How long entries are kept.
    pub(crate) fn retention(&self) -> Option<Retention> {
        self.config.retention.clone()
    }

    /// The most that a request to a group can cost.
    pub(crate) fn worst_case(&self, group: &str, now: Timestamp) -> Result<Ceiling, Unpriced> {
        self.worst_cases.of(group, &self.config.deployments, &self.config.prices, now)
    }

    /// The prices in force.
    pub(crate) fn prices(&self) -> &PriceBook {
        &self.config.prices
    }

    /// The operator's own price of a deployment.
    pub(crate) fn fixed_price(&self, deployment_id: &str) -> Option<FixedPrice> {
        let mut all = self.config.deployments.iter().map(|configured| &configured.deployment);
        all.find(|deployment| *deployment.id == *deployment_id)?.fixed_price.clone()
    }

    /// The names of the model groups, in the order of the configuration.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for configured in &self.config.deployments {
            if !names.contains(&configured.group.as_str()) {
                names.push(&configured.group);
            }
        }
        names
    }

    /// The gateway's pages for one worker, with connections of its own: a request and its answer
    /// then stay on one thread.
    ///
    /// # Errors
    /// When there is no room for the worker's records.
    pub fn router(self: &Arc<Self>, nth: usize) -> Result<axum::Router, SpoolError> {
        let writer = self.books.writer(nth)?;
        let worker = Worker { app: Arc::clone(self), client: Arc::new(self.client()), writer };
        Ok(routes::all()
            .fallback(no_such_page)
            .method_not_allowed_fallback(wrong_method)
            .with_state(worker))
    }

    fn client(&self) -> RouterClient {
        let transport = self.config.transport.with_own_pool();
        let deployment = |configured: &Configured| {
            let azure = configured.azure.with_transport(transport.clone());
            Arc::new(Deployment { provider: Arc::new(azure), ..configured.deployment.clone() })
        };
        let groups = self.groups().into_iter().map(|name| {
            let members = self.config.deployments.iter().filter(|member| member.group == name);
            Group::new(name, members.map(deployment).collect())
        });
        router_client::Builder::new(Arc::new(Groups::new(groups)))
            .prices(self.config.prices.clone())
            .retries(self.config.retries)
            .build()
    }
}

async fn no_such_page(method: Method, uri: Uri) -> ApiError {
    ApiError::NoSuchPage { method: method.to_string(), path: uri.path().to_owned() }
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::WrongMethod { method: method.to_string() }
}
