//! The server: listens, and hands each connection to one of the workers.
//!
//! A worker is a thread with a runtime of its own. A connection stays on its worker, and so do the
//! upstream connections that its requests use: no byte of an answer crosses threads, which costs
//! less than a work-stealing runtime (docs/decisions/0002).

mod connection;
mod request_handler;

use std::{io, net::SocketAddr, sync::Arc, thread, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime,
    sync::mpsc,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use ledger::{LedgerError, SpoolError};
use llm_types::Clock;

use self::{
    connection::{Connection, ConnectionLimits},
    request_handler::RequestHandler,
};
use crate::{
    accounting::{price_table, retention},
    app::{self, App},
    config::{Config, Connections, key_strength},
    http::Peer,
};

/// A connection, and the address of its other end.
type Accepted = (std::net::TcpStream, SocketAddr);

/// How many workers there are.
#[derive(Clone, Copy, Debug)]
pub struct Workers(pub usize);

/// A gateway that listens.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    app: Arc<App>,
    stop: CancellationToken,
    accepting: tokio::task::JoinHandle<()>,
    workers: Vec<thread::JoinHandle<()>>,
    /// Lets the workers' runtimes end; they live on as long as background work uses them.
    release: CancellationToken,
    /// Moves entries into the store.
    keeping: tokio::task::JoinHandle<()>,
    /// Keeps the connection to Redis, if there is one.
    sharing: Option<tokio::task::JoinHandle<()>>,
    /// Deletes old entries.
    forgetting: tokio::task::JoinHandle<()>,
    /// Reads the price table again.
    reading: Option<tokio::task::JoinHandle<()>>,
    /// Ends the first two, after the last entry.
    close: CancellationToken,
}

/// Why a gateway cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Listening there would open the gateway to everybody.
    #[error(
        "{why}, so this gateway may only listen on 127.0.0.1, and not on {address}; set a long \
         random master key to listen elsewhere"
    )]
    Open {
        /// Where it was to listen.
        address: SocketAddr,
        /// What is wrong with the key.
        why: &'static str,
    },
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Bind {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Requests cannot be recorded.
    #[error("the ledger cannot be opened")]
    Books(#[from] LedgerError),
    /// A worker's requests cannot be recorded.
    #[error("the ledger cannot be opened")]
    Spool(#[from] SpoolError),
    /// A worker could not be started.
    #[error("cannot start a worker")]
    Worker(#[source] io::Error),
}

/// Shorter than any time that a connection waits for something.
const PULSE: Duration = Duration::from_secs(1);
/// The largest buffer of a connection in each direction, in bytes: a larger head is refused.
const BUFFER: usize = 64 * 1024;
/// How long requests in flight, and what their clients left behind, may take at shutdown.
const GRACE: Duration = Duration::from_secs(30);

impl Running {
    /// Listens on `address` and serves `pages`; `clock` decides what day it is.
    ///
    /// # Errors
    /// When the address cannot be listened on, or must not be with a master key like this.
    pub(crate) async fn start_with(
        config: Config,
        (address, Workers(count)): (SocketAddr, Workers),
        clock: Arc<dyn Clock>,
        pages: fn() -> axum::Router<app::Worker>,
    ) -> Result<Self, ServeError> {
        if let Some(why) = key_strength::weakness(config.master_key.as_ref()) {
            if !address.ip().is_loopback() {
                return Err(ServeError::Open { address, why });
            }
            tracing::warn!("{why}; only programs on this machine can reach the gateway");
        }
        let bound = |source| ServeError::Bind { address, source };
        // Before the ledger is opened, so that a second start by mistake touches nothing.
        let listener = TcpListener::bind(address).await.map_err(bound)?;
        let address = listener.local_addr().map_err(bound)?;
        let app = App::new(config, runtime::Handle::current(), clock).await?;
        if let Some(warning) = app.under_review().warning() {
            tracing::warn!("{warning}");
        }
        let (tasks, close) = (TaskTracker::new(), CancellationToken::new());
        let sharing = app.shared.clone().map(|shared| tasks.spawn(shared.keep(close.clone())));
        // Otherwise the first requests would be limited by this instance alone.
        if let Some(shared) = &app.shared {
            shared.tried().await;
        }
        let (stop, release) = (CancellationToken::new(), CancellationToken::new());
        let mut workers = Vec::new();
        let mut inboxes = Vec::new();
        for nth in 0..count.max(1) {
            let (inbox, connections) = mpsc::unbounded_channel();
            let handler = RequestHandler::new(app.worker(nth)?, pages());
            let limits = app.config().connections;
            let worker = Worker { handler, connections, limits, release: release.clone() };
            workers.push(worker.start(nth).map_err(ServeError::Worker)?);
            inboxes.push(inbox);
        }
        let accepting = tasks.spawn(accept(listener, inboxes, stop.clone()));
        let keeping = tasks.spawn(Arc::clone(&app.books).keep(close.clone()));
        let forgetting =
            tasks.spawn(retention::keep(Arc::clone(&app.books), app.retention(), stop.clone()));
        let reading = app.price_table.clone().map(|table| {
            let (prices, books) = (app.shared_prices(), Arc::clone(&app.books));
            tasks.spawn(price_table::keep(table, prices, books, stop.clone()))
        });
        Ok(Self {
            address,
            app,
            stop,
            accepting,
            workers,
            release,
            keeping,
            sharing,
            forgetting,
            reading,
            close,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests in flight end, and settles what clients left behind.
    pub async fn shutdown(self) {
        self.stop.cancel();
        // Its end drops the workers' inboxes, which lets each worker shut down.
        let _ = self.accepting.await;
        let _ = self.forgetting.await;
        if let Some(reading) = self.reading {
            let _ = reading.await;
        }
        let workers = self.workers;
        // The workers' runtimes still run: this work uses their connections.
        let unfinished = self.app.background.finish(GRACE).await;
        if unfinished > 0 {
            tracing::warn!(unfinished, "requests were still being settled at shutdown");
        }
        self.release.cancel();
        // Joining blocks, and this thread's runtime still has background work to do.
        let joined = tokio::task::spawn_blocking(|| {
            workers.into_iter().map(thread::JoinHandle::join).filter(Result::is_err).count()
        });
        if joined.await.unwrap_or(1) > 0 {
            tracing::error!("a worker ended with a panic");
        }
        // What the workers' last connections left behind.
        self.app.background.finish(GRACE).await;
        // Last, so that the entries of all of the above are stored.
        self.close.cancel();
        let _ = self.keeping.await;
        if let Some(sharing) = self.sharing {
            let _ = sharing.await;
        }
    }
}

/// Hands connections out in turn.
async fn accept(
    listener: TcpListener,
    inboxes: Vec<mpsc::UnboundedSender<Accepted>>,
    stop: CancellationToken,
) {
    // Each in turn: a connection never moves to another worker later.
    for inbox in inboxes.iter().cycle() {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        // Without this a stream's events wait for each other (Nagle with delayed ACK: 44 ms).
        let ready = accepted.and_then(|(stream, peer)| {
            stream.set_nodelay(true)?;
            // The worker registers the socket with its own runtime.
            Ok((stream.into_std()?, peer))
        });
        match ready {
            // Fails where a worker has ended with a panic; its connection is then closed.
            Ok(connection) => drop(inbox.send(connection)),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors: trying again at once would only burn CPU.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// One thread that serves connections.
struct Worker {
    handler: Arc<RequestHandler>,
    connections: mpsc::UnboundedReceiver<Accepted>,
    limits: Connections,
    release: CancellationToken,
}

impl Worker {
    fn start(self, nth: usize) -> io::Result<thread::JoinHandle<()>> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name(format!("worker-{nth}"))
            .spawn(move || runtime.block_on(self.serve()))
    }

    async fn serve(mut self) {
        let (graceful, tasks) = (GracefulShutdown::new(), TaskTracker::new());
        tasks.spawn(pulse());
        let Connections { keep_alive, header_timeout, write_timeout, .. } = self.limits;
        let limits = ConnectionLimits { head: header_timeout, write: write_timeout };
        let mut http = http1::Builder::new();
        // hyper's limit is from the end of one request to the head of the next.
        http.timer(TokioTimer::new())
            .header_read_timeout(keep_alive.saturating_add(header_timeout))
            .max_buf_size(BUFFER);
        // Ends when `accept` has returned, which drops the senders.
        while let Some((stream, peer)) = self.connections.recv().await {
            let Ok(stream) = TcpStream::from_std(stream) else { continue };
            let (handler, peer) = (Arc::clone(&self.handler), Peer::new(peer.ip()));
            let stream = Connection::new(stream, limits);
            let used = stream.used();
            let pages = service_fn(move |request| {
                let (handler, peer) = (Arc::clone(&handler), peer.clone());
                Arc::clone(&used).answer(request, |request| handler.answer(request, peer))
            });
            let connection = http.serve_connection(TokioIo::new(stream), pages);
            // When the gateway stops, it ends after its current request.
            let connection = graceful.watch(connection);
            tasks.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were still in flight at shutdown");
        }
        // Background work may still read from connections of this runtime.
        self.release.cancelled().await;
    }
}

/// A timer that is always due before the others. tokio wakes its runtime when a timer is set that is
/// due before all that it knows, and each connection sets one for its next request: without this,
/// that is a system call for every second request.
async fn pulse() {
    let mut pulse = tokio::time::interval(PULSE);
    loop {
        pulse.tick().await;
    }
}
