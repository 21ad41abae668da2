//! Turns of reports: one at a time for each key, two for all keys together, so that reports leave
//! time for requests, lists and changes.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of all reports.
#[derive(Debug)]
pub(crate) struct ReportTurns {
    all: Arc<Semaphore>,
    /// The reports of each key that has any; the operator's name is empty.
    owners: Mutex<HashMap<String, Arc<Owner>>>,
}

#[derive(Debug)]
struct Owner {
    turn: Arc<Semaphore>,
    /// How many have a turn or wait for one.
    reports: AtomicUsize,
}

/// A report's turn; dropped, it is another's.
#[derive(Debug)]
pub(crate) struct ReportTurn {
    _all: OwnedSemaphorePermit,
    _own: OwnedSemaphorePermit,
    _counted: Counted,
}

#[derive(Debug)]
struct Counted(Arc<Owner>);

/// Too many reports of one key wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyReports;

/// As many as the store has threads for reports.
const AT_A_TIME: usize = 2;
/// Enough for a page of the admin UI with all its parts.
const WAITING: usize = 12;
/// More owners than this are looked through for those without reports.
const MANY: usize = 64;

// === impl ReportTurns ===

impl ReportTurns {
    pub(crate) fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_A_TIME)), owners: Mutex::default() }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When too many reports of this key wait already.
    pub(crate) async fn take(&self, owner: &str) -> Result<ReportTurn, TooManyReports> {
        let counted = self.owner(owner).count(1 + WAITING)?;
        Self::turn(counted, &self.all).await
    }

    /// Waits for a turn behind any number of others: for the next part of a report that has begun.
    pub(crate) async fn take_next(&self, owner: &str) -> Result<ReportTurn, TooManyReports> {
        let counted = self.owner(owner).count(usize::MAX)?;
        Self::turn(counted, &self.all).await
    }

    async fn turn(counted: Counted, all: &Arc<Semaphore>) -> Result<ReportTurn, TooManyReports> {
        // Neither is ever closed.
        let closed = |_| TooManyReports;
        // The key's own turn first: one that waits for itself must not hold a place of all.
        let own = Arc::clone(&counted.0.turn).acquire_owned().await.map_err(closed)?;
        let all = Arc::clone(all).acquire_owned().await.map_err(closed)?;
        Ok(ReportTurn { _all: all, _own: own, _counted: counted })
    }

    fn owner(&self, name: &str) -> Arc<Owner> {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(owner) = owners.get(name) {
            return Arc::clone(owner);
        }
        if owners.len() >= MANY {
            // One reference is the map's own.
            owners.retain(|_, owner| Arc::strong_count(owner) > 1);
        }
        let turn = Arc::new(Semaphore::new(1));
        let owner = Arc::new(Owner { turn, reports: AtomicUsize::new(0) });
        owners.insert(name.to_owned(), Arc::clone(&owner));
        owner
    }
}

// === impl Owner ===

impl Owner {
    fn count(self: Arc<Self>, most: usize) -> Result<Counted, TooManyReports> {
        let before = self.reports.fetch_add(1, Relaxed);
        // Made before the check, so that dropping it takes the addition back.
        let counted = Counted(self);
        if before < most { Ok(counted) } else { Err(TooManyReports) }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.reports.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_key_has_one_turn_and_some_that_wait() {
        let turns = ReportTurns::new();
        let turn = turns.take("ann").await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(turns.take("ann"))).collect();
        for one in &mut waiting {
            assert!(one.as_mut().now_or_never().is_none());
        }
        assert!(matches!(turns.take("ann").await, Err(TooManyReports)));
        // Another key has its own turn, and a report that has begun continues.
        let other = turns.take("bob").await.unwrap();
        assert!(turns.take_next("ann").now_or_never().is_none());
        drop(turn);
        let next = waiting.remove(0).await.unwrap();
        assert!(turns.take("eve").now_or_never().is_none());
        drop((next, other));
        assert!(turns.take("eve").now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_report_that_stopped_waiting_does_not_count() {
        let turns = ReportTurns::new();
        let _turn = turns.take("ann").await.unwrap();
        // Else tokio has it wait once it has done too much.
        for _ in 0..10 * WAITING {
            tokio::task::yield_now().await;
            assert!(turns.take("ann").now_or_never().is_none());
        }
        for nth in 0..3 * MANY {
            tokio::task::yield_now().await;
            assert!(turns.take(&nth.to_string()).now_or_never().is_some());
        }
        assert!(turns.owners.lock().unwrap().len() <= MANY);
        assert!(turns.take("ann").now_or_never().is_none());
    }
}
