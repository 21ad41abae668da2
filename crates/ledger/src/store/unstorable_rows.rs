//! Finds the rows that a database refuses, so that all others can be stored.

use super::{Store, StoreError};
use crate::{
    db::{DbError, Statement, Step},
    entry::row::EntryRow,
};

/// Rows that can be stored together, and those that cannot be with them.
#[derive(Debug, Default)]
pub(crate) struct SortedOut<'a> {
    pub(crate) taken: Vec<&'a EntryRow<'a>>,
    /// Each with the database's error.
    pub(crate) refused: Vec<(&'a EntryRow<'a>, StoreError)>,
}

/// Touches no row, so that a transaction that expects one is undone.
const UNDO: &str = "UPDATE revision SET value = value WHERE id = 0";

// === impl Store: sorting out ===

impl Store {
    /// Sorts rows of different requests by whether the database takes them. Halves what is refused
    /// until a row is left, so that a bad one in a thousand takes some twenty transactions, all of
    /// which are undone.
    ///
    /// # Errors
    /// When the database refuses for another reason than the rows.
    pub(crate) async fn sort_out<'a>(
        &self,
        instance: &str,
        rows: &[&'a EntryRow<'a>],
    ) -> Result<SortedOut<'a>, StoreError> {
        let mut sorted = SortedOut::default();
        let mut pieces = vec![rows];
        while let Some(piece) = pieces.pop() {
            // Tried with the rows that were accepted already: a sum may have room for some rows and not for all.
            let tried: Vec<_> = sorted.taken.iter().chain(piece).copied().collect();
            match (self.would_take(instance, &tried).await, piece) {
                (Ok(()), _) => sorted.taken = tried,
                (Err(error), _) if !error.refuses_rows() => return Err(error),
                (Err(error), [row]) => sorted.refused.push((*row, error)),
                (Err(_), _) => {
                    let (first, second) = piece.split_at(piece.len() / 2);
                    // The first half on top, so that the rows stay in their order.
                    pieces.extend([second, first]);
                }
            }
        }
        Ok(sorted)
    }

    /// Tries, and undoes it.
    async fn would_take(&self, instance: &str, rows: &[&EntryRow<'_>]) -> Result<(), StoreError> {
        let (mut steps, _) = self.row_steps(instance, rows);
        // Last: it always fails, and only after the database has accepted all that comes before it.
        steps.push(Step::One(Statement::new(UNDO, vec![]).expecting(1)));
        match self.db.transact(steps).await {
            Err(DbError::Touched { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
