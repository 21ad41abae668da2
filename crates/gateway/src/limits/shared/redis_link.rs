//! Connection to Redis: one for all workers, kept by one task.

use std::{
    convert::Infallible,
    mem,
    sync::{Arc, PoisonError},
    time::Duration,
};

use redis::{AsyncConnectionConfig, Client, RedisError, aio::MultiplexedConnection};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::SharedCounters;

/// Whether Redis can be asked.
#[derive(Clone)]
pub(super) enum Link {
    /// It has not been tried yet.
    Unknown,
    Up {
        /// Which connection of this gateway's.
        nth: u64,
        connection: MultiplexedConnection,
    },
    Away(Why),
}

/// Why Redis cannot be asked.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Why {
    #[error("{0}")]
    Redis(Arc<RedisError>),
    #[error("it did not answer within {} ms", .0.as_millis())]
    Late(Duration),
    #[error("it answered the script with something unexpected")]
    Odd,
    #[error("the gateway is stopping")]
    Stopping,
}

/// How long Redis is left alone after it has failed, and how often an idle connection is tried.
const EVERY: Duration = Duration::from_secs(1);
/// How long a connection may take. No request waits for it.
const CONNECT: Duration = Duration::from_secs(2);

// === impl SharedCounters ===

impl SharedCounters {
    /// Keeps the connection until `stop` is cancelled.
    pub(crate) async fn keep(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            never = self.connections() => match never {},
        }
        // Cloned: the borrow would block `send_replace` below.
        let last = match &*self.link.borrow() {
            Link::Up { connection, .. } => Some(connection.clone()),
            Link::Unknown | Link::Away(_) => None,
        };
        if let Some(mut connection) = last {
            let _ = self.send_spent(&mut connection).await;
        }
        self.link.send_replace(Link::Away(Why::Stopping));
    }

    /// Waits until it is known whether Redis can be asked.
    pub(crate) async fn tried(&self) {
        let mut link = self.link.subscribe();
        // The sender lives as long as this does.
        let _ = link.wait_for(|link| !matches!(link, Link::Unknown)).await;
    }

    /// The connection of this number is of no use any more.
    pub(super) fn lose(&self, lost: u64, why: Why) {
        self.link.send_if_modified(|link| match link {
            // A late failure of an earlier connection must not end the current one.
            Link::Up { nth, .. } if *nth == lost => {
                *link = Link::Away(why);
                true
            }
            _ => false,
        });
    }

    async fn connections(&self) -> Infallible {
        let address = self.connection.addr();
        let mut warned = false;
        let mut nth = 0;
        loop {
            // Numbered, so that a late failure of this connection does not end the next one.
            nth += 1;
            let why = match self.connect().await {
                Ok(connection) => {
                    if mem::take(&mut warned) {
                        tracing::info!(
                            "the Redis at {address} is back: limits are shared by all instances \
                             again"
                        );
                    }
                    self.metrics.away.set(0);
                    self.use_up(nth, connection).await
                }
                Err(why) => why,
            };
            if !mem::replace(&mut warned, true) {
                tracing::warn!(
                    "the Redis at {address} cannot be used, so rate limits now apply per \
                     instance: {why}"
                );
            }
            self.metrics.away.set(1);
            self.link.send_replace(Link::Away(why));
            // No request waits for this: meanwhile limits are those of this process.
            tokio::time::sleep(EVERY).await;
        }
    }

    /// A connection that has proved its use.
    async fn connect(&self) -> Result<MultiplexedConnection, Why> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let connecting = async {
            let client = Client::open(self.connection.clone())?;
            let mut connection =
                client.get_multiplexed_async_connection_with_config(&config).await?;
            self.scripts.probe().invoke_async::<Vec<i64>>(&mut connection).await?;
            Ok(connection)
        };
        match timeout(CONNECT, connecting).await {
            Ok(connected) => connected.map_err(|error| Why::Redis(Arc::new(error))),
            Err(_) => Err(Why::Late(CONNECT)),
        }
    }

    /// Lets requests use a connection until it fails.
    async fn use_up(&self, nth: u64, connection: MultiplexedConnection) -> Why {
        // They were of a time in which limits were not shared.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut link = self.link.subscribe();
        self.link.send_replace(Link::Up { nth, connection: connection.clone() });
        let lost = async {
            let away = link.wait_for(|link| matches!(link, Link::Away(_))).await;
            match away.as_deref() {
                Ok(Link::Away(why)) => why.clone(),
                _ => Why::Stopping,
            }
        };
        tokio::select! {
            why = lost => why,
            why = self.tend(connection) => why,
        }
    }

    /// Reports tokens to Redis as they come, and checks that it is alive when there are none.
    async fn tend(&self, mut connection: MultiplexedConnection) -> Why {
        loop {
            // A notification that comes while this is busy is kept for the next turn.
            let spent = match timeout(EVERY, self.spending.notified()).await {
                Ok(()) => self.send_spent(&mut connection).await,
                Err(_) => self.probe(&mut connection).await,
            };
            if let Err(why) = spent {
                return why;
            }
        }
    }

    async fn send_spent(&self, connection: &mut MultiplexedConnection) -> Result<(), Why> {
        // Where sending fails these tokens are lost: Redis may have counted them, and twice is
        // worse.
        let spent = mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner));
        if spent.is_empty() {
            return Ok(());
        }
        let spend = self.scripts.spend(&spent);
        self.in_time(spend.invoke_async::<i64>(connection)).await
    }

    async fn probe(&self, connection: &mut MultiplexedConnection) -> Result<(), Why> {
        let probe = self.scripts.probe();
        self.in_time(probe.invoke_async::<Vec<i64>>(connection)).await
    }

    async fn in_time<T>(
        &self,
        asked: impl Future<Output = Result<T, RedisError>>,
    ) -> Result<(), Why> {
        // Nobody waits for these, so a reply that would be too late for a request is no failure yet.
        match timeout(CONNECT, asked).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Why::Redis(Arc::new(error))),
            Err(_) => Err(Why::Late(CONNECT)),
        }
    }
}
