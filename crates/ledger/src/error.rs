//! Error of the ledger as a whole: of its spool, its store, or the way between them.

use crate::{DrainError, RowError, SpoolError, StoreError};

/// Why entries cannot be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The folder where rows wait cannot be used.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rows cannot be moved from the one to the other.
    #[error(transparent)]
    Drain(#[from] DrainError),
    /// An entry cannot be read.
    #[error(transparent)]
    Row(#[from] RowError),
}
