//! Memory budget of request bodies: the bytes that all clients together, and each of them, may use
//! at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{config::Connections, http::error::ApiError};

/// Memory for request bodies. Small ones are not counted: each connection has one at most.
#[derive(Debug)]
pub(crate) struct Bodies {
    /// Those that are on their way here.
    receiving: Room,
    /// Those that are here whole, until their requests have ended.
    held: Room,
    /// How long a body may take.
    pub(super) within: Duration,
}

/// A number of bytes; no owner has more than two thirds of it.
#[derive(Debug)]
struct Room {
    all: Arc<Semaphore>,
    /// The share of each owner, while it has one.
    shares: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// In KiB.
    share: u32,
}

/// Some of a room.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// In bytes, including those that are not counted.
    bytes: usize,
    permits: Vec<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

/// A body, with its part of the room.
struct Held {
    body: Bytes,
    _taken: Taken,
}

/// Bodies up to this many bytes are not counted.
pub(super) const SMALL: usize = 64 * 1024;
/// How long a body waits for room.
const PATIENCE: Duration = Duration::from_secs(20);
/// More owners than this are looked through for those that have nothing.
const MANY: usize = 64;

// === impl Bodies ===

impl Bodies {
    pub(crate) fn new(limits: &Connections) -> Self {
        Self {
            receiving: Room::new(limits.receiving),
            held: Room::new(limits.bodies),
            within: limits.body_timeout,
        }
    }

    /// Reserves memory up to a total of so many bytes for a body that is still being received.
    pub(super) async fn receive(
        &self,
        owner: &str,
        bytes: usize,
        taken: &mut Taken,
    ) -> Result<(), ApiError> {
        self.receiving.take(owner, bytes, taken).await
    }

    /// Takes room for a body that has arrived, and returns the room it took while it was received.
    pub(super) async fn hold(
        &self,
        owner: &str,
        body: Bytes,
        received: Taken,
    ) -> Result<Bytes, ApiError> {
        let mut taken = Taken::default();
        self.held.take(owner, body.len(), &mut taken).await?;
        // Only now: between the two the body would count nowhere.
        drop(received);
        Ok(if taken.permits.is_empty() {
            body
        } else {
            Bytes::from_owner(Held { body, _taken: taken })
        })
    }
}

// === impl Room ===

impl Room {
    fn new(bytes: usize) -> Self {
        let all = (bytes / 1024).min(Semaphore::MAX_PERMITS / 2);
        let share = u32::try_from(all / 3 * 2).unwrap_or(u32::MAX);
        Self { all: Arc::new(Semaphore::new(all)), shares: Mutex::default(), share }
    }

    async fn take(&self, owner: &str, bytes: usize, taken: &mut Taken) -> Result<(), ApiError> {
        let more = bytes.saturating_sub(taken.bytes.max(SMALL)).div_ceil(1024);
        taken.bytes = taken.bytes.max(bytes);
        let Some(kib) = u32::try_from(more).ok().filter(|kib| *kib > 0) else { return Ok(()) };
        let taking = async {
            // Its own share first, so that an owner with much waits only for itself. A body larger than the share
            // takes all of it, as it would wait for ever for more.
            let own = self.share_of(owner).acquire_many_owned(kib.min(self.share)).await.ok()?;
            Some((own, Arc::clone(&self.all).acquire_many_owned(kib).await.ok()?))
        };
        let permits = tokio::time::timeout(PATIENCE, taking).await.ok().flatten();
        taken.permits.push(permits.ok_or(ApiError::Busy)?);
        Ok(())
    }

    fn share_of(&self, owner: &str) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(owner) {
            return Arc::clone(share);
        }
        if shares.len() >= MANY {
            shares.retain(|_, share| Arc::strong_count(share) > 1);
        }
        let share = Arc::new(Semaphore::new(usize::try_from(self.share).unwrap_or(usize::MAX)));
        shares.insert(owner.to_owned(), Arc::clone(&share));
        share
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn bodies(mib: usize) -> Bodies {
        let bytes = mib << 20;
        Bodies::new(&Connections { receiving: bytes, bodies: bytes, ..Connections::default() })
    }

    /// Takes room; `None` if that waits.
    fn receive(bodies: &Bodies, owner: &str, bytes: usize) -> Option<Taken> {
        let mut taken = Taken::default();
        bodies.receive(owner, bytes, &mut taken).now_or_never()?.unwrap();
        Some(taken)
    }

    #[tokio::test]
    async fn nobody_has_more_than_two_thirds() {
        let bodies = bodies(3);
        let first = receive(&bodies, "ann", 2 << 20);
        assert!(first.is_some() && receive(&bodies, "ann", 1 << 20).is_none());
        let other = receive(&bodies, "bob", 1 << 20);
        assert!(other.is_some() && receive(&bodies, "bob", 1 << 20).is_none());
        drop(first);
        assert!(receive(&bodies, "ann", 2 << 20).is_some());
    }

    #[tokio::test]
    async fn a_body_has_its_room_until_it_is_dropped() {
        let bodies = bodies(3);
        let hold = || {
            let body = Bytes::from(vec![7; 1 << 20]);
            bodies.hold("ann", body, Taken::default()).now_or_never().map(Result::unwrap)
        };
        let (one, two) = (hold().unwrap(), hold().unwrap());
        assert_eq!(one.len(), 1 << 20);
        let part = two.slice(..10);
        drop(two);
        assert!(hold().is_none());
        drop(part);
        assert!(hold().is_some());
    }

    #[tokio::test]
    async fn small_bodies_need_no_room() {
        let bodies = bodies(3);
        let all = receive(&bodies, "ann", 2 << 20);
        assert!(all.is_some());
        let small = receive(&bodies, "ann", SMALL).unwrap();
        assert!(small.permits.is_empty());
    }

    #[tokio::test]
    async fn owners_who_have_nothing_are_forgotten() {
        let bodies = bodies(3);
        let kept = receive(&bodies, "kept", 1 << 20);
        for nth in 0..3 * MANY {
            // Else tokio has it wait once it has done too much.
            tokio::task::yield_now().await;
            assert!(receive(&bodies, &format!("key-{nth}"), 1 << 20).is_some());
        }
        assert!(bodies.receiving.shares.lock().unwrap().len() <= MANY);
        assert!(kept.is_some() && receive(&bodies, "kept", 2 << 20).is_none());
    }
}
