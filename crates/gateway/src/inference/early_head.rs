//! Early head of slow answers: the head and the upstream's comments are sent before the answer
//! begins.
//!
//! Then the headers lack what is only known when an answer begins, and a refusal is an error event.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::Frame;
use llm_types::Dialect;
use router_client::EarlyComments;

use super::exchange::response;
use crate::{accounting::Finished, http::ApiError};

/// What of one request's answer may leave before it begins.
#[derive(Debug)]
pub(crate) struct Early {
    dialect: Dialect,
    pub(crate) comments: Arc<EarlyComments>,
    head: Mutex<Head>,
}

#[derive(Debug)]
enum Head {
    /// It waits for the answer.
    Held,
    /// It may leave.
    Ready(HeaderMap),
    /// It has left.
    Left,
}

/// The answer to a request: the call's own, or one whose head leaves before that.
pub(crate) struct Answering<F: Call>(Option<Waiting<F>>);

/// A call that has not come to its result yet.
struct Waiting<F: Call> {
    call: Finished<F>,
    early: Arc<Early>,
}

/// The body of an answer whose head has left: comments, and then what the call came to.
struct EarlyBody<F: Call> {
    waiting: Option<Waiting<F>>,
    rest: Body,
}

/// A call as the routes make it.
pub(crate) trait Call: Future<Output = Result<Response, ApiError>> + Send + 'static {}

impl<F: Future<Output = Result<Response, ApiError>> + Send + 'static> Call for F {}

// === impl Early ===

impl Early {
    /// The head and comments are held for `hold` from the head of an upstream's stream on.
    pub(crate) fn new(dialect: Dialect, hold: Duration) -> Arc<Self> {
        let comments = Arc::new(EarlyComments::new(hold));
        Arc::new(Self { dialect, comments, head: Mutex::new(Head::Held) })
    }

    /// Waits for `sending`; when its comments may leave before it is done, so may `head`.
    pub(crate) async fn announced<T>(
        &self,
        mut sending: Pin<&mut impl Future<Output = T>>,
        head: impl Fn() -> HeaderMap,
    ) -> T {
        std::future::poll_fn(|cx| {
            let polled = sending.as_mut().poll(cx);
            if polled.is_pending() && self.comments.is_open() {
                let mut held = self.head();
                if matches!(*held, Head::Held) {
                    *held = Head::Ready(head());
                }
            }
            polled
        })
        .await
    }

    /// Whether the answer's head has left, so that only its body can say more.
    pub(crate) fn has_left(&self) -> bool {
        matches!(*self.head(), Head::Left)
    }

    /// The head, where it may leave.
    fn take_head(&self) -> Option<HeaderMap> {
        let mut head = self.head();
        if !matches!(*head, Head::Ready(_)) {
            return None;
        }
        match std::mem::replace(&mut *head, Head::Left) {
            Head::Ready(headers) => Some(headers),
            Head::Held | Head::Left => None,
        }
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Answering ===

impl<F: Call> Answering<F> {
    pub(crate) fn new(call: Finished<F>, early: Arc<Early>) -> Self {
        Self(Some(Waiting { call, early }))
    }
}

impl<F: Call> Future for Answering<F> {
    type Output = Result<Response, ApiError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(waiting) = &mut self.0 else { return Poll::Pending };
        if let Poll::Ready(done) = Pin::new(&mut waiting.call).poll(cx) {
            return Poll::Ready(done);
        }
        let Some(head) = waiting.early.take_head() else { return Poll::Pending };
        let body = Body::new(EarlyBody { waiting: self.0.take(), rest: Body::empty() });
        Poll::Ready(Ok(response(StatusCode::OK, head, body)))
    }
}

// === impl Waiting ===

impl<F: Call> Drop for Waiting<F> {
    fn drop(&mut self) {
        // The call goes on where its client has left, and nobody takes its comments.
        self.early.comments.close();
    }
}

// === impl EarlyBody ===

impl<F: Call> EarlyBody<F> {
    /// The comments that have come, or `None` once the call has come to its result.
    fn poll_comments(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Some(waiting) = &mut self.waiting else { return Poll::Ready(None) };
        let done = Pin::new(&mut waiting.call).poll(cx);
        let comments = waiting.early.comments.take();
        let over = done.is_ready();
        if let Poll::Ready(done) = done {
            let dialect = waiting.early.dialect;
            self.rest = done.map_or_else(|error| error_event(dialect, &error), Response::into_body);
            self.waiting = None;
        }
        match (comments.is_empty(), over) {
            (false, _) => Poll::Ready(Some(comments)),
            (true, true) => Poll::Ready(None),
            (true, false) => Poll::Pending,
        }
    }
}

impl<F: Call> http_body::Body for EarlyBody<F> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(comments) = ready!(self.poll_comments(cx)) {
            return Poll::Ready(Some(Ok(Frame::data(comments))));
        }
        Pin::new(&mut self.rest).poll_frame(cx)
    }
}

/// An error in the form in which the API's SDKs raise it within a stream.
fn error_event(dialect: Dialect, error: &ApiError) -> Body {
    error.log();
    dialect.error_event(&error.body(dialect)).into()
}
