//! The error of a chat without a complete answer, from Azure or from a gateway.

use std::{error::Error, io, time::Duration};

use llm_types::ProviderError;
use router_client::{CallError, ClientError};

use crate::client::connection::innermost;

/// The reason why there is no complete answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChatError {
    /// The server refused the request.
    #[error("{} refused the request: {status}{}: {message}", who, in_quotes(*status, code.as_deref()))]
    Refused {
        who: &'static str,
        status: u16,
        code: Option<String>,
        message: String,
        retry_after: Option<Duration>,
    },
    /// No server is listening.
    #[error("cannot connect to {to}: {why}")]
    Connect { to: String, why: String },
    /// The answer could not be completed.
    #[error("the answer could not be completed: {message}")]
    Broken { message: String },
    /// The user pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Nobody reads the answer any more.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// Any other error.
    #[error(transparent)]
    Other(Box<dyn Error + Send + Sync>),
}

/// The code, where it says more than the status.
fn in_quotes(status: u16, code: Option<&str>) -> String {
    code.filter(|code| *code != status.to_string())
        .map_or_else(String::new, |code| format!(" `{code}`"))
}

impl ChatError {
    pub(super) fn connect(to: String, error: &(dyn Error + 'static)) -> Self {
        Self::Connect { to, why: innermost(error) }
    }
}

impl From<ClientError> for ChatError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Call(
                CallError::Provider { error, .. } | CallError::NoApi { error, .. },
            ) => error.into(),
            ClientError::Stream { message, code } => {
                let code = code.map(|code| format!(" (`{code}`)")).unwrap_or_default();
                Self::Broken { message: format!("{message}{code}") }
            }
            error => Self::Other(error.into()),
        }
    }
}

impl From<ProviderError> for ChatError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Refused(refusal) => Self::Refused {
                who: "Azure",
                status: refusal.status.as_u16(),
                code: refusal.code,
                message: refusal.message,
                retry_after: refusal.retry_after,
            },
            ProviderError::Connect { endpoint, source } => Self::connect(endpoint, &*source),
            error => Self::Other(error.into()),
        }
    }
}
