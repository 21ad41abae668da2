//! Counters in Redis that all gateways share.
//!
//! A request calls Redis once, or not at all: while Redis is unreachable, limits apply per
//! instance, and no request waits for a connection. One task keeps the connection, sends the tokens
//! of ended requests, and retries once a second.

mod redis_link;
mod redis_script;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ledger::Limits;
use prometheus_client::metrics::{counter, gauge::Gauge};
use redis::ConnectionInfo;
use tokio::sync::{Notify, watch};

use self::{
    redis_link::{Link, Why},
    redis_script::Scripts,
};
use super::{Counter, Limited, OverLimit, Room, What};

/// Counters in Redis.
pub(crate) struct SharedCounters {
    connection: ConnectionInfo,
    /// How long a request waits for Redis.
    timeout: Duration,
    scripts: Scripts,
    link: watch::Sender<Link>,
    /// Tokens by counter that Redis has not heard of.
    spent: Mutex<HashMap<Arc<str>, u64>>,
    spending: Notify,
    metrics: LimitMetrics,
}

/// Metrics of the shared limits.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitMetrics {
    /// 1 while Redis is configured and cannot be used.
    pub(crate) away: Gauge,
    /// Requests whose limits were those of this instance alone although Redis is configured.
    pub(crate) alone: counter::Counter,
}

// === impl SharedCounters ===

impl SharedCounters {
    /// Counters in the Redis at `connection`; a request waits for it no longer than `timeout`.
    pub(crate) fn new(
        connection: ConnectionInfo,
        timeout: Duration,
        metrics: LimitMetrics,
    ) -> Self {
        Self {
            connection,
            timeout,
            scripts: Scripts::default(),
            link: watch::Sender::new(Link::Unknown),
            spent: Mutex::default(),
            spending: Notify::new(),
            metrics,
        }
    }

    /// Whether limits are shared now.
    pub(crate) fn are_shared(&self) -> bool {
        matches!(&*self.link.borrow(), Link::Up { .. })
    }

    /// Counts a request in all of these limits, or in none; nothing when Redis cannot be asked.
    pub(super) async fn take(&self, all: &Limited) -> Option<Result<Room, OverLimit>> {
        let answer = self.ask(all).await;
        if answer.is_none() {
            self.metrics.alone.inc();
        }
        Some(read(all, &answer?))
    }

    async fn ask(&self, all: &Limited) -> Option<Vec<i64>> {
        let (nth, mut connection) = match &*self.link.borrow() {
            // A clone is cheap: all requests share the connection, and their commands are
            // pipelined.
            Link::Up { nth, connection } => (*nth, connection.clone()),
            Link::Unknown | Link::Away(_) => return None,
        };
        let take = self.scripts.take(all);
        let asked = take.invoke_async::<Vec<i64>>(&mut connection);
        let why = match tokio::time::timeout(self.timeout, asked).await {
            // The length is checked here, as `read` relies on it.
            Ok(Ok(answer)) if answer.len() == 2 + 2 * all.len() => return Some(answer),
            Ok(Ok(_)) => Why::Odd,
            Ok(Err(error)) => Why::Redis(Arc::new(error)),
            Err(_) => Why::Late(self.timeout),
        };
        // After one failure: the next request would wait as long for nothing.
        self.lose(nth, why);
        None
    }

    /// Counts tokens, which Redis hears of a moment later.
    pub(super) fn spend(&self, counter: &Counter, tokens: u64) {
        // While limits are per instance, the counters of this process are all there is.
        if tokens == 0 || !self.are_shared() {
            return;
        }
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = spent.entry(Arc::clone(counter.id())).or_default();
        *sum = sum.saturating_add(tokens);
        // The task that is woken wants the lock.
        drop(spent);
        self.spending.notify_one();
    }
}

impl fmt::Debug for SharedCounters {
    /// Without the credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedCounters")
            .field("address", self.connection.addr())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Reads the script's answer; see `take.lua`.
fn read(all: &Limited, answer: &[i64]) -> Result<Room, OverLimit> {
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    let wait = whole(answer[1]);
    let counts = answer[2..].chunks_exact(2);
    let mut room = Room::until(wait);
    for (nth, ((limits, counter), counts)) in (1_i64..).zip(all.iter().zip(counts)) {
        let over =
            |what, limit: Option<u64>| counter.over(what, limit.unwrap_or_default(), Some(wait));
        let Limits { rpm, tpm, .. } = *limits;
        // The nth limit refuses with an odd number for requests and an even one for tokens.
        match answer[0] {
            refuses if refuses == 2 * nth - 1 => return Err(over(What::Requests, rpm)),
            refuses if refuses == 2 * nth => return Err(over(What::Tokens, tpm)),
            _ => room.within(limits, whole(counts[0]), whole(counts[1])),
        }
    }
    Ok(room)
}
