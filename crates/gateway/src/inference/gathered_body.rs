//! Body of a streamed answer that gathers writes: events that are available at the same time leave
//! in one write.
//!
//! Azure sends an HTTP chunk for each event, and hyper would write each of them with a system call
//! of its own: at full load 55 writes for 3 reads, and two thirds of all CPU. Waiting until
//! everything that is ready has had its turn gathers what has already arrived, and adds no time
//! that a client could notice; an event that comes alone still leaves alone.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use http_body::{Body, Frame};

/// Events are not gathered beyond this size.
const ENOUGH: usize = 32 * 1024;

/// The body made of a stream of events.
pub(crate) struct Gathered<S, F> {
    events: S,
    /// What must be done before bytes leave.
    before: F,
    /// The one event that is there, which then needs no copy.
    first: Bytes,
    /// Several events.
    several: BytesMut,
    /// The turn that is waited for since the first of them came.
    turn: Option<Arc<Turn>>,
    ended: bool,
}

/// A turn of the runtime: over when all that was ready has run and the sockets have been looked at.
/// hyper polls a body several times in a row, so counting polls would not help.
struct Turn {
    over: AtomicBool,
    task: Waker,
}

impl<S: Stream<Item = Bytes> + Unpin, F: FnMut() + Unpin> Gathered<S, F> {
    /// `before` is called each time before bytes leave.
    pub(crate) fn new(events: S, before: F) -> Self {
        let (first, several) = (Bytes::new(), BytesMut::new());
        Self { events, before, first, several, turn: None, ended: false }
    }

    fn add(&mut self, event: Bytes) {
        if self.first.is_empty() && self.several.is_empty() {
            self.first = event;
            return;
        }
        if self.several.is_empty() {
            // Room for some more events of this size, so that few copies follow.
            self.several.reserve(8 * (self.first.len() + event.len()));
            self.several.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.several.extend_from_slice(&event);
    }

    fn take(&mut self) -> Option<Bytes> {
        self.turn = None;
        (self.before)();
        let gathered = if self.several.is_empty() {
            std::mem::take(&mut self.first)
        } else {
            self.several.split().freeze()
        };
        (!gathered.is_empty()).then_some(gathered)
    }
}

impl<S: Stream<Item = Bytes> + Unpin, F: FnMut() + Unpin> Body for Gathered<S, F> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        while !self.ended && self.several.len() < ENOUGH {
            match self.events.poll_next_unpin(cx) {
                Poll::Ready(Some(event)) => self.add(event),
                Poll::Ready(None) => self.ended = true,
                Poll::Pending if self.first.is_empty() && self.several.is_empty() => {
                    return Poll::Pending;
                }
                Poll::Pending if self.turn.get_or_insert_with(|| Turn::begin(cx)).is_over() => {
                    break;
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(self.take().map(|gathered| Ok(Frame::data(gathered))))
    }
}

// === impl Turn ===

impl Turn {
    /// Wakes the task when the turn is over.
    fn begin(cx: &Context<'_>) -> Arc<Self> {
        let turn = Arc::new(Self { over: AtomicBool::new(false), task: cx.waker().clone() });
        let waker = Waker::from(Arc::clone(&turn));
        // Its first poll leaves the waker with the runtime, and that is all it is needed for.
        let _ = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
        turn
    }

    fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.over.store(true, Relaxed);
        self.task.wake_by_ref();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::BodyExt;

    use super::*;

    enum Step {
        Event(&'static str),
        /// The next event comes within the same turn.
        Soon,
        /// The next event comes turns later.
        Late,
    }
    use Step::{Event, Late, Soon};

    fn events(script: Vec<Step>) -> impl Stream<Item = Bytes> + Unpin {
        let mut script = script.into_iter();
        let mut turns: Option<Pin<Box<tokio::time::Sleep>>> = None;
        stream::poll_fn(move |cx| {
            if let Some(turn) = &mut turns {
                std::task::ready!(Pin::new(turn).poll(cx));
                turns = None;
            }
            match script.next() {
                Some(Event(event)) => Poll::Ready(Some(Bytes::from_static(event.as_bytes()))),
                Some(Soon) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Some(Late) => {
                    turns = Some(Box::pin(tokio::time::sleep(std::time::Duration::from_millis(5))));
                    let turn = turns.as_mut().map(|turn| Pin::new(turn).poll(cx));
                    assert!(matches!(turn, Some(Poll::Pending)));
                    Poll::Pending
                }
                None => Poll::Ready(None),
            }
        })
    }

    async fn check(script: Vec<Step>, expect: &[&str]) {
        let mut body = Gathered::new(events(script), || {});
        let mut frames = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            frames.push(frame.into_data().unwrap());
        }
        assert_eq!(frames, expect);
    }

    #[tokio::test]
    async fn events_of_one_turn_leave_together() {
        check(vec![Event("a"), Event("b"), Soon, Event("c"), Late, Event("d")], &["abc", "d"])
            .await;
    }

    #[tokio::test]
    async fn an_event_that_comes_alone_leaves_alone() {
        check(vec![Late, Event("a"), Late, Event("b"), Late], &["a", "b"]).await;
    }

    #[tokio::test]
    async fn the_end_waits_for_nobody() {
        check(vec![Event("a"), Event("b")], &["ab"]).await;
        check(vec![], &[]).await;
    }
}
