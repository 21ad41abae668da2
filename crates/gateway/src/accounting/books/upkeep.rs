//! Upkeep of the ledger while the gateway runs: moves rows into the database, follows changes by
//! other gateways and returns budget leases that are not needed.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use ledger::{LedgerError, StoreError};
use tokio_util::sync::CancellationToken;

use super::{Books, silent_gateways::SilentGateways};

/// How long a row waits at most, while the database keeps up.
const EVERY: Duration = Duration::from_millis(250);
/// How long to wait before an unreachable database is tried again.
const AWAY: Duration = Duration::from_secs(2);
/// How often changes are looked for although notifications arrive.
const UNHEARD: Duration = Duration::from_secs(60);
/// How often the spending of others is read, and unused leases are returned.
const SHARED: Duration = Duration::from_secs(10);

/// When things were done last.
struct Last {
    looked: Instant,
    shared: Instant,
    watch: SilentGateways,
}

impl Books {
    /// Runs the upkeep until `stop` is cancelled, and then moves the remaining rows.
    pub(crate) async fn keep(self: Arc<Self>, stop: CancellationToken) {
        tokio::join!(self.move_until(&stop), self.listen_until(&stop));
        // Only once all rows are stored: until then the leases cover their costs.
        if self.move_rows().await
            && self.shared
            && let Err(error) = self.leave().await
        {
            tracing::warn!("{:#}", anyhow::Error::new(error));
        }
    }

    /// Returns this gateway's leases, so that others can use them while it is stopped.
    async fn leave(&self) -> Result<(), StoreError> {
        self.budgets.give_back_all().await?;
        self.store.leave(self.spool.instance()).await
    }

    async fn move_until(&self, stop: &CancellationToken) {
        let mut wait = EVERY;
        let now = Instant::now();
        let mut last = Last { looked: now, shared: now, watch: SilentGateways::default() };
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
            let kept = self.turn(&mut last).await;
            // An unreachable database is not asked four times a second.
            wait = if self.note(kept) { EVERY } else { AWAY };
        }
    }

    /// Moves all waiting rows, and looks for changes when that is due.
    async fn turn(&self, last: &mut Last) -> Result<usize, LedgerError> {
        let rows = self.drain().await?;
        self.store_widened().await?;
        self.refusals.store(&self.store).await?;
        // Also while listening, as a notification can be lost with its connection.
        if !self.listening.load(Relaxed) || last.looked.elapsed() > UNHEARD {
            self.refresh_if_changed().await?;
            // After a failure it stays as it was, and the next turn looks again.
            last.looked = Instant::now();
        }
        if self.shared && last.shared.elapsed() > SHARED {
            // Set first, so that a failure waits for its next turn as well.
            last.shared = Instant::now();
            self.share(&mut last.watch).await?;
        }
        Ok(rows)
    }

    /// Sends a heartbeat, reads those of others, and learns what they have spent.
    async fn share(&self, watch: &mut SilentGateways) -> Result<(), StoreError> {
        let now = self.now();
        self.store.alive(self.spool.instance(), now).await?;
        for gone in watch.silent(self.store.instances().await?, Instant::now()) {
            if let Some(interrupted) = self.store.take_for_gone(&gone, now).await? {
                tracing::warn!(
                    instance = gone.id,
                    interrupted,
                    "a gateway has sent no heartbeat for ten minutes; its open requests are \
                     charged as reserved until it returns"
                );
            }
        }
        let _turn = self.refreshing.lock().await;
        self.budgets.share().await
    }

    async fn move_rows(&self) -> bool {
        let stored = self.store_widened().await;
        let stored = match stored {
            Ok(()) => self.refusals.store(&self.store).await,
            Err(error) => Err(error),
        };
        let stored = stored.map_err(LedgerError::from);
        self.note(match stored {
            Ok(()) => self.drain().await.map_err(LedgerError::from),
            Err(error) => Err(error),
        })
    }

    /// Logs when the database becomes unreachable and when it is back. Returns whether it is reachable.
    fn note(&self, kept: Result<usize, LedgerError>) -> bool {
        let was_away = self.store_is_away.swap(kept.is_err(), Relaxed);
        match kept {
            Ok(rows) => {
                if was_away {
                    tracing::info!(rows, "the database accepts entries again");
                }
                true
            }
            Err(error) => {
                if !was_away {
                    let error = anyhow::Error::new(error);
                    tracing::error!("{error:#}");
                }
                false
            }
        }
    }

    /// Listens for changes by other gateways. While that fails they are looked for in each turn.
    async fn listen_until(&self, stop: &CancellationToken) {
        loop {
            let heard = tokio::select! {
                heard = self.listen() => heard,
                () = stop.cancelled() => return,
            };
            self.listening.store(false, Relaxed);
            match heard {
                // There are no others.
                Ok(()) => return,
                Err(error) => tracing::debug!(%error, "changes cannot be listened for"),
            }
            tokio::select! {
                () = tokio::time::sleep(AWAY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn listen(&self) -> Result<(), StoreError> {
        let Some(mut changes) = self.store.changes().await? else { return Ok(()) };
        // Changes made before the listening began.
        self.refresh_if_changed().await?;
        self.listening.store(true, Relaxed);
        loop {
            changes.next().await?;
            self.refresh_if_changed().await?;
        }
    }

    /// Reads changes of keys, teams, users and budgets, if there are any.
    async fn refresh_if_changed(&self) -> Result<(), StoreError> {
        if self.store.revision().await? == self.keys.revision() {
            return Ok(());
        }
        self.refresh().await
    }
}
