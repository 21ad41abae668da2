//! One request in the books: durable before it is sent, settled once however it ends.

use std::sync::Arc;

use async_trait::async_trait;
use cost_model::{Outcome, Receipt};
use ledger::{Booked, EntryRow, SpoolError, SpoolWriter, Who};
use llm_types::Usd;
use router_client::{NotRecorded, Recorder, Unsettled};

use crate::{app::App, config::OnClientDisconnect};

/// Writes one request's rows.
#[derive(Debug)]
pub(crate) struct Booking {
    app: Arc<App>,
    writer: Arc<SpoolWriter>,
    who: Who,
}

impl Booking {
    pub(crate) fn new(app: Arc<App>, writer: Arc<SpoolWriter>, who: Who) -> Self {
        Self { app, writer, who }
    }

    fn row<'a>(&'a self, receipt: &'a Receipt, charged: Usd) -> EntryRow<'a> {
        let booked = Booked { instance: self.app.books.instance(), charged, ..Booked::default() };
        EntryRow::of(receipt, &self.who, &booked)
    }

    fn settle(&self, receipt: &Receipt) {
        let cost = &receipt.cost;
        tracing::debug!(
            request = receipt.id,
            asked = receipt.asked,
            served = receipt.served.as_deref().unwrap_or("-"),
            status = cost.status.as_str(),
            "settled"
        );
        if let Err(error) = self.writer.settle(&self.row(receipt, cost.known())) {
            let error = anyhow::Error::new(error);
            tracing::error!(request = receipt.id, "an entry could not be settled: {error:#}");
        }
    }

    /// A request that could not be made durable is not sent, and its entry says so.
    fn not_sent(&self, receipt: &Receipt) {
        let reason = "the request could not be recorded, so it was not sent".to_owned();
        let (outcome, cost) = (Outcome::Failed { reason }, cost_model::Cost::nothing());
        self.settle(&Receipt { outcome, cost, ..receipt.clone() });
    }
}

/// Tells the operator when settled entries could not be made durable. They will read `interrupted`
/// if the gateway ends before the disk takes them: the answer is paid for, so its client gets it.
pub(crate) fn durable(written: Result<(), SpoolError>) {
    if let Err(error) = written {
        let error = anyhow::Error::new(error);
        tracing::error!("entries could not be made durable: {error:#}");
    }
}

#[async_trait]
impl Recorder for Booking {
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded> {
        let refused = |error| NotRecorded(Box::new(error));
        let ticket = self.writer.open(&self.row(receipt, Usd::ZERO)).map_err(refused)?;
        self.writer.commit(ticket).await.map_err(|error| {
            self.not_sent(receipt);
            refused(error)
        })
    }

    fn progressed(&self, receipt: &Receipt) {
        self.writer.progress(&self.row(receipt, Usd::ZERO));
    }

    fn settled(&self, receipt: Arc<Receipt>) {
        self.settle(&receipt);
    }

    fn abandoned(&self, request: Unsettled) {
        let writer = Arc::clone(&self.writer);
        let flush = move || durable(writer.flush_if_due());
        match self.app.answers.on_client_disconnect {
            OnClientDisconnect::Drain => self.app.background.run(async move {
                request.drain().await;
                flush();
            }),
            OnClientDisconnect::Estimate => self.app.background.run_blocking(move || {
                request.estimate();
                flush();
            }),
        }
    }
}
