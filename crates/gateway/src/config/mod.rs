//! The configuration: `LiteLLM`'s `config.yaml`, and a few sections of our own on top.
//!
//! ```yaml
//! model_list:
//!   - model_name: azure-model-router
//!     litellm_params:
//!       model: azure_ai/azure-model-router
//!       api_base: https://your-endpoint.cognitiveservices.azure.com/openai/v1/
//!       api_key: os.environ/AZURE_MODEL_ROUTER_API_KEY
//! general_settings:
//!   master_key: os.environ/FAREWAY_MASTER_KEY
//! ```
//!
//! Any value may be `os.environ/NAME`. YAML's anchors, aliases and `<<` work. `docs/configuration.md` is the
//! reference of all keys, and a test compares it with this reader. Keys that are not known have no effect, and
//! each is reported at start with its place.

mod access;
mod added_model;
mod calendar;
mod connections;
mod cors;
mod deployment;
mod description;
mod error;
pub(crate) mod key_strength;
mod ledger;
mod pricing;
pub(crate) mod providers;
mod redis;
mod retention;
mod router_models;
mod settings;
mod trusted_proxies;
mod upstreams;
mod yaml_tree;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc, time::Duration};

use ::ledger::Limits;
use cost_model::PriceBook;
use ipnet::IpNet;
use llm_types::{Tokens, count};
use router_client::Deployment;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use secrecy::{ExposeSecret as _, SecretString};
use upstream_http::{AddressPolicy, Connector, Transport, TransportOptions};

use self::yaml_tree::{Table, Tree};
pub use self::{
    access::Access,
    connections::Connections,
    error::ConfigError,
    ledger::{Database, Ledger},
    redis::Redis,
    retention::{Kept, Retention},
    router_models::Pool,
    settings::Setting,
    yaml_tree::Place,
};
pub(crate) use self::{
    added_model::AddedModel,
    pricing::{TableFile, content_hash},
    router_models::vendor_key,
    trusted_proxies::parse_address,
};

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// In the order of the file.
    pub deployments: Vec<Configured>,
    /// How Azure is connected to; each worker takes a pool of its own from it.
    pub transport: Transport,
    /// The addresses that models added by API may send requests to.
    pub upstreams: AddressPolicy,
    /// The key that clients and operators show; `None`: anyone on this machine may ask.
    pub master_key: Option<SecretString>,
    /// Hosts that requests may name beside this machine's own, where the master key is weak.
    pub allowed_hosts: Vec<String>,
    /// The key that encrypts credentials of models that are added by API (`FAREWAY_SALT_KEY`);
    /// `None`: the master key.
    pub salt_key: Option<SecretString>,
    /// The key that encrypted them before (`FAREWAY_OLD_SALT_KEY`), which is also tried for decryption.
    pub old_salt_key: Option<SecretString>,
    /// The largest request body, in bytes.
    pub max_request_bytes: usize,
    /// Limits of time and memory for clients' connections.
    pub connections: Connections,
    /// Calls beyond the first; `None`: each other deployment of the group once.
    pub retries: Option<usize>,
    /// The handling of answers.
    pub answers: Answers,
    /// Storage of the ledger.
    pub ledger: Ledger,
    /// The proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The origins whose pages may call the API from a browser, as browsers send them; `*`: any.
    pub cors_origins: Vec<String>,
    /// How long entries are kept; `None`: for ever.
    pub retention: Option<Retention>,
    /// How long the audit and the counts of refused requests are kept.
    pub kept: Kept,
    /// Whether prompts and answers are stored with entries.
    pub store_texts: bool,
    /// The bound that is set to answers under a strict budget whose requests name none.
    pub max_completion_tokens: Tokens,
    /// Whether answers under a strict budget are bounded to what is left of it.
    pub clamp: bool,
    /// The Redis that counts rate limits for all gateways; `None`: each counts its own.
    pub redis: Option<Redis>,
    /// The prices in force.
    pub prices: PriceBook,
    /// The file of the published ones; `None`: those that are built in.
    pub(crate) price_table: Option<TableFile>,
    /// Warnings for the operator, one line each.
    pub warnings: Vec<String>,
    /// The file as it may be seen, key by key.
    pub settings: Vec<Setting>,
}

/// One deployment of the configuration.
#[derive(Debug)]
pub struct Configured {
    /// The model group that it serves.
    pub group: String,
    /// Its properties.
    pub deployment: Deployment,
    /// Its upstream, from which each worker takes a provider over connections of its own.
    pub connector: Arc<dyn Connector>,
    /// Its parameters that operators may see, as they were written: `api_base`, …
    pub shown: Vec<(&'static str, String)>,
    /// How much it may be sent in a minute.
    pub limits: Limits,
    /// The models that its router is configured to choose from in Azure; `None`: from all of them.
    pub subset: Option<Pool>,
    /// The content of `model_info`, as it is written.
    pub(crate) described: description::Described,
    /// Whether `model_info.router` is set, to either value.
    pub(crate) router_is_stated: bool,
    /// Whom it serves.
    pub access: Access,
    /// Whether it was added by API, so that its requests go to allowed addresses only.
    pub(crate) by_api: bool,
}

/// The section `answers`: the handling of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Whether the cost is added to an answer's usage object (`usage_cost`, true).
    pub usage_cost: bool,
    /// What happens to the rest of a stream whose client has left.
    pub on_client_disconnect: OnClientDisconnect,
    /// How long the head and the comments of a stream are held before its answer begins (`hold`, 2 s).
    pub hold: Duration,
    /// The handling of a first event without choices (`first_chunk`, `azure`).
    pub first_chunk: FirstChunk,
}

/// The handling of a stream's first event if it has no choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstChunk {
    /// It is passed on, as Azure sends it.
    Azure,
    /// It is left out for clients that do not ask for the usage, as `LiteLLM` does.
    Litellm,
}

/// What happens to the rest of a stream whose client has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnClientDisconnect {
    /// The upstream request is cancelled, and the delivered tokens are counted here.
    Estimate,
    /// The rest is read, and paid for, so that the usage is exact.
    Drain,
}

/// Looks up an environment variable.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Requests larger than this are refused unless `max_request_size_mb` says otherwise. Azure's own
/// limit for images is below it.
const MAX_REQUEST_MIB: u64 = 16;

/// Enough for most answers, and for the reasoning before them.
const MAX_COMPLETION: u64 = 16_384;
/// No answer is longer.
const MOST_COMPLETION: u64 = 1_000_000_000;
/// No time limit is longer.
const LONGEST: Duration = Duration::from_secs(86_400);
/// No request is tried more often.
const MOST_RETRIES: u64 = 1_000;

impl Config {
    /// Reads a file, and the files and environment variables that it names.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(path: &Path, env: Env<'_>) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { file: file.clone(), source })?;
        Self::parse(&text, &file, env)
    }

    /// Reads a configuration; `file` is its name in messages, beside which other files are sought.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn parse(text: &str, file: &str, env: Env<'_>) -> Result<Self, ConfigError> {
        let tree = Tree::parse(text, file, env)?;
        let mut config = Self::from_root(&mut tree.root()?, file)?;
        // Only now: which keys are unknown is known once all tables were read and dropped.
        config.settings = settings::settings(&tree);
        let ignored = tree.into_unknown().into_iter();
        config
            .warnings
            .extend(ignored.map(|place| format!("{place} is unknown and has no effect")));
        Ok(config)
    }

    fn from_root(root: &mut Table<'_, '_>, file: &str) -> Result<Self, ConfigError> {
        let mut litellm = root.table("litellm_settings")?;
        let mut router = root.table("router_settings")?;
        let mut general = root.table("general_settings")?;
        let retries = |table: &mut Table<'_, '_>| {
            table.number_up_to("num_retries", MOST_RETRIES, "a whole number from 0 to 1000")
        };
        let retries = retries(&mut router)?.or(retries(&mut litellm)?);
        let transport = transport(&mut router, &mut litellm)?;
        let mut warnings = Vec::new();
        let deployments = deployment::read_all(root, &transport, &mut warnings)?;
        let pricing = root.table("pricing")?;
        let (prices, price_table) = pricing::read(pricing, file, &mut warnings)?;
        warnings.extend(deployment::doubts(&deployments, &prices));
        let mut budgets = root.table("budgets")?;
        let url = general.scalar("database_url")?;
        let windows = calendar::read(&mut litellm)?;
        let ledger = Ledger::read(root.table("ledger")?, url, file, windows)?;
        warnings.extend(ledger.warning());
        let upstreams = upstreams::read(root.table("upstreams")?)?;
        let max_mib = general.number("max_request_size_mb")?.unwrap_or(MAX_REQUEST_MIB);
        // A size that no `usize` holds is no limit, and must not wrap around to a small one.
        let max_request_bytes =
            usize::try_from(max_mib.saturating_mul(1 << 20)).unwrap_or(usize::MAX);
        let connections =
            Connections::read(root.table("connections")?, max_request_bytes, &mut warnings)?;
        let secret_of =
            |name: &str| root.env(name).filter(|key| !key.is_empty()).map(SecretString::from);
        Ok(Self {
            deployments,
            transport,
            upstreams,
            master_key: general.secret("master_key")?.filter(|key| !key.expose_secret().is_empty()),
            allowed_hosts: general.names("allowed_hosts")?.unwrap_or_default(),
            salt_key: secret_of("FAREWAY_SALT_KEY"),
            old_salt_key: secret_of("FAREWAY_OLD_SALT_KEY"),
            max_request_bytes,
            connections,
            retries: retries.map(|retries| usize::try_from(retries).unwrap_or(usize::MAX)),
            answers: Answers::read(root.table("answers")?)?,
            ledger,
            trusted_proxies: trusted_proxies::read(&mut general, &mut warnings)?,
            cors_origins: cors::read(&mut general)?,
            retention: Retention::read(&mut general)?,
            kept: Kept::read(&mut general)?,
            store_texts: general.flag("store_prompts_in_spend_logs")?.unwrap_or(false),
            max_completion_tokens: max_completion(&mut budgets)?,
            clamp: budgets.flag("clamp")?.unwrap_or(false),
            redis: Redis::read(&mut router, root.table("limits")?)?,
            prices,
            price_table,
            warnings,
            settings: Vec::new(),
        })
    }
}

/// The bound that is set to answers under a strict budget whose requests name none.
fn max_completion(budgets: &mut Table<'_, '_>) -> Result<Tokens, ConfigError> {
    const EXPECTED: &str = "a whole number of tokens, at most 1000000000";
    let bound = budgets.number_up_to("max_completion_tokens", MOST_COMPLETION, EXPECTED)?;
    Ok(Tokens(bound.unwrap_or(MAX_COMPLETION)))
}

/// How upstreams are connected to.
fn transport(
    router: &mut Table<'_, '_>,
    litellm: &mut Table<'_, '_>,
) -> Result<Transport, ConfigError> {
    let mut options = TransportOptions::default();
    if let Some(timeout) = router.seconds("timeout")?.or(litellm.seconds("request_timeout")?) {
        options.answer_timeout = timeout;
    }
    Ok(Transport::new(options)?)
}

// === impl Answers ===

impl Answers {
    /// Within it most refusals come that are sent as the first event of a stream.
    const HOLD: Duration = Duration::from_secs(2);

    fn read(mut table: Table<'_, '_>) -> Result<Self, ConfigError> {
        let gone = table.scalar("on_client_disconnect")?;
        let on_client_disconnect = match gone.as_ref().map(|gone| gone.text.as_str()) {
            None | Some("estimate") => OnClientDisconnect::Estimate,
            Some("drain") => OnClientDisconnect::Drain,
            Some(_) => return Err(gone.unwrap_or_default().wrong("`estimate` or `drain`")),
        };
        let first = table.scalar("first_chunk")?;
        let first_chunk = match first.as_ref().map(|first| first.text.as_str()) {
            None | Some("azure") => FirstChunk::Azure,
            Some("litellm") => FirstChunk::Litellm,
            Some(_) => return Err(first.unwrap_or_default().wrong("`azure` or `litellm`")),
        };
        let usage_cost = table.flag("usage_cost")?.unwrap_or(true);
        let hold = table.seconds_or_none("hold")?.unwrap_or(Self::HOLD);
        Ok(Self { usage_cost, on_client_disconnect, hold, first_chunk })
    }
}

// === impl Table: the types of this configuration ===

impl Table<'_, '_> {
    /// A length of time in seconds, up to a day.
    fn seconds(&mut self, key: &'static str) -> Result<Option<Duration>, ConfigError> {
        self.length(key, 1, "seconds, more than 0 and at most 86400")
    }

    /// The same where 0 has a meaning.
    fn seconds_or_none(&mut self, key: &'static str) -> Result<Option<Duration>, ConfigError> {
        self.length(key, 0, "seconds, at least 0 and at most 86400")
    }

    /// A duration in seconds, of at least `least` milliseconds.
    fn length(
        &mut self,
        key: &'static str,
        least: u64,
        expected: &'static str,
    ) -> Result<Option<Duration>, ConfigError> {
        let Some(written) = self.scalar(key)? else { return Ok(None) };
        let millis = written.text.parse::<Decimal>().ok().and_then(|seconds| {
            // Rounded up, so that 0.0001 s is not taken for 0, which can mean "none".
            seconds.checked_mul(1_000.into())?.ceil().to_u64().filter(|millis| *millis >= least)
        });
        let length = millis.map(Duration::from_millis).filter(|length| *length <= LONGEST);
        length.map(Some).ok_or_else(|| written.wrong(expected))
    }

    /// A whole number, up to the most that has a meaning.
    fn number_up_to(
        &mut self,
        key: &'static str,
        most: u64,
        expected: &'static str,
    ) -> Result<Option<u64>, ConfigError> {
        let Some(written) = self.scalar(key)? else { return Ok(None) };
        let number = count(&written.text).filter(|number| *number <= most);
        number.map(Some).ok_or_else(|| written.wrong(expected))
    }

    /// A text that is never shown. A file that was mounted for a variable often ends with a new line,
    /// which no client can send.
    fn secret(&mut self, key: &'static str) -> Result<Option<SecretString>, ConfigError> {
        Ok(self.scalar(key)?.map(|scalar| scalar.text.trim().into()))
    }
}
