//! Rows that the database refused, each in a file of its own beside the segments:
//! `refused/ID.json`.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Spool, SpoolError};
use crate::{entry::row::EntryRow, private_files};

/// What such a file contains.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RefusedRow<'a> {
    /// The database's error.
    pub(crate) reason: String,
    /// The row, with its money in picodollars.
    #[serde(borrow)]
    pub(crate) row: EntryRow<'a>,
}

// === impl Spool: refused rows ===

impl Spool {
    /// Keeps a row that the database refused. It is on the disk when this returns.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub(crate) fn set_aside(
        &self,
        row: &EntryRow<'_>,
        reason: String,
    ) -> Result<PathBuf, SpoolError> {
        let folder = self.refused_folder();
        private_files::folder(&folder).map_err(|source| SpoolError::io("make", &folder, source))?;
        let path = folder.join(format!("{}.json", name(&row.id)));
        let content = serde_json::to_vec_pretty(&RefusedRow { reason, row: row.clone() });
        let refused = |source| SpoolError::io("write", &path, source);
        let content = content.map_err(|error| refused(error.into()))?;
        let write = || {
            let mut file =
                private_files::file().create(true).truncate(true).write(true).open(&path)?;
            file.write_all(&content)?;
            // Before the position in the spool moves on: from then on this is the only copy.
            file.sync_all()
        };
        write().map_err(refused)?;
        Ok(path)
    }

    /// The files of such rows, in order of their names; those of earlier runs as well.
    ///
    /// # Errors
    /// When the disk returns an error.
    pub(crate) fn refused(&self) -> Result<Vec<PathBuf>, SpoolError> {
        let folder = self.refused_folder();
        let refused = |source| SpoolError::io("list", &folder, source);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for file in fs::read_dir(&folder).map_err(refused)? {
            all.push(file.map_err(refused)?.path());
        }
        all.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        all.sort_unstable();
        Ok(all)
    }

    /// How many rows are set aside.
    #[must_use]
    pub fn refused_rows(&self) -> usize {
        self.refused().map_or(0, |files| files.len())
    }

    fn refused_folder(&self) -> PathBuf {
        self.folder.join("refused")
    }
}

/// The id as a file's name. Ours are UUIDs, and those of a damaged row may be anything.
fn name(id: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    id.chars().take(64).map(|letter| if safe(letter) { letter } else { '_' }).collect()
}

/// Removes a file whose row is in the store.
pub(crate) fn remove(path: &Path) -> Result<(), SpoolError> {
    fs::remove_file(path).map_err(|source| SpoolError::io("remove", path, source))
}
