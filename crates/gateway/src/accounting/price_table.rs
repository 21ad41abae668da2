//! Reloading of the `pricing.table` file when its content changes. An invalid file changes nothing.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cost_model::{PriceBook, Prices};
use ledger::ChangedBy;
use serde_json::json;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::books::Books;
use crate::config::{TableFile, content_hash};

/// The file, and the result of the last reading.
#[derive(Debug)]
pub(crate) struct PriceTable {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The content that was looked at last, as a hash; none if it could not be read.
    seen: Option<u64>,
    /// The reason why the file is not in use.
    refused: Option<String>,
}

/// How often the file is read.
const EVERY: Duration = Duration::from_secs(2);

/// Reloads the file until `stop` is cancelled.
pub(crate) async fn keep(
    table: Arc<PriceTable>,
    prices: Prices,
    books: Arc<Books>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            // Read and not watched: Kubernetes replaces a link, and network volumes send no events.
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
        let path = table.path.clone();
        let read = spawn_blocking(move || std::fs::read_to_string(path)).await;
        let Ok(read) = read else { continue };
        if let Some(text) = table.another(read) {
            let book = prices.current();
            let file = table.file();
            // Reading a whole table takes long enough to delay the requests of this thread.
            let made = spawn_blocking(move || priced(&book, &text, &file)).await;
            if let Ok(made) = made
                && let Some((before, after)) = table.use_it(&prices, made)
            {
                record(&books, &table, (&before, &after)).await;
            }
        }
    }
}

/// Records in the audit that another table is in use. It applies whether this can be stored or not.
async fn record(books: &Books, table: &PriceTable, (before, after): (&str, &str)) {
    let by = ChangedBy::new(ChangedBy::GATEWAY, books.now());
    let shown = |version: &str| json!({ "version": version, "file": table.file(), "gateway": books.instance() });
    let what = ("reload_prices", "prices:table");
    if let Err(error) = books.store().record(&by, what, (&shown(before), &shown(after))).await {
        tracing::warn!("the audit has no record of the price table's reload: {error:#}");
    }
}

/// The prices with another published table, or why there are none.
fn priced(book: &PriceBook, text: &str, file: &str) -> Result<PriceBook, String> {
    let book = book.with_table(text, file).map_err(|error| error.to_string())?;
    match book.unknown_rule() {
        Some(unknown) => Err(format!("`pricing.confirmed`: {unknown}")),
        None => Ok(book),
    }
}

// === impl PriceTable ===

impl PriceTable {
    /// The file that was read at start.
    pub(crate) fn new(file: TableFile) -> Self {
        let state = State { seen: Some(file.content), refused: None };
        Self { path: file.path, state: Mutex::new(state) }
    }

    /// Its path.
    pub(crate) fn file(&self) -> String {
        self.path.display().to_string()
    }

    /// The reason why the file is not in use; `None` if it is.
    pub(crate) fn refused(&self) -> Option<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).refused.clone()
    }

    /// The file's text, where it was not looked at yet.
    fn another(&self, read: io::Result<String>) -> Option<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(text) => {
                let seen = Some(content_hash(&text));
                let another = state.seen != seen;
                // Noted before the text is read as a table, so that a refused file is reported
                // once.
                state.seen = seen;
                another.then_some(text)
            }
            Err(error) => {
                // Reported once. When the file can be read again, its content is checked again.
                if state.seen.take().is_some() {
                    let why = format!("cannot read `{}`: {error}", self.path.display());
                    tracing::error!("the price table was not reloaded: {why}");
                    state.refused = Some(why);
                }
                None
            }
        }
    }

    /// Returns the versions of the table that was in use and of the one that is now, where it is another.
    fn use_it(&self, prices: &Prices, made: Result<PriceBook, String>) -> Option<(String, String)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok(book) => {
                let version = book.table_version().to_owned();
                let before = prices.current().table_version().to_owned();
                prices.replace(book);
                tracing::info!(version, "the price table was reloaded");
                state.refused = None;
                Some((before, version))
            }
            Err(why) => {
                tracing::error!("the price table was not reloaded: {why}");
                state.refused = Some(why);
                None
            }
        }
    }
}
