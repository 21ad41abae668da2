//! How much may be asked for in a minute, and at a time. Counted in this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ledger::Limits;

/// Counters by what they are of: `key:…`, `team:…`, `user:…`. They outlive changes of the limits.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<HashMap<String, Arc<Counter>>>);

/// What was asked for in this minute, and what is under way.
#[derive(Debug)]
pub(crate) struct Counter {
    /// `key:…`, `team:…` or `user:…`.
    id: String,
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

/// One request's place within its limits; dropped, it leaves room for another at a time.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<Arc<Counter>>);

/// Why a request must wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OverLimit {
    /// `key:…`, `team:…` or `user:…`.
    pub(crate) whose: String,
    /// What there is too much of, with its unit.
    pub(crate) what: &'static str,
    pub(crate) limit: u64,
    /// In seconds, until the next minute begins; `None`: until another request ends.
    pub(crate) wait: Option<u64>,
}

const MINUTE: i64 = 60_000_000;

// === impl Counters ===

impl Counters {
    pub(crate) fn of(&self, id: &str) -> Arc<Counter> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Counter { id: id.to_owned(), counts: Mutex::default() });
        Arc::clone(all.entry(id.to_owned()).or_insert_with(new))
    }
}

// === impl Counter ===

impl Counter {
    /// Counts a request, unless that is too much.
    fn take(&self, limits: &Limits, now: i64) -> Result<(), OverLimit> {
        let mut counts = self.at(now);
        let over = |what, limit: Option<u64>, count, wait| match limit {
            Some(limit) if count >= limit => {
                Err(OverLimit { whose: self.id.clone(), what, limit, wait })
            }
            _ => Ok(()),
        };
        let rest = u64::try_from((MINUTE - now.rem_euclid(MINUTE)) / 1_000_000).unwrap_or(0) + 1;
        over("requests per minute", limits.rpm, counts.requests, Some(rest))?;
        over("tokens per minute", limits.tpm, counts.tokens, Some(rest))?;
        over("requests at a time", limits.parallel, counts.parallel, None)?;
        counts.requests += 1;
        counts.parallel += 1;
        Ok(())
    }

    fn undo(&self, now: i64) {
        let mut counts = self.at(now);
        counts.requests = counts.requests.saturating_sub(1);
    }

    fn spend(&self, tokens: u64, now: i64) {
        self.at(now).tokens += tokens;
    }

    /// The counts of the minute that `now` is in. A clock that goes backwards begins none.
    fn at(&self, now: i64) -> MutexGuard<'_, Counts> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.div_euclid(MINUTE);
        if minute > counts.minute {
            *counts = Counts { minute, parallel: counts.parallel, ..Counts::default() };
        }
        counts
    }
}

// === impl Places ===

impl Places {
    /// A place within all of these limits, or none in any.
    pub(crate) fn take(all: &[(Limits, Arc<Counter>)], now: i64) -> Result<Self, OverLimit> {
        let mut places = Self::default();
        for (limits, counter) in all {
            if let Err(over) = counter.take(limits, now) {
                places.0.iter().for_each(|counter| counter.undo(now));
                return Err(over);
            }
            places.0.push(Arc::clone(counter));
        }
        Ok(places)
    }

    /// Counts the tokens that the request has come to.
    pub(crate) fn spend(&self, tokens: u64, now: i64) {
        self.0.iter().for_each(|counter| counter.spend(tokens, now));
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        for counter in &self.0 {
            let mut counts = counter.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.parallel = counts.parallel.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(id: &str, limits: Limits) -> (Limits, Arc<Counter>) {
        (limits, Counters::default().of(id))
    }

    #[test]
    fn each_limit_is_kept_and_says_how_long_to_wait() {
        let all = [limited("key:k", Limits { rpm: Some(2), ..Limits::default() })];
        let now = 30_000_000;
        let places = [Places::take(&all, now).unwrap(), Places::take(&all, now).unwrap()];
        let over = Places::take(&all, now).unwrap_err();
        assert_eq!((over.what, over.limit, over.wait), ("requests per minute", 2, Some(31)));
        drop(places);
        assert!(Places::take(&all, now).is_err());
        assert!(Places::take(&all, now - MINUTE).is_err());
        assert!(Places::take(&all, now + MINUTE).is_ok());
    }

    #[test]
    fn tokens_count_once_they_are_known() {
        let all = [limited("key:k", Limits { tpm: Some(100), ..Limits::default() })];
        Places::take(&all, 0).unwrap().spend(99, 0);
        Places::take(&all, 0).unwrap().spend(99, 0);
        assert_eq!(Places::take(&all, 0).unwrap_err().what, "tokens per minute");
    }

    #[test]
    fn a_request_that_ends_makes_room() {
        let all = [limited("team:t", Limits { parallel: Some(1), ..Limits::default() })];
        let place = Places::take(&all, 0).unwrap();
        assert_eq!(Places::take(&all, 0).unwrap_err().wait, None);
        drop(place);
        assert!(Places::take(&all, 0).is_ok());
    }

    #[test]
    fn what_one_limit_refuses_counts_in_none() {
        let all = [
            limited("key:k", Limits { rpm: Some(1), ..Limits::default() }),
            limited("team:t", Limits { parallel: Some(0), ..Limits::default() }),
        ];
        assert!(Places::take(&all, 0).is_err());
        assert!(Places::take(&all[..1], 0).is_ok());
    }
}
