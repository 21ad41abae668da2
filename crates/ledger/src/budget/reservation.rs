//! Money that is set aside for one request, in all the budgets that it counts against.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use llm_types::Usd;

use super::{Account, account::Window};

/// Money that is set aside. Settled once; dropped before that, it is free again.
#[derive(Debug)]
pub struct Reservation {
    amount: Usd,
    holds: Vec<(Arc<Account>, Window)>,
    settled: AtomicBool,
}

// === impl Reservation ===

impl Reservation {
    pub(super) fn new(amount: Usd) -> Self {
        Self { amount, holds: Vec::new(), settled: AtomicBool::new(false) }
    }

    pub(super) fn add(&mut self, account: Arc<Account>, window: Window) {
        self.holds.push((account, window));
    }

    /// How much is set aside, in each of the budgets.
    #[must_use]
    pub fn amount(&self) -> Usd {
        self.amount
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

    /// Charges what the request came to, and frees the rest. Later settlements change nothing.
    pub fn settle(&self, charged: Usd) {
        if self.settled.swap(true, Relaxed) {
            return;
        }
        for (account, window) in &self.holds {
            account.settle(*window, self.amount, charged);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.settle(Usd::ZERO);
    }
}
