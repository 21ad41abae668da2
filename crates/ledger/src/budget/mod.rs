//! Budgets that cannot be overrun.
//!
//! Before a request is sent, its worst case is reserved against money that this gateway has leased
//! from the store. Once it is settled, the reservation becomes the true cost. Reservations are made
//! in memory; the store is asked only when the lease does not suffice. All leases and all spending
//! together are never more than the budget.

mod account;
mod reservation;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use llm_types::Usd;

use self::account::{Need, Window};
pub use self::{
    account::{Account, Standing},
    reservation::Reservation,
};
use crate::store::{Charged, Store, StoreError};

/// The budgets of this gateway.
#[derive(Debug)]
pub struct Budgets {
    store: Store,
    instance: String,
    /// The divisor of the rest that is leased at a time: 1 when there is one gateway only.
    share: u32,
    accounts: RwLock<HashMap<String, Arc<Account>>>,
}

/// Why a request does not fit a budget.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the budget `{budget}` has no room for the request")]
pub struct Exceeded {
    /// `key:…`, `team:…` or `user:…`.
    pub budget: String,
    /// The most that may be spent in a window.
    pub max: Usd,
    /// The spent amount.
    pub spent: Usd,
    /// The amount charged beyond the known cost of requests.
    pub held: Usd,
    /// The amount reserved for requests in flight, as far as this gateway knows.
    pub reserved: Usd,
    /// The amount that this request would reserve.
    pub needed: Usd,
    /// When the window ends, in microseconds since 1970; `None`: never.
    pub resets_at: Option<i64>,
}

/// Why nothing was reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is no room in a budget.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// The store cannot be asked, and the lease of this gateway is too small.
    #[error("the budget `{budget}` cannot be checked, because the database is unreachable")]
    Away {
        /// `key:…`, `team:…` or `user:…`.
        budget: String,
        /// Why.
        #[source]
        source: StoreError,
    },
}

/// How often other requests may take a new lease before this one gives up.
const TRIES: usize = 8;

// === impl Budgets ===

impl Budgets {
    /// `share` is the part of what is left that is leased at once: 1 where there is one gateway,
    /// 8 where there are several.
    #[must_use]
    pub fn new(store: Store, instance: &str, share: u32) -> Self {
        let (instance, accounts) = (instance.to_owned(), RwLock::default());
        Self { store, instance, share: share.max(1), accounts }
    }

    /// Learns of new terms, windows and budgets, and returns leases that exceed a budget.
    ///
    /// # Errors
    /// When the database is unreachable. The known state stays.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let states = self.store.budgets().await?;
        for state in &states {
            self.account(&state.id).update(state);
        }
        let known: std::collections::HashSet<&str> =
            states.iter().map(|state| state.id.as_str()).collect();
        // Deleted budgets. Requests in flight keep their account until they are settled.
        self.write().retain(|id, _| known.contains(id.as_str()));
        // A budget that was lowered must not be spent through an older lease.
        self.give_back(|account| account.is_over()).await
    }

    /// The account of a budget; it reads its state from the store when it is first needed.
    pub fn account(&self, id: &str) -> Arc<Account> {
        let read = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = read.get(id) {
            return Arc::clone(account);
        }
        // The write lock below would wait for it for ever.
        drop(read);
        let new = || Arc::new(Account::new(id));
        Arc::clone(self.write().entry(id.to_owned()).or_insert_with(new))
    }

    /// The state of a budget at a time, in microseconds since 1970. Where its window has ended by then, that
    /// is the next one, of which nothing is spent.
    #[must_use]
    pub fn standing(&self, id: &str, now: i64) -> Standing {
        self.account(id).standing(now, self.store.calendar())
    }

    /// Sets `amount` aside in all of these budgets, or in none.
    ///
    /// # Errors
    /// When one of them has no room for it.
    pub async fn reserve(
        &self,
        accounts: &[Arc<Account>],
        amount: Usd,
        now: i64,
    ) -> Result<Reservation, ReserveError> {
        let mut reservation = Reservation::new(amount);
        for account in accounts {
            // On failure the reservation is dropped, which frees the budgets before this one.
            let window = self.hold_in(account, amount, now).await?;
            reservation.add(Arc::clone(account), window);
        }
        Ok(reservation)
    }

    /// Sets `amount` aside in one budget.
    async fn hold_in(
        &self,
        account: &Account,
        amount: Usd,
        now: i64,
    ) -> Result<Window, ReserveError> {
        match account.hold(amount, now) {
            Ok(window) => Ok(window),
            // On the heap: it is rare, and would make the future of every request larger.
            Err(_) => Box::pin(self.hold(account, amount, now)).await,
        }
    }

    /// Takes note of settled amounts that the store has charged; returns whether all of these budgets
    /// are known. An unknown one may have been handed over to another budget, which was charged
    /// instead: [`Budgets::refresh`] reads it.
    pub fn drained(&self, charges: &[Charged]) -> bool {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        let mut known = true;
        for charged in charges {
            match accounts.get(&charged.budget) {
                Some(account) => account.drained(charged),
                None => known = false,
            }
        }
        known
    }

    /// Where there are other gateways: learns what they have spent, and gives back what was not
    /// needed since the last time, so that they can use it.
    ///
    /// # Errors
    /// When the database is unreachable.
    pub async fn share(&self) -> Result<(), StoreError> {
        // The only gateway has leased all that there is: nobody waits for it.
        if self.share == 1 {
            return Ok(());
        }
        self.refresh().await?;
        self.give_back(Account::is_idle).await
    }

    /// Returns everything that is not reserved, when this gateway stops.
    ///
    /// # Errors
    /// When the database is unreachable.
    pub async fn give_back_all(&self) -> Result<(), StoreError> {
        self.give_back(|_| true).await
    }

    async fn give_back(&self, which: impl Fn(&Account) -> bool) -> Result<(), StoreError> {
        // Collected first: the lock must not be held while the database is waited for.
        let accounts: Vec<_> = self
            .accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .filter(|account| which(account))
            .cloned()
            .collect();
        for account in accounts {
            let _turn = account.topping_up.lock().await;
            // In this budget's turn: a request that has just leased more must find it.
            self.give_back_free(&account).await?;
        }
        Ok(())
    }

    /// Returns the part of one budget that is not reserved. Called while it is this budget's turn.
    async fn give_back_free(&self, account: &Account) -> Result<(), StoreError> {
        // Out of memory first: no request here may use what the store is about to free for others.
        let Some((window, amount)) = account.take_free() else { return Ok(()) };
        let Window(start) = window;
        let given = self.store.give_back(&self.instance, account.id(), start, amount).await;
        // The store may still count it as leased: it must not be lost to both.
        if given.is_err() {
            account.leased(window, amount);
        }
        given
    }

    /// Leases the missing amount from the store, one request at a time, and holds it.
    async fn hold(&self, account: &Account, amount: Usd, now: i64) -> Result<Window, ReserveError> {
        let away = |source| ReserveError::Away { budget: account.id().to_owned(), source };
        let _turn = account.topping_up.lock().await;
        for _ in 0..TRIES {
            // Again, as another request may have leased enough while this one waited for its turn.
            let missing = match account.hold(amount, now) {
                Ok(window) => return Ok(window),
                Err(Need::Room(exceeded)) => return Err((*exceeded).into()),
                Err(Need::State) => {
                    self.begin_window(account, now).await.map_err(away)?;
                    continue;
                }
                Err(Need::Lease(missing)) => missing,
            };
            if !self.lease(account, missing).await.map_err(away)? {
                break;
            }
        }
        let exceeded = account.exceeded(amount);
        if self.share > 1 {
            // The rest is too small for this request, but another gateway may have enough with it. If each
            // kept its rest, no gateway could use the end of a budget.
            self.give_back_free(account).await.map_err(away)?;
        }
        Err(exceeded.into())
    }

    /// Leases the missing amount and some more; returns whether enough was left.
    async fn lease(&self, account: &Account, missing: Usd) -> Result<bool, StoreError> {
        let Some(state) = self.store.budget(account.id()).await? else { return Ok(false) };
        account.update(&state);
        // The new state was noted above also for a refusal, whose message says what is spent.
        let Some(left) = state.left().filter(|left| *left >= missing) else { return Ok(false) };
        // A part of what is left and not of the whole, so that the last of it is shared as well.
        let share = Usd::from_picos(left.picos() / i128::from(self.share));
        // At least what is missing, even if that is more than this gateway's share.
        let want = share.max(missing);
        let leased = self.store.lease(&self.instance, &state, want, missing).await?;
        if let Some(leased) = leased {
            account.leased(Window(state.window_start), leased);
        }
        Ok(leased.is_some())
    }

    /// Asks for the state of a budget, and begins its next window when that is due.
    async fn begin_window(&self, account: &Account, now: i64) -> Result<(), StoreError> {
        let Some(state) = self.store.budget(account.id()).await? else {
            // It was deleted a moment ago, so nothing is bounded by it any more.
            account.forget();
            return Ok(());
        };
        account.update(&state);
        let (Some(duration), Some(due)) = (&state.terms.duration, state.reset_at) else {
            return Ok(());
        };
        if now < due {
            return Ok(());
        }
        let (start, end) = self.store.calendar().window_at(duration, due, now);
        // Another gateway may be first, so what counts is what the store has afterwards.
        self.store.reset_window(&state, start, Some(end)).await?;
        if let Some(state) = self.store.budget(account.id()).await? {
            account.update(&state);
        }
        Ok(())
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<String, Arc<Account>>> {
        self.accounts.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
