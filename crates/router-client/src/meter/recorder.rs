//! The recorder of receipts: the port through which a call reports to its caller's ledger.

use std::{error::Error, fmt, sync::Arc};

use async_trait::async_trait;
use cost_model::{Ceiling, Receipt};
use llm_types::{Tokens, Usd};

use crate::meter::{
    estimate::{Counted, Uncounted},
    unsettled::Unsettled,
};

/// Keeps receipts. Each request is opened once and settled once, however it ends.
#[async_trait]
pub trait Recorder: Send + Sync + fmt::Debug {
    /// A request is about to be sent; its receipt is open. It is not sent unless this succeeds.
    ///
    /// # Errors
    /// When the request cannot be recorded.
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded>;

    /// More is known of a streamed request that is still open: who serves it, and about how many
    /// tokens have come. Called when the answer begins, and about every second from then on.
    fn progressed(&self, _receipt: &Receipt) {}

    /// Whether it wants the text of answers. Nothing is done for that unless it does.
    fn keeps_answers(&self) -> bool {
        false
    }

    /// The answer's text, before [`Recorder::settled`], for recorders that keep answers.
    fn answered(&self, _text: &str) {}

    /// The bounds of what a call to a deployment is charged. Only asked where its cost alone does not
    /// say that; the default knows of none.
    fn charge_limits(&self, _receipt: &Receipt) -> ChargeLimits {
        ChargeLimits::default()
    }

    /// A call has failed, and another deployment (or the same one again) is about to be called.
    /// `charged` is what the request's calls so far are charged. Returns whether there is room for
    /// that and one more call; if not, the failure is the request's result.
    async fn further(&self, _receipt: &Receipt, _charged: Usd) -> bool {
        true
    }

    /// The bound on each answer of the call that is about to be made, where the call names one that is
    /// to be set; `None`: the deployment takes none.
    fn bounded(&self, _bound: Option<Tokens>) {}

    /// The deployment that is about to be called takes no bound on its answers. Makes room for the
    /// longest that its model can give.
    ///
    /// # Errors
    /// Why there is none: the call is then not made.
    async fn unbounded(&self, _receipt: &Receipt) -> Result<(), String> {
        Ok(())
    }

    /// Counts tokens where the upstream reported none. That takes some milliseconds for each 100 kB, and
    /// a quarter of a second the first time: who serves others meanwhile does it elsewhere. Short texts
    /// are counted without this.
    async fn count(&self, uncounted: Uncounted) -> Counted {
        uncounted.count()
    }

    /// The request has ended.
    fn settled(&self, receipt: Arc<Receipt>);

    /// The client left before the end, so that the usage is not known. Counting it takes a
    /// tokenizer some milliseconds; this default does so at once. Either way of settling it calls
    /// [`Recorder::settled`].
    fn abandoned(&self, request: Unsettled) {
        request.estimate();
    }
}

/// The bounds of what a call can be charged.
#[derive(Clone, Debug, Default)]
pub struct ChargeLimits {
    /// The highest rates of what can serve it; `None` if nothing bounds them.
    pub ceiling: Option<Ceiling>,
    /// The amount that is reserved for it; `None` if no strict budget applies.
    pub reserved: Option<Usd>,
}

/// A request could not be recorded, and was therefore not sent.
#[derive(Debug, thiserror::Error)]
#[error("the request could not be recorded, so it was not sent")]
pub struct NotRecorded(#[source] pub Box<dyn Error + Send + Sync>);

/// Keeps nothing: for callers who read the receipts that answers carry.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiscardReceipts;

#[async_trait]
impl Recorder for DiscardReceipts {
    async fn opened(&self, _: &Receipt) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn settled(&self, _: Arc<Receipt>) {}

    fn abandoned(&self, request: Unsettled) {
        // Nobody would read the count.
        request.forget();
    }
}
