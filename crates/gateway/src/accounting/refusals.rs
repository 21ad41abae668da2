//! Counts of requests that the gateway itself has refused, and of refused sign-ins, until they are
//! stored.
//!
//! They are stored four times a second: a gateway that is killed loses the counts since then.
//! Memory is bounded, and so is what a minute adds to the database: clients choose neither the keys
//! nor the reasons that are counted separately.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use foldhash::HashMap;
use ledger::{Refusals as Counted, RefusedSignIns, Store, StoreError};

/// Counts that are not stored yet.
#[derive(Debug)]
pub(crate) struct Refusals {
    waiting: Mutex<Waiting>,
    /// Distinguishes counts of this run from those of another one.
    run: String,
}

#[derive(Debug, Default)]
struct Waiting {
    /// By minute, key and reason.
    requests: HashMap<(i64, String, &'static str), u64>,
    /// The minute of the last refusal, with how many keys were counted separately in it.
    minute: i64,
    keys: HashMap<String, ()>,
    /// Sign-ins of this minute by address, each with whether the database has the count.
    sign_ins: HashMap<String, (u64, bool)>,
    /// Sign-ins of earlier minutes.
    sign_ins_before: Vec<RefusedSignIns>,
}

/// Keys that are counted separately in one minute; the others are counted together.
const MOST_KEYS: usize = 1_000;
/// Addresses whose refused sign-ins are counted separately in one minute.
const MOST_ADDRESSES: usize = 100;
/// Counts that wait at most while the database cannot be reached, by key; beyond that keys are together.
const MOST_WAITING: usize = 20_000;
/// Refused sign-ins that wait at most.
const MOST_SIGN_INS: usize = 10_000;

/// The master key, or a gateway without one.
pub(crate) const OPERATOR: &str = "(operator)";
/// No key that is known: a wrong one, or none.
pub(crate) const UNKNOWN: &str = "(unknown)";
/// A session of the admin UI.
pub(crate) const SESSION: &str = "(session)";
/// All beyond the most.
pub(crate) const OTHER: &str = "(other)";

/// Microseconds.
const MINUTE: i64 = 60_000_000;

// === impl Refusals ===

impl Refusals {
    /// None yet; `run` is a name that no other run has.
    pub(crate) fn new(run: String) -> Self {
        Self { waiting: Mutex::default(), run }
    }

    /// Counts a refused request of a key; `now` in microseconds since 1970.
    pub(crate) fn count(&self, key: &str, reason: &'static str, now: i64) {
        let mut waiting = self.waiting();
        waiting.begin(now.div_euclid(MINUTE));
        let key = waiting.counted_as(key);
        let count = waiting.requests.entry((now.div_euclid(MINUTE), key, reason)).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts a refused sign-in.
    pub(crate) fn sign_in(&self, client: IpAddr, now: i64) {
        let mut waiting = self.waiting();
        waiting.begin(now.div_euclid(MINUTE));
        let address = client.to_string();
        let is_known = waiting.sign_ins.contains_key(&address);
        let address = if is_known || waiting.sign_ins.len() < MOST_ADDRESSES {
            address
        } else {
            OTHER.to_owned()
        };
        let (count, stored) = waiting.sign_ins.entry(address).or_default();
        *count = count.saturating_add(1);
        *stored = false;
    }

    /// Stores the counts. If that fails, it is tried again later.
    pub(crate) async fn store(&self, store: &Store) -> Result<(), StoreError> {
        // Taken out first, as the lock must not be held while the database works.
        let (requests, sign_ins) = self.waiting().take();
        if !sign_ins.is_empty()
            && let Err(error) = store.put_refused_sign_ins(&self.run, &sign_ins).await
        {
            let mut waiting = self.waiting();
            waiting.give_back(requests);
            // Nothing of either is stored, so both wait for the next time.
            waiting.give_back_sign_ins(sign_ins);
            return Err(error);
        }
        if !requests.is_empty()
            && let Err(error) =
                store.add_refusals(&requests.iter().map(counted).collect::<Vec<_>>()).await
        {
            self.waiting().give_back(requests);
            return Err(error);
        }
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type OfMinute = ((i64, String, &'static str), u64);

fn counted(((minute, key_id, reason), requests): &OfMinute) -> Counted {
    Counted {
        minute: *minute,
        key_id: key_id.clone(),
        reason: (*reason).to_owned(),
        requests: *requests,
    }
}

// === impl Waiting ===

impl Waiting {
    /// Begins another minute, if it is one.
    fn begin(&mut self, minute: i64) {
        if self.minute == minute {
            return;
        }
        let over = std::mem::replace(&mut self.minute, minute);
        self.keys.clear();
        for (peer, (count, stored)) in std::mem::take(&mut self.sign_ins) {
            // A count that is stored is whole, as its minute is over.
            if !stored && self.sign_ins_before.len() < MOST_SIGN_INS {
                self.sign_ins_before.push(RefusedSignIns { peer, minute: over, count });
            }
        }
    }

    /// The name under which a key is counted.
    fn counted_as(&mut self, key: &str) -> String {
        let apart = self.keys.contains_key(key)
            || (self.keys.len() < MOST_KEYS && self.requests.len() < MOST_WAITING);
        if !apart {
            return OTHER.to_owned();
        }
        self.keys.entry(key.to_owned()).or_default();
        key.to_owned()
    }

    fn take(&mut self) -> (Vec<OfMinute>, Vec<RefusedSignIns>) {
        let mut requests: Vec<_> = std::mem::take(&mut self.requests).into_iter().collect();
        // In the same order in all gateways, so that none waits for another that waits for it.
        requests.sort();
        let mut sign_ins = std::mem::take(&mut self.sign_ins_before);
        let minute = self.minute;
        let unstored = self.sign_ins.iter_mut().filter(|(_, (_, stored))| !stored);
        sign_ins.extend(unstored.map(|(peer, (count, stored))| {
            // The minute is not over: its count stays here, and is stored again as a whole when it
            // grows.
            *stored = true;
            RefusedSignIns { peer: peer.clone(), minute, count: *count }
        }));
        sign_ins.sort_by(|one, other| (one.minute, &one.peer).cmp(&(other.minute, &other.peer)));
        (requests, sign_ins)
    }

    fn give_back(&mut self, requests: Vec<OfMinute>) {
        for (of, count) in requests {
            let sum = self.requests.entry(of).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    fn give_back_sign_ins(&mut self, all: Vec<RefusedSignIns>) {
        for refused in all {
            match self.sign_ins.get_mut(&refused.peer) {
                // The count itself never left.
                Some((_, stored)) if refused.minute == self.minute => *stored = false,
                _ if self.sign_ins_before.len() < MOST_SIGN_INS => {
                    self.sign_ins_before.push(refused);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "wrong_key";

    #[test]
    fn keys_beyond_the_most_are_counted_together() {
        let refusals = Refusals::new("run".to_owned());
        for nth in 0..3_000 {
            refusals.count(&format!("key-{nth}"), KEY, 5 * MINUTE);
        }
        refusals.count("key-7", KEY, 5 * MINUTE);
        let (requests, _) = refusals.waiting().take();
        assert_eq!(requests.len(), MOST_KEYS + 1);
        let of = |key: &str| {
            requests.iter().find(|((_, known, _), _)| known == key).map(|(_, count)| *count)
        };
        assert_eq!((of("key-7"), of(OTHER), of("key-2999")), (Some(2), Some(2_000), None));
        assert_eq!(requests.iter().map(|(_, count)| count).sum::<u64>(), 3_001);
        // In the next minute there is room again.
        refusals.count("key-2999", KEY, 6 * MINUTE);
        assert_eq!(refusals.waiting().take().0[0].0.1, "key-2999");
    }

    #[test]
    fn counts_that_cannot_be_stored_are_kept_and_stay_bounded() {
        let refusals = Refusals::new("run".to_owned());
        for nth in 0..100_000_i64 {
            refusals.count(&format!("key-{}", nth % 1_000), KEY, nth / 1_000 * MINUTE);
            if nth % 10_000 == 0 {
                let (requests, sign_ins) = refusals.waiting().take();
                refusals.waiting().give_back(requests);
                refusals.waiting().give_back_sign_ins(sign_ins);
            }
        }
        let (requests, _) = refusals.waiting().take();
        assert!(requests.len() <= MOST_WAITING + 100, "{}", requests.len());
        assert_eq!(requests.iter().map(|(_, count)| count).sum::<u64>(), 100_000);
    }

    #[test]
    fn refused_sign_ins_are_counted_by_address() {
        let refusals = Refusals::new("run".to_owned());
        let ip = |last: u8| IpAddr::from([10, 0, 0, last]);
        for last in 0..=255 {
            refusals.sign_in(ip(last), 5 * MINUTE);
        }
        refusals.sign_in(ip(1), 5 * MINUTE + 1);
        let counts = |refusals: &Refusals| {
            let all = refusals.waiting().take().1.into_iter();
            all.map(|refused| (refused.peer, refused.minute, refused.count)).collect::<Vec<_>>()
        };
        let first = counts(&refusals);
        assert_eq!(first.len(), MOST_ADDRESSES + 1);
        assert!(first.contains(&("10.0.0.1".to_owned(), 5, 2)), "{first:?}");
        assert!(first.contains(&(OTHER.to_owned(), 5, 156)), "{first:?}");
        assert_eq!(counts(&refusals), [], "nothing is new");
        // A count is of the whole minute, and is written again.
        refusals.sign_in(ip(1), 5 * MINUTE + 2);
        refusals.sign_in(ip(1), 6 * MINUTE);
        assert_eq!(
            counts(&refusals),
            [("10.0.0.1".to_owned(), 5, 3), ("10.0.0.1".to_owned(), 6, 1)]
        );
    }
}
