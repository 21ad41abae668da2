//! Section `ledger` and the database URL: where entries are stored, and which failures they
//! survive.

use std::path::{Path, PathBuf};

use ledger::{Calendar, Durability, PostgresUrl};

use super::{ConfigError, Table, yaml_tree::Scalar};

/// Storage of the ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The database.
    pub database: Database,
    /// The folder where entries wait to be stored.
    pub spool: PathBuf,
    /// The failures that an entry survives before its request is sent.
    pub durability: Durability,
    /// How many tags of a key the sums by day count separately; the others are `(other)`.
    pub counted_tags: usize,
    /// When budget windows end.
    pub calendar: Calendar,
}

/// The database of the ledger.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of SQLite, for one gateway.
    Sqlite(PathBuf),
    /// PostgreSQL, for any number of them.
    Postgres(Box<PostgresUrl>),
}

const FILE: &str = "fareway.db";
/// More sums than reports are made for.
const MOST_TAGS: u64 = 100_000;

impl Ledger {
    /// Paths are relative to the configuration. The spool is in the same folder whatever the
    /// database: what waits there is not left behind when another one is chosen.
    pub(super) fn read(
        mut table: Table<'_, '_>,
        url: Option<Scalar>,
        config: &str,
        calendar: Calendar,
    ) -> Result<Self, ConfigError> {
        let folder = Path::new(config).parent().unwrap_or(Path::new(""));
        let mut file = |key| -> Result<Option<PathBuf>, ConfigError> {
            // An empty value is what a template leaves, and means the default.
            let written = table.scalar(key)?.filter(|path| !path.text.trim().is_empty());
            Ok(written.map(|path| folder.join(path.text)))
        };
        let path = file("path")?.unwrap_or_else(|| folder.join(FILE));
        let spool = file("spool")?.unwrap_or_else(|| {
            let mut beside = path.clone().into_os_string();
            beside.push(".spool");
            beside.into()
        });
        let url = url.filter(|url| !url.text.trim().is_empty());
        let database = url.map_or(Ok(Database::Sqlite(path)), postgres)?;
        let counted_tags =
            table.number_up_to("counted_tags", MOST_TAGS, "a whole number up to 100000")?;
        let counted_tags = counted_tags.and_then(|most| usize::try_from(most).ok());
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
        let counted_tags = counted_tags.unwrap_or(ledger::COUNTED_TAGS);
        Ok(Self { database, spool, durability, counted_tags, calendar })
    }

    /// A warning about the connection to the database.
    pub(super) fn warning(&self) -> Option<String> {
        match &self.database {
            Database::Sqlite(_) => None,
            Database::Postgres(url) => url.warning(),
        }
    }
}

fn postgres(url: Scalar) -> Result<Database, ConfigError> {
    match PostgresUrl::parse(&url.text) {
        Ok(url) => Ok(Database::Postgres(Box::new(url))),
        Err(source) => Err(ConfigError::Database { place: url.place, source: Box::new(source) }),
    }
}
