//! Where receipts go. The one door between a call and whatever keeps its books.

use std::{error::Error, fmt, sync::Arc};

use async_trait::async_trait;
use cost_model::Receipt;

use crate::Unsettled;

/// Keeps receipts. Each request is opened once and settled once, however it ends.
#[async_trait]
pub trait Recorder: Send + Sync + fmt::Debug {
    /// A request is about to be sent; its receipt is open. It is not sent unless this succeeds.
    ///
    /// # Errors
    /// When the request cannot be recorded.
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded>;

    /// More is known of a streamed request that is still open: who serves it, and about how many
    /// tokens have come. Told when the answer begins, and about every second from then on.
    fn progressed(&self, _receipt: &Receipt) {}

    /// Whether it wants to be told what was answered. Nothing is done for that unless it does.
    fn keeps_answers(&self) -> bool {
        false
    }

    /// What was answered, told before [`Recorder::settled`] to who wants to know it.
    fn answered(&self, _text: &str) {}

    /// The request has ended.
    fn settled(&self, receipt: Arc<Receipt>);

    /// The client left before the end, so that the usage is not known. Counting it takes a
    /// tokenizer some milliseconds; this default does so at once. Either way of settling it calls
    /// [`Recorder::settled`].
    fn abandoned(&self, request: Unsettled) {
        request.estimate();
    }
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
        // Nobody would read what counting tells.
        request.forget();
    }
}
