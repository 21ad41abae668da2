//! Errors of the store.

use crate::db::DbError;

/// The reason why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reported an error, or is unreachable.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another process drains rows under the same instance's name.
    #[error(
        "another gateway has continued from the point where this one stopped; do two gateways use \
         copies of one spool?"
    )]
    Moved,
    /// A key's team or user was deleted while the key was made.
    #[error("the {what} `{id}` of the key has been deleted")]
    OwnerGone {
        /// `team` or `user`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Sorting so many would take too long.
    #[error("there are more than {most} requests to sort; choose a shorter period")]
    TooManyToSort {
        /// How many are sorted at most.
        most: u32,
    },
    /// An entry cannot be read.
    #[error(transparent)]
    Row(#[from] crate::RowError),
}

// === impl StoreError ===

impl StoreError {
    /// Whether it is what is in the rows that the database does not take. Anything else may be over
    /// later, or concerns all rows.
    pub(crate) fn refuses_rows(&self) -> bool {
        matches!(self, Self::Db(error) if error.refuses_rows())
    }

    /// Whether the database is unreachable and may be back soon, rather than set up in an unexpected
    /// way.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_outage())
    }
}
