//! The gateway's ledger: entries wait in the spool and are moved into the database while the
//! gateway runs.

mod changes;
mod resealing;
mod silent_gateways;
mod upkeep;

pub(crate) use self::changes::KeyStored;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use ledger::{
    BudgetWindow, Budgets, ChangedBy, Drain, DrainError, Drained, Entry, EntryFilter, EntryRow,
    Holding, KeyHash, LedgerError, PostgresUrl, SortBy, Sorted, Spool, SpoolError, SpoolSize,
    SpoolWriter, Standing, Store, StoreError, is_open_to_others,
};
use llm_types::{Clock, Usd};
use tokio::sync::Mutex;

use super::{key_cache::KeyCache, refusals::Refusals, stored_models::StoredModels};
use crate::config::{self, Database};

/// The ledger of this gateway.
#[derive(Debug)]
pub(crate) struct Books {
    spool: Arc<Spool>,
    store: Store,
    budgets: Budgets,
    /// Whether there may be other gateways.
    shared: bool,
    keys: KeyCache,
    models: Arc<dyn StoredModels>,
    clock: Arc<dyn Clock>,
    /// One step at a time. A tokio mutex: it is held while the store works.
    drain: Mutex<Drain>,
    /// Whether the last attempt to move rows has failed.
    store_is_away: AtomicBool,
    /// How many rows the database refused.
    refused_rows: AtomicUsize,
    /// When the store was last up to date, in seconds since 1970.
    up_to_date: AtomicI64,
    /// Whether changes by other gateways are heard of as they are made.
    listening: AtomicBool,
    /// Counts of refused requests, until they are stored.
    refusals: Refusals,
    /// One refresh at a time, so that a later read is the newer one. A tokio mutex, as it is held across awaits.
    refreshing: Mutex<()>,
}

/// State of the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Health {
    /// The rows that wait to be stored.
    pub(crate) spool: SpoolSize,
    /// Time since the database was last up to date.
    pub(crate) lag_seconds: u64,
    pub(crate) store_is_away: bool,
    /// Rows that the database refused, each in a file under the spool.
    pub(crate) refused_rows: usize,
}

/// Standing of the budgets of a key, team or user.
#[derive(Clone, Debug)]
pub(crate) struct Standings {
    pub(crate) whole: Standing,
    /// Of the windows beside it, in their order.
    pub(crate) windows: Vec<Standing>,
}

/// How long a server may be away when the gateway starts: both may be starting.
const START: Duration = Duration::from_secs(10);
/// The part of a budget's remainder that a gateway leases at a time if there may be others.
const SHARE: u32 = 8;

impl Books {
    /// Opens the ledger, and settles the requests that the last run of this gateway has left open.
    /// The spool is opened first: if another process uses it, the database is left alone.
    pub(crate) async fn open(
        config: &config::Ledger,
        models: Arc<dyn StoredModels>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, LedgerError> {
        let now = clock.now();
        let spool = Arc::new(Spool::open(&config.spool, config.durability)?);
        let (store, share) = match &config.database {
            Database::Sqlite(path) => (Store::sqlite(path).await?, 1),
            Database::Postgres(url) => (postgres(url).await?, SHARE),
        };
        let store = store.with_counted_tags(config.counted_tags);
        let store = store.with_calendar(config.calendar.clone());
        let drain = Drain::new(Arc::clone(&spool), store.clone());
        let budgets = Budgets::new(store.clone(), spool.instance(), share);
        let books = Self {
            spool,
            store,
            budgets,
            shared: share > 1,
            keys: KeyCache::default(),
            models,
            clock,
            drain: Mutex::new(drain),
            store_is_away: AtomicBool::new(false),
            refused_rows: AtomicUsize::new(0),
            up_to_date: AtomicI64::new(now.as_second()),
            listening: AtomicBool::new(false),
            refusals: Refusals::new(uuid::Uuid::now_v7().to_string()),
            refreshing: Mutex::default(),
        };
        let instance = books.spool.instance();
        // Others may have settled requests that the last run left open: this opens them again first.
        books.store.alive(instance, now.as_microsecond()).await?;
        // Before open requests are interrupted: the spool may have the end of some of them.
        let replayed = books.drain.lock().await.all(log_drained).await?;
        books.retry_refused().await;
        warn_of_others(config);
        // What is still open now has no end in the spool either: it was in flight at the crash.
        let interrupted = books.store.interrupt_open(instance, now.as_microsecond()).await?;
        // The last run's leases: none of its requests is left to spend them.
        books.store.give_back_all(instance).await?;
        books.refresh().await?;
        if interrupted.refused > 0 {
            let entries = interrupted.refused;
            tracing::error!(
                entries,
                "entries stay open, as the database does not let them be settled"
            );
        }
        if replayed > 0 || interrupted.entries > 0 {
            tracing::info!(
                replayed,
                interrupted = interrupted.entries,
                "the entries of the last run are in the ledger"
            );
        }
        Ok(books)
    }

    pub(crate) fn health(&self) -> Health {
        let lag = self.clock.now().as_second() - self.up_to_date.load(Relaxed);
        Health {
            spool: self.spool.size(),
            // Negative after the machine's clock was put back.
            lag_seconds: u64::try_from(lag).unwrap_or(0),
            store_is_away: self.store_is_away.load(Relaxed),
            refused_rows: self.refused_rows.load(Relaxed),
        }
    }

    /// The time of day, in microseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// The name of this gateway in the ledger.
    pub(crate) fn instance(&self) -> &str {
        self.spool.instance()
    }

    /// Spent and reserved amounts.
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// The current standing of the budgets of a key, team or user.
    pub(crate) fn standings(&self, kind: &str, id: &str, windows: &[BudgetWindow]) -> Standings {
        let now = self.now();
        let standing = |id: String| self.budgets.standing(&id, now);
        Standings {
            whole: standing(format!("{kind}:{id}")),
            windows: windows.iter().map(|window| standing(window.id(kind, id))).collect(),
        }
    }

    /// The cached keys.
    pub(crate) fn keys(&self) -> &KeyCache {
        &self.keys
    }

    /// Counts of the gateway's own refusals.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// The database itself, for management pages; [`Books::refresh`] picks up their changes.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Whether a gateway is lost. A SQLite file belongs to this gateway: all others had it before.
    pub(crate) fn is_gone(&self, holding: &Holding) -> bool {
        holding.gone || (!self.shared && holding.id != self.instance())
    }

    /// Frees the leases of a gateway that never returns; `None` if it is alive.
    pub(crate) async fn free(&self, id: &str, by: &ChangedBy) -> Result<Option<Usd>, StoreError> {
        // With SQLite nobody watches for silent gateways: its open requests are settled now.
        if !self.shared && id != self.instance() {
            let all = self.store.instances().await?;
            if let Some(gone) = all.iter().find(|instance| instance.id == id) {
                self.store.take_for_gone(gone, by.now).await?;
            }
        }
        let freed = self.store.free(id, by).await?;
        self.in_force(|_| ()).await;
        Ok(freed)
    }

    /// Reads changes of keys, teams, users, budgets and models.
    pub(crate) async fn refresh(&self) -> Result<(), StoreError> {
        let _turn = self.refreshing.lock().await;
        self.read_again().await
    }

    /// The same in its turn.
    async fn read_again(&self) -> Result<(), StoreError> {
        let mut stored = self.store.directory().await?;
        // Budgets before keys, so that the first request of a new key finds its budget.
        self.budgets.refresh().await?;
        let models = std::mem::take(&mut stored.models);
        self.models.replace(models, &stored.widened, stored.revision);
        self.keys.replace(stored, &self.budgets);
        Ok(())
    }

    /// Stores which pools were widened here, so that other gateways know it, and the next start.
    pub(crate) async fn store_widened(&self) -> Result<(), StoreError> {
        let pools = self.models.widened_unstored();
        for pool in &pools {
            let by = ChangedBy::new(ChangedBy::GATEWAY, self.now());
            self.store.widen_pool(pool, &by).await?;
        }
        if pools.is_empty() { Ok(()) } else { self.refresh().await }
    }

    /// The writer of one of the gateway's workers.
    pub(crate) fn writer(&self, nth: usize) -> Result<Arc<SpoolWriter>, SpoolError> {
        self.spool.writer(&format!("worker_{nth}"))
    }

    /// The current state of an entry.
    pub(crate) async fn entry(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        let settled = |entry: &Entry| entry.receipt.outcome != cost_model::Outcome::Open;
        let stored = self.stored(id).await?;
        if stored.as_ref().is_some_and(settled) {
            return Ok(stored);
        }
        // Its newest row may still be in the spool.
        self.drain().await?;
        self.stored(id).await
    }

    /// An entry that fits a filter by an id of the provider's: of the request, or else of its answer.
    /// The newest, where several have it.
    pub(crate) async fn row_at_provider(
        &self,
        id: &str,
        filter: &EntryFilter,
    ) -> Result<Option<EntryRow<'static>>, StoreError> {
        let (all, id) = (filter, Some(id.to_owned()));
        // Two queries, as one for either column would use the index of neither.
        let by_request = EntryFilter { provider_request_id: id.clone(), ..all.clone() };
        let by_answer = EntryFilter { answer_id: id, ..all.clone() };
        let newest = Sorted { by: SortBy::Time, ascending: false, offset: 0, limit: 1 };
        match self.store.sorted(&by_request, &newest).await?.pop() {
            Some(row) => Ok(Some(row)),
            None => Ok(self.store.sorted(&by_answer, &newest).await?.pop()),
        }
    }

    /// The alias of a key, or the one it had when it was last used.
    pub(crate) async fn key_alias(&self, key_id: &str) -> Result<Option<String>, StoreError> {
        match self.alias_of_known(key_id) {
            Some(alias) => Ok(alias),
            None => self.store.last_alias(key_id).await,
        }
    }

    /// The alias of a key; `None` if it was deleted.
    pub(crate) fn alias_of_known(&self, key_id: &str) -> Option<Option<String>> {
        let known = KeyHash::parse(key_id).and_then(|hash| self.keys.find(&hash))?;
        Some(known.key.alias.clone())
    }

    async fn stored(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        let row = self.store.entry(id).await?;
        Ok(row.as_ref().map(Entry::of).transpose()?)
    }

    /// Moves waiting rows into the store, so that the next read sees them. While the store is unreachable,
    /// that read fails and says so.
    pub(crate) async fn catch_up(&self) {
        // With no row waiting, the store is up to date.
        if self.spool.size().rows > 0 {
            let _ = self.drain().await;
        }
    }

    /// Stores the rows that an earlier run had to set aside, where the database takes them now.
    async fn retry_refused(&self) {
        match self.drain.lock().await.retry_refused().await {
            Ok(0) => {}
            Ok(stored) => {
                tracing::info!(stored, "entries that the database had refused are stored now");
            }
            Err(error) => {
                let error = anyhow::Error::new(error);
                tracing::warn!("refused entries cannot be stored again: {error:#}");
            }
        }
        self.count_refused();
    }

    fn count_refused(&self) {
        self.refused_rows.store(self.spool.refused_rows(), Relaxed);
    }

    /// Learns what budgets are charged now that the prices of requests were corrected. Where a budget is
    /// over, what is leased of it and not set aside goes back: nothing is admitted until there is room.
    pub(crate) async fn corrected(&self) {
        // What moves meanwhile would count twice for a moment.
        let _turn = self.drain.lock().await;
        if let Err(error) = self.budgets.refresh().await {
            let error = anyhow::Error::new(error);
            tracing::warn!("budgets are corrected later: {error:#}");
        }
    }

    /// Moves waiting rows into the database. Returns how many there were.
    async fn drain(&self) -> Result<usize, DrainError> {
        let handed_over = AtomicBool::new(false);
        let done = |step: &Drained| {
            // A budget that is not known here may have been handed over to that of a new key.
            handed_over.fetch_or(!self.budgets.drained(&step.charges), Relaxed);
            log_drained(step);
            if !step.refused.is_empty() {
                self.count_refused();
            }
        };
        let mut drain = self.drain.lock().await;
        let rows = drain.all(done).await?;
        if handed_over.load(Relaxed)
            && let Err(error) = self.budgets.refresh().await
        {
            let error = anyhow::Error::new(error);
            tracing::warn!("budgets of replaced keys are read later: {error:#}");
        }
        drop(drain);
        self.up_to_date.store(self.clock.now().as_second(), Relaxed);
        Ok(rows)
    }
}

/// Warns about files that other users of this machine can read.
fn warn_of_others(config: &config::Ledger) {
    let database = match &config.database {
        Database::Sqlite(path) => Some(path),
        Database::Postgres(_) => None,
    };
    for path in database.into_iter().chain([&config.spool]) {
        if is_open_to_others(path) {
            tracing::warn!(
                path = %path.display(),
                "other users of this machine may read it, and their access cannot be removed; \
                 move it to a folder that belongs to the gateway only"
            );
        }
    }
}

/// Connects to PostgreSQL, which may be starting as well.
async fn postgres(url: &PostgresUrl) -> Result<Store, StoreError> {
    let start = Instant::now();
    loop {
        match Store::postgres(url.clone()).await {
            // Only an outage is waited for: a wrong password stays wrong.
            Err(error) if error.is_outage() && start.elapsed() < START => {
                tracing::warn!("{:#}; trying again", anyhow::Error::new(error));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            done => return done,
        }
    }
}

/// Logs rows that cannot be read, and entries that the database refused.
fn log_drained(drained: &Drained) {
    for damage in &drained.damage {
        tracing::error!(
            rows = damage.rows,
            copy = %damage.copy.display(),
            "a part of the spool cannot be read; a copy is kept, to be looked at"
        );
    }
    for refused in &drained.refused {
        tracing::error!(
            request = refused.id,
            file = %refused.file.display(),
            "the database refused an entry, which is kept in a file and stored at the next start \
             if possible: {}",
            refused.reason
        );
    }
}
