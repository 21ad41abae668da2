//! Limits of requests and tokens per minute, and of parallel requests. Minutes are counted in Redis
//! for all gateways, if it is configured and reachable, otherwise in this process; parallel
//! requests always in this process.

mod counter;
mod deployment_gate;
pub(crate) mod failed_keys;
mod remaining;
mod report_turns;
mod shared;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    counter::{Counter, Counters},
    deployment_gate::DeploymentGate,
    failed_keys::{FailedKeyMetrics, FailedKeys},
    remaining::{Left, Room},
    report_turns::{ReportTurn, ReportTurns, TooManyReports},
    shared::{LimitMetrics, SharedCounters},
};

use std::{fmt, sync::Arc};

use ledger::Limits;

/// The limits of one request, each with its counter.
pub(crate) type Limited = [(Limits, Arc<Counter>)];

/// One request's place within its limits; dropped, it leaves room for another at a time.
#[derive(Debug, Default)]
pub(crate) struct Places {
    taken: Vec<Arc<Counter>>,
    /// The rest of the minute's limits.
    pub(crate) room: Room,
}

/// Why a request must wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OverLimit {
    /// `key:…`, `team:…`, `user:…` or `deployment:…`.
    pub(crate) whose: String,
    pub(crate) what: What,
    pub(crate) limit: u64,
    /// In seconds, until the next minute begins; `None`: until another request ends.
    pub(crate) wait: Option<u64>,
}

/// The kind of limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Requests,
    Tokens,
    Parallel,
}

const MINUTE: i64 = 60_000_000;

// === impl Places ===

impl Places {
    /// A place within all of these limits, or none in any; `now` in microseconds since 1970.
    pub(crate) async fn take(
        all: &Limited,
        shared: Option<&SharedCounters>,
        now: i64,
    ) -> Result<Self, OverLimit> {
        // First, as this is free to undo: dropping the places is enough.
        let mut places = Self::enter(all, None)?;
        places.count(all, shared, now).await?;
        Ok(places)
    }

    /// Counts the request within the minute's limits.
    pub(crate) async fn count(
        &mut self,
        all: &Limited,
        shared: Option<&SharedCounters>,
        now: i64,
    ) -> Result<(), OverLimit> {
        // Requests in flight are counted here alone, so Redis is not asked for those limits.
        let per_minute = |(limits, _): &(Limits, _)| limits.rpm.or(limits.tpm).is_some();
        if let Some(shared) = shared
            && all.iter().any(per_minute)
            && let Some(answer) = shared.take(all).await
        {
            self.room = answer?;
            // If Redis becomes unreachable within this minute, counting continues here from these figures.
            all.iter().for_each(|(_, counter)| counter.count(now));
            return Ok(());
        }
        self.room = Self::count_here(all, now)?;
        Ok(())
    }

    /// A place among the requests in flight. With `now` also the minute's limits must have room, as
    /// this process counts them.
    pub(crate) fn enter(all: &Limited, now: Option<i64>) -> Result<Self, OverLimit> {
        let mut places = Self::default();
        for (limits, counter) in all {
            // On an error `places` is dropped, which leaves those that were taken so far.
            now.map_or(Ok(()), |now| counter.has_room(limits, now))?;
            counter.enter(limits)?;
            places.taken.push(Arc::clone(counter));
        }
        Ok(places)
    }

    /// Counts a request of this minute in all of its limits, or in none.
    fn count_here(all: &Limited, now: i64) -> Result<Room, OverLimit> {
        let mut room = Room::until(counter::rest(now));
        for (nth, (limits, counter)) in all.iter().enumerate() {
            match counter.take(limits, now) {
                Ok((requests, tokens)) => room.within(limits, requests, tokens),
                Err(over) => {
                    // A request that one limit refuses counts in none.
                    all[..nth].iter().for_each(|(_, counter)| counter.undo(now));
                    return Err(over);
                }
            }
        }
        Ok(room)
    }

    /// Whether the request counts against no limit.
    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Counts the tokens that the request has used. Redis receives them a moment later.
    pub(crate) fn spend(&self, tokens: u64, shared: Option<&SharedCounters>, now: i64) {
        self.taken.iter().for_each(|counter| spend(counter, tokens, shared, now));
    }
}

/// Counts tokens here, and for all gateways.
fn spend(counter: &Counter, tokens: u64, shared: Option<&SharedCounters>, now: i64) {
    counter.spend(tokens, now);
    if let Some(shared) = shared {
        shared.spend(counter, tokens);
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        self.taken.iter().for_each(|counter| counter.leave());
    }
}

// === impl What ===

impl fmt::Display for What {
    /// Its name with the unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requests => "requests per minute",
            Self::Tokens => "tokens per minute",
            Self::Parallel => "requests at a time",
        })
    }
}
