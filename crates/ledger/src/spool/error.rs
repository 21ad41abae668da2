//! Errors of a spool.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a row could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// There is no room for the row and for what will settle it.
    #[error(
        "there is no space left on the disk for the spool at `{0}`; free some, or set \
         `ledger.spool` to a folder on another disk"
    )]
    Full(PathBuf),
    /// Two gateways would write to the same files.
    #[error(
        "another process is using the spool: it holds `{0}`; stop it, or give this gateway a \
         `ledger.spool` of its own"
    )]
    InUse(PathBuf),
    /// The file that names the instance holds something else.
    #[error("expected the UUID that identifies this gateway in `{0}`, found something else")]
    NotAnInstance(PathBuf),
    /// The disk returned an error.
    #[error("cannot {what} `{path}`")]
    Io {
        /// The operation.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A row that cannot be written down.
    #[error("the row cannot be encoded")]
    Encode(#[from] postcard::Error),
}

// === impl SpoolError ===

impl SpoolError {
    pub(super) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull
            || source.kind() == io::ErrorKind::QuotaExceeded
        {
            return Self::Full(path.to_owned());
        }
        Self::Io { what, path: path.to_owned(), source }
    }
}
