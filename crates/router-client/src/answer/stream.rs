//! An upstream's events, passed on as they came and metered in passing.

use std::{
    borrow::Cow,
    collections::VecDeque,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use cost_model::{Outcome, Receipt};
use futures_core::Stream;
use futures_util::future::BoxFuture;
use llm_types::{AnswerPeek, Dialect, ProviderError, event_data};

use crate::{
    answer::splice,
    events::{
        error_envelope::{ReportedError, is_error_event},
        reader::{Opened, Reader},
    },
    meter::{Meter, account::reason, estimate::Counted},
};

/// The edits that a caller chooses, of those that are made to an answer: [`llm_types::AnswerEdit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamEdits {
    /// Leave out the events that only report the usage, for a client that did not ask for them.
    pub hide_usage: bool,
    /// Add the cost to the usage object.
    pub add_cost: bool,
    /// Leave out a first event that only describes the request.
    pub hide_first: bool,
}

/// A streamed answer: the upstream's events, unchanged except for [`llm_types::AnswerEdit`].
///
/// It always ends with the event that ends it in order, such as `[DONE]`, or with an error event, and is settled before that is yielded. Dropped
/// before its end, it is settled by what was delivered.
#[derive(Debug)]
pub struct MeteredStream {
    dialect: Dialect,
    /// `None` once the upstream has nothing more to say.
    reader: Option<Reader>,
    meter: Meter,
    edits: StreamEdits,
    ready: VecDeque<Bytes>,
    /// An event that only reports the usage, with what came after it: held until it is known whether
    /// it is the last one, which gets the cost.
    held: Vec<Bytes>,
    receipt: Option<Arc<Receipt>>,
    /// The end, while its tokens are counted elsewhere.
    ending: Option<Ending>,
    /// The upstream has reported an error, which ends the stream as well as its own end does.
    failed: bool,
    /// The stream's own end was seen.
    done: bool,
    /// How many events with data have come.
    passed: u64,
}

/// How a stream ends whose tokens are being counted.
struct Ending {
    counting: BoxFuture<'static, Counted>,
    outcome: Outcome,
    /// The last event, which leaves when the request is settled.
    last: Bytes,
}

const ENDED_EARLY: &str = "the upstream ended its answer in the middle";

// === impl MeteredStream ===

impl MeteredStream {
    pub(crate) fn new(
        dialect: Dialect,
        mut meter: Meter,
        opened: Opened,
        edits: StreamEdits,
    ) -> Self {
        if let Some(account) = meter.account() {
            account.content_began();
        }
        let Opened { reader, events } = opened;
        let mut stream = Self {
            dialect,
            reader: Some(reader),
            meter,
            edits,
            ready: VecDeque::with_capacity(4),
            held: Vec::new(),
            receipt: None,
            ending: None,
            failed: false,
            done: false,
            passed: 0,
        };
        for event in events {
            stream.pass(event);
        }
        if let Some(account) = stream.meter.account() {
            // At once, so that even a crash in the first second leaves the served model in the
            // ledger.
            account.report_progress();
        }
        stream
    }

    /// The model that answers, as far as it is known by now.
    #[must_use]
    pub fn served(&self) -> Option<&str> {
        match &self.receipt {
            Some(receipt) => receipt.served.as_deref(),
            None => self.meter.served(),
        }
    }

    /// The receipt, once the stream is settled: at the latest when it has ended.
    #[must_use]
    pub fn receipt(&self) -> Option<&Arc<Receipt>> {
        self.receipt.as_ref()
    }

    /// Passes one event on, and takes note of it.
    fn pass(&mut self, event: Bytes) {
        let Some(data) = event_data(&event).filter(|data| !self.dialect.is_ping(data)) else {
            // A comment, or what is one in this API: it keeps its place behind what is held.
            if self.held.is_empty() {
                self.ready.push_back(event);
            } else {
                self.held.push(event);
            }
            return;
        };
        self.passed += 1;
        if self.dialect.ends(&data) {
            self.done = true;
            self.note_end(&data);
            self.complete(event);
            return;
        }
        if self.tells(&event, &data)
            && let Ok(peek) = self.dialect.peek(&data)
            && self.noted(&event, &data, &peek)
        {
            return;
        }
        self.release();
        let first = self.passed == 1;
        if !(first && self.edits.hide_first && self.dialect.is_preamble(&data)) {
            self.ready.push_back(event);
        }
    }

    /// Whether an event must be looked at more closely. Most need not: that they are not parsed is
    /// what makes metering cheap.
    fn tells(&mut self, event: &[u8], data: &[u8]) -> bool {
        let error = self.dialect.may_be_error(data) || is_error_event(event);
        let Some(account) = self.meter.account() else { return error };
        account.delivered(data);
        error || !account.knows_answer() || self.dialect.may_report(data, account.knows_routing())
    }

    /// Takes note of an event; returns whether that is all that becomes of it for now: it only
    /// reports the usage, or ends the stream.
    fn noted(&mut self, event: &Bytes, data: &[u8], peek: &AnswerPeek<'_>) -> bool {
        if let Some(account) = self.meter.account() {
            account.note(peek);
        }
        if let Some(error) = ReportedError::find(self.dialect, data, peek, is_error_event(event)) {
            if let Some(account) = self.meter.account() {
                // A failed answer may have cost something.
                account.reported(peek);
            }
            self.refused(error, event.clone());
            return true;
        }
        let (Some(account), true) = (self.meter.account(), peek.usage.is_some()) else {
            return false;
        };
        if !account.streamed_usage(data, peek) {
            return false;
        }
        self.release();
        if !self.edits.hide_usage {
            self.held.push(event.clone());
        }
        true
    }

    /// Takes note of what the stream's own end reports, in dialects where it is more than a mark.
    fn note_end(&mut self, data: &[u8]) {
        if let (Some(account), Ok(peek)) = (self.meter.account(), self.dialect.peek(data)) {
            account.note(&peek);
            account.reported(&peek);
        }
    }

    /// The upstream ends the stream with an error. What has reported its usage has answered.
    fn refused(&mut self, error: ReportedError, event: Bytes) {
        self.failed = true;
        let answered = self
            .meter
            .account()
            .is_some_and(|account| account.is_finished() && account.knows_usage());
        if answered {
            self.complete(event);
        } else {
            self.finish(Outcome::Refused { status: 200, code: error.code }, event);
        }
    }

    /// Lets go what is held, with the cost where the request is settled.
    fn release(&mut self) {
        let mut held = std::mem::take(&mut self.held).into_iter();
        if let Some(usage) = held.next() {
            self.ready.push_back(self.with_cost(usage));
            self.ready.extend(held);
        }
    }

    /// An event with the usage, as the client shall see it.
    fn with_cost(&self, event: Bytes) -> Bytes {
        let Some(receipt) = self.receipt.as_ref().filter(|_| self.edits.add_cost) else {
            return event;
        };
        // The usage must be a part of the event as it is: not of lines that were joined.
        let spliced = match event_data(&event) {
            Some(Cow::Borrowed(data)) => {
                let peek = self.dialect.peek(data).unwrap_or_default();
                peek.usage.map(|usage| splice::with_cost(&event, usage, &receipt.cost))
            }
            _ => None,
        };
        spliced.unwrap_or(event)
    }

    /// Ends a stream that has ended in order.
    fn complete(&mut self, last: Bytes) {
        if let Some(account) = self.meter.account() {
            account.ended();
        }
        self.finish(Outcome::Completed, last);
    }

    /// Settles, and lets its last event go: when the tokens are counted, where that takes long.
    fn finish(&mut self, outcome: Outcome, last: Bytes) {
        if let Some(counting) = self.meter.counting() {
            self.ending = Some(Ending { counting, outcome, last });
        } else {
            self.settle(outcome, last);
        }
    }

    /// Settles once; later endings change nothing.
    fn settle(&mut self, outcome: Outcome, last: Bytes) {
        if self.receipt.is_none() {
            self.receipt = Some(self.meter.settle(outcome));
        }
        self.release();
        let last = if self.done { self.with_cost(last) } else { last };
        self.ready.push_back(last);
    }

    /// Goes on with what waits for its tokens to be counted.
    fn poll_ending(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(ending) = &mut self.ending else { return Poll::Ready(()) };
        let counted = ready!(ending.counting.as_mut().poll(cx));
        if let Some(account) = self.meter.account() {
            account.count(counted);
        }
        if let Some(Ending { outcome, last, .. }) = self.ending.take() {
            self.settle(outcome, last);
        }
        Poll::Ready(())
    }

    /// The upstream has ended without an end: the client learns how it ended.
    fn end(&mut self, failure: Option<ProviderError>) {
        if self.failed {
            return;
        }
        let account = self.meter.account();
        let (finished, known) =
            account.map_or((false, true), |account| (account.is_finished(), account.knows_usage()));
        // What has reported its usage has answered. Without that, only a clean end is one.
        let answered = known || (failure.is_none() && finished);
        if let Some(end) = self.dialect.end_event().filter(|_| answered) {
            self.complete(end);
            return;
        }
        let (message, reason) = match failure {
            Some(error) => (error.to_string(), reason(&error)),
            None => (ENDED_EARLY.to_owned(), ENDED_EARLY.to_owned()),
        };
        let last = self.dialect.interrupted(&message, self.passed);
        self.finish(Outcome::Failed { reason }, last);
    }
}

impl Stream for MeteredStream {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(event));
            }
            if self.ending.is_some() {
                ready!(self.poll_ending(cx));
                continue;
            }
            let done = self.done;
            let Some(reader) = &mut self.reader else { return Poll::Ready(None) };
            let next = reader.poll_next(cx);
            if done {
                // Having read to the end lets the connection serve again. It has mostly come with
                // the last event; to wait for it would keep the client waiting.
                self.reader = None;
            } else if let Some(event) = ready!(next) {
                self.pass(event);
            } else if let Some(reader) = self.reader.take() {
                self.end(reader.into_failure());
            }
        }
    }
}

impl Drop for MeteredStream {
    fn drop(&mut self) {
        let ended = self.ending.take().map(|ending| ending.outcome);
        let rest = self.reader.take().filter(|_| ended.is_none());
        self.meter.abandon(rest, ended);
    }
}

// === impl Ending ===

impl fmt::Debug for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
