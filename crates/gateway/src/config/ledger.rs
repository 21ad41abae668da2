//! The section `ledger`: where the books are kept, and what an entry survives.

use std::path::{Path, PathBuf};

use ledger::Durability;

use super::{ConfigError, Table};

/// Where the books are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The SQLite file.
    pub path: PathBuf,
    /// The folder where entries wait to be stored.
    pub spool: PathBuf,
    /// What an entry survives before its request is sent.
    pub durability: Durability,
}

const FILE: &str = "fareway.db";

impl Ledger {
    /// Paths are relative to the configuration.
    pub(super) fn read(mut table: Table<'_, '_>, config: &str) -> Result<Self, ConfigError> {
        let folder = Path::new(config).parent().unwrap_or(Path::new(""));
        let mut file = |key| -> Result<Option<PathBuf>, ConfigError> {
            let written = table.scalar(key)?.filter(|path| !path.text.trim().is_empty());
            Ok(written.map(|path| folder.join(path.text)))
        };
        let path = file("path")?.unwrap_or_else(|| folder.join(FILE));
        let spool = file("spool")?.unwrap_or_else(|| {
            let mut beside = path.clone().into_os_string();
            beside.push(".spool");
            beside.into()
        });
        let durability = table.scalar("durability")?;
        let durability = match durability.as_ref().map(|written| written.text.as_str()) {
            None | Some("process") => Durability::Process,
            Some("disk") => Durability::Disk,
            Some("relaxed") => Durability::Relaxed,
            Some(_) => {
                let written = durability.unwrap_or_default();
                return Err(written.wrong("`process`, `disk` or `relaxed`"));
            }
        };
        Ok(Self { path, spool, durability })
    }
}
