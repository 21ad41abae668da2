//! Connections that are kept for the next request, one request at a time on each.
//!
//! hyper-util's client starts a task for each request to learn when its connection is free again, and
//! takes the address apart each time. Here the answer's body gives the connection back with its last
//! byte. The next request then asks hyper whether the connection is ready.

use std::{
    error::Error,
    io, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, Uri, header,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    rt::Executor as _,
};
use hyper_util::rt::TokioExecutor;
use tokio::time::Instant;
use tower_service::Service as _;

use super::connectors::Connectors;

/// Connections to any number of hosts.
#[derive(Clone)]
pub(super) struct Pool {
    connectors: Connectors,
    /// For a connection, TLS included.
    connect_timeout: Duration,
    /// How long an unused connection is kept.
    idle_timeout: Duration,
    hosts: Arc<Mutex<Vec<Arc<Host>>>>,
}

/// Where requests go to.
struct Host {
    scheme: Scheme,
    authority: Authority,
    /// Its name in the `Host` header of requests.
    named: HeaderValue,
    /// Unused connections, the longest unused first.
    idle: Mutex<Vec<Idle>>,
    idle_timeout: Duration,
}

struct Idle {
    sender: Sender,
    since: Instant,
}

/// A connection that is in use. Dropped, it is closed once its request is out.
pub(super) struct Link {
    sender: Sender,
    host: Arc<Host>,
}

/// More than hyper needs to read the rest of an answer that is there already.
const SOON: Duration = Duration::from_millis(50);

type Sender = SendRequest<Full<Bytes>>;
type Cause = Box<dyn Error + Send + Sync>;

/// Why there is no answer.
pub(super) enum Failure {
    /// There is no connection.
    Connect(Cause),
    /// It broke. The upstream may have seen the request.
    Broken(hyper::Error),
}

// === impl Pool ===

impl Pool {
    pub(super) fn new(
        connectors: Connectors,
        connect_timeout: Duration,
        idle_timeout: Duration,
    ) -> Self {
        Self { connectors, connect_timeout, idle_timeout, hosts: Arc::default() }
    }

    /// Sends a request to the host that its address names, and returns once the answer's headers are
    /// in. One that has found its connection closed before anything of it was sent goes over another.
    pub(super) async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(Response<Incoming>, Link), Failure> {
        // The host is found by the whole URL; only its path is sent (RFC 9112, 3.2.1).
        let target = mem::take(request.uri_mut());
        let host = self.host(&target)?;
        *request.uri_mut() = origin_form(&target);
        request.headers_mut().insert(header::HOST, host.named.clone());
        let mut soon = None;
        // The upstream may have closed any idle connection meanwhile; each failure uses up one of
        // them.
        while let Some(mut sender) = host.take() {
            if !is_free(&mut sender, &mut soon).await {
                continue;
            }
            match sender.try_send_request(request).await {
                Ok(answer) => return Ok((answer, Link { sender, host })),
                Err(mut unsent) => match unsent.take_message() {
                    // hyper gives the request back only when nothing of it was written.
                    Some(again) => request = again,
                    // The upstream may have received it, and a second one would be charged again.
                    None => return Err(Failure::Broken(unsent.into_error())),
                },
            }
        }
        // On the heap: it is rare, and would make the future of every request larger.
        let mut sender = Box::pin(self.connect(target)).await.map_err(Failure::Connect)?;
        match sender.try_send_request(request).await {
            Ok(answer) => Ok((answer, Link { sender, host })),
            // Nothing of it was sent.
            Err(unsent) if unsent.message().is_some() => {
                Err(Failure::Connect(unsent.into_error().into()))
            }
            Err(broken) => Err(Failure::Broken(broken.into_error())),
        }
    }

    fn host(&self, uri: &Uri) -> Result<Arc<Host>, Failure> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(Failure::Connect("expected an address such as `https://…`".into()));
        };
        let mut hosts = locked(&self.hosts);
        let known = |host: &&Arc<Host>| host.authority == *authority && host.scheme == *scheme;
        // A gateway calls a handful of hosts: a search is as quick as a map, and clones no key.
        if let Some(host) = hosts.iter().find(known) {
            return Ok(Arc::clone(host));
        }
        let host = Arc::new(Host {
            scheme: scheme.clone(),
            authority: authority.clone(),
            named: named(scheme, authority).map_err(|error| Failure::Connect(error.into()))?,
            idle: Mutex::default(),
            idle_timeout: self.idle_timeout,
        });
        hosts.push(Arc::clone(&host));
        Ok(host)
    }

    /// The connector's own timeout would not cover DNS and TLS.
    async fn connect(&self, to: Uri) -> Result<Sender, Cause> {
        let connecting = self.connectors.to(&to)?.call(to);
        let stream = match tokio::time::timeout(self.connect_timeout, connecting).await {
            Ok(connected) => connected?,
            Err(_) => return Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        };
        let (sender, connection) = http1::handshake(stream).await?;
        // The one task of a connection: it reads and writes for all requests that it will carry.
        TokioExecutor::new().execute(async {
            // The caller that waits for an answer receives the cause.
            let _ = connection.await;
        });
        Ok(sender)
    }
}

// === impl Host ===

impl Host {
    /// A connection that may still be open.
    fn take(&self) -> Option<Sender> {
        let mut idle = locked(&self.idle);
        let too_long = |idle: &&Idle| idle.since.elapsed() > self.idle_timeout;
        // The list is in the order of `since`, so that the old ones are a prefix.
        let old = idle.iter().take_while(too_long).count();
        idle.drain(..old);
        // The newest is the least likely to be closed, and the others can become old.
        idle.pop().map(|newest| newest.sender)
    }

    fn put(&self, sender: Sender) {
        locked(&self.idle).push(Idle { sender, since: Instant::now() });
    }
}

// === impl Link ===

impl Link {
    /// Keeps the connection for the next request, once nobody reads its answer any more.
    pub(super) fn keep(self) {
        self.host.put(self.sender);
    }
}

/// Whether a connection takes a request. It may have been closed while nobody used it, or still be
/// sending a request that was answered before it was read. `soon` is the time until which one
/// request waits for all such connections together.
async fn is_free(sender: &mut Sender, soon: &mut Option<Instant>) -> bool {
    if sender.is_ready() {
        return true;
    }
    let soon = *soon.get_or_insert_with(|| Instant::now() + SOON);
    // On the heap for the same reason.
    matches!(Box::pin(tokio::time::timeout_at(soon, sender.ready())).await, Ok(Ok(())))
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The host as its own server wants to read it: without a name or password, and without the port that
/// goes without saying.
fn named(
    scheme: &Scheme,
    authority: &Authority,
) -> Result<HeaderValue, header::InvalidHeaderValue> {
    let usual = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    match authority.port_u16().filter(|port| *port != usual) {
        Some(port) => HeaderValue::try_from(format!("{}:{port}", authority.host())),
        None => HeaderValue::try_from(authority.host()),
    }
}

/// The path and query alone, as a server wants to be asked.
fn origin_form(uri: &Uri) -> Uri {
    let mut parts = Parts::default();
    let path = uri.path_and_query().cloned();
    parts.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    Uri::from_parts(parts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, host: &str, path: &str) {
        let uri: Uri = uri.parse().unwrap();
        let named = named(uri.scheme().unwrap(), uri.authority().unwrap()).unwrap();
        assert_eq!((named.to_str().unwrap(), &*origin_form(&uri).to_string()), (host, path));
    }

    #[test]
    fn a_server_is_asked_for_what_is_its_own() {
        check("https://a.example/openai/v1/?x=1", "a.example", "/openai/v1/?x=1");
        check("https://a.example:443", "a.example", "/");
        check("https://a.example:80/", "a.example:80", "/");
        check("http://a.example:80/", "a.example", "/");
        check("http://user:word@127.0.0.1:4000/x", "127.0.0.1:4000", "/x");
        check("http://[::1]:4000/x", "[::1]:4000", "/x");
    }
}
