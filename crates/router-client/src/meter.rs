//! Settles the account of one request exactly once.
//!
//! That is when the usage or the end is seen, or, when a [`Meter`] is dropped before that, as
//! abandoned. Many clients close the connection as soon as they have seen `[DONE]`, so the end of
//! the byte stream would be too late a moment.

use std::{sync::Arc, time::Duration};

use cost_model::{Outcome, Prices, Receipt};
use futures_util::future::BoxFuture;
use llm_types::{AnswerPeek, Clock, ProviderError, Tokens, event_data};

use crate::{
    ChatCall, Counted, Deployment, NotRecorded, Recorder, account::Account, event::is_done,
    reader::Reader,
};

/// What all calls of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) prices: Prices,
    pub(crate) recorder: Arc<dyn Recorder>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The account of a request, settled once.
#[derive(Debug)]
pub(crate) struct Meter(State);

#[derive(Debug)]
enum State {
    /// In flight.
    Open(Box<Account>),
    /// Settled, or handed to the recorder to be settled.
    Closed(Arc<Receipt>),
}

/// A request whose client left before its usage was known. Dropped, it settles itself as
/// [`Unsettled::estimate`] does.
#[derive(Debug)]
pub struct Unsettled {
    state: State,
    rest: Option<Reader>,
    /// How the request ended for its client: a finished answer lacks nothing but its usage.
    outcome: Outcome,
}

/// How long the rest of a finished answer is read for its usage, when its client has left.
const READ_ON_FOR: Duration = Duration::from_secs(5);

/// How many bytes of it are read at most: what follows a finished answer is below 10 kB.
const READ_ON_BYTES: usize = 256 * 1024;

// === impl Meter ===

impl Meter {
    /// Opens the account, and has its receipt recorded.
    ///
    /// # Errors
    /// When it cannot be recorded. There is then nothing to settle.
    pub(crate) async fn open(
        shared: &Arc<Shared>,
        call: &ChatCall<'_>,
        first: Option<&Arc<Deployment>>,
    ) -> Result<Self, NotRecorded> {
        let account = Box::new(Account::open(shared, call, first));
        account.recorder().opened(account.shown()).await?;
        Ok(Self(State::Open(account)))
    }

    /// The account, until it is settled.
    pub(crate) fn account(&mut self) -> Option<&mut Account> {
        match &mut self.0 {
            State::Open(account) => Some(account),
            State::Closed(_) => None,
        }
    }

    /// Counts what must be counted, wherever the recorder does that when it takes long.
    pub(crate) async fn count(&mut self) {
        self.0.count().await;
    }

    /// The same for who polls; `None` where nothing takes long. What it comes to is for
    /// [`Account::count`].
    pub(crate) fn counting(&mut self) -> Option<BoxFuture<'static, Counted>> {
        let State::Open(account) = &mut self.0 else { return None };
        let uncounted = account.uncounted()?;
        let recorder = Arc::clone(account.recorder());
        Some(Box::pin(async move { recorder.count(uncounted).await }))
    }

    /// Whether there is room for another call, after one that failed.
    pub(crate) async fn has_room(&mut self) -> bool {
        self.count().await;
        let State::Open(account) = &mut self.0 else { return false };
        let charged = account.charged_so_far();
        account.recorder().further(account.shown(), charged).await
    }

    /// The call that is about to be made has this bound on each answer, or needs one and has none.
    ///
    /// # Errors
    /// When it may not be sent so.
    pub(crate) async fn bounds(
        &mut self,
        bound: Option<Tokens>,
        unbounded: bool,
    ) -> Result<(), ProviderError> {
        let State::Open(account) = &mut self.0 else { return Ok(()) };
        let recorder = account.recorder();
        recorder.bounded(bound);
        let refused = match unbounded {
            true => recorder.unbounded(account.shown()).await.err(),
            false => None,
        };
        let Some(why) = refused else { return Ok(()) };
        let error = ProviderError::Unbounded { why };
        account.failed(&error);
        Err(error)
    }

    /// The model that answers, as far as it is known.
    pub(crate) fn served(&self) -> Option<&str> {
        match &self.0 {
            State::Open(account) => account.served(),
            State::Closed(receipt) => receipt.served.as_deref(),
        }
    }

    /// Settles the account, unless it is settled already.
    pub(crate) fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        self.0.settle(outcome)
    }

    /// Closes an account that is still open: the client has left. What must still be counted or
    /// read is handed to the recorder. `ended`: how the answer had ended by then.
    pub(crate) fn abandon(&mut self, rest: Option<Reader>, ended: Option<Outcome>) {
        let State::Open(account) = &self.0 else { return };
        let finished = account.is_finished();
        let left = if finished { Outcome::Completed } else { Outcome::ClientGone };
        let outcome = ended.unwrap_or(left);
        if account.is_known() {
            self.settle(outcome);
            return;
        }
        let (closed, recorder) = (State::Closed(account.receipt()), Arc::clone(account.recorder()));
        let state = std::mem::replace(&mut self.0, closed);
        recorder.abandoned(Unsettled { state, rest, outcome });
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.abandon(None, None);
    }
}

// === impl State ===

impl State {
    async fn count(&mut self) {
        let Self::Open(account) = self else { return };
        if let Some(uncounted) = account.uncounted() {
            let counted = account.recorder().count(uncounted).await;
            account.count(counted);
        }
    }

    fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        let receipt = match self {
            Self::Open(account) => account.settle(outcome),
            Self::Closed(receipt) => return Arc::clone(receipt),
        };
        *self = Self::Closed(Arc::clone(&receipt));
        receipt
    }
}

// === impl Unsettled ===

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
        let mut read = 0;
        while let Some(event) = rest.next().await {
            read += event.len();
            let data = event_data(&event).unwrap_or_default();
            if is_done(&data) {
                account.ended();
                break;
            }
            account.delivered(&data);
            if let Ok(peek) = AnswerPeek::parse(&data) {
                account.note(&peek);
                if peek.usage.is_some() {
                    account.streamed_usage(&data, &peek);
                }
            }
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
