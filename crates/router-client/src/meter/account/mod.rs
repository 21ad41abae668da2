//! The account of one request: everything known about it so far.

mod settlement;

use self::settlement::Before;
pub(crate) use self::settlement::reason;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cost_model::{Attempt, Cost, Outcome, Reached, Receipt, Sku, Timings, UsageSource};
use http::HeaderMap;
use jiff::Timestamp;
use llm_types::{
    AnswerPeek, Dialect, ProviderError, ProviderFacts, ReportedUsage, Tokens, Usd, event_data,
};
use serde_json::value::RawValue;

use crate::{
    meter::{
        Shared,
        delivered::Delivered,
        estimate::{self, Counted, Uncounted},
        recorder::Recorder,
        verbatim::verbatim,
    },
    routing::{deployment::Deployment, group::Group, in_flight::InFlight, strategy::Turn},
};

/// The account of one request from dispatch to settlement.
#[derive(Debug)]
pub(crate) struct Account {
    dialect: Dialect,
    shared: Arc<Shared>,
    recorder: Arc<dyn Recorder>,
    /// Ours alone until it is settled, so that writing to it copies nothing.
    receipt: Arc<Receipt>,
    started: Instant,
    /// The request's body, in case its tokens must be counted here.
    prompt: Bytes,
    /// The deployment that is called.
    deployment: Option<Arc<Deployment>>,
    /// When it was called.
    called: Instant,
    /// The call, until it has ended; for the strategy of its group.
    in_flight: Option<InFlight>,
    /// How far the call came, and whether that can have been charged for.
    reached: Reached,
    /// The most that the request can come to.
    answers: u64,
    /// What was counted here: the prompt, and what the call answered.
    counted: Counted,
    /// What the calls before this one came to.
    before: Before,
    /// Whether the answer itself has named its model.
    names_model: bool,
    usage: Option<Reported>,
    /// The usage with which a stream began, whose output is not final.
    begun: Option<ReportedUsage>,
    /// The last usage that came beside content.
    running: Option<Reported>,
    delivered: Delivered,
    /// A choice of a stream has come to its end.
    finished: bool,
    /// How many events of a stream have come, about one for each token.
    events: u64,
    /// When they were last reported to the recorder.
    progress_at: Instant,
}

/// The facts with which an account is opened.
pub(crate) struct Opening<'a> {
    /// The API of the deployments.
    pub(crate) dialect: Dialect,
    /// The API that the client speaks.
    pub(crate) spoken: Dialect,
    /// Names the request in its receipt.
    pub(crate) id: &'a str,
    /// When the request was received.
    pub(crate) at: Timestamp,
    /// The model group that the client named.
    pub(crate) asked: &'a str,
    /// The client's body.
    pub(crate) body: &'a Bytes,
    /// Whether the client asked for a stream.
    pub(crate) stream: bool,
    /// How many answers it asks for.
    pub(crate) answers: u64,
    /// Where its receipt goes; `None`: where the client's receipts go.
    pub(crate) recorder: Option<&'a Arc<dyn Recorder>>,
    /// The deployment that is called first; `None`: the group has none.
    pub(crate) first: Option<&'a Arc<Deployment>>,
}

/// A usage as the upstream reported it: its counts, or its JSON where it cannot be priced.
type Reported = Result<ReportedUsage, Box<RawValue>>;

/// Of a usage that cannot be priced so many bytes are kept.
const MOST_USAGE: usize = 8 * 1024;
/// Of what a router says of its choice so many bytes are kept.
const MOST_ROUTING: usize = 64 * 1024;

/// How often the progress of an open stream is reported, so that little of it is lost in a crash.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

// === impl Account ===

impl Account {
    /// The account of a call that is about to be dispatched.
    pub(crate) fn open(shared: &Arc<Shared>, opening: &Opening<'_>) -> Self {
        let receipt = opened(opening);
        let started = Instant::now();
        Self {
            dialect: opening.dialect,
            shared: Arc::clone(shared),
            recorder: Arc::clone(opening.recorder.unwrap_or(&shared.recorder)),
            receipt: Arc::new(receipt),
            started,
            progress_at: started,
            events: 0,
            prompt: opening.body.clone(),
            deployment: None,
            called: started,
            in_flight: None,
            reached: Reached::Nothing,
            answers: opening.answers,
            counted: Counted::default(),
            before: Before::default(),
            names_model: false,
            usage: None,
            begun: None,
            running: None,
            delivered: Delivered::new(opening.dialect),
            finished: false,
        }
    }

    pub(crate) fn receipt(&self) -> Arc<Receipt> {
        Arc::clone(&self.receipt)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn id(&self) -> &str {
        &self.receipt.id
    }

    /// The receipt so far.
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

    /// A deployment could not be called. What another one reported stays, and what it may have cost.
    pub(crate) fn passed_over(&mut self, deployment: &Deployment, error: &ProviderError) {
        let (name, id) = (Arc::clone(&deployment.name), Arc::clone(&deployment.id));
        let error = Some(reason(error));
        let attempt =
            Attempt { deployment: name, deployment_id: id, status: None, error, bill: None };
        Arc::make_mut(&mut self.receipt).attempts.push(attempt);
    }

    /// A deployment is about to be called. Nothing that another one reported stays.
    pub(crate) fn attempt(&mut self, group: &Arc<Group>, turn: &Turn<'_>) {
        self.close_attempt();
        let deployment = turn.deployment;
        let (name, id) = (Arc::clone(&deployment.name), Arc::clone(&deployment.id));
        self.deployment = Some(Arc::clone(deployment));
        (self.reached, self.called) = (Reached::MaybeOutput, Instant::now());
        self.in_flight = Some(InFlight::begin(group, turn.place, self.called));
        (self.names_model, self.finished) = (false, false);
        (self.usage, self.running, self.begun) = (None, None, None);
        self.delivered = Delivered::new(self.dialect);
        self.counted.answer = None;
        let receipt = Arc::make_mut(&mut self.receipt);
        (receipt.deployment, receipt.deployment_id, receipt.sku, receipt.routed) =
            described(deployment);
        (receipt.served, receipt.service_tier, receipt.answer_id) = (None, None, None);
        (receipt.provider, receipt.routing) = (ProviderFacts::default(), None);
        receipt.timings = Timings::default();
        self.before.called = receipt.attempts.len();
        let attempt =
            Attempt { deployment: name, deployment_id: id, status: None, error: None, bill: None };
        receipt.attempts.push(attempt);
    }

    /// The deployment's answer begins.
    pub(crate) fn answered(&mut self, status: u16, headers: &HeaderMap) {
        let now = Instant::now();
        self.in_flight.iter_mut().for_each(|call| call.answered(now));
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = Some(status);
        }
        receipt.timings.upstream_headers_ms = Some(millis(now - self.started));
        let Some(deployment) = &self.deployment else { return };
        let facts = deployment.provider.header_facts(headers);
        receipt.provider = facts.provider;
        // What the body says wins; this is for answers that end before they say it.
        receipt.served = facts.served;
    }

    /// The deployment gave no answer.
    pub(crate) fn failed(&mut self, error: &ProviderError) {
        if let Some(call) = self.in_flight.take() {
            call.fail(error, Instant::now());
        }
        let accepted = self
            .receipt
            .attempts
            .get(self.before.called)
            .is_some_and(|attempt| attempt.status.is_some());
        let provider = self.deployment.as_ref().map(|deployment| &*deployment.provider);
        let reached =
            provider.map_or(Reached::Nothing, |it| settlement::reached(error, accepted, it));
        // Once the answer named its model, what was generated was delivered.
        let answering = self.names_model && reached >= Reached::MaybeOutput;
        self.reached = if answering { Reached::Answer } else { reached };
        let receipt = Arc::make_mut(&mut self.receipt);
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.error = Some(reason(error));
        }
        let ProviderError::Refused(refusal) = error else { return };
        if receipt.provider == ProviderFacts::default()
            && let Some(provider) = provider
        {
            receipt.provider = provider.header_facts(&refusal.headers).provider;
        }
        if let Some(id) = &refusal.request_id {
            receipt.provider.request_id = Some(id.clone());
        }
        if let Some(attempt) = receipt.attempts.last_mut() {
            attempt.status = Some(refusal.status.as_u16());
        }
    }

    /// The answer itself begins to stream.
    pub(crate) fn content_began(&mut self) {
        let now = Instant::now();
        self.in_flight.iter_mut().for_each(|call| call.content_began(now));
        self.reached = Reached::Answer;
        let elapsed = millis(now - self.started);
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
            self.names_model = true;
        }
        if let Some(id) = named(&peek.id) {
            receipt.answer_id = Some(id);
        }
        if let Some(tier) = named(&peek.service_tier) {
            receipt.service_tier = Some(tier);
        }
        if let Some(details) = peek.model_selection_details {
            receipt.routing = verbatim(details.get(), MOST_ROUTING);
        }
        if let Some(usage) = peek.usage_so_far.and_then(|text| self.dialect.usage(text, None).ok())
        {
            self.begun = Some(usage);
        }
    }

    /// Takes note of what the first events of a stream say that then failed.
    pub(crate) fn note_events(&mut self, events: &[Bytes]) {
        for data in events.iter().filter_map(|event| event_data(event)) {
            if let Ok(peek) = self.dialect.peek(&data) {
                self.note(&peek);
            }
        }
    }

    /// Takes note of an answer that failed, and may have cost something.
    pub(crate) fn note_failed(&mut self, answer: &[u8]) {
        if let Ok(peek) = self.dialect.peek(answer) {
            self.note(&peek);
            self.reported(&peek);
        }
    }

    /// Takes note of the usage that it reports.
    pub(crate) fn reported(&mut self, peek: &AnswerPeek<'_>) {
        if let Some(usage) = self.usage_of(peek) {
            self.usage = Some(usage);
        }
    }

    /// Takes note of the usage that an event reports, and returns whether it reports nothing else.
    /// The last usage of a stream counts. One beside content is a running count: it counts only
    /// where the stream ends in order without another.
    pub(crate) fn streamed_usage(&mut self, data: &[u8], peek: &AnswerPeek<'_>) -> bool {
        let alone = self.dialect.adds_nothing(data);
        let is_running = !alone && !self.finished;
        if let Some(usage) = self.usage_of(peek) {
            *(if is_running { &mut self.running } else { &mut self.usage }) = Some(usage);
        }
        alone
    }

    /// The usage that an answer or an event reports, beside what it reported before.
    fn usage_of(&mut self, peek: &AnswerPeek<'_>) -> Option<Reported> {
        let text = peek.usage?;
        let earlier = self.usage.as_ref().or(self.running.as_ref());
        let earlier = earlier.and_then(|usage| usage.as_ref().ok()).or(self.begun.as_ref());
        match self.dialect.usage(text, earlier) {
            // No request is without a prompt: a count of zero means nothing, and must not make it free.
            Ok(usage) if usage.prompt_tokens == Some(Tokens(0)) => None,
            Ok(usage) if usage.billable().is_ok() => {
                self.reached = Reached::Answer;
                Some(Ok(usage))
            }
            _ => verbatim(text, MOST_USAGE).map(Err),
        }
    }

    /// The stream has ended in order, so that a running count is the whole one.
    pub(crate) fn ended(&mut self) {
        self.usage = self.usage.take().or(self.running.take());
    }

    /// Whether the usage was reported.
    pub(crate) fn knows_usage(&self) -> bool {
        self.usage.is_some()
    }

    /// Whether the usage was reported in counts that can be priced.
    pub(crate) fn knows_counts(&self) -> bool {
        matches!(self.usage, Some(Ok(_)))
    }

    /// Whether the answer has named its model and its id.
    pub(crate) fn knows_answer(&self) -> bool {
        self.names_model && self.receipt.answer_id.is_some()
    }

    /// Whether the router has reported how it decided.
    pub(crate) fn knows_routing(&self) -> bool {
        self.receipt.routing.is_some()
    }

    /// Whether its cost is known without counting tokens here.
    pub(crate) fn is_known(&self) -> bool {
        self.knows_counts() || self.reached <= Reached::Door
    }

    /// Whether a choice of the stream has come to its end.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Keeps what an event says in case its tokens must be counted here, and looks for the answer's end.
    pub(crate) fn delivered(&mut self, data: &[u8]) {
        self.delivered.event(data);
        self.finished = self.finished || self.dialect.finishes(data);
        if self.usage.is_some() && self.dialect.begins_answer(data) {
            // The answer goes on, so that this was a running count.
            self.running = self.usage.take();
        }
        self.events += 1;
        // Looking at the clock for each event would cost more than it is worth.
        if self.events.is_multiple_of(16) && self.progress_at.elapsed() >= PROGRESS_EVERY {
            self.report_progress();
        }
    }

    /// Reports to the recorder how far a stream has come.
    pub(crate) fn report_progress(&mut self) {
        self.progress_at = Instant::now();
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

    /// What must be counted before the call's cost is known, where that takes long.
    pub(crate) fn uncounted(&mut self) -> Option<Uncounted> {
        if self.is_known() {
            return None;
        }
        let Counted { prompt, answer } = self.counted;
        let known = prompt.is_some() || self.reported_prompt().is_some();
        let long = !known && estimate::takes_long(self.prompt.len());
        let prompt = long.then(|| self.prompt.clone());
        let said = self.delivered.read();
        let long = answer.is_none() && estimate::takes_long(said.len());
        let answer = long.then(|| said.to_owned());
        (prompt.is_some() || answer.is_some()).then_some(Uncounted {
            dialect: self.dialect,
            prompt,
            answer,
        })
    }

    /// Takes note of what was counted of that.
    pub(crate) fn count(&mut self, counted: Counted) {
        self.counted.prompt = counted.prompt.or(self.counted.prompt);
        self.counted.answer = counted.answer.or(self.counted.answer);
    }

    /// A whole answer is there, which generated something only if it names a model or says something.
    pub(crate) fn answered_whole(&mut self, said: bool) {
        let answered = said || self.names_model || self.knows_counts();
        self.reached = if answered { Reached::Answer } else { Reached::Prompt };
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// The fields of a receipt that describe the deployment: name, id, SKU, and whether it is a router.
fn described(deployment: &Deployment) -> (Arc<str>, Arc<str>, Sku, bool) {
    let Deployment { name, id, sku, router, .. } = deployment;
    (Arc::clone(name), Arc::clone(id), sku.clone(), *router)
}

/// The receipt of a request of which nothing is known but where it goes first.
fn opened(opening: &Opening<'_>) -> Receipt {
    let nowhere = || ("".into(), "".into(), Sku::global(), false);
    let (deployment, deployment_id, sku, routed) =
        opening.first.map_or_else(nowhere, |first| described(first));
    Receipt {
        id: opening.id.to_owned(),
        at: opening.at,
        api: Some(opening.spoken),
        translated: opening.spoken != opening.dialect,
        asked: opening.asked.to_owned(),
        deployment,
        deployment_id,
        sku,
        routed,
        served: None,
        stream: opening.stream,
        outcome: Outcome::Open,
        service_tier: None,
        usage: None,
        usage_source: UsageSource::Missing,
        usage_contradictory: None,
        cost: Cost::open(),
        charged: Usd::ZERO,
        charged_by: None,
        timings: Timings::default(),
        answer_id: None,
        provider: ProviderFacts::default(),
        attempts: Vec::new(),
        routing: None,
    }
}
