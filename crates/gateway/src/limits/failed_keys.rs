//! Throttle of requests whose key is not valid, by address: answers are delayed more and more, and
//! above a rate refused.
//!
//! A key is looked up before anything is counted, so that a valid one never waits for requests from
//! the same address. Counts are per minute and per process, and use no more memory however many
//! addresses there are. The log gets a few lines a minute, with the beginning of the key's hash.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use foldhash::HashMap;
use jiff::Timestamp;
use ledger::KeyHash;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use tokio::sync::Semaphore;

/// The counts of each address in this minute, and the requests that wait.
#[derive(Debug)]
pub(crate) struct FailedKeys {
    /// A std mutex: held for a look and an addition.
    minute: Mutex<Minute>,
    /// Places of those that wait for their answer.
    waiting: Semaphore,
    answered: FailedKeyMetrics,
}

/// How they were answered.
pub(crate) type FailedKeyMetrics = Family<Answered, Counter>;

/// A way to answer them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Answered {
    answer: &'static str,
}

/// The counts of one minute.
#[derive(Debug, Default)]
struct Minute {
    /// Since 1970.
    number: i64,
    by_address: HashMap<IpAddr, u32>,
    /// Those of addresses beyond [`MOST_ADDRESSES`], together.
    others: u32,
    /// Lines in the log.
    lines: u32,
    /// Failures that are not logged.
    unlogged: u64,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    AtOnce,
    After(Duration),
    Refused,
}

/// The count that a request was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    /// In this minute from this address, this one included.
    failed: u32,
    /// Whether the log shows it.
    shown: bool,
    /// Failures of the minute before that were not logged.
    unlogged: u64,
}

/// Failures of an address per minute that are answered at once: a program with an old key is no attack.
const AT_ONCE: u32 = 10;
/// Failures of an address per minute that are answered at all.
const MOST: u32 = 30;
/// The additional delay of each failure after the first ones.
const STEP: Duration = Duration::from_millis(100);
/// The number of addresses that are counted separately.
const MOST_ADDRESSES: usize = 4_096;
/// The number of requests that wait at a time; further ones are refused.
const MOST_WAITING: usize = 256;
/// The number of log lines per minute.
const MOST_LINES: u32 = 20;
/// In seconds.
const MINUTE: i64 = 60;

/// The counters of `/metrics`.
pub(crate) fn metrics(registry: &mut Registry) -> FailedKeyMetrics {
    let answered = Family::default();
    let help = "Requests whose key is not valid: answered `at_once` or `delayed` with 401, or `refused` with 429";
    registry.register("failed_keys", help, answered.clone());
    answered
}

// === impl FailedKeys ===

impl FailedKeys {
    pub(crate) fn new(answered: FailedKeyMetrics) -> Self {
        let (minute, waiting) = (Mutex::default(), Semaphore::new(MOST_WAITING));
        Self { minute, waiting, answered }
    }

    /// Counts a key that is not valid and waits until its client may be answered. Returns the seconds
    /// until its address is answered again, where the request is refused.
    pub(crate) async fn count_and_delay(
        &self,
        client: IpAddr,
        shown: &str,
        now: Timestamp,
    ) -> Option<i64> {
        let counted = self.count(client, now.as_second());
        counted.log(client, shown);
        let answer = match Answer::of(counted.failed) {
            Answer::AtOnce => "at_once",
            // A delayed answer holds a connection: without a bound the delays would exhaust them.
            Answer::After(wait) => match self.waiting.try_acquire() {
                Ok(_place) => {
                    tokio::time::sleep(wait).await;
                    "delayed"
                }
                Err(_) => "refused",
            },
            Answer::Refused => "refused",
        };
        self.answered.get_or_create_owned(&Answered { answer }).inc();
        (answer == "refused").then(|| MINUTE - now.as_second().rem_euclid(MINUTE))
    }

    fn count(&self, address: IpAddr, second: i64) -> Counted {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        minute.count(network_of(address), second.div_euclid(MINUTE))
    }
}

// === impl Minute ===

impl Minute {
    fn count(&mut self, network: IpAddr, number: i64) -> Counted {
        let mut unlogged = 0;
        // A clock that goes backwards begins no minute.
        if number > self.number {
            unlogged = self.unlogged;
            *self = Self { number, ..Self::default() };
        }
        let room = self.by_address.len() < MOST_ADDRESSES;
        let failed = match self.by_address.get_mut(&network) {
            Some(failed) => failed,
            None if room => self.by_address.entry(network).or_default(),
            // Further addresses share one count, so that an attack from many cannot use up memory.
            None => &mut self.others,
        };
        *failed = failed.saturating_add(1);
        let failed = *failed;
        // The first of an address, and the one at which it is refused.
        let shown = (failed == 1 || failed == MOST + 1) && self.lines < MOST_LINES;
        if shown {
            self.lines += 1;
        } else {
            self.unlogged = self.unlogged.saturating_add(1);
        }
        Counted { failed, shown, unlogged }
    }
}

// === impl Counted ===

impl Counted {
    fn log(self, client: IpAddr, shown: &str) {
        if self.unlogged > 0 {
            tracing::warn!(further = self.unlogged, "further keys were not valid");
        }
        if self.shown {
            let (hash, client_ip) = (KeyHash::of(shown).to_string(), &*client.to_string());
            // Enough to recognise a key that one has, and of no use to find one.
            let key_sha256 = hash.get(..8).unwrap_or_default();
            let refused = self.failed > MOST;
            tracing::warn!(
                client_ip,
                key_sha256,
                failed = self.failed,
                refused,
                "a key is not valid"
            );
        }
    }
}

// === impl Answer ===

impl Answer {
    fn of(failed: u32) -> Self {
        match failed.saturating_sub(AT_ONCE) {
            0 => Self::AtOnce,
            late if failed <= MOST => Self::After(STEP * late),
            _ => Self::Refused,
        }
    }
}

/// The network that is counted as one address: an IPv6 client has a whole network of 64 bits.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> IpAddr {
        network_of(address.parse().unwrap())
    }

    #[test]
    fn answers_come_later_and_then_not_at_all() {
        let after = |millis| Answer::After(Duration::from_millis(millis));
        for (failed, expect) in [
            (1, Answer::AtOnce),
            (10, Answer::AtOnce),
            (11, after(100)),
            (30, after(2_000)),
            (31, Answer::Refused),
            (u32::MAX, Answer::Refused),
        ] {
            assert_eq!(Answer::of(failed), expect, "{failed}");
        }
    }

    #[test]
    fn each_address_and_each_minute_is_counted_separately() {
        let mut minute = Minute::default();
        let mut failed = |address, number| minute.count(at(address), number).failed;
        assert_eq!([failed("192.0.2.1", 5), failed("192.0.2.1", 5)], [1, 2]);
        assert_eq!(failed("192.0.2.2", 5), 1);
        // A client of IPv6 has as many addresses as it likes.
        assert_eq!([failed("2001:db8::1", 5), failed("2001:db8::ffff:1", 5)], [1, 2]);
        assert_eq!(failed("2001:db8:0:1::1", 5), 1);
        // A clock that goes backwards forgets nothing.
        assert_eq!(failed("192.0.2.1", 4), 3);
        assert_eq!(failed("192.0.2.1", 6), 1);
    }

    #[test]
    fn ten_thousand_addresses_take_no_more_room_and_no_more_lines() {
        let mut minute = Minute::default();
        let counted: Vec<_> =
            (0..10_000).map(|nth| minute.count(Ipv6Addr::from_bits(nth << 64).into(), 7)).collect();
        assert_eq!(minute.by_address.len(), MOST_ADDRESSES);
        assert_eq!(minute.others as usize, 10_000 - MOST_ADDRESSES);
        let lines = counted.iter().filter(|counted| counted.shown).count();
        assert_eq!(lines, MOST_LINES as usize);
        // The next minute begins empty, and reports how many had no line.
        let next = minute.count(at("192.0.2.1"), 8);
        assert_eq!(
            next,
            Counted { failed: 1, shown: true, unlogged: 10_000 - u64::from(MOST_LINES) }
        );
        assert_eq!((minute.by_address.len(), minute.others), (1, 0));
    }

    #[tokio::test]
    async fn no_more_wait_than_there_are_places() {
        let keys = FailedKeys::new(FailedKeyMetrics::default());
        let taken = keys.waiting.acquire_many(256).await.unwrap();
        let client: IpAddr = "192.0.2.1".parse().unwrap();
        let now = Timestamp::from_second(90).unwrap();
        for _ in 0..AT_ONCE {
            assert_eq!(keys.count_and_delay(client, "sk-x", now).await, None);
        }
        assert_eq!(keys.count_and_delay(client, "sk-x", now).await, Some(30));
        drop(taken);
        assert_eq!(keys.count_and_delay(client, "sk-x", now).await, None);
    }
}
