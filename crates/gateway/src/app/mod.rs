//! State of the gateway: what all requests share, and what each worker has of its own.

mod stored_models;

use std::sync::Arc;

use cost_model::{Ceiling, PriceBook, Prices, Unpriced};
use jiff::Timestamp;
use ledger::{DeploymentPrice, LedgerError, SpoolError, SpoolWriter};
use llm_types::{Clock, Tokens};
use router_client::RouterClient;
use tokio::runtime::Handle;

use crate::{
    accounting::{Background, Books, PriceTable},
    auth::Auth,
    config::{Answers, Config, Kept, Retention},
    deployments::{
        Connections, DeploymentSet, Deployments, UnderReview, Vault, VaultKeys, WorkerGroups,
        WorstCases, worst_case,
    },
    http::{ApiError, Bodies, HostCheck, Reason, TrustedProxies},
    limits::{FailedKeys, ReportTurns, SharedCounters},
    metrics::Metrics,
};

/// The gateway's state, shared by all workers.
#[derive(Debug)]
pub struct App {
    config: Config,
    /// The time of day, for everything that depends on it.
    clock: Arc<dyn Clock>,
    /// Callers: their keys and sessions.
    pub(crate) auth: Auth,
    /// Which hosts requests may name, where the master key is weak.
    pub(crate) host_check: Option<HostCheck>,
    pub(crate) max_request_bytes: usize,
    /// The turns of reports.
    pub(crate) report_turns: ReportTurns,
    /// Room for request bodies.
    pub(crate) bodies: Bodies,
    pub(crate) answers: Answers,
    pub(crate) books: Arc<Books>,
    pub(crate) background: Background,
    /// The bound that is set to answers under a strict budget whose requests name none, in tokens.
    pub(crate) max_completion_tokens: Tokens,
    /// Whether answers under a strict budget are bounded to what is left of it.
    pub(crate) clamp: bool,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) deployments: Arc<Deployments>,
    /// Rate limits of all instances together, where Redis is configured.
    pub(crate) shared: Option<Arc<SharedCounters>>,
    worst_cases: WorstCases,
    prices: Prices,
    /// The file of the published prices, if there is one.
    pub(crate) price_table: Option<Arc<PriceTable>>,
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
    /// Opens the ledger and builds the state. `runtime` runs work that must be finished after clients have
    /// disconnected.
    ///
    /// # Errors
    /// When the ledger cannot be opened.
    pub async fn new(
        mut config: Config,
        runtime: Handle,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, LedgerError> {
        let vault = Vault::new(VaultKeys {
            salt: config.salt_key.as_ref(),
            master: config.master_key.as_ref(),
            old: config.old_salt_key.as_ref(),
        });
        // Taken out, here and below: the configuration is kept for Settings, without secrets and
        // connections.
        let fixed = std::mem::take(&mut config.deployments);
        let metrics = Metrics::new();
        let limits = metrics.limits.clone();
        let shared = config
            .redis
            .take()
            .map(|redis| Arc::new(SharedCounters::new(redis.connection, redis.timeout, limits)));
        let policy = Arc::new(std::mem::take(&mut config.upstreams));
        let transport = config.transport.with_policy(policy);
        let around = (shared.clone(), Arc::clone(&clock));
        // Before the ledger, which hands them the models it has stored when it opens.
        let deployments = Arc::new(Deployments::new(fixed, transport, vault, around));
        let books = open_books(&config, &deployments, &clock).await?;
        let host_check = HostCheck::of(config.master_key.as_ref(), &config.allowed_hosts);
        let auth = Auth {
            clock: Arc::clone(&clock),
            books: Arc::clone(&books),
            master_key: config.master_key.take(),
            failed_keys: FailedKeys::new(metrics.failed_keys.clone()),
            proxies: TrustedProxies(config.trusted_proxies.clone()),
            shared: shared.clone(),
        };
        Ok(Arc::new(Self {
            host_check,
            auth,
            max_request_bytes: config.max_request_bytes,
            report_turns: ReportTurns::new(),
            bodies: Bodies::new(&config.connections),
            answers: config.answers,
            books,
            background: Background::new(runtime, config.transport.answer_timeout()),
            max_completion_tokens: config.max_completion_tokens,
            clamp: config.clamp,
            metrics,
            deployments,
            shared,
            worst_cases: WorstCases::default(),
            prices: std::mem::take(&mut config.prices).into(),
            price_table: config.price_table.take().map(|file| Arc::new(PriceTable::new(file))),
            config,
            clock,
        }))
    }

    /// The time of day, UTC.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The configuration, except for parts that were moved into other fields.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Whether prompts and answers are stored.
    pub(crate) fn stores_texts(&self) -> bool {
        self.config.store_texts
    }

    /// How long entries, the audit and the counts of refused requests are kept.
    pub(crate) fn retention(&self) -> (Option<Retention>, Kept) {
        (self.config.retention.clone(), self.config.kept.clone())
    }

    /// The most that a request to a group can cost.
    pub(crate) fn worst_case(&self, group: &str, now: Timestamp) -> Result<Ceiling, Unpriced> {
        self.worst_cases.of(group, &self.deployments.current(), self.prices(), now)
    }

    /// The same where a key may use only some of the group's deployments: `only`, by their ids.
    pub(crate) fn worst_case_of(
        &self,
        group: &str,
        only: Option<&[Arc<str>]>,
        now: Timestamp,
    ) -> Result<Ceiling, Unpriced> {
        let Some(only) = only else { return self.worst_case(group, now) };
        let set = self.deployments.current();
        let members = set.of_group(group).filter(|member| only.contains(&member.deployment.id));
        worst_case::highest(members, &self.prices(), now)
    }

    /// The current deployments.
    pub(crate) fn set(&self) -> Arc<DeploymentSet> {
        self.deployments.current()
    }

    /// The current prices.
    pub(crate) fn prices(&self) -> Arc<PriceBook> {
        self.prices.current()
    }

    /// A handle to the prices, which always returns the current ones.
    pub(crate) fn shared_prices(&self) -> Prices {
        self.prices.clone()
    }

    /// Counts a request that this gateway refuses.
    pub(crate) fn refused(&self, key: &str, reason: Reason) {
        self.metrics.refused(reason);
        self.books.refusals().count(key, reason.0, self.now().as_microsecond());
    }

    /// The same of an error, where it is a refusal of the gateway's own.
    pub(crate) fn refused_for(&self, error: &ApiError, key: impl FnOnce() -> String) {
        if let Some(reason) = error.reason() {
            self.refused(&key(), reason);
        }
    }

    /// The prices in use that are under review.
    pub(crate) fn under_review(&self) -> UnderReview {
        UnderReview::of(&self.set(), &self.prices(), self.now())
    }

    /// The price settings of a deployment.
    pub(crate) fn deployment_price(&self, deployment_id: &str) -> Option<DeploymentPrice> {
        let set = self.deployments.current();
        let mut all = set.serving.iter().map(|configured| &configured.deployment);
        let deployment = all.find(|deployment| *deployment.id == *deployment_id)?;
        let base_model = deployment.base_model.clone().filter(|_| !deployment.router);
        Some(DeploymentPrice { fixed: deployment.fixed_price.clone(), base_model })
    }

    /// The state of one worker, with connections of its own: a request and its answer then stay on one
    /// thread.
    ///
    /// # Errors
    /// When there is no room for the worker's records.
    pub(crate) fn worker(self: &Arc<Self>, nth: usize) -> Result<Worker, SpoolError> {
        let writer = self.books.writer(nth)?;
        Ok(Worker { app: Arc::clone(self), client: Arc::new(self.client()), writer })
    }

    fn client(&self) -> RouterClient {
        let connections = Connections {
            of_config: self.config.transport.with_own_pool(),
            by_api: self.deployments.transport().with_own_pool(),
        };
        let groups = WorkerGroups::new(Arc::clone(&self.deployments), connections);
        router_client::Builder::new(Arc::new(groups))
            .prices(self.shared_prices())
            .retries(self.config.retries)
            .clock(Arc::clone(&self.clock))
            .build()
    }
}

/// Opens the ledger, and passes its models and recent answers to the deployments.
async fn open_books(
    config: &Config,
    deployments: &Arc<Deployments>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<Books>, LedgerError> {
    let models = Arc::clone(deployments);
    let books = Books::open(&config.ledger, models, Arc::clone(clock)).await?;
    // Opening the ledger has filled the deployments with the stored models.
    books.store_resealed(&deployments.resealed()).await;
    deployments.learn_served(books.store(), &config.prices).await;
    Ok(Arc::new(books))
}

// === impl Worker ===

impl AsRef<Auth> for Worker {
    fn as_ref(&self) -> &Auth {
        &self.app.auth
    }
}

impl AsRef<TrustedProxies> for Worker {
    fn as_ref(&self) -> &TrustedProxies {
        &self.app.auth.proxies
    }
}
