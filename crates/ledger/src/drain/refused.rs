//! Rows that the database refuses: set aside so that all others are stored, and tried again at the
//! next start.

use std::{fs, path::PathBuf};

use super::{Drain, DrainError, Drained};
use crate::{
    entry::{row::EntryRow, row_values::Outcome},
    spool,
    store::{Batch, Charged, Move, StoreError},
};

/// A row that the database did not take.
#[derive(Debug)]
pub struct Refused {
    /// The request.
    pub id: String,
    /// Where the row is now.
    pub file: PathBuf,
    /// The database's error.
    pub reason: String,
}

impl Drain {
    /// Stores a batch; rows that the database refuses are in files before the rest is stored.
    pub(super) async fn take(
        &self,
        batch: &Batch<'_>,
        drained: &mut Drained,
    ) -> Result<Vec<Charged>, DrainError> {
        let Batch { instance, moves, rows } = batch;
        let rows = crate::store::last_of_each(rows);
        match self.store.take(instance, moves, &rows).await {
            Err(error) if error.refuses_rows() => {}
            done => return Ok(done?),
        }
        // The database names no row: each is tried alone, and only in this case.
        let sorted = self.store.sort_out(instance, &rows).await?;
        for (row, error) in sorted.refused {
            let reason = with_causes(&error);
            let file = self.spool.set_aside(row, reason.clone())?;
            drained.refused.push(Refused { id: row.id.to_string(), file, reason });
        }
        Ok(self.store.take(instance, moves, &sorted.taken).await?)
    }

    /// Tries the rows again that were set aside. The cause may have been removed: a later version,
    /// a larger column. Returns how many are in the store now. A row that is still refused, or
    /// whose request was settled otherwise meanwhile, keeps its file.
    ///
    /// # Errors
    /// When the store or the disk cannot be used.
    pub async fn retry_refused(&self) -> Result<usize, DrainError> {
        let mut taken = 0;
        for file in self.spool.refused()? {
            // A file that cannot be read stays where it is, for the operator to look at.
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let Ok(kept) = serde_json::from_str::<spool::RefusedRow<'_>>(&text) else { continue };
            if self.retry(&kept.row).await? {
                // After the store has the row. A crash in between tries the row again, and finds it
                // settled.
                spool::remove_refused(&file)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// Whether a row is in the store now.
    async fn retry(&self, row: &EntryRow<'_>) -> Result<bool, DrainError> {
        if let Some(stored) = self.store.entry(&row.id).await?
            && stored.outcome() == Outcome::Settled
        {
            // By a run that ended before it could remove the file, or by recovery.
            return Ok(stored.outcome == row.outcome && stored.charged_pico == row.charged_pico);
        }
        // The position in the spool has passed this row long ago.
        let none: [Move<'_>; 0] = [];
        match self.store.take(self.spool.instance(), &none, &[row]).await {
            Ok(_) => Ok(true),
            Err(error) if error.refuses_rows() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// An error with its causes, in one line.
fn with_causes(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
