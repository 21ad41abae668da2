//! One request in the books: durable before it is sent, settled once however it ends.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use cost_model::{Outcome, Receipt};
use ledger::{Booked, EntryRow, Reservation, SpoolError, SpoolWriter, Who};
use llm_types::{ReportedUsage, Usd};
use router_client::{NotRecorded, Recorder, Unsettled};

use crate::{admit::Admitted, app::App, config::OnClientDisconnect, texts};

/// Writes one request's rows.
#[derive(Debug)]
pub(crate) struct Booking {
    app: Arc<App>,
    writer: Arc<SpoolWriter>,
    admitted: Admitted,
    /// The budgets that it counts against, as JSON.
    budgets: Option<String>,
    /// What was answered, where that is stored.
    answer: OnceLock<String>,
    /// Who asked, with the mark of an answer from outside `router_models`.
    outside: OnceLock<Who>,
}

/// The tag of an entry whose answer came from a model that `router_models` rule out.
const OUTSIDE: &str = "outside-router-models";

impl Booking {
    pub(crate) fn new(app: Arc<App>, writer: Arc<SpoolWriter>, admitted: Admitted) -> Self {
        let budgets = admitted.reservation.as_ref().and_then(Reservation::budgets);
        Self { app, writer, admitted, budgets, answer: OnceLock::new(), outside: OnceLock::new() }
    }

    fn row<'a>(&'a self, receipt: &'a Receipt, charged: Usd) -> EntryRow<'a> {
        let booked = Booked {
            instance: self.app.books.instance(),
            reserved: self.reserved(),
            charged,
            budgets: self.budgets.as_deref(),
        };
        let who = self.outside.get().unwrap_or(&self.admitted.who);
        let row = EntryRow::of(receipt, who, &booked);
        // Texts are stored with what is settled; until then they would only be written twice.
        let settled = receipt.outcome != Outcome::Open;
        EntryRow {
            prompt: row.prompt.filter(|_| settled),
            answer: self.answer.get().map(|text| text.as_str().into()),
            ..row
        }
    }

    fn reserved(&self) -> Usd {
        self.admitted.reservation.as_ref().map_or(Usd::ZERO, Reservation::amount)
    }

    /// What budgets are charged: the most that the cost can be, or where that is not known no less
    /// than was reserved.
    fn charged(&self, receipt: &Receipt) -> Usd {
        let cost = &receipt.cost;
        cost.upper_bound().unwrap_or_else(|| cost.known().max(self.reserved()))
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
        self.app.metrics.settled(receipt);
        self.check_pool(receipt);
        let charged = self.charged(receipt);
        if charged > self.reserved()
            && self.admitted.reservation.as_ref().is_some_and(Reservation::is_strict)
        {
            let reserved = self.reserved();
            self.app.metrics.over_worst_case();
            tracing::error!(request = receipt.id, %charged, %reserved, "more than the worst case");
        }
        let row = self.row(receipt, charged);
        let settled = self.writer.settle(&row);
        if let Some(reservation) = &self.admitted.reservation {
            // As the entry holds it: what nobody believes of one request is more than it can.
            reservation.settle(Usd::from_picos(row.charged_pico.into()));
        }
        self.count_tokens(receipt);
        if let Err(error) = settled {
            let error = anyhow::Error::new(error);
            tracing::error!(request = receipt.id, "an entry could not be settled: {error:#}");
        }
    }

    /// Tells the limits that it counts against what the request has come to.
    fn count_tokens(&self, receipt: &Receipt) {
        let places = &self.admitted.places;
        let usage = receipt.usage.as_ref().filter(|_| !places.is_empty());
        if let Some(Ok(usage)) = usage.map(ReportedUsage::billable) {
            let now = self.app.now().as_microsecond();
            let tokens = usage.prompt.0.saturating_add(usage.generated().0);
            places.spend(tokens, self.app.shared.as_deref(), now);
        }
    }

    /// Marks an answer from a model that the deployment's `router_models` rule out. They no longer
    /// count for the worst case from then on.
    fn check_pool(&self, receipt: &Receipt) {
        let Some(served) = receipt.served.as_deref() else { return };
        let (set, id) = (self.app.set(), &*receipt.deployment_id);
        let member = set.serving.iter().find(|member| *member.deployment.id == *id);
        if !member.is_some_and(|member| member.answered(served, self.app.prices())) {
            return;
        }
        self.app.metrics.outside_router_models();
        let deployment = &*receipt.deployment;
        tracing::warn!(
            request = receipt.id,
            deployment,
            served,
            "answered by a model that `router_models` rule out; the whole pool counts from now on"
        );
        let mut who = self.admitted.who.clone();
        who.tags.push(OUTSIDE.to_owned());
        let _ = self.outside.set(who);
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

    fn keeps_answers(&self) -> bool {
        self.app.stores_texts()
    }

    fn answered(&self, text: &str) {
        // Told once, as a request is settled once.
        let _ = self.answer.set(texts::bounded(text));
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
            // Nothing more is generated: what is still to come is the usage.
            OnClientDisconnect::Estimate if request.is_finished() => {
                let background = self.app.background.clone();
                self.app.background.run(async move {
                    match request.read_on().await {
                        Ok(_) => flush(),
                        Err(request) => background.run_blocking(move || {
                            request.estimate();
                            flush();
                        }),
                    }
                });
            }
            OnClientDisconnect::Estimate => self.app.background.run_blocking(move || {
                request.estimate();
                flush();
            }),
        }
    }
}
