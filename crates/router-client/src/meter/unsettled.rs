//! A request whose client left before its usage was known, until it is settled.

use std::{sync::Arc, time::Duration};

use cost_model::{Outcome, Receipt};
use llm_types::event_data;

use super::State;
use crate::events::reader::Reader;

/// A request whose client left before its usage was known. Dropped, it settles itself as
/// [`Unsettled::estimate`] does.
#[derive(Debug)]
pub struct Unsettled {
    pub(super) state: State,
    pub(super) rest: Option<Reader>,
    /// How the request ended for its client: a finished answer lacks nothing but its usage.
    pub(super) outcome: Outcome,
}

/// How long the rest of a finished answer is read for its usage, when its client has left.
const READ_ON_FOR: Duration = Duration::from_secs(5);

/// How many bytes of it are read at most: what follows a finished answer is below 10 kB.
const READ_ON_BYTES: usize = 256 * 1024;

impl Unsettled {
    /// Counts what was delivered and settles. Takes milliseconds of CPU.
    pub fn estimate(mut self) -> Arc<Receipt> {
        self.settle()
    }

    /// Reads the upstream's answer to its end for the exact usage, and settles.
    pub async fn drain(mut self) -> Arc<Receipt> {
        self.read_to_end(usize::MAX).await;
        self.state.count().await;
        self.settle()
    }

    /// Whether the answer has finished, so that nothing but its usage is missing: that mostly comes
    /// within a second, and costs nothing more.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.outcome == Outcome::Completed && self.rest.is_some()
    }

    /// Reads on for the usage of a finished answer, for 5 seconds and 256 KiB at most.
    ///
    /// # Errors
    /// When the usage did not come: the request is still to be settled.
    pub async fn read_on(mut self) -> Result<Arc<Receipt>, Self> {
        // What comes too late is not waited for.
        let _ = tokio::time::timeout(READ_ON_FOR, self.read_to_end(READ_ON_BYTES)).await;
        match &self.state {
            State::Open(account) if !account.is_known() => Err(self),
            _ => Ok(self.settle()),
        }
    }

    async fn read_to_end(&mut self, most: usize) {
        let (State::Open(account), Some(rest)) = (&mut self.state, &mut self.rest) else { return };
        let (dialect, mut read) = (account.dialect(), 0);
        while let Some(event) = rest.next().await {
            read += event.len();
            let data = event_data(&event).unwrap_or_default();
            if dialect.ends(&data) {
                if let Ok(peek) = dialect.peek(&data) {
                    account.note(&peek);
                    account.reported(&peek);
                }
                account.ended();
                break;
            }
            account.delivered(&data);
            if let Ok(peek) = dialect.peek(&data) {
                account.note(&peek);
                if peek.usage.is_some() {
                    account.streamed_usage(&data, &peek);
                }
            }
            // After the event is noted: it may be the usage.
            if read > most {
                break;
            }
        }
    }

    fn settle(&mut self) -> Arc<Receipt> {
        let outcome = self.outcome.clone();
        self.state.settle(outcome)
    }

    /// Leaves the request unsettled: for who keeps no receipts, and need not count.
    pub fn forget(mut self) {
        self.state = State::Closed(self.receipt());
    }

    /// The receipt as far as it is known.
    #[must_use]
    pub fn receipt(&self) -> Arc<Receipt> {
        match &self.state {
            State::Open(account) => account.receipt(),
            State::Closed(receipt) => Arc::clone(receipt),
        }
    }

    /// The request's id.
    #[must_use]
    pub fn id(&self) -> &str {
        match &self.state {
            State::Open(account) => account.id(),
            State::Closed(receipt) => &receipt.id,
        }
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        self.settle();
    }
}
