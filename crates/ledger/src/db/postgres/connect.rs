//! Connections to PostgreSQL, and their pool.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    time::Duration,
};

use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::{runtime::Handle, task::JoinHandle};
use tokio_postgres::{Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{tls, url::PostgresUrl};
use crate::db::DbError;

/// Settings of every connection. Statements and idle transactions have time limits, also if this
/// gateway disappears in the middle. A commit survives a crash of the server, since the spool
/// forgets what is committed. A server on Linux (14 or later) checks every second whether the
/// client is still there.
const SETTINGS: &str = "SET statement_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '15s'; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') = 'off'; \
    SELECT set_config('client_connection_check_interval', '1000', false) FROM pg_settings \
    WHERE name = 'client_connection_check_interval' AND version() LIKE '%linux%'";
/// How long somebody waits for a connection, or for a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes connections that live on the runtime on which the store was opened: the gateway's workers,
/// which ask as well, end earlier.
struct Connector {
    tls: MakeRustlsConnect,
    runtime: Handle,
}

/// Connects to nothing yet.
pub(super) fn pool(url: &PostgresUrl) -> Result<Pool, DbError> {
    let connector = Connector { tls: tls::connector(url)?, runtime: Handle::current() };
    // `Fast` only looks whether the connection is closed, and costs no round trip.
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_connect(url.config.clone(), connector, recycling);
    Pool::builder(manager)
        .max_size(url.connections)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .build()
        .map_err(|_| DbError::Closed)
}

impl Connect for Connector {
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let (config, tls, runtime) = (config.clone(), self.tls.clone(), &self.runtime);
        Box::pin(async move {
            let mut connecting = Box::pin(async move { config.connect(tls).await });
            let (client, connection) = poll_fn(|cx| {
                // Sockets belong to the runtime in which they are made.
                let _here = runtime.enter();
                connecting.as_mut().poll(cx)
            })
            .await?;
            // The pool keeps the handle, and ends the task with the connection.
            let driver = runtime.spawn(async move { drop(connection.await) });
            client.batch_execute(SETTINGS).await?;
            Ok((client, driver))
        })
    }
}
