//! TCP connection of a client with time limits: it ends when a request's head does not arrive or an
//! answer is not read. Its requests are then settled as if the client had disconnected.

use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

/// The time limits of clients' connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionLimits {
    /// From the first byte of a request's head to its last.
    pub(crate) head: Duration,
    /// How long a client may leave the bytes that are ready for it unread.
    pub(crate) write: Duration,
}

/// A connection, as hyper reads and writes it.
pub(crate) struct Connection {
    stream: TcpStream,
    limits: ConnectionLimits,
    /// The state of its requests.
    used: Arc<Used>,
    /// How many requests had come when it was last read.
    requests: u32,
    /// A part of a head has come.
    begun: bool,
    /// Set when the rest of the head is waited for.
    head: Option<Alarm>,
    /// Set while the client takes nothing.
    unread: Option<Alarm>,
    /// Set once this side is closed.
    closing: Option<Alarm>,
}

/// The state of a connection's requests, shared with their handler, as hyper owns the connection.
#[derive(Debug, Default)]
pub(crate) struct Used {
    requests: AtomicU32,
    /// A request is being answered.
    busy: AtomicBool,
    /// A body was refused before it was read.
    refused: AtomicBool,
    /// How many bytes of a request's body have not been read, at most.
    left: AtomicU64,
}

/// The body of a request.
pub(crate) struct Asked {
    body: Incoming,
    used: Arc<Used>,
}

/// The body of an answer; the connection waits for the next request once it is dropped.
pub(crate) struct Answer {
    body: Body,
    used: Arc<Used>,
}

type Alarm = Pin<Box<Sleep>>;

/// The most that hyper usually reads of a body that no handler has read, in bytes.
const DRAINED: u64 = 16 * 1024;
/// How long what still comes is read and thrown away after a refusal, so that its sender gets to read
/// the refusal: a socket that is closed before resets the connection.
const LINGER: Duration = Duration::from_secs(10);
/// A peer that has vanished is noticed about two minutes after the last byte.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
const PROBES: Duration = Duration::from_secs(15);

// === impl Connection ===

impl Connection {
    pub(crate) fn new(stream: TcpStream, limits: ConnectionLimits) -> Self {
        let keep_alive = TcpKeepalive::new().with_time(KEEP_ALIVE).with_interval(PROBES);
        // The connection works without it too, until its peer vanishes.
        let _ = SockRef::from(&stream).set_tcp_keepalive(&keep_alive);
        Self {
            stream,
            limits,
            used: Arc::default(),
            requests: 0,
            begun: false,
            head: None,
            unread: None,
            closing: None,
        }
    }

    /// The state of its requests.
    pub(crate) fn used(&self) -> Arc<Used> {
        Arc::clone(&self.used)
    }

    /// Fails where the client has taken nothing for too long.
    fn taken<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            // The client has taken something: its time starts again with the next wait.
            self.unread = None;
            return done;
        }
        ready!(alarm(&mut self.unread, self.limits.write).poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Ready when a head that has begun is not whole in time.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.begun { alarm(&mut self.head, self.limits.head).poll(cx) } else { Poll::Pending }
    }

    /// Reads what still comes, and forgets it.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut space = [0; 4096];
        loop {
            let mut read = ReadBuf::new(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut read) {
                Poll::Ready(Ok(())) if !read.filled().is_empty() => {}
                // The end, or an error: nothing more comes.
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return alarm(&mut self.closing, LINGER).poll(cx),
            }
            // Checked while bytes come as well: a sender without pauses must end, too.
            if alarm(&mut self.closing, LINGER).poll(cx).is_ready() {
                return Poll::Ready(());
            }
        }
    }
}

/// A timer that is set when it is first waited for.
fn alarm(alarm: &mut Option<Alarm>, after: Duration) -> Pin<&mut Sleep> {
    alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep(after))).as_mut()
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // `Relaxed` is enough: a connection and its requests are on one thread.
        let requests = self.used.requests.load(Relaxed);
        // Another head was read since then, so its time limit is over.
        if requests != self.requests {
            (self.requests, self.begun, self.head) = (requests, false, None);
        }
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        // A body has its own time limit, and the next head's begins with the end of this answer.
        if self.used.busy.load(Relaxed) {
            return read;
        }
        if read.is_ready() {
            // The first byte of a head starts its time limit. Until then the connection is idle.
            self.begun |= into.filled().len() > before;
            return read;
        }
        ready!(self.poll_head(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.taken(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.taken(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Shut down once; later calls only wait for the rest.
        if self.closing.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        if self.used.refused.load(Relaxed) {
            ready!(self.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

// === impl Used ===

impl Used {
    /// Answers a request of the connection. It is busy from the call on: the future is polled only after
    /// the connection was read once more, and that would set a timer for the next head.
    pub(crate) fn answer<F>(
        self: Arc<Self>,
        request: Request<Incoming>,
        answer: impl FnOnce(Request<Asked>) -> F,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>>
    where
        F: Future<Output = Result<Response, Infallible>>,
    {
        self.requests.fetch_add(1, Relaxed);
        self.busy.store(true, Relaxed);
        let has_body = !request.body().is_end_stream();
        let answer = answer(request.map(|body| Asked::new(body, &self)));
        async move {
            let mut answered = answer.await?;
            // Its sender may still be writing the body, and is read out before the socket closes.
            self.refused.store(has_body && answered.status().is_client_error(), Relaxed);
            // hyper closes the connection then, and its client must know before it asks again.
            if self.left.load(Relaxed) > DRAINED {
                let close = HeaderValue::from_static("close");
                answered.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(answered.map(|body| Answer { body, used: self }))
        }
    }
}

// === impl Asked ===

impl Asked {
    fn new(body: Incoming, used: &Arc<Used>) -> Self {
        let asked = Self { body, used: Arc::clone(used) };
        asked.note();
        asked
    }

    fn note(&self) {
        let left = if self.body.is_end_stream() { Some(0) } else { self.body.size_hint().upper() };
        // A chunked body has no known length.
        self.used.left.store(left.unwrap_or(u64::MAX), Relaxed);
    }
}

impl http_body::Body for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match frame {
            Some(_) => self.note(),
            None => self.used.left.store(0, Relaxed),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

// === impl Answer ===

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.used.busy.store(false, Relaxed);
    }
}
