//! An upstream's events, passed on as they came and metered in passing.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use cost_model::{Outcome, Receipt};
use futures_core::Stream;
use llm_types::{AnswerPeek, ProviderError, event_data};

use crate::{
    account::reason,
    event::{self, DONE, ERROR, ROUTING, ToldError, USAGE, has_value},
    meter::Meter,
    reader::{Opened, Reader},
    splice,
};

/// The few edits that are made to an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamEdits {
    /// Leave out the event that only tells the usage, for a client that did not ask for it.
    pub hide_usage: bool,
    /// Add the cost to the usage object.
    pub add_cost: bool,
}

/// A streamed answer: the upstream's events, unchanged but for [`StreamEdits`].
///
/// It always ends with `[DONE]` or an error event, and is settled before that is yielded. Dropped
/// before its end, it is settled by what was delivered.
#[derive(Debug)]
pub struct MeteredStream {
    /// `None` once the upstream has nothing more to say.
    reader: Option<Reader>,
    meter: Meter,
    edits: StreamEdits,
    ready: VecDeque<Bytes>,
    receipt: Option<Arc<Receipt>>,
    /// The upstream has told an error, which ends the stream as well as `[DONE]` does.
    failed: bool,
    /// `[DONE]` was seen.
    done: bool,
}

const ENDED_EARLY: &str = "the upstream ended its answer in the middle";

// === impl MeteredStream ===

impl MeteredStream {
    pub(crate) fn new(mut meter: Meter, opened: Opened, edits: StreamEdits) -> Self {
        if let Some(account) = meter.account() {
            account.content_began();
        }
        let Opened { reader, events } = opened;
        let mut stream = Self {
            reader: Some(reader),
            meter,
            edits,
            ready: VecDeque::with_capacity(4),
            receipt: None,
            failed: false,
            done: false,
        };
        for event in events {
            stream.pass(event);
        }
        if let Some(account) = stream.meter.account() {
            account.tell_progress();
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
        let Some(data) = event_data(&event) else {
            self.ready.push_back(event);
            return;
        };
        if *data == *DONE {
            self.settle(Outcome::Completed);
            self.done = true;
        } else if self.tells(&data)
            && let Ok(peek) = AnswerPeek::parse(&data)
        {
            let shown = self.noted(&event, &data, &peek);
            self.ready.extend(shown);
            return;
        }
        self.ready.push_back(event);
    }

    /// Whether an event must be looked at more closely. Most need not: that they are not parsed is
    /// what makes metering cheap.
    fn tells(&mut self, data: &[u8]) -> bool {
        let Some(account) = self.meter.account() else { return has_value(&ERROR, data) };
        account.delivered(data);
        has_value(&USAGE, data)
            || has_value(&ERROR, data)
            || !account.knows_answer()
            || (!account.knows_routing() && ROUTING.find(data).is_some())
    }

    /// Takes note of an event; returns it as the client shall see it, if it shall.
    fn noted(&mut self, event: &Bytes, data: &[u8], peek: &AnswerPeek<'_>) -> Option<Bytes> {
        if let Some(account) = self.meter.account() {
            account.note(peek);
        }
        if let Some(error) = peek.error {
            self.failed = true;
            let code = ToldError::parse(error.get()).code;
            self.settle(Outcome::Refused { status: 200, code });
            return Some(event.clone());
        }
        let (Some(account), Some(usage)) = (self.meter.account(), peek.usage) else {
            return Some(event.clone());
        };
        if !account.streamed_usage(data, peek) {
            return Some(event.clone());
        }
        self.settle(Outcome::Completed);
        self.with_cost(event, data, usage)
    }

    /// The event that only tells the usage, as the client shall see it.
    fn with_cost(&self, event: &Bytes, data: &[u8], usage: &str) -> Option<Bytes> {
        if self.edits.hide_usage {
            return None;
        }
        let one_line = event.as_ptr_range().contains(&data.as_ptr());
        match &self.receipt {
            Some(receipt) if self.edits.add_cost && one_line => {
                Some(splice::with_cost(event, usage, &receipt.cost))
            }
            _ => Some(event.clone()),
        }
    }

    /// Settles once; later endings change nothing.
    fn settle(&mut self, outcome: Outcome) {
        if self.receipt.is_none() {
            self.receipt = Some(self.meter.settle(outcome));
        }
    }

    /// The upstream has ended without `[DONE]`: the client is told how it stands.
    fn end(&mut self, failure: Option<ProviderError>) {
        if self.failed {
            return;
        }
        let finished = self.meter.account().is_some_and(|account| account.is_finished());
        // Who told the usage has told the answer. Without it, only a clean end is one.
        if self.receipt.is_some() || (failure.is_none() && finished) {
            self.settle(Outcome::Completed);
            self.ready.push_back(event::done());
            return;
        }
        let (told, reason) = match failure {
            Some(error) => (error.to_string(), reason(&error)),
            None => (ENDED_EARLY.to_owned(), ENDED_EARLY.to_owned()),
        };
        self.ready.push_back(event::interrupted(&told));
        self.settle(Outcome::Failed { reason });
    }
}

impl Stream for MeteredStream {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(event));
            }
            let done = self.done;
            let Some(reader) = &mut self.reader else { return Poll::Ready(None) };
            let next = reader.poll_next(cx);
            if done {
                // Having read to the end lets the connection serve again. It has mostly come with
                // `[DONE]`; to wait for it would keep the client waiting.
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
        let rest = self.reader.take();
        self.meter.abandon(rest);
    }
}
