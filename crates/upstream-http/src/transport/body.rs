//! The body of an answer: its bytes as they come, or an error when they stop coming.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use hyper::body::{Body, Incoming};
use llm_types::ProviderError;
use tokio::time::{Instant, Sleep};

use super::pool::Link;

/// A body that may not pause for longer than a limit.
pub struct AnswerBody {
    /// None once it has ended, in whatever way.
    incoming: Option<Incoming>,
    /// Given back with the end of the body.
    link: Option<Link>,
    limit: Duration,
    /// Since when there was nothing when it was asked for; None until that is so. Most answers come
    /// with their head, so that no clock is looked at.
    waiting: Option<Instant>,
    alarm: Alarm,
}

/// A timer that is moved on only when it rings: moving it at every chunk costs more than the chunk.
/// It is boxed because it is aligned to 128 bytes: every future that contained it would need the
/// same alignment, and allocators are slower then.
pub(super) type Alarm = Pin<Box<Sleep>>;

// === impl AnswerBody ===

impl AnswerBody {
    /// Takes over the alarm that rang for the answer's head.
    pub(super) fn new(incoming: Incoming, link: Link, limit: Duration, alarm: Alarm) -> Self {
        Self { incoming: Some(incoming), link: Some(link), limit, waiting: None, alarm }
    }

    /// The beginning of the body, as far as it comes: an error answer that breaks off is no reason
    /// to lose its status.
    pub async fn read_at_most(mut self, limit: usize) -> Bytes {
        let mut read = BytesMut::new();
        while let Some(Ok(chunk)) = self.next().await {
            let room = limit - read.len();
            read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if read.len() == limit {
                break;
            }
        }
        read.freeze()
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ProviderError>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        loop {
            match Pin::new(&mut *incoming).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    // Trailers are dropped: no consumer of a chat answer has a use for them.
                    let Ok(bytes) = frame.into_data() else { continue };
                    self.waiting = None;
                    return Poll::Ready(Some(Ok(bytes)));
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(ProviderError::Interrupted(Box::new(error)))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => break,
            }
        }
        // Last, so that the clock is not read while chunks arrive.
        ready!(self.poll_alarm(cx));
        Poll::Ready(Some(Err(ProviderError::Timeout { after: self.limit })))
    }

    /// Gives the connection back. Where the body was not read to its end, hyper looks once whether only
    /// the end is missing, as it is after a stream's last event, and closes the connection otherwise.
    fn end(&mut self) {
        self.incoming = None;
        self.link.take().into_iter().for_each(Link::keep);
    }

    /// Ready when nothing has come for as long as the limit.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.waiting.get_or_insert_with(Instant::now);
        // A time that the clock cannot represent is no limit.
        let Some(deadline) = since.checked_add(self.limit) else { return Poll::Pending };
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.alarm.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

impl Stream for AnswerBody {
    type Item = Result<Bytes, ProviderError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = ready!(this.poll_bytes(cx));
        // A body of known length ends with its last byte: no need to be woken again for that.
        let ended = this.incoming.as_ref().is_none_or(Body::is_end_stream);
        if matches!(next, Some(Err(_))) {
            // A connection that failed is closed, not given back.
            (this.incoming, this.link) = (None, None);
        } else if ended || next.is_none() {
            this.end();
        }
        Poll::Ready(next)
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.end();
    }
}
