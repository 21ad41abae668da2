//! Counters of the requests and tokens of one key, team or user, and of one deployment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ledger::Limits;

use super::{MINUTE, OverLimit, What};

/// Counters by what they are of: `key:…`, `team:…`, `user:…`, `deployment:…`. They outlive changes of the limits.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<HashMap<Arc<str>, Arc<Counter>>>);

/// Requests and tokens of this minute, and requests in flight.
#[derive(Debug)]
pub(crate) struct Counter {
    /// `key:…`, `team:…`, `user:…` or `deployment:…`.
    id: Arc<str>,
    /// A std mutex: held for a few additions.
    counts: Mutex<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Since 1970.
    minute: i64,
    requests: u64,
    tokens: u64,
    parallel: u64,
}

// === impl Counters ===

impl Counters {
    pub(crate) fn of(&self, id: &str) -> Arc<Counter> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = all.get(id) {
            return Arc::clone(counter);
        }
        let id: Arc<str> = id.into();
        let counter = Arc::new(Counter { id: Arc::clone(&id), counts: Mutex::default() });
        all.insert(id, Arc::clone(&counter));
        counter
    }
}

// === impl Counter ===

impl Counter {
    pub(super) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Counts a request in flight, unless the limit is reached.
    pub(super) fn enter(&self, limits: &Limits) -> Result<(), OverLimit> {
        let mut counts = self.counts();
        match limits.parallel {
            Some(limit) if counts.parallel >= limit => Err(self.over(What::Parallel, limit, None)),
            // Counted even without a limit, as one may be set while requests are in flight.
            _ => {
                counts.parallel += 1;
                Ok(())
            }
        }
    }

    /// Fails where there is no room for another request in this minute.
    pub(super) fn has_room(&self, limits: &Limits, now: i64) -> Result<(), OverLimit> {
        let counts = *self.at(now);
        self.within(limits, &counts, now)
    }

    pub(super) fn leave(&self) {
        let mut counts = self.counts();
        counts.parallel = counts.parallel.saturating_sub(1);
    }

    /// Counts a request of this minute, unless a limit is reached. Returns the minute's requests and tokens.
    pub(super) fn take(&self, limits: &Limits, now: i64) -> Result<(u64, u64), OverLimit> {
        let mut counts = self.at(now);
        self.within(limits, &counts, now)?;
        counts.requests += 1;
        Ok((counts.requests, counts.tokens))
    }

    /// Fails where the limits of a minute have no room for another request.
    fn within(&self, limits: &Limits, counts: &Counts, now: i64) -> Result<(), OverLimit> {
        let wait = Some(rest(now));
        match limits {
            Limits { rpm: Some(limit), .. } if counts.requests >= *limit => {
                Err(self.over(What::Requests, *limit, wait))
            }
            Limits { tpm: Some(limit), .. } if counts.tokens >= *limit => {
                Err(self.over(What::Tokens, *limit, wait))
            }
            _ => Ok(()),
        }
    }

    /// Counts a request that another has admitted.
    pub(super) fn count(&self, now: i64) {
        self.at(now).requests += 1;
    }

    pub(super) fn undo(&self, now: i64) {
        let mut counts = self.at(now);
        // A new minute may have begun, in which there is nothing to undo.
        counts.requests = counts.requests.saturating_sub(1);
    }

    pub(super) fn spend(&self, tokens: u64, now: i64) {
        let mut counts = self.at(now);
        counts.tokens = counts.tokens.saturating_add(tokens);
    }

    pub(super) fn over(&self, what: What, limit: u64, wait: Option<u64>) -> OverLimit {
        OverLimit { whose: self.id.as_ref().to_owned(), what, limit, wait }
    }

    /// The counts of the minute that `now` is in. A clock that goes backwards begins none.
    fn at(&self, now: i64) -> MutexGuard<'_, Counts> {
        let mut counts = self.counts();
        let minute = now.div_euclid(MINUTE);
        if minute > counts.minute {
            // Requests in flight do not end with the minute.
            *counts = Counts { minute, parallel: counts.parallel, ..Counts::default() };
        }
        counts
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seconds until the next minute begins, rounded up.
pub(super) fn rest(now: i64) -> u64 {
    u64::try_from(MINUTE - now.rem_euclid(MINUTE)).unwrap_or(0).div_ceil(1_000_000)
}
