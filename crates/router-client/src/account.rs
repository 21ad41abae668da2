//! What is known of one request so far.

mod tally;

pub(crate) use tally::reason;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cost_model::{Attempt, Cost, Outcome, Receipt, Sku, Timings, UsageSource};
use http::HeaderMap;
use llm_types::{AnswerPeek, EventPeek, ProviderError, ReportedUsage, Tokens, UsageError};

use crate::{ChatCall, Deployment, Recorder, delivered::Delivered, event::finishes, meter::Shared};

/// The account of one request from dispatch to settlement.
#[derive(Debug)]
pub(crate) struct Account {
    shared: Arc<Shared>,
    recorder: Arc<dyn Recorder>,
    /// Ours alone until it is settled, so that writing to it copies nothing.
    receipt: Arc<Receipt>,
    started: Instant,
    /// The request's body, in case its tokens must be counted here.
    prompt: Bytes,
    /// The deployment that is called.
    deployment: Option<Arc<Deployment>>,
    /// Whether it may have done work that is charged for.
    at_work: bool,
    /// Whether the served model was told by the answer itself.
    served_told: bool,
    usage: Option<Result<ReportedUsage, UsageError>>,
    /// The last usage that came beside content.
    running: Option<Result<ReportedUsage, UsageError>>,
    delivered: Delivered,
    /// A choice of a stream has come to its end.
    finished: bool,
    /// How many events of a stream have come, about one for each token.
    events: u64,
    /// When the recorder was last told of them.
    told: Instant,
}

/// An open stream's progress is told once in this time, so that little of it is lost in a crash.
const TOLD_EVERY: Duration = Duration::from_secs(1);

// === impl Account ===

impl Account {
    /// The account of a call that goes to the deployment `first`.
    pub(crate) fn open(
        shared: &Arc<Shared>,
        call: &ChatCall<'_>,
        first: Option<&Arc<Deployment>>,
    ) -> Self {
        let receipt = opened(call, first);
        let started = Instant::now();
        Self {
            shared: Arc::clone(shared),
            recorder: Arc::clone(call.recorder.as_ref().unwrap_or(&shared.recorder)),
            receipt: Arc::new(receipt),
            started,
            told: started,
            events: 0,
            prompt: call.body.clone(),
            deployment: None,
            at_work: false,
            served_told: false,
            usage: None,
            running: None,
            delivered: Delivered::default(),
            finished: false,
        }
    }

    pub(crate) fn receipt(&self) -> Arc<Receipt> {
        Arc::clone(&self.receipt)
    }

    pub(crate) fn id(&self) -> &str {
        &self.receipt.id
    }

    /// The receipt as it stands.
    pub(crate) fn shown(&self) -> &Receipt {
        &self.receipt
    }

    pub(crate) fn recorder(&self) -> &Arc<dyn Recorder> {
        &self.recorder
    }

    /// The model that answers, as far as it is known.
    pub(crate) fn served(&self) -> Option<&str> {
        self.receipt.served.as_deref()
    }

    /// A deployment could not be called. What another one told stays, and what it may have cost.
    pub(crate) fn passed_over(&mut self, deployment: &Deployment, error: &ProviderError) {
        let (name, id) = (Arc::clone(&deployment.name), Arc::clone(&deployment.id));
        let error = Some(reason(error));
        let attempt = Attempt { deployment: name, deployment_id: id, status: None, error };
        Arc::make_mut(&mut self.receipt).attempts.push(attempt);
    }

    /// A deployment is about to be called. Nothing that another one told stays.
    pub(crate) fn attempt(&mut self, deployment: &Arc<Deployment>) {
        let (name, id) = (Arc::clone(&deployment.name), Arc::clone(&deployment.id));
        self.deployment = Some(Arc::clone(deployment));
        (self.at_work, self.served_told, self.finished) = (true, false, false);
        (self.usage, self.running, self.delivered) = (None, None, Delivered::default());
        let receipt = Arc::make_mut(&mut self.receipt);
        (receipt.deployment, receipt.deployment_id, receipt.sku, receipt.routed) =
            told_of(deployment);
        (receipt.served, receipt.service_tier, receipt.answer_id) = (None, None, None);
        (receipt.provider_request_id, receipt.routing) = (None, None);
        receipt.timings = Timings::default();
        let attempt = Attempt { deployment: name, deployment_id: id, status: None, error: None };
        receipt.attempts.push(attempt);
    }

    /// The deployment's answer begins.
    pub(crate) fn answered(&mut self, status: u16, headers: &HeaderMap) {
        let elapsed = self.elapsed_ms();
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = Some(status);
        }
        receipt.timings.upstream_headers_ms = Some(elapsed);
        let header = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            (!value.is_empty()).then(|| value.to_owned())
        };
        receipt.provider_request_id = header("apim-request-id");
        // What the body says wins; this is for answers that end before they say it.
        receipt.served = header("x-ms-served-model");
    }

    /// The deployment gave no answer.
    pub(crate) fn failed(&mut self, error: &ProviderError) {
        // A server that fails after it has accepted a request may have worked on it.
        let accepted = self.receipt.attempts.last().is_some_and(|attempt| attempt.status.is_some());
        self.at_work = tally::may_cost(error) || accepted && tally::is_servers_fault(error);
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.error = Some(reason(error));
        }
        let ProviderError::Refused(refusal) = error else { return };
        if let Some(id) = &refusal.request_id {
            receipt.provider_request_id = Some(id.clone());
        }
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = Some(refusal.status.as_u16());
        }
    }

    /// The answer itself begins to stream.
    pub(crate) fn content_began(&mut self) {
        let elapsed = self.elapsed_ms();
        Arc::make_mut(&mut self.receipt).timings.first_content_ms = Some(elapsed);
    }

    /// Takes note of what an answer, or one event of it, says of itself.
    pub(crate) fn note(&mut self, peek: &AnswerPeek<'_>) {
        let named = |name: &Option<std::borrow::Cow<'_, str>>| {
            name.as_deref().filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(served) = named(&peek.model) {
            receipt.served = Some(served);
            self.served_told = true;
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
    }

    /// Takes note of the usage that it tells.
    pub(crate) fn reported(&mut self, peek: &AnswerPeek<'_>) {
        let Some(usage) = peek.reported_usage() else { return };
        // No chat is without a prompt: a count of zero tells nothing, and must not make it free.
        if !usage.as_ref().is_ok_and(|usage| usage.prompt_tokens == Some(Tokens(0))) {
            self.usage = Some(usage.map_err(UsageError::from));
        }
    }

    /// Takes note of the usage that an event reports, and returns whether it reports nothing else.
    /// The last usage of a stream counts. One beside content is a running count: it counts only
    /// where the stream ends in order without another.
    pub(crate) fn streamed_usage(&mut self, data: &[u8], peek: &AnswerPeek<'_>) -> bool {
        let alone = EventPeek::parse(data).is_ok_and(|peek| peek.adds_nothing());
        let before = self.usage.take();
        self.reported(peek);
        if !alone && !self.finished {
            self.running = self.usage.take().or(self.running.take());
        }
        self.usage = self.usage.take().or(before);
        alone
    }

    /// The stream has ended in order, so that a running count is the whole one.
    pub(crate) fn ended(&mut self) {
        self.usage = self.usage.take().or(self.running.take());
    }

    /// Whether the usage is told.
    pub(crate) fn knows_usage(&self) -> bool {
        self.usage.is_some()
    }

    /// Whether the answer has told who served it.
    pub(crate) fn knows_answer(&self) -> bool {
        self.served_told && self.receipt.answer_id.is_some()
    }

    /// Whether the router has told how it decided.
    pub(crate) fn knows_routing(&self) -> bool {
        self.receipt.routing.is_some()
    }

    /// Whether its cost is known without counting tokens here.
    pub(crate) fn is_known(&self) -> bool {
        self.usage.is_some() || !self.at_work
    }

    /// Whether a choice of the stream has come to its end.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Keeps what an event says in case its tokens must be counted here, and looks for the answer's end.
    pub(crate) fn delivered(&mut self, data: &[u8]) {
        self.delivered.event(data);
        self.finished = self.finished || finishes(data);
        if self.usage.is_some() && EventPeek::parse(data).is_ok_and(|peek| peek.begins_answer()) {
            // The answer goes on, so that this was a running count.
            self.running = self.usage.take();
        }
        self.events += 1;
        // Looking at the clock for each event would cost more than it tells.
        if self.events.is_multiple_of(16) && self.told.elapsed() >= TOLD_EVERY {
            self.tell_progress();
        }
    }

    /// Tells the recorder how far a stream has come.
    pub(crate) fn tell_progress(&mut self) {
        self.told = Instant::now();
        let receipt = Arc::make_mut(&mut self.receipt);
        receipt.timings.duration_ms = millis(self.started.elapsed());
        receipt.usage_source = UsageSource::Estimated;
        receipt.usage = Some(ReportedUsage {
            completion_tokens: Some(Tokens(self.events)),
            ..ReportedUsage::default()
        });
        self.recorder.progressed(&self.receipt);
    }

    /// Keeps a whole answer's text in case its tokens must be counted here.
    pub(crate) fn delivered_text(&mut self, text: &str) {
        self.delivered.text(text);
    }

    fn elapsed_ms(&self) -> u64 {
        millis(self.started.elapsed())
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// What a receipt tells of the deployment that its request goes to: name, id, SKU, and whether it is a
/// router.
fn told_of(deployment: &Deployment) -> (Arc<str>, Arc<str>, Sku, bool) {
    let Deployment { name, id, sku, router, .. } = deployment;
    (Arc::clone(name), Arc::clone(id), sku.clone(), *router)
}

/// The receipt of a request of which nothing is known but where it goes first.
fn opened(call: &ChatCall<'_>, first: Option<&Arc<Deployment>>) -> Receipt {
    let nowhere = || ("".into(), "".into(), Sku::global(), false);
    let (deployment, deployment_id, sku, routed) =
        first.map_or_else(nowhere, |first| told_of(first));
    Receipt {
        id: call.id.clone(),
        at: call.at,
        asked: call.asked.to_owned(),
        deployment,
        deployment_id,
        sku,
        routed,
        served: None,
        stream: call.view.stream,
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
    }
}
