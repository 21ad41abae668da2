//! Recorder of one request: its entry is durable before the request is sent, and settled once,
//! however it ends.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use cost_model::{Ceiling, ChargeRule, Outcome, Receipt};
use ledger::{Booked, EntryRow, Reservation, SpoolError, SpoolWriter, Who};
use llm_types::{ReportedUsage, Tokens, Usd};
use router_client::{ChargeLimits, Counted, NotRecorded, Recorder, Uncounted, Unsettled};

use super::admission::Admitted;
use crate::{
    accounting::stored_texts,
    app::App,
    config::OnClientDisconnect,
    deployments::{Plan, worst_case},
};

/// Writes one request's rows.
#[derive(Debug)]
pub(crate) struct RequestRecorder {
    app: Arc<App>,
    writer: Arc<SpoolWriter>,
    admitted: Admitted,
    /// The budgets that it counts against, as JSON.
    budgets: Option<String>,
    /// What was answered, where that is stored.
    answer: OnceLock<String>,
    /// Who asked, with the mark of an answer from outside `router_models`.
    outside: OnceLock<Who>,
    /// What its calls so far are charged that another one followed.
    charged: Mutex<Usd>,
    /// The bound on each answer, as the last call was sent.
    bound: Mutex<Option<Tokens>>,
}

/// The tag of an entry whose answer came from a model that `router_models` rule out.
const OUTSIDE: &str = "outside-router-models";

impl RequestRecorder {
    pub(crate) fn new(app: Arc<App>, writer: Arc<SpoolWriter>, admitted: Admitted) -> Self {
        let budgets = admitted.reservation.as_ref().and_then(Reservation::budgets);
        let (answer, outside) = (OnceLock::new(), OnceLock::new());
        let (charged, bound) = (Mutex::default(), Mutex::new(admitted.max_output));
        Self { app, writer, admitted, budgets, answer, outside, charged, bound }
    }

    /// The bound that is set to each answer, if one is.
    pub(crate) fn max_output(&self) -> Option<Tokens> {
        *self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The most that a call without a bound on its answers can cost.
    fn unbounded_worst(&self, receipt: &Receipt) -> Result<Usd, String> {
        let unknown = || "the longest answer of its model is not known".to_owned();
        let ceiling = self.ceiling(receipt).ok_or_else(unknown)?;
        let longest = ceiling.longest_answer.ok_or_else(unknown)?;
        let bounds = self.admitted.bounds.as_ref().ok_or_else(unknown)?;
        Ok(Plan::new(ceiling, bounds, longest).amount(longest))
    }

    /// Raises what is reserved. A crash would charge that as well.
    async fn raise(&self, reservation: &Reservation, by: Usd, receipt: &Receipt) -> bool {
        let now = self.app.now().as_microsecond();
        if reservation.raise(by, self.app.books.budgets(), now).await.is_err() {
            return false;
        }
        match self.writer.reopen(&self.row(receipt, Usd::ZERO)) {
            Ok(ticket) => self.writer.commit(ticket).await.is_ok(),
            Err(_) => false,
        }
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
        // Texts are stored with the settled row; here they would only be written twice.
        let settled = receipt.outcome != Outcome::Open;
        EntryRow {
            prompt: row.prompt.filter(|_| settled),
            answer: self.answer.get().map(|text| text.as_str().into()),
            ..row
        }
    }

    /// The highest rates of what can serve a call to a deployment.
    fn ceiling(&self, receipt: &Receipt) -> Option<Ceiling> {
        let (set, prices) = (self.app.set(), self.app.prices());
        let now = self.app.now();
        let mut of_group = set.of_group(&receipt.asked);
        match of_group.find(|member| member.deployment.id == receipt.deployment_id) {
            Some(member) => worst_case::ceiling(member, &prices, now).ok(),
            None => self.app.worst_case(&receipt.asked, now).ok(),
        }
    }

    fn charged(&self) -> MutexGuard<'_, Usd> {
        self.charged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserved(&self) -> Usd {
        self.admitted.reservation.as_ref().map_or(Usd::ZERO, Reservation::amount)
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
        // Before the row is made, as it may tag the entry.
        self.check_pool(receipt);
        let charged = receipt.charged;
        if charged > self.reserved()
            && self.admitted.reservation.as_ref().is_some_and(Reservation::is_strict)
        {
            let reserved = self.reserved();
            self.app.metrics.over_worst_case();
            tracing::error!(request = receipt.id, %charged, %reserved, "more than the worst case");
        }
        let row = self.row(receipt, charged);
        // The row goes first: if the gateway ends between the two, the entry is what counts.
        let (held, settled) = (row.held(), self.writer.settle(&row));
        if let Some(reservation) = &self.admitted.reservation {
            // As the entry holds it: what nobody believes of one request is more than it can.
            reservation.settle_with(Usd::from_picos(row.charged_pico.into()), held);
        }
        self.count_tokens(receipt);
        if let Err(error) = settled {
            let error = anyhow::Error::new(error);
            tracing::error!(request = receipt.id, "an entry could not be settled: {error:#}");
        }
    }

    /// Charges the limits that apply with the tokens that the request used.
    fn count_tokens(&self, receipt: &Receipt) {
        let places = &self.admitted.places;
        let usage = receipt.usage.as_ref().filter(|_| !places.is_empty());
        if let Some(Ok(usage)) = usage.map(ReportedUsage::billable) {
            let now = self.app.now().as_microsecond();
            let tokens = usage.prompt.0.saturating_add(usage.generated().0);
            places.spend(tokens, self.app.shared.as_deref(), now);
        }
    }

    /// Counts which model answered, and marks an answer from one that the deployment's `router_models`
    /// rule out: they no longer count for the worst case from then on.
    fn check_pool(&self, receipt: &Receipt) {
        let Some(served) = receipt.served.as_deref() else { return };
        let (set, id) = (self.app.set(), &*receipt.deployment_id);
        let member = set.serving.iter().find(|member| *member.deployment.id == *id);
        let prices = self.app.prices();
        if let Some(models) = member.and_then(|member| member.several(served, &prices)) {
            warn_of_router(&receipt.deployment, &models);
        }
        let Some(member) = member.filter(|member| member.answered(served, &prices)) else {
            return;
        };
        self.app.metrics.outside_router_models();
        if member.widen(served, &receipt.id, self.app.now()) {
            tracing::warn!(
                request = receipt.id,
                deployment = &*receipt.deployment,
                served,
                "answered by a model that `router_models` rule out; the whole pool counts from now on"
            );
        }
        let mut who = self.admitted.who.clone();
        who.tags.push(OUTSIDE.to_owned());
        let _ = self.outside.set(who);
    }

    /// A request that could not be made durable is not sent, and its entry says so.
    fn not_sent(&self, receipt: &Receipt) {
        let reason = "the request could not be recorded, so it was not sent".to_owned();
        let (outcome, cost) = (Outcome::Failed { reason }, cost_model::Cost::nothing());
        let charged_by = Some(ChargeRule::NothingSent);
        self.settle(&Receipt { outcome, cost, charged_by, ..receipt.clone() });
    }
}

/// A router under a name that does not say so: its fee is in no cost.
fn warn_of_router(deployment: &str, models: &[String]) {
    let models = models.join(", ");
    tracing::warn!(
        deployment,
        models,
        "several models answer; if it is a model router, set `model_info.router: true`, so that its routing \
         fee is charged and its pool bounds costs; `router: false` says that it is none"
    );
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
impl Recorder for RequestRecorder {
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

    fn charge_limits(&self, receipt: &Receipt) -> ChargeLimits {
        let strict = self.admitted.reservation.as_ref().filter(|held| held.is_strict());
        let before = *self.charged();
        let left = |held: &Reservation| Usd::from_picos(held.amount().picos() - before.picos());
        ChargeLimits { ceiling: self.ceiling(receipt), reserved: strict.map(left) }
    }

    async fn further(&self, receipt: &Receipt, charged: Usd) -> bool {
        let before = std::mem::replace(&mut *self.charged(), charged);
        // Only the difference: the reservation already has room for what came before.
        let by = Usd::from_picos((charged.picos() - before.picos()).max(0));
        let strict = self.admitted.reservation.as_ref().filter(|held| held.is_strict());
        let Some(reservation) = strict.filter(|_| by > Usd::ZERO) else { return true };
        let raised = self.raise(reservation, by, receipt).await;
        if !raised {
            // The call is not made, so its charge is not counted either.
            *self.charged() = before;
        }
        raised
    }

    fn bounded(&self, bound: Option<Tokens>) {
        *self.bound.lock().unwrap_or_else(PoisonError::into_inner) = bound;
    }

    async fn unbounded(&self, receipt: &Receipt) -> Result<(), String> {
        let strict = self.admitted.reservation.as_ref().filter(|held| held.is_strict());
        let Some(reservation) = strict else { return Ok(()) };
        let worst = self.unbounded_worst(receipt)?;
        let left = reservation.amount().picos() - self.charged().picos();
        let by = Usd::from_picos((worst.picos() - left).max(0));
        if by == Usd::ZERO || self.raise(reservation, by, receipt).await {
            return Ok(());
        }
        Err(format!(
            "the longest answer of its model costs up to ${worst}, more than is left of the \
             budget"
        ))
    }

    async fn count(&self, uncounted: Uncounted) -> Counted {
        // Tokenizing takes milliseconds, which would hold up all requests of this worker.
        tokio::task::spawn_blocking(|| uncounted.count()).await.unwrap_or_default()
    }

    fn keeps_answers(&self) -> bool {
        self.app.stores_texts()
    }

    fn answered(&self, text: &str) {
        // Told once, as a request is settled once.
        let _ = self.answer.set(stored_texts::bounded(text));
    }

    fn settled(&self, receipt: Arc<Receipt>) {
        self.settle(&receipt);
    }

    fn abandoned(&self, request: Unsettled) {
        let writer = Arc::clone(&self.writer);
        let flush = move || durable(writer.flush_if_due());
        match self.app.answers.on_client_disconnect {
            OnClientDisconnect::Drain => {
                let background = self.app.background.clone();
                self.app.background.run(async move {
                    background.bounded(async move { drop(request.drain().await) }).await;
                    flush();
                });
            }
            // Nothing more is generated: only the usage is still to come.
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
