//! One budget in memory: its lease, and the amounts that are reserved and spent.

use std::sync::{Mutex, MutexGuard, PoisonError};

use llm_types::Usd;

use super::Exceeded;
use crate::{
    key::{BudgetTerms, calendar::Calendar},
    store::{BudgetState, Charged},
};

/// A budget as this gateway knows it.
#[derive(Debug)]
pub struct Account {
    id: String,
    /// A std mutex: held for a few additions, never while waiting.
    state: Mutex<State>,
    /// Held by the one request that asks the store.
    pub(super) topping_up: tokio::sync::Mutex<()>,
}

/// The window that a reservation counts against: its beginning, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window(pub(super) i64);

/// The obstacle to holding an amount.
#[derive(Debug)]
pub(super) enum Need {
    /// The store must be asked for the state of the budget: it is not known yet, or a window has ended.
    State,
    /// So much more must be leased.
    Lease(Usd),
    /// There is none.
    Room(Box<Exceeded>),
}

/// The state of a budget, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its terms.
    pub terms: BudgetTerms,
    /// The amount spent in the window by all gateways, as far as it is known here.
    pub spent: Usd,
    /// The amount charged in the window beyond the known cost of its requests, likewise.
    pub held: Usd,
    /// The amount that this gateway has reserved for requests in flight.
    pub reserved: Usd,
    /// When the window ends, in microseconds since 1970; `None`: never.
    pub resets_at: Option<i64>,
}

// === impl Standing ===

impl Standing {
    /// The rest of a budget.
    #[must_use]
    pub fn left_of(&self, max: Usd) -> Usd {
        let taken = self.spent + self.held + self.reserved;
        Usd::from_picos(max.picos() - taken.picos())
    }
}

/// In picodollars.
#[derive(Debug, Default)]
struct State {
    known: bool,
    terms: BudgetTerms,
    window_start: i64,
    reset_at: Option<i64>,
    /// The spent amount in the store.
    spent: i128,
    /// The part of `spent` beyond the known cost of the requests.
    spent_unsure: i128,
    /// The leased amount that is not charged in the store yet.
    held: i128,
    /// The amount that was settled here and is not charged in the store yet.
    used: i128,
    /// The part of `used` beyond the known cost of the requests.
    used_unsure: i128,
    /// The reserved amount.
    reserved: i128,
    /// Whether anything was reserved since `is_idle` was called.
    active: bool,
}

// === impl Account ===

impl Account {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            state: Mutex::default(),
            topping_up: tokio::sync::Mutex::default(),
        }
    }

    /// `key:…`, `team:…` or `user:…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its state, see [`super::Budgets::standing`].
    pub(super) fn standing(&self, now: i64, calendar: &Calendar) -> Standing {
        let state = self.locked();
        if let (Some(duration), Some(due)) = (&state.terms.duration, state.reset_at)
            && now >= due
        {
            let (_, end) = calendar.window_at(duration, due, now);
            let (spent, held, reserved) = (Usd::ZERO, Usd::ZERO, Usd::ZERO);
            let terms = state.terms.clone();
            return Standing { terms, spent, held, reserved, resets_at: Some(end) };
        }
        Standing {
            terms: state.terms.clone(),
            spent: state.surely_spent(),
            held: state.unsure(),
            reserved: Usd::from_picos(state.reserved),
            resets_at: state.reset_at,
        }
    }

    /// Whether reservations bound the spending.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        let state = self.locked();
        // An unknown budget may be strict, and the worst case has to be computed before it is asked
        // for.
        !state.known || (state.terms.max.is_some() && !state.terms.soft)
    }

    /// Reserves an amount, if that is possible without asking the store.
    pub(super) fn hold(&self, amount: Usd, now: i64) -> Result<Window, Need> {
        let mut state = self.locked();
        if !state.known || state.reset_at.is_some_and(|reset_at| now >= reset_at) {
            return Err(Need::State);
        }
        let amount = amount.picos();
        if let Some(max) = state.terms.max {
            if state.terms.soft {
                // A soft budget counts only spent money; requests in flight may exceed it.
                if state.spent + state.used >= max.picos() {
                    return Err(Need::Room(Box::new(self.exceeded_by(&state, amount))));
                }
            } else if state.free() < amount {
                return Err(Need::Lease(Usd::from_picos(amount - state.free())));
            }
        }
        // Read and reset by `is_idle`: an unused lease can be returned to others.
        state.active = true;
        state.reserved += amount;
        Ok(Window(state.window_start))
    }

    /// Ends what [`Account::hold`] has begun; `unsure` of what is charged is beyond the known cost. A
    /// window that is over is not charged.
    pub(super) fn settle(&self, window: Window, amount: Usd, charged: Usd, unsure: Usd) {
        let mut state = self.locked();
        if window.0 == state.window_start {
            state.reserved -= amount.picos();
            state.used += charged.picos();
            state.used_unsure += unsure.picos();
        }
    }

    /// Takes note that settled amounts were charged in the store.
    pub(super) fn drained(&self, charged: &Charged) {
        let mut state = self.locked();
        if charged.window_start == state.window_start {
            let amount = charged.amount.picos();
            // An interrupted request of the last run was never used here.
            state.used = (state.used - amount).max(0);
            state.spent += amount;
            // A soft budget, or one without a bound, is charged without a lease.
            state.held -= amount.min(state.held);
            let unsure = charged.held.picos();
            state.used_unsure = (state.used_unsure - unsure).max(0);
            state.spent_unsure += unsure;
        }
    }

    /// Adds to the lease.
    pub(super) fn leased(&self, window: Window, amount: Usd) {
        let mut state = self.locked();
        if window.0 == state.window_start {
            state.held += amount.picos();
        }
    }

    /// Takes note of the budget's state in the store.
    pub(super) fn update(&self, stored: &BudgetState) {
        let mut state = self.locked();
        if stored.window_start != state.window_start || !state.known {
            let terms = BudgetTerms::default();
            // A new window begins with nothing: leases and reservations of the old one ended with
            // it.
            *state =
                State { known: true, terms, window_start: stored.window_start, ..State::default() };
        }
        state.terms.clone_from(&stored.terms);
        state.reset_at = stored.reset_at;
        // `held`, `used` and `reserved` stay: the store does not know them, or not yet.
        state.spent = stored.spent.picos();
        state.spent_unsure = stored.held.picos();
    }

    /// The budget was deleted.
    pub(super) fn forget(&self) {
        *self.locked() = State { known: true, ..State::default() };
    }

    /// Takes out the unused part of the lease, so that it can be returned.
    pub(super) fn take_free(&self) -> Option<(Window, Usd)> {
        let mut state = self.locked();
        let free = state.free();
        if free <= 0 {
            return None;
        }
        state.held -= free;
        Some((Window(state.window_start), Usd::from_picos(free)))
    }

    /// Whether more is held than the budget has now.
    pub(super) fn is_over(&self) -> bool {
        let state = self.locked();
        // Without a strict bound nothing has to be leased.
        let bound = state.terms.max.filter(|_| !state.terms.soft).map_or(0, Usd::picos);
        state.held > 0 && state.spent + state.held > bound
    }

    /// Whether nothing was reserved since this was asked last.
    pub(super) fn is_idle(&self) -> bool {
        !std::mem::take(&mut self.locked().active)
    }

    /// Why `amount` cannot be reserved.
    pub(super) fn exceeded(&self, amount: Usd) -> Exceeded {
        self.exceeded_by(&self.locked(), amount.picos())
    }

    fn exceeded_by(&self, state: &State, amount: i128) -> Exceeded {
        Exceeded {
            budget: self.id.clone(),
            max: state.terms.max.unwrap_or_default(),
            spent: state.surely_spent(),
            held: state.unsure(),
            reserved: Usd::from_picos(state.reserved),
            needed: Usd::from_picos(amount),
            resets_at: state.reset_at,
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    /// The known cost of requests.
    fn surely_spent(&self) -> Usd {
        Usd::from_picos(self.spent + self.used - self.spent_unsure - self.used_unsure)
    }

    /// The amount charged beyond the known cost.
    fn unsure(&self) -> Usd {
        Usd::from_picos(self.spent_unsure + self.used_unsure)
    }

    /// The amount that can still be reserved without a further lease.
    fn free(&self) -> i128 {
        self.held - self.used - self.reserved
    }
}
