//! Comments of a stream that leave before its answer begins, so that a client's connection stays alive.

use std::{
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use llm_types::{Dialect, event_data};
use tokio::time::Sleep;

use crate::events::reader::Reader;

/// Lets comments of an upstream's stream leave before its answer begins.
///
/// From the head of a stream on they are held for some time, so that a refusal within it can still get
/// its status. Then they are here, and [`EarlyComments::is_open`]; the owner of the call takes them
/// after each poll. Another deployment can take over as long as nothing but comments has left, and the
/// comments of its stream are not held again.
#[derive(Debug)]
pub struct EarlyComments {
    /// How long they are held from the head of a stream on.
    hold: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The time is over.
    open: bool,
    /// Nobody takes them any more.
    closed: bool,
    comments: BytesMut,
    /// The call, while it waits for room.
    waiting: Option<Waker>,
}

/// What is held of a stream until its answer begins.
pub(crate) struct Prelude<'a> {
    dialect: Dialect,
    early: Option<&'a EarlyComments>,
    pub(crate) events: &'a mut Vec<Bytes>,
    /// How many bytes they have.
    bytes: usize,
    /// How many of them are comments.
    comments: usize,
    /// One of them tells the client that there will be an answer.
    announced: bool,
    /// Set when something is first waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

/// Not more comments than these bytes wait for a client that reads slowly.
const ROOM: usize = 64 * 1024;

/// So much is held at most: filter results and roles, below 10 kB.
const LONGEST: usize = 256 * 1024;

// === impl EarlyComments ===

impl EarlyComments {
    /// Comments are held for `hold` from the head of a stream on.
    #[must_use]
    pub fn new(hold: Duration) -> Self {
        Self { hold, state: Mutex::default() }
    }

    /// Whether that time is over, so that the answer's head and comments may leave.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state().open
    }

    /// The comments that may leave now, as the upstream sent them.
    #[must_use]
    pub fn take(&self) -> Bytes {
        let mut state = self.state();
        if let Some(call) = state.waiting.take() {
            // There is room again, so the call that waited for it can read on.
            call.wake();
        }
        state.comments.split().freeze()
    }

    /// The client has left: comments are read and forgotten from now on.
    pub fn close(&self) {
        self.state().closed = true;
        // After it is marked as closed, so that the call that this wakes does not wait again.
        drop(self.take());
    }

    fn open(&self) {
        self.state().open = true;
    }

    /// Takes a comment, once there is room for it.
    fn poll_pass(&self, comment: &[u8], cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.closed {
            return Poll::Ready(());
        }
        if state.comments.len() > ROOM {
            state.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        state.comments.extend_from_slice(comment);
        Poll::Ready(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Prelude ===

impl<'a> Prelude<'a> {
    pub(crate) fn new(
        dialect: Dialect,
        early: Option<&'a EarlyComments>,
        events: &'a mut Vec<Bytes>,
    ) -> Self {
        Self { dialect, early, events, bytes: 0, comments: 0, announced: false, timer: None }
    }

    /// The next event of the stream, as [`Reader::next`] returns it; `None` when the time is over for
    /// which comments are held.
    pub(crate) async fn next(&mut self, reader: &mut Reader) -> Option<Option<Bytes>> {
        std::future::poll_fn(|cx| match reader.poll_next(cx) {
            Poll::Ready(event) => Poll::Ready(Some(event)),
            Poll::Pending => self.poll_opens(cx).map(|()| None),
        })
        .await
    }

    /// Holds an event that does not begin the answer. `announces`: it says that there will be one.
    pub(crate) fn hold(&mut self, event: Bytes, announces: bool) {
        self.announced = self.announced || announces;
        self.bytes += event.len();
        self.comments += usize::from(is_comment(self.dialect, &event));
        self.events.push(event);
    }

    /// Lets comments leave whose time is over. Returns whether the rest can be held on: it cannot when
    /// it is too much, or announces the answer, or when a comment that must leave is behind something
    /// else.
    pub(crate) async fn let_go(&mut self) -> bool {
        if self.announced && self.early.is_some_and(EarlyComments::is_open) {
            return false;
        }
        if let Some(early) = self.early
            && self.bytes > LONGEST
            // So much of comments alone is a slow answer, not a strange one: they leave early
            // instead of failing it.
            && self.comments == self.events.len()
        {
            early.open();
        }
        let Some(early) = self.early.filter(|early| self.comments > 0 && early.is_open()) else {
            return self.bytes <= LONGEST;
        };
        let first = self.events.iter().position(|event| !is_comment(self.dialect, event));
        for comment in self.events.drain(..first.unwrap_or(self.events.len())) {
            std::future::poll_fn(|cx| early.poll_pass(&comment, cx)).await;
            self.bytes -= comment.len();
            self.comments -= 1;
        }
        // Comments behind something else cannot leave without it, and the client must not wait
        // longer.
        self.comments == 0 && self.bytes <= LONGEST
    }

    /// Becomes ready once, when the time is over.
    fn poll_opens(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(early) = self.early.filter(|early| !early.is_open()) else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(early.hold)));
        ready!(timer.as_mut().poll(cx));
        early.open();
        Poll::Ready(())
    }
}

/// Whether an event says nothing, and only keeps the connection alive.
fn is_comment(dialect: Dialect, event: &[u8]) -> bool {
    event_data(event).is_none_or(|data| dialect.is_ping(&data))
}
