//! An upstream's events, passed on as they came and metered in passing.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, LazyLock},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use cost_model::{Outcome, Receipt};
use futures_core::Stream;
use futures_util::StreamExt;
use http::StatusCode;
use llm_types::{
    AnswerPeek, ByteStream, EventPeek, EventSplitter, ProviderError, Refusal, event_data,
};
use memchr::memmem::Finder;

use crate::{meter::Meter, splice};

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
    /// An error that the upstream told within the stream.
    error: Option<Outcome>,
    /// A choice has come to its end.
    finished: bool,
}

/// Reads whole events.
pub(crate) struct Reader {
    upstream: ByteStream,
    splitter: EventSplitter,
    failure: Option<ProviderError>,
}

/// A stream whose answer has begun, with the events that were read to know so.
pub(crate) struct Opened {
    reader: Reader,
    events: Vec<Bytes>,
}

/// An event that never ends is no event; Azure's are below 10 kB.
const LONGEST_EVENT: usize = 8 * 1024 * 1024;

const DONE: &[u8] = b"[DONE]";

static USAGE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"usage\""));
static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"error\""));
static ROUTING: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(b"\"model_selection_details\""));
static FINISH: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"finish_reason\""));

// === impl Opened ===

impl Opened {
    /// Reads until the answer itself begins: up to there another deployment can take over.
    ///
    /// # Errors
    /// When an error comes instead, or the end: Azure tells some refusals only after a status of
    /// 200, as the first event.
    pub(crate) async fn read(upstream: ByteStream) -> Result<Self, ProviderError> {
        let mut reader = Reader::new(upstream);
        let mut events = Vec::new();
        while let Some(event) = reader.next().await {
            let begun = {
                let data = event_data(&event).unwrap_or_default();
                let peek = EventPeek::parse(&data).unwrap_or_default();
                if peek.error.is_some() {
                    return Err(refusal(&data));
                }
                peek.begins_answer() || *data == *DONE
            };
            events.push(event);
            if begun {
                return Ok(Self { reader, events });
            }
        }
        Err(reader.failure.unwrap_or_else(|| {
            ProviderError::Interrupted("the stream ended before the answer began".into())
        }))
    }
}

/// A refusal that came as an event.
fn refusal(data: &[u8]) -> ProviderError {
    let error = ErrorEvent::parse(data);
    let status = error.code.as_deref().and_then(|code| code.parse::<u16>().ok());
    let limited = error.message.contains("rate limit");
    let status = status
        .filter(|status| (400..600).contains(status))
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(if limited { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_GATEWAY });
    ProviderError::Refused(Box::new(Refusal {
        status,
        code: error.code,
        message: error.message,
        retry_after: None,
        request_id: None,
        headers: http::HeaderMap::new(),
        body: Bytes::copy_from_slice(data),
    }))
}

/// The `error` object of an event.
struct ErrorEvent {
    message: String,
    code: Option<String>,
}

impl ErrorEvent {
    fn parse(data: &[u8]) -> Self {
        let event: serde_json::Value = serde_json::from_slice(data).unwrap_or_default();
        let code = match &event["error"]["code"] {
            serde_json::Value::String(code) => Some(code.clone()),
            serde_json::Value::Number(code) => Some(code.to_string()),
            _ => event["error"]["type"].as_str().map(str::to_owned),
        };
        let message = event["error"]["message"].as_str().unwrap_or("no message").to_owned();
        Self { message, code }
    }
}

// === impl Reader ===

impl Reader {
    fn new(upstream: ByteStream) -> Self {
        Self { upstream, splitter: EventSplitter::default(), failure: None }
    }

    /// The next whole event; `None` at the end, with `failure` telling whether it is a clean one.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(event) = self.splitter.next_event() {
                return Poll::Ready(Some(event));
            }
            if self.splitter.remainder().len() > LONGEST_EVENT {
                self.failure = Some(ProviderError::Interrupted("an event is too long".into()));
                return Poll::Ready(None);
            }
            match ready!(self.upstream.poll_next_unpin(cx)) {
                Some(Ok(chunk)) => self.splitter.push(chunk),
                Some(Err(error)) => {
                    self.failure = Some(error);
                    return Poll::Ready(None);
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("failure", &self.failure).finish_non_exhaustive()
    }
}

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
            error: None,
            finished: false,
        };
        for event in events {
            stream.pass(event);
        }
        stream
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
            self.settle();
            // Nothing that counts comes after it.
            self.reader = None;
            self.ready.push_back(event);
            return;
        }
        let Some(account) = self.meter.account() else {
            self.ready.push_back(event);
            return;
        };
        account.delivered_event(&event);
        self.finished |= has_value(&FINISH, &data);
        let telling = has_value(&USAGE, &data)
            || has_value(&ERROR, &data)
            || ROUTING.find(&data).is_some()
            || !account.knows_served();
        let Some(peek) = telling.then(|| AnswerPeek::parse(&data).ok()).flatten() else {
            self.ready.push_back(event);
            return;
        };
        account.note(&peek);
        if peek.error.is_some() {
            let error = ErrorEvent::parse(&data);
            self.error = Some(Outcome::Refused { status: 200, code: error.code });
        }
        match peek.usage {
            Some(usage) => {
                let edited = self.with_usage(&event, &data, usage.get());
                self.ready.extend(edited);
            }
            None => self.ready.push_back(event),
        }
    }

    /// The event that tells the usage, as the client shall see it.
    fn with_usage(&mut self, event: &Bytes, data: &[u8], usage: &str) -> Option<Bytes> {
        self.settle();
        let alone = EventPeek::parse(data).is_ok_and(|peek| peek.choices.is_empty());
        if self.edits.hide_usage && alone {
            return None;
        }
        let one_line = event.as_ptr_range().contains(&data.as_ptr());
        match &self.receipt {
            Some(receipt) if self.edits.add_cost && one_line && !self.edits.hide_usage => {
                Some(splice::with_cost(event, usage, &receipt.cost))
            }
            _ => Some(event.clone()),
        }
    }

    fn settle(&mut self) {
        let outcome = self.error.take().unwrap_or(Outcome::Completed);
        self.receipt = Some(self.meter.settle(outcome));
    }

    /// The upstream has ended without `[DONE]`: the client is told how it stands.
    fn end(&mut self, reader: Reader) {
        let told = self.error.is_some();
        let complete = reader.failure.is_none() && (self.finished || self.receipt.is_some());
        if told || complete {
            self.settle();
            if !told {
                self.ready.push_back(Bytes::from_static(b"data: [DONE]\n\n"));
            }
            return;
        }
        let reason = match reader.failure {
            Some(error) => error.to_string(),
            None => "the upstream ended its answer in the middle".to_owned(),
        };
        self.ready.push_back(error_event(&reason));
        self.error = Some(Outcome::Failed { reason });
        self.settle();
    }
}

impl Stream for MeteredStream {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Poll::Ready(Some(event));
            }
            let Some(reader) = &mut self.reader else { return Poll::Ready(None) };
            match ready!(reader.poll_next(cx)) {
                Some(event) => self.pass(event),
                None => {
                    if let Some(reader) = self.reader.take() {
                        self.end(reader);
                    }
                }
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

/// Whether `key`, in quotes, stands in the JSON text with a value other than null. Within a string
/// the quotes would be escaped, so this never mistakes content for a key.
fn has_value(key: &Finder<'_>, json: &[u8]) -> bool {
    key.find_iter(json).any(|at| {
        let after = json[at + key.needle().len()..].trim_ascii_start();
        after.strip_prefix(b":").is_some_and(|value| !value.trim_ascii_start().starts_with(b"null"))
    })
}

/// An error in the form in which OpenAI's SDKs raise it.
fn error_event(reason: &str) -> Bytes {
    let message = format!("{reason}; the answer is incomplete");
    let error = serde_json::json!({
        "error": {"message": message, "type": "upstream_error", "param": null, "code": "upstream_interrupted"}
    });
    format!("data: {error}\n\n").into()
}
