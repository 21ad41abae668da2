//! The response body on the wire: frames with the pauses, cuts and pieces of a scenario.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::state::request_log::{Ended, Ticket};

/// The connection ends here, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the emulator was asked to cut this connection")]
pub(crate) struct Cut;

/// A body made beforehand, sent at its own pace, which records what it sent.
#[derive(Debug)]
pub(crate) struct WireBody {
    frames: VecDeque<Bytes>,
    between: Duration,
    pause: Option<Pin<Box<Sleep>>>,
    flush_each: bool,
    flushed: bool,
    started: bool,
    cut: bool,
    sized: bool,
    promised: Option<usize>,
    ticket: Option<Ticket>,
}

// === impl WireBody ===

impl WireBody {
    /// A body of known length, in one piece.
    pub(crate) fn whole(body: impl Into<Bytes>) -> Self {
        Self { sized: true, ..Self::events([body.into()].into()) }
    }

    /// A body of unknown length, one frame per event.
    pub(crate) fn events(frames: VecDeque<Bytes>) -> Self {
        Self {
            frames,
            between: Duration::ZERO,
            pause: None,
            flush_each: false,
            flushed: false,
            started: false,
            cut: false,
            sized: false,
            promised: None,
            ticket: None,
        }
    }

    /// Waits between frames.
    pub(crate) fn slowly(mut self, between: Duration) -> Self {
        self.between = between;
        self
    }

    /// Ends the connection after `frames` frames; a body in one piece ends half-way.
    pub(crate) fn cut(mut self, frames: usize) -> Self {
        if self.sized {
            // Announced in full: the client must notice that the body was cut.
            self.promised = Some(self.length());
            self.frames.iter_mut().for_each(|whole| whole.truncate(whole.len() / 2));
        } else {
            self.frames.truncate(frames);
        }
        (self.cut, self.sized) = (true, false);
        self
    }

    /// The same bytes in pieces of `bytes`, each flushed to the socket on its own.
    pub(crate) fn in_pieces(mut self, bytes: usize) -> Self {
        let all: Bytes = self.frames.iter().flat_map(|frame| frame.iter().copied()).collect();
        let ends = (0..all.len()).step_by(bytes.max(1));
        self.frames =
            ends.map(|start| all.slice(start..all.len().min(start + bytes.max(1)))).collect();
        self.flush_each = true;
        self
    }

    /// A length to announce that the body will not reach.
    pub(crate) fn promised(&self) -> Option<usize> {
        self.promised
    }

    /// From now on `ticket` records what is sent.
    pub(crate) fn recorded(mut self, ticket: Ticket) -> Self {
        // hyper never polls a body that says it is at its end.
        if self.frames.is_empty() && !self.cut {
            ticket.end(Ended::Complete);
        }
        self.ticket = Some(ticket);
        self
    }

    /// The bytes that are left to send.
    fn length(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }

    fn end(&self, ended: Ended) {
        if let Some(ticket) = &self.ticket {
            ticket.end(ended);
        }
    }

    /// Ready when the next frame may go out.
    fn poll_pace(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.between > Duration::ZERO && self.started {
            let between = self.between;
            let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(between)));
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        } else if (self.flush_each || self.frames.is_empty()) && !self.flushed {
            // hyper flushes what it has when a body has nothing more at the moment.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        (self.flushed, self.started) = (false, true);
        Poll::Ready(())
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.frames.is_empty() && !self.cut {
            return Poll::Ready(None);
        }
        if self.poll_pace(context).is_pending() {
            return Poll::Pending;
        }
        let Some(frame) = self.frames.pop_front() else {
            self.end(Ended::Cut);
            return Poll::Ready(Some(Err(Cut)));
        };
        if let Some(ticket) = &self.ticket {
            ticket.sent(&frame);
        }
        if self.frames.is_empty() && !self.cut {
            self.end(Ended::Complete);
        }
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && !self.cut
    }

    fn size_hint(&self) -> SizeHint {
        if !self.sized {
            return SizeHint::default();
        }
        SizeHint::with_exact(u64::try_from(self.length()).unwrap_or(u64::MAX))
    }
}
