//! The store: the ledger's tables, behind one set of SQL for both databases.

mod audit;
mod batch;
mod budget_windows;
mod budgets;
mod counted_names;
mod daily_sums;
mod deployment_activity;
mod directory;
mod entries;
mod error;
mod facets;
mod instances;
mod page;
mod provider_ids;
#[cfg(test)]
mod random_entries;
mod refusals;
mod replaced_keys;
mod reports;
mod repricing;
mod retention;
mod sessions;
pub(crate) mod token_sum;
mod unstorable_rows;
mod wide_sums;
mod widened_pools;

use std::{path::Path, sync::Arc};

use llm_types::Usd;
use tokio::sync::Mutex;

pub(crate) use self::batch::last_of_each;
use self::counted_names::CountedNames;
pub use self::{
    audit::{AuditEntry, AuditFilter, AuditPage, ChangedBy, RefusedSignIns},
    batch::{Batch, Move},
    budgets::BudgetState,
    counted_names::{COUNTED_TAGS, OTHER},
    deployment_activity::Recent,
    directory::{Directory, Edit},
    error::StoreError,
    instances::{Holding, Instance},
    page::{Count, Entries, EntryFilter, P95, Page, SortBy, Sorted},
    refusals::{RefusalQuery, RefusalRow, Refusals, RefusedBy},
    replaced_keys::ReplacedKey,
    reports::{Dimension, Member, SpendQuery, SpendReport, SpendRow, SpendSums},
    repricing::{Change, Priced, Repriced, Repricing, Selection},
    retention::Texts,
    sessions::Session,
    widened_pools::WidenedPool,
};
use crate::{
    db::{self, Db, Postgres, PostgresUrl, Sqlite},
    key::calendar::Calendar,
};

/// The ledger in a database.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    calendar: Calendar,
    /// Held while this process charges, leases or gives back: what the database computes of a lease
    /// must not change in between. A tokio mutex, as the database is waited for.
    money: Arc<Mutex<()>>,
    /// Shared by all clones.
    names: Arc<CountedNames>,
    /// Held while this process changes keys, teams, users or models: what was there before is part of the
    /// audit, and is read first. A tokio mutex, as the database is waited for.
    changing: Arc<Mutex<()>>,
}

/// A charge of a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The budget: `key:…`, `team:…` or `user:…`.
    pub budget: String,
    /// When its window began, in microseconds since 1970: later ones are not charged.
    pub window_start: i64,
    /// How much.
    pub amount: Usd,
    /// The part of it beyond the known cost of the requests.
    pub held: Usd,
}

/// What recovery has settled.
#[derive(Debug, Default)]
pub struct Interrupted {
    /// How many entries were open.
    pub entries: usize,
    /// How many cannot be settled, as the database does not take that; they stay open.
    pub refused: usize,
    /// What budgets were charged for them.
    pub charges: Vec<Charged>,
}

/// Hears of changes as they are made, by whichever gateway.
#[derive(Debug)]
pub struct Changes(db::Changes);

// === impl Store ===

impl Store {
    /// Opens a SQLite file, which is made when it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be used, or was made by a later version.
    pub async fn sqlite(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::of(Db::Sqlite(Sqlite::open(path).await?)))
    }

    /// Connects to a PostgreSQL database, and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or its tables were made by a later version.
    pub async fn postgres(url: PostgresUrl) -> Result<Self, StoreError> {
        Ok(Self::of(Db::Postgres(Postgres::open(url).await?)))
    }

    /// Hears of changes of keys, teams, users and models from now on; `None` if all who make
    /// them are in this process.
    ///
    /// # Errors
    /// When the database is unreachable, or cannot notify.
    pub async fn changes(&self) -> Result<Option<Changes>, StoreError> {
        match &self.db {
            Db::Sqlite(_) => Ok(None),
            Db::Postgres(postgres) => Ok(Some(Changes(postgres.changes().await?))),
        }
    }

    /// The same store, whose budget windows follow this calendar.
    #[must_use]
    pub fn with_calendar(self, calendar: Calendar) -> Self {
        Self { calendar, ..self }
    }

    /// What its budget windows follow.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Sets how many tags of a key have sums of their own on a day; the others are counted together.
    #[must_use]
    pub fn with_counted_tags(self, most: usize) -> Self {
        Self { names: Arc::new(CountedNames::with_tags(most)), ..self }
    }

    fn of(db: Db) -> Self {
        Self {
            db,
            calendar: Calendar::default(),
            money: Arc::default(),
            changing: Arc::default(),
            names: Arc::default(),
        }
    }
}

// === impl Changes ===

impl Changes {
    /// Waits for the next change.
    ///
    /// # Errors
    /// When the connection is lost: changes that were missed must be looked for.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        Ok(self.0.next().await?)
    }
}

#[cfg(test)]
pub(crate) mod backend;
#[cfg(test)]
mod tests;
