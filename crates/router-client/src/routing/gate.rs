//! The gate of one deployment: limits how much it is sent. The implementation does the counting.

use std::fmt;

use async_trait::async_trait;
use llm_types::ProviderError;

/// Lets requests through to a deployment, as many as it may be sent.
#[async_trait]
pub trait Gate: Send + Sync + fmt::Debug {
    /// Counts a request that is about to be sent.
    ///
    /// # Errors
    /// [`ProviderError::AtLimit`] when that is too much. Another deployment is then called.
    async fn pass(&self) -> Result<(), ProviderError>;

    /// Counts the tokens that a request has come to.
    fn spend(&self, tokens: u64);
}
