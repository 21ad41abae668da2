//! Errors on the way to a token. No message repeats a secret.

use std::{path::PathBuf, sync::Arc};

use llm_types::ProviderError;

/// Why there is no token.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CredentialError {
    /// An environment variable that the others call for.
    #[error("`{variable}` is not set")]
    Missing {
        /// Its name.
        variable: &'static str,
    },
    /// A setting of the wrong form.
    #[error("`{setting}` is not usable; expected {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// The form it has to have.
        expected: &'static str,
    },
    /// The file with the workload's token cannot be read.
    #[error("could not read the workload's token from `{}`", path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// No answer came.
    #[error("could not request a token from {host}")]
    Unreachable {
        /// Scheme, host and port.
        host: String,
        /// What went wrong.
        #[source]
        source: Arc<ProviderError>,
    },
    /// The answer is a no.
    #[error("{host} did not issue a token: {status} `{code}` {message}")]
    Denied {
        /// Scheme, host and port.
        host: String,
        /// HTTP status.
        status: u16,
        /// Entra's code, such as `invalid_client`; empty when there is none.
        code: String,
        /// The first line of Entra's description.
        message: String,
    },
    /// The answer is a yes, but holds no token that could be used.
    #[error("the response of {host} contains no usable token")]
    NoToken {
        /// Scheme, host and port.
        host: String,
    },
}
