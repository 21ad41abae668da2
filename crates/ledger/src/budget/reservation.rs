//! The reservation for one request, in every budget that applies to it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use llm_types::Usd;

use super::{Account, Budgets, ReserveError, account::Window};

/// Money that is reserved. Settled once; dropped before that, it is free again.
#[derive(Debug)]
pub struct Reservation {
    holds: Vec<(Arc<Account>, Window)>,
    /// A std mutex: held for a few additions, never while waiting.
    amounts: Mutex<Amounts>,
    settled: AtomicBool,
}

#[derive(Debug)]
struct Amounts {
    /// Set aside in the window of each hold.
    first: Usd,
    /// Later additions, in the window that was then open: the nth hold, its window, the amount.
    raised: Vec<(usize, Window, Usd)>,
    /// Their total in each budget.
    added: Usd,
}

// === impl Reservation ===

impl Reservation {
    pub(super) fn new(amount: Usd) -> Self {
        let amounts = Amounts { first: amount, raised: Vec::new(), added: Usd::ZERO };
        Self { holds: Vec::new(), amounts: Mutex::new(amounts), settled: AtomicBool::new(false) }
    }

    pub(super) fn add(&mut self, account: Arc<Account>, window: Window) {
        self.holds.push((account, window));
    }

    /// How much is reserved, in each of the budgets.
    #[must_use]
    pub fn amount(&self) -> Usd {
        let amounts = self.locked();
        amounts.first + amounts.added
    }

    /// The budgets with the beginnings of their windows, as an entry keeps them; `None` if there are
    /// none.
    #[must_use]
    pub fn budgets(&self) -> Option<String> {
        let all: Vec<(&str, i64)> =
            self.holds.iter().map(|(account, window)| (account.id(), window.0)).collect();
        if all.is_empty() { None } else { serde_json::to_string(&all).ok() }
    }

    /// Whether any of the budgets is strict.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.holds.iter().any(|(account, _)| account.is_strict())
    }

    /// Reserves this amount in addition, in all of the budgets or in none: for another call to an
    /// upstream, after one that may have been charged for.
    ///
    /// # Errors
    /// When one of them has no room for it.
    pub async fn raise(&self, by: Usd, budgets: &Budgets, now: i64) -> Result<(), ReserveError> {
        let mut raised = Raised { of: self, holds: Vec::with_capacity(self.holds.len()), by };
        for (nth, (account, _)) in self.holds.iter().enumerate() {
            let window = budgets.hold_in(account, by, now).await?;
            raised.holds.push((nth, window));
        }
        // After the last budget. An error before this frees what was held in the others.
        raised.keep();
        Ok(())
    }

    /// Charges the request's amount, and frees the rest. Later settlements change nothing.
    pub fn settle(&self, charged: Usd) {
        self.settle_with(charged, Usd::ZERO);
    }

    /// The same if the part `held` of the charge is beyond the known cost.
    pub fn settle_with(&self, charged: Usd, held: Usd) {
        // Dropping a reservation settles it again.
        // `Relaxed` is enough: the amounts below are behind a lock of their own.
        if self.settled.swap(true, Relaxed) {
            return;
        }
        let amounts = self.locked();
        for (account, window) in &self.holds {
            account.settle(*window, amounts.first, charged, held);
        }
        // The whole charge is in the first window; later additions only become free again.
        for (nth, window, by) in &amounts.raised {
            if let Some((account, _)) = self.holds.get(*nth) {
                account.settle(*window, *by, Usd::ZERO, Usd::ZERO);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Amounts> {
        self.amounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.settle(Usd::ZERO);
    }
}

/// An addition to a reservation; dropped before it is kept, it is free again.
struct Raised<'a> {
    of: &'a Reservation,
    holds: Vec<(usize, Window)>,
    by: Usd,
}

// === impl Raised ===

impl Raised<'_> {
    fn keep(mut self) {
        // Emptied, so that dropping `self` frees nothing.
        let (holds, by) = (std::mem::take(&mut self.holds), self.by);
        let mut amounts = self.of.locked();
        amounts.raised.extend(holds.into_iter().map(|(nth, window)| (nth, window, by)));
        amounts.added = amounts.added + by;
    }
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        for (nth, window) in &self.holds {
            if let Some((account, _)) = self.of.holds.get(*nth) {
                account.settle(*window, self.by, Usd::ZERO, Usd::ZERO);
            }
        }
    }
}
