//! An upstream that answers every chat request at once with the same body, and counts them.
//!
//! Far cheaper than the emulator, so that it is the gateway which is measured. `GET /requests`
//! returns the count, `GET /pause/MICROSECONDS` sets the time between two events of a stream.

use std::{
    convert::Infallible,
    net::Ipv4Addr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Either, Full};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{Instant, Sleep, sleep_until},
};
use uuid::Uuid;

use crate::{answers, say};

/// Headers that Azure adds to an answer with an id of its own: random, so that a ledger that indexes
/// them gets them in no order.
const IDS: [&str; 2] = ["apim-request-id", "x-request-id"];
/// The others.
const HEADERS: &[(&str, &str)] = &[
    ("azureml-model-session", "d20260522113057-404f7aa9"),
    ("cache-control", "no-cache, must-revalidate"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
    ("x-content-type-options", "nosniff"),
    ("x-envoy-upstream-service-time", "188"),
    ("x-ms-rai-invoked", "true"),
    ("x-ms-region", "Sweden Central"),
    ("x-ratelimit-key", "gpt-5-nano"),
    ("x-ratelimit-remaining-requests", "4499"),
    ("x-ratelimit-remaining-tokens", "438897"),
];

/// Serves on a free port of loopback, which is said on standard output.
///
/// # Errors
/// When it cannot listen.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    say(listener.local_addr()?);
    let upstream = Arc::new(Upstream {
        whole: answers::whole(),
        events: answers::events().into(),
        requests: AtomicU64::new(0),
        pause: AtomicU64::new(0),
    });
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        // Each event leaves at once, instead of waiting for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        let upstream = Arc::clone(&upstream);
        let service = service_fn(move |request| {
            let upstream = Arc::clone(&upstream);
            async move { upstream.answer(request).await }
        });
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        while connections.try_join_next().is_some() {}
    }
}

struct Upstream {
    whole: Bytes,
    events: Arc<[Bytes]>,
    requests: AtomicU64,
    /// Microseconds between two events.
    pause: AtomicU64,
}

type Reply = Either<Full<Bytes>, Events>;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    stream: bool,
}

// === impl Upstream ===

impl Upstream {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Reply>, hyper::Error> {
        let path = request.uri().path();
        if path == "/requests" {
            return Ok(text(self.requests.load(Ordering::Relaxed).to_string()));
        }
        if let Some(pause) = path.strip_prefix("/pause/").and_then(|pause| pause.parse().ok()) {
            self.pause.store(pause, Ordering::Relaxed);
            return Ok(text(String::new()));
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let body = request.into_body().collect().await?.to_bytes();
        let Ok(asked) = serde_json::from_slice::<Asked>(&body) else {
            let mut refusal = text("the request is no JSON".to_owned());
            *refusal.status_mut() = StatusCode::BAD_REQUEST;
            return Ok(refusal);
        };
        let (kind, reply) = if asked.stream {
            let pause = Duration::from_micros(self.pause.load(Ordering::Relaxed));
            let events = Events::new(Arc::clone(&self.events), pause);
            ("text/event-stream; charset=utf-8", Either::Right(events))
        } else {
            ("application/json", Either::Left(Full::new(self.whole.clone())))
        };
        let mut response = Response::new(reply);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        for &(name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for name in IDS {
            let id = Uuid::new_v4().to_string();
            headers.extend(HeaderValue::try_from(id).map(|id| (HeaderName::from_static(name), id)));
        }
        Ok(response)
    }
}

fn text(text: String) -> Response<Reply> {
    Response::new(Either::Left(Full::new(text.into())))
}

/// A stream's events, each in an HTTP chunk and a write of its own.
struct Events {
    events: Arc<[Bytes]>,
    next: usize,
    start: Instant,
    pause: Duration,
    sleeping: Option<Pin<Box<Sleep>>>,
    flushed: bool,
}

// === impl Events ===

impl Events {
    fn new(events: Arc<[Bytes]>, pause: Duration) -> Self {
        Self { events, next: 0, start: Instant::now(), pause, sleeping: None, flushed: true }
    }

    /// Ready when the event before has left and the pause is over.
    fn poll_gap(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.flushed {
            self.flushed = true;
            if self.pause.is_zero() {
                // hyper writes out what it has when a body has nothing more at the moment.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            // Counted from the start, because tokio rounds each sleep up to a millisecond.
            let events = u32::try_from(self.next).unwrap_or(u32::MAX);
            self.sleeping = Some(Box::pin(sleep_until(self.start + self.pause * events)));
        }
        if let Some(sleeping) = &mut self.sleeping {
            ready!(sleeping.as_mut().poll(context));
            self.sleeping = None;
        }
        Poll::Ready(())
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        ready!(self.poll_gap(context));
        let event = self.events.get(self.next).cloned();
        self.next += 1;
        self.flushed = false;
        Poll::Ready(event.map(|event| Ok(Frame::data(event))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.events.len()
    }
}
