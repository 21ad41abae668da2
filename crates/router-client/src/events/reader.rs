//! Reads an upstream's bytes as whole events, and the first of them until its answer begins.

use std::{
    fmt,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::StreamExt;
use http::HeaderMap;
use llm_types::{ByteStream, Dialect, EventSplitter, ProviderError, event_data};
use serde::de::IgnoredAny;

use crate::events::{
    early_comments::{EarlyComments, Prelude},
    error_envelope::{self, ReportedError},
};

/// Reads whole events.
pub(crate) struct Reader {
    dialect: Dialect,
    upstream: ByteStream,
    splitter: EventSplitter,
    /// Nothing more is to be read.
    over: bool,
    failure: Option<ProviderError>,
}

/// A stream whose answer has begun, with the events that were read to know so.
pub(crate) struct Opened {
    pub(crate) reader: Reader,
    pub(crate) events: Vec<Bytes>,
}

/// An event that never ends is no event; Azure's are below 10 kB.
const LONGEST_EVENT: usize = 8 * 1024 * 1024;

// === impl Opened ===

impl Opened {
    /// Reads until the answer itself begins: up to there another deployment can take over. Comments
    /// leave before that by `early`, when they were held for long enough.
    ///
    /// # Errors
    /// When an error comes instead, or the end; `events` then has what came before. Azure reports some
    /// refusals only after a status of 200, as an event.
    pub(crate) async fn read(
        (dialect, upstream): (Dialect, ByteStream),
        early: Option<&EarlyComments>,
        events: &mut Vec<Bytes>,
    ) -> Result<Self, ProviderError> {
        let mut reader = Reader::new(dialect, upstream);
        let mut prelude = Prelude::new(dialect, early, events);
        let mut begun = false;
        while !begun && prelude.let_go().await {
            match prelude.next(&mut reader).await {
                Some(Some(event)) => {
                    begun = begins_answer(dialect, &event)?;
                    let announces =
                        !begun && dialect.announces(&event_data(&event).unwrap_or_default());
                    prelude.hold(event, announces);
                }
                Some(None) => {
                    return Err(reader.into_failure().unwrap_or_else(|| {
                        let ended = "the stream ended before the answer began";
                        ProviderError::Interrupted(ended.into())
                    }));
                }
                None => {}
            }
        }
        Ok(Self { reader, events: std::mem::take(prelude.events) })
    }
}

/// Whether an event holds some of the answer, or its end.
///
/// # Errors
/// When it is an error, in whichever envelope.
fn begins_answer(dialect: Dialect, event: &[u8]) -> Result<bool, ProviderError> {
    let data = event_data(event).unwrap_or_default();
    let peek = dialect.peek(&data).unwrap_or_default();
    if let Some(error) =
        ReportedError::find(dialect, &data, &peek, error_envelope::is_error_event(event))
    {
        return Err(error_envelope::refusal(&data, error, HeaderMap::new()));
    }
    Ok(dialect.ends(&data) || dialect.begins_answer(&data))
}

// === impl Reader ===

impl Reader {
    fn new(dialect: Dialect, upstream: ByteStream) -> Self {
        Self { dialect, upstream, splitter: EventSplitter::default(), over: false, failure: None }
    }

    /// The next whole event; `None` at the end, whose reason [`Reader::into_failure`] returns.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(event) = self.splitter.next_event() {
                return Poll::Ready(Some(event));
            }
            if self.over {
                return Poll::Ready(None);
            }
            if self.splitter.remainder().len() > LONGEST_EVENT {
                self.fail(ProviderError::Interrupted("an event is too long".into()));
                continue;
            }
            match ready!(self.upstream.poll_next_unpin(cx)) {
                Some(Ok(chunk)) => self.splitter.push(chunk),
                Some(Err(error)) => self.fail(error),
                None => {
                    self.over = true;
                    return Poll::Ready(self.unended_event());
                }
            }
        }
    }

    /// Why there is nothing more to read; `None` when the upstream ended as it should.
    pub(crate) fn into_failure(self) -> Option<ProviderError> {
        self.failure
    }

    fn fail(&mut self, error: ProviderError) {
        self.over = true;
        self.failure = Some(error);
    }

    /// A last event that is whole except for the blank line after it.
    fn unended_event(&self) -> Option<Bytes> {
        let event = self.splitter.remainder();
        let data = event_data(event)?;
        let whole = self.dialect.ends(&data) || serde_json::from_slice::<IgnoredAny>(&data).is_ok();
        whole.then(|| [event.trim_ascii_end(), b"\n\n"].concat().into())
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("failure", &self.failure).finish_non_exhaustive()
    }
}
