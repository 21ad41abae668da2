//! Where receipts go. The one door between a call and whatever keeps its books.

use std::{fmt, sync::Arc};

use cost_model::Receipt;

use crate::Unsettled;

/// Keeps receipts. Each request is opened once and settled once, however it ends.
pub trait Recorder: Send + Sync + fmt::Debug {
    /// A request is about to be sent; its receipt is open.
    fn opened(&self, receipt: &Receipt);

    /// The request has ended.
    fn settled(&self, receipt: Arc<Receipt>);

    /// The client left before the end, so that the usage is not known. Counting it takes a
    /// tokenizer some milliseconds; this default does so at once. Either way of settling it calls
    /// [`Recorder::settled`].
    fn abandoned(&self, request: Unsettled) {
        request.estimate();
    }
}

/// Keeps nothing: for callers who read the receipts that answers carry.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiscardReceipts;

impl Recorder for DiscardReceipts {
    fn opened(&self, _: &Receipt) {}

    fn settled(&self, _: Arc<Receipt>) {}

    fn abandoned(&self, request: Unsettled) {
        // Nobody would read what counting tells.
        request.forget();
    }
}
