//! Registry of providers: the prefix of a model string decides who reads its configuration.
//!
//! To add a provider, write a file beside this one that reads its `litellm_params`, and name it in
//! [`PROVIDERS`]. The rest of the gateway knows providers by [`ProviderKind`] and [`Connector`] alone.

mod azure;
mod azure_credential;
mod openai;

use std::{error::Error, sync::Arc};

use cost_model::Sku;
use http::Uri;
use llm_types::{Provider, UpstreamName};
use upstream_http::{Connector, Transport};

use super::{
    ConfigError,
    yaml_tree::{Table, Tree},
};

/// All providers. A model string without a known prefix is for the first of them.
static PROVIDERS: [&dyn ProviderKind; 2] = [&azure::Azure, &openai::Compatible];

/// An error, and what to write instead.
pub(crate) type Mistake = Box<dyn Error + Send + Sync>;

/// A provider as configurations name it.
pub(super) trait ProviderKind: Send + Sync {
    /// The beginnings of its model strings, each with its slash.
    fn prefixes(&self) -> &'static [&'static str];

    /// Its model strings as an error shows them: `azure_ai/<deployment>`.
    fn examples(&self) -> &'static [&'static str];

    /// The deployment that a model string names; `None` if it is for no provider that is known.
    ///
    /// # Errors
    /// When it names no deployment.
    fn name(&self, model: &str) -> Result<Option<UpstreamName>, Mistake>;

    /// How all its deployments are sold, none of which is then a router. `None`: as the
    /// configuration of each says.
    fn sku(&self) -> Option<Sku> {
        None
    }

    /// Reads how a deployment is reached. Sends nothing.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    fn connect(
        &self,
        params: &mut Table<'_, '_>,
        name: &UpstreamName,
        transport: &Transport,
    ) -> Result<Connection, ConfigError>;

    /// Checks the configuration of a model that was added by API, before any of it is read.
    ///
    /// # Errors
    /// When it names something that is the gateway's own.
    fn check_written(&self, _tree: &Tree<'_>) -> Result<(), ConfigError> {
        Ok(())
    }

    /// Checks a model that was added by API, as far as [`check_endpoint`] does not.
    ///
    /// # Errors
    /// When it would use the gateway's own secrets or files, or an address that is not allowed.
    fn check_added(
        &self,
        _tree: &Tree<'_>,
        _endpoint: &Uri,
        _transport: &Transport,
    ) -> Result<(), ConfigError> {
        Ok(())
    }

    /// How an endpoint would be called; `None` while too little of it is written.
    ///
    /// # Errors
    /// When it cannot be called.
    fn preview(&self, written: &Written<'_>) -> Result<Option<Preview>, Mistake>;

    /// Headers of clients that are for this provider.
    fn client_headers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Ends of its own hosts, which may have private addresses where they are reached by TLS.
    fn private_endpoints(&self) -> &'static [&'static str] {
        &[]
    }
}

/// How a deployment is reached.
pub(super) struct Connection {
    pub(super) connector: Arc<dyn Connector>,
    /// Over the connections that it was read with.
    pub(super) provider: Arc<dyn Provider>,
    /// Its parameters that operators may see, as they were written.
    pub(super) shown: Vec<(&'static str, String)>,
}

/// An endpoint as far as somebody has written it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    pub(crate) model: &'a str,
    /// What the model string names, if it names something.
    pub(crate) deployment: Option<&'a str>,
    pub(crate) api_base: Option<&'a str>,
    pub(crate) api_version: Option<&'a str>,
    pub(crate) allow_http: bool,
}

/// How an endpoint would be called.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) url: String,
    /// Which of the provider's APIs that is, as its path begins.
    pub(crate) form: String,
    /// Whether it takes no keys.
    pub(crate) needs_token: bool,
    pub(crate) warnings: Vec<String>,
}

/// A model string of no provider that is known.
#[derive(Debug, thiserror::Error)]
#[error("expected a model such as {expected}, found `{found}`")]
struct UnknownProvider {
    expected: String,
    found: String,
}

/// The provider that a model string is for.
pub(super) fn of(model: &str) -> &'static dyn ProviderKind {
    let mut all = PROVIDERS.iter().copied();
    // A bare deployment name is Azure's, as it is in `AzureAi::name`.
    all.find(|kind| prefix(*kind, model).is_some()).unwrap_or(PROVIDERS[0])
}

/// The deployment that a model string names.
///
/// # Errors
/// Says what to write instead.
pub(crate) fn name(model: &str) -> Result<UpstreamName, Mistake> {
    of(model).name(model)?.ok_or_else(|| {
        let examples = PROVIDERS.iter().flat_map(|kind| kind.examples());
        let examples: Vec<_> = examples.map(|example| format!("`{example}`")).collect();
        let expected = match examples.split_last() {
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        UnknownProvider { expected, found: model.to_owned() }.into()
    })
}

/// How an endpoint would be called; `None` while too little of it is written.
///
/// # Errors
/// When it cannot be called.
pub(crate) fn preview(written: &Written<'_>) -> Result<Option<Preview>, Mistake> {
    of(written.model).preview(written)
}

/// Checks that requests of a model that was added by API may go to its endpoint.
///
/// # Errors
/// When they may not.
pub(super) fn check_endpoint(endpoint: &Uri, transport: &Transport) -> Result<(), ConfigError> {
    check_address("api_base", endpoint, transport)
}

/// The same for the address that a key of `litellm_params` names.
fn check_address(
    key: &'static str,
    address: &Uri,
    transport: &Transport,
) -> Result<(), ConfigError> {
    let forbidden = |source| ConfigError::Address { key, why: Box::new(source) };
    transport.check(address).map_err(forbidden)
}

/// The provider's name as `LiteLLM` writes it: the prefix of the model string.
pub(crate) fn label(model: &str) -> &'static str {
    let found = PROVIDERS.iter().find_map(|kind| prefix(*kind, model));
    let first = || PROVIDERS[0].prefixes()[0];
    found.unwrap_or_else(first).trim_end_matches('/')
}

/// The provider's one name, whatever the prefix of the model string.
pub(crate) fn owner(model: &str) -> &'static str {
    of(model).prefixes()[0].trim_end_matches('/')
}

/// Headers of clients that some provider wants to see.
pub(crate) fn client_headers() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().flat_map(|kind| kind.client_headers()).copied()
}

/// Ends of hosts that may have private addresses where they are reached by TLS.
pub(crate) fn private_endpoints() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().flat_map(|kind| kind.private_endpoints()).copied()
}

fn prefix(kind: &dyn ProviderKind, model: &str) -> Option<&'static str> {
    kind.prefixes().iter().copied().find(|prefix| model.starts_with(prefix))
}

// === impl ConfigError ===

impl ConfigError {
    /// Something of a provider's that is wrong at this place.
    pub(super) fn of_provider(place: &super::Place, source: impl Into<Mistake>) -> Self {
        Self::Provider { place: place.clone(), source: source.into() }
    }
}
