//! [`Connector`]: a configured upstream of any provider, from which each runtime takes connections
//! of its own.

use std::{fmt, sync::Arc};

use llm_types::{Provider, Refusal};

use crate::Transport;

/// A configured upstream, from which each runtime takes a [`Provider`] over its own connections.
pub trait Connector: Send + Sync + fmt::Debug {
    /// The upstream over these connections. Tokens that are fetched and renewed are shared by all.
    fn over(&self, transport: &Transport) -> Arc<dyn Provider>;

    /// Warnings about the configuration, one line each for the operator.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// The header that holds the credential; `None`: none is sent.
    fn credential(&self) -> Option<CredentialHeader>;

    /// Advice for the operator after a refusal of `model`, the name as it is sent; `None` if the
    /// refusal is clear enough.
    fn advice(&self, model: &str, refusal: &Refusal) -> Option<String>;
}

/// A credential's header, for a command that people can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialHeader {
    /// In lower case.
    pub name: &'static str,
    /// With a shell variable instead of the secret: `Bearer $OPENAI_API_KEY`.
    pub value: &'static str,
}
