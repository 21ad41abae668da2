//! The account of one request from dispatch to settlement.
//!
//! A [`Meter`] is settled exactly once: when the usage or the end is seen, or, when it is dropped
//! before that, as abandoned. Many clients close the connection as soon as they have seen
//! `[DONE]`, so the end of the byte stream would be too late a moment.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use cost_model::{
    Attempt, Cost, Outcome, PriceBook, Query, Receipt, Timings, Unpriced, UsageSource, day_of,
    service_tier,
};
use llm_types::{
    AnswerPeek, Clock, EventPeek, ProviderError, ReportedUsage, Tokens, UsageError, event_data,
};

use crate::{Deployment, Recorder, estimate, stream::Reader};

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

#[derive(Debug)]
pub(crate) struct Account {
    shared: Arc<Shared>,
    /// Ours alone until it is settled, so that writing to it copies nothing.
    receipt: Arc<Receipt>,
    deployment: Option<Arc<Deployment>>,
    started: Instant,
    /// The request's body, in case its tokens must be counted here.
    prompt: Bytes,
    usage: Option<Result<ReportedUsage, UsageError>>,
    delivered: Delivered,
}

/// What an answer has said so far, kept in case its tokens must be counted here.
#[derive(Debug, Default)]
struct Delivered {
    text: String,
    /// Events that are read only when they have become many, or when the text is needed.
    events: Vec<u8>,
}

/// A request whose client left before its usage was known.
#[derive(Debug)]
pub struct Unsettled {
    account: Box<Account>,
    rest: Option<Reader>,
}

// === impl Meter ===

impl Meter {
    /// Opens the account and its receipt.
    pub(crate) fn open(
        shared: &Arc<Shared>,
        id: String,
        asked: &str,
        stream: bool,
        prompt: Bytes,
    ) -> Self {
        let receipt = Receipt {
            id,
            at: shared.clock.now(),
            asked: asked.to_owned(),
            deployment: "".into(),
            served: None,
            stream,
            outcome: Outcome::Open,
            service_tier: None,
            usage: None,
            usage_source: UsageSource::Missing,
            cost: Cost::open(),
            timings: Timings::default(),
            answer_id: None,
            provider_request_id: None,
            attempts: Vec::new(),
            routing: None,
        };
        shared.recorder.opened(&receipt);
        Self(State::Open(Box::new(Account {
            shared: Arc::clone(shared),
            receipt: Arc::new(receipt),
            deployment: None,
            started: Instant::now(),
            prompt,
            usage: None,
            delivered: Delivered::default(),
        })))
    }

    /// The account, until it is settled.
    pub(crate) fn account(&mut self) -> Option<&mut Account> {
        match &mut self.0 {
            State::Open(account) => Some(account),
            State::Closed(_) => None,
        }
    }

    /// Settles the account, unless it is settled already.
    pub(crate) fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        let receipt = match &mut self.0 {
            State::Open(account) => account.settle(outcome),
            State::Closed(receipt) => return Arc::clone(receipt),
        };
        self.0 = State::Closed(Arc::clone(&receipt));
        receipt
    }

    /// Hands an account that is still open to the recorder, with what is left to read.
    pub(crate) fn abandon(&mut self, rest: Option<Reader>) {
        let State::Open(account) = &self.0 else { return };
        let closed = State::Closed(Arc::clone(&account.receipt));
        if let State::Open(account) = std::mem::replace(&mut self.0, closed) {
            let recorder = Arc::clone(&account.shared.recorder);
            recorder.abandoned(Unsettled { account, rest });
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.abandon(None);
    }
}

// === impl Account ===

impl Account {
    /// A deployment is about to be called.
    pub(crate) fn attempt(&mut self, deployment: &Arc<Deployment>) {
        let receipt = Arc::make_mut(&mut self.receipt);
        receipt.deployment = Arc::clone(&deployment.name);
        self.deployment = Some(Arc::clone(deployment));
        let deployment = Arc::clone(&deployment.name);
        receipt.attempts.push(Attempt { deployment, status: None, error: None });
    }

    /// The deployment's answer begins.
    pub(crate) fn answered(&mut self, status: u16, headers: &http::HeaderMap) {
        let elapsed = self.elapsed_ms();
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = Some(status);
        }
        receipt.timings.upstream_headers_ms = Some(elapsed);
        let header = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
        receipt.provider_request_id = header("apim-request-id");
        // What the body says wins; this is for answers that end before they say it.
        receipt.served = header("x-ms-served-model");
    }

    /// The deployment gave no answer.
    pub(crate) fn failed(&mut self, error: &ProviderError) {
        let receipt = Arc::make_mut(&mut self.receipt);
        let status = match error {
            ProviderError::Refused(refusal) => {
                receipt.provider_request_id.clone_from(&refusal.request_id);
                Some(refusal.status.as_u16())
            }
            _ => None,
        };
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = status;
            attempt.error = Some(error.to_string());
        }
    }

    /// The answer itself begins to stream.
    pub(crate) fn content_began(&mut self) {
        let elapsed = self.elapsed_ms();
        Arc::make_mut(&mut self.receipt).timings.first_content_ms = Some(elapsed);
    }

    /// Takes note of what an answer, or one event of it, says.
    pub(crate) fn note(&mut self, peek: &AnswerPeek<'_>) {
        let named = |name: &Option<std::borrow::Cow<'_, str>>| {
            name.as_deref().filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(served) = named(&peek.model) {
            receipt.served = Some(served);
        }
        if let Some(id) = named(&peek.id) {
            receipt.answer_id = Some(id);
        }
        if let Some(tier) = named(&peek.service_tier) {
            receipt.service_tier = Some(tier);
        }
        if let Some(details) = peek.model_selection_details {
            receipt.routing = Some(details.to_owned());
        }
        if let Some(usage) = peek.reported_usage() {
            self.usage = Some(usage.map_err(UsageError::from));
        }
    }

    /// Whether the answer's model is known from its body.
    pub(crate) fn knows_served(&self) -> bool {
        self.receipt.answer_id.is_some() && self.receipt.served.is_some()
    }

    /// Whether the usage is known, or known to be contradictory.
    pub(crate) fn knows_usage(&self) -> bool {
        self.usage.is_some()
    }

    /// Keeps an event in case its tokens must be counted here.
    pub(crate) fn delivered_event(&mut self, event: &[u8]) {
        self.delivered.event(event);
    }

    /// Keeps a whole answer's text for the same reason.
    pub(crate) fn delivered_text(&mut self, text: &str) {
        self.delivered.text.push_str(text);
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The receipt as it will stay.
    fn settle(&mut self, outcome: Outcome) -> Arc<Receipt> {
        let (usage, usage_source, cost) = self.cost(&outcome);
        let duration_ms = self.elapsed_ms();
        let receipt = Arc::make_mut(&mut self.receipt);
        receipt.timings.duration_ms = duration_ms;
        (receipt.usage, receipt.usage_source, receipt.cost) = (usage, usage_source, cost);
        receipt.outcome = outcome;
        self.shared.recorder.settled(Arc::clone(&self.receipt));
        Arc::clone(&self.receipt)
    }

    fn cost(&mut self, outcome: &Outcome) -> (Option<ReportedUsage>, UsageSource, Cost) {
        match self.usage.take() {
            Some(Ok(usage)) => {
                let cost = self.priced(&usage);
                (Some(usage), UsageSource::Reported, cost)
            }
            Some(Err(error)) => (None, UsageSource::Reported, Cost::unknown(error.into())),
            None if costs_nothing(outcome) => (None, UsageSource::Missing, Cost::nothing()),
            None => {
                let usage = self.counted();
                let cost = self.priced(&usage).estimated();
                (Some(usage), UsageSource::Estimated, cost)
            }
        }
    }

    /// Counts prompt and answer here.
    fn counted(&mut self) -> ReportedUsage {
        let prompt = estimate::prompt_tokens(&self.prompt);
        let output = estimate::text_tokens(&self.delivered.read());
        ReportedUsage {
            prompt_tokens: Some(prompt),
            completion_tokens: Some(output),
            total_tokens: Some(Tokens(prompt.0 + output.0)),
            ..ReportedUsage::default()
        }
    }

    fn priced(&self, usage: &ReportedUsage) -> Cost {
        let Some(deployment) = &self.deployment else { return Cost::unknown(Unpriced::NoUsage) };
        let query = Query {
            served: self.receipt.served.as_deref().unwrap_or_default(),
            sku: &deployment.sku,
            tier: service_tier(self.receipt.service_tier.as_deref()),
            day: day_of(self.receipt.at),
            routed: deployment.router,
            fixed: deployment.fixed_price.as_ref(),
        };
        match usage.billable() {
            Ok(usage) => self.shared.book.cost(&query, &usage),
            Err(error) => Cost::unknown(error.into()),
        }
    }
}

/// Whether an upstream does no billable work for such an end. A prompt that is filtered or too
/// long, and a request that timed out there, are charged for (Azure's guide to cost management).
fn costs_nothing(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused { status, code } => {
            let evaluated =
                matches!(code.as_deref(), Some("content_filter" | "context_length_exceeded"));
            !(evaluated || *status == 408)
        }
        Outcome::Failed { .. } | Outcome::Open | Outcome::Completed | Outcome::ClientGone => false,
    }
}

// === impl Delivered ===

impl Delivered {
    /// Beyond this many bytes events are read and only their text is kept.
    const READ_AT: usize = 64 * 1024;

    fn event(&mut self, event: &[u8]) {
        if self.events.len() + event.len() > Self::READ_AT {
            self.fold();
        }
        self.events.extend_from_slice(event);
    }

    fn read(&mut self) -> String {
        self.fold();
        std::mem::take(&mut self.text)
    }

    fn fold(&mut self) {
        let events = std::mem::take(&mut self.events);
        let mut splitter = llm_types::EventSplitter::default();
        splitter.push(events.into());
        while let Some(event) = splitter.next_event() {
            let Some(data) = event_data(&event) else { continue };
            let Ok(peek) = EventPeek::parse(&data) else { continue };
            self.text.extend(peek.delivered());
        }
    }
}

// === impl Unsettled ===

impl Unsettled {
    /// Counts what was delivered and settles. Takes milliseconds of CPU.
    pub fn estimate(mut self) -> Arc<Receipt> {
        self.account.settle(Outcome::ClientGone)
    }

    /// Reads the upstream's answer to its end for the exact usage, and settles.
    pub async fn drain(mut self) -> Arc<Receipt> {
        if let Some(mut reader) = self.rest.take() {
            while let Some(event) = reader.next().await {
                self.account.delivered_event(&event);
                let data = event_data(&event).unwrap_or_default();
                if let Ok(peek) = AnswerPeek::parse(&data) {
                    self.account.note(&peek);
                }
                if self.account.knows_usage() {
                    break;
                }
            }
        }
        self.account.settle(Outcome::ClientGone)
    }

    /// The request's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.account.receipt.id
    }
}
