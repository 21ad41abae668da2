//! The meter of one request: settles its account exactly once.
//!
//! That is when the usage or the end is seen. A [`Meter`] that is dropped before that is settled as
//! abandoned. Many clients close the connection as soon as they have seen the last event, so the end of
//! the byte stream would be too late.

pub(crate) mod account;
pub(crate) mod delivered;
pub(crate) mod estimate;
pub(crate) mod recorder;
pub(crate) mod unsettled;
pub(crate) mod verbatim;

use std::sync::Arc;

use cost_model::{Outcome, Prices, Receipt};
use futures_util::future::BoxFuture;
use llm_types::{Clock, ProviderError, Tokens};

use crate::{
    events::reader::Reader,
    meter::{
        account::{Account, Opening},
        estimate::Counted,
        recorder::{NotRecorded, Recorder},
        unsettled::Unsettled,
    },
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

// === impl Meter ===

impl Meter {
    /// Opens the account, and has its receipt recorded.
    ///
    /// # Errors
    /// When it cannot be recorded. There is then nothing to settle.
    pub(crate) async fn open(
        shared: &Arc<Shared>,
        opening: &Opening<'_>,
    ) -> Result<Self, NotRecorded> {
        let account = Box::new(Account::open(shared, opening));
        // Before anything is sent: if this fails, there is no request.
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
        // Closed first, as the recorder may settle it at once, and nothing may settle it twice.
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
