//! Settles the account of one request exactly once.
//!
//! That is when the usage or the end is seen, or, when a [`Meter`] is dropped before that, as
//! abandoned. Many clients close the connection as soon as they have seen `[DONE]`, so the end of
//! the byte stream would be too late a moment.

use std::sync::Arc;

use cost_model::{Outcome, PriceBook, Receipt};
use llm_types::{AnswerPeek, Clock, event_data};

use crate::{
    ChatCall, Deployment, NotRecorded, Recorder, account::Account, event::DONE, reader::Reader,
};

/// What all calls of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) book: PriceBook,
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
}

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
    /// read is handed to the recorder.
    pub(crate) fn abandon(&mut self, rest: Option<Reader>) {
        let State::Open(account) = &self.0 else { return };
        if account.is_known() {
            let gone = !account.is_finished();
            self.settle(if gone { Outcome::ClientGone } else { Outcome::Completed });
            return;
        }
        let (closed, recorder) = (State::Closed(account.receipt()), Arc::clone(account.recorder()));
        let state = std::mem::replace(&mut self.0, closed);
        recorder.abandoned(Unsettled { state, rest });
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.abandon(None);
    }
}

// === impl State ===

impl State {
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
        self.state.settle(Outcome::ClientGone)
    }

    /// Reads the upstream's answer to its end for the exact usage, and settles.
    pub async fn drain(mut self) -> Arc<Receipt> {
        if let (State::Open(account), Some(rest)) = (&mut self.state, &mut self.rest) {
            while let Some(event) = rest.next().await {
                let data = event_data(&event).unwrap_or_default();
                if *data == *DONE {
                    break;
                }
                account.delivered(&data);
                if let Ok(peek) = AnswerPeek::parse(&data) {
                    account.note(&peek);
                    account.streamed_usage(&data, &peek);
                }
            }
        }
        self.state.settle(Outcome::ClientGone)
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
        self.state.settle(Outcome::ClientGone);
    }
}
