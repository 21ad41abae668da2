//! Time as an argument, so that tests decide what day it is.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use jiff::Timestamp;

/// The time of day. Durations are measured with [`std::time::Instant`] instead.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now, UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that stays at a time until it is set: for tests, and for questions about another day.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

// === impl ManualClock ===

impl ManualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_microsecond()))
    }

    /// Sets the time, to the microsecond.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        // Only valid times are stored, so this always holds.
        Timestamp::from_microsecond(self.0.load(Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
