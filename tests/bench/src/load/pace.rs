//! The pace of requests. In the open loop each is due at a time that is fixed beforehand; latency
//! is counted from it, so that a server which stalls cannot hide what waited meanwhile (coordinated
//! omission).

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

/// Hands out turns to the connections.
pub(super) struct Pace {
    start: Instant,
    end: Instant,
    open: Option<OpenLoop>,
}

/// The next action of a connection.
pub(super) enum Turn {
    /// Send a request that is due since then, or now.
    Send { due: Instant },
    /// Every connection was busy for so long that this request is given up.
    TooLate { due: Instant },
    /// Nothing more to send.
    Over,
}

struct OpenLoop {
    interval: Duration,
    total: u32,
    next: AtomicU32,
    /// As many permits as requests are due.
    due: Semaphore,
}

/// How long after the end a request that is due may still be sent.
const GRACE: Duration = Duration::from_secs(2);

// === impl Pace ===

impl Pace {
    /// Starts now: the first request of an open loop is due one interval later.
    pub(super) fn start(rate: Option<u32>, duration: Duration) -> Self {
        let start = Instant::now();
        let open = rate.map(|rate| {
            let interval = Duration::from_secs(1) / rate.max(1);
            let total = duration.as_nanos() / interval.as_nanos();
            OpenLoop {
                interval,
                total: u32::try_from(total).unwrap_or(u32::MAX),
                next: AtomicU32::new(0),
                due: Semaphore::new(0),
            }
        });
        Self { start, end: start + duration, open }
    }

    /// Waits for the next turn.
    pub(super) async fn turn(&self) -> Turn {
        let Some(open) = &self.open else {
            let due = Instant::now();
            return if due < self.end { Turn::Send { due } } else { Turn::Over };
        };
        let Ok(permit) = open.due.acquire().await else { return Turn::Over };
        // A permit is a request that is due: it is used up, not given back.
        permit.forget();
        let nth = open.next.fetch_add(1, Ordering::Relaxed);
        if nth >= open.total {
            return Turn::Over;
        }
        // When it was due, not when it is sent: waiting behind slow answers counts as latency.
        let due = self.start + open.interval * (nth + 1);
        if Instant::now() > self.end + GRACE { Turn::TooLate { due } } else { Turn::Send { due } }
    }

    /// Releases requests when they are due, then lets all `connections` end.
    ///
    /// Blocks its thread, because tokio's timer has steps of a millisecond.
    pub(super) fn release(&self, connections: usize) {
        let Some(open) = &self.open else { return };
        for nth in 1..=open.total {
            let due = self.start + open.interval * nth;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            open.due.add_permits(1);
        }
        open.due.add_permits(connections);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_request_of_an_open_loop_has_its_turn() {
        let pace = Pace::start(Some(1_000), Duration::from_millis(20));
        pace.release(2);
        let (mut sent, mut over) = (0, 0);
        while over < 2 {
            match pace.turn().await {
                Turn::Send { due } => {
                    sent += 1;
                    assert_eq!(due, pace.start + Duration::from_millis(sent));
                }
                Turn::TooLate { .. } => unreachable!("within the grace"),
                Turn::Over => over += 1,
            }
        }
        assert_eq!(sent, 20);
    }
}
