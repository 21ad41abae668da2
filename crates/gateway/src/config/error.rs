//! Errors of a configuration. Each names its place, and it or its cause says what to write.

use std::{error::Error, io};

use cost_model::{OverlayError, SkuError, UnknownRule};
use upstream_http::{ForbiddenAddress, TransportError};

use super::Place;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read `{file}`")]
    Read {
        /// Its path.
        file: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The file is no YAML.
    #[error("{place}: this is not valid YAML: {problem}")]
    Yaml {
        /// Where.
        place: Place,
        /// The parser's message.
        problem: String,
    },
    /// There is nothing in the file.
    #[error("{file}: the file is empty; it needs at least a `model_list`")]
    Empty {
        /// Its path.
        file: String,
    },
    /// A key that must be there.
    #[error("{place}: the key `{key}` is missing")]
    Missing {
        /// The table in which it is missing.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// A value of another kind.
    #[error("{place}: expected {expected}, found `{found}`")]
    Wrong {
        /// Where.
        place: Place,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// An environment variable that is not set.
    #[error(
        "{place}: the environment variable `{name}` is not set, or is empty; set it before you \
         start the gateway"
    )]
    MissingEnv {
        /// Where it is named.
        place: Place,
        /// Its name.
        name: String,
    },
    /// Two deployments with one id.
    #[error("{0}: another deployment already has this id")]
    DuplicateId(Place),
    /// A deployment without any credential.
    #[error(
        "{0}: there is no credential; set `api_key: os.environ/AZURE_API_KEY`, or `tenant_id`, \
         `client_id` and `client_secret`, or `azure_identity: managed_identity`"
    )]
    NoCredential(Place),
    /// A model string, endpoint or credential that a provider does not accept.
    #[error("{place}")]
    Provider {
        /// Where.
        place: Place,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The gateway's own identity, for a model that was added by API.
    #[error(
        "`litellm_params.azure_identity`: `{kind}` is the gateway's own identity, which models \
         added by API can use only as `managed_identity`, for Azure's own hosts and their \
         scopes; add the model to the configuration file"
    )]
    Identity {
        /// As given.
        kind: String,
    },
    /// An address that requests of models which were added by API may not go to.
    #[error("`litellm_params.{key}`: {why}")]
    Address {
        /// Whose value it is.
        key: &'static str,
        /// Why not, and what to set.
        why: Box<ForbiddenAddress>,
    },
    /// A SKU that makes no sense.
    #[error("{place}")]
    Sku {
        /// Where.
        place: Place,
        /// Why.
        source: SkuError,
    },
    /// A price file cannot be read.
    #[error("{place}: cannot read `{file}`")]
    OverlayFile {
        /// Where it is named.
        place: Place,
        /// Its path.
        file: String,
        /// Why not.
        source: io::Error,
    },
    /// The operator's price file breaks rules.
    #[error("{place}: the price file cannot be used")]
    Overlay {
        /// Where it is named.
        place: Place,
        /// Why.
        source: OverlayError,
    },
    /// The price table breaks rules.
    #[error("{place}: the price table cannot be used")]
    PriceTable {
        /// Where it is named.
        place: Place,
        /// Why.
        source: OverlayError,
    },
    /// A confirmation of a billing rule that does not exist.
    #[error("{place}")]
    UnknownRule {
        /// Where it is named.
        place: Place,
        /// Which are known.
        source: UnknownRule,
    },
    /// The address of the database cannot be used.
    #[error("{place}")]
    Database {
        /// Where it is named.
        place: Place,
        /// Why. It does not repeat the address, which may hold a password.
        source: Box<ledger::DbError>,
    },
    /// There is no way to connect to anything.
    #[error(transparent)]
    Transport(#[from] TransportError),
}
