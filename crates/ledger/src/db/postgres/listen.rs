//! Notifications of committed changes, from any gateway.

use std::{
    future::{Future as _, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use tokio_postgres::{AsyncMessage, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{tls, url::PostgresUrl};
use crate::db::DbError;

type Stream = <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<Socket>>::Stream;

/// A connection that does nothing but listen.
pub(crate) struct Changes {
    connection: Pin<Box<Connection<Socket, Stream>>>,
    /// Dropped, it would end the connection.
    _client: tokio_postgres::Client,
    server: String,
}

/// How long the server may take to begin.
const PATIENCE: Duration = Duration::from_secs(5);

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes").field("server", &self.server).finish_non_exhaustive()
    }
}

// === impl Changes ===

impl Changes {
    pub(super) async fn listen(url: &PostgresUrl) -> Result<Self, DbError> {
        let server = url.server();
        let late = || DbError::TimedOut { server: url.server() };
        let begin = async {
            let tls = tls::connector(url)?;
            let connected = url.config.connect(tls).await;
            let (client, connection) = connected
                .map_err(|source| DbError::Unreachable { server: server.clone(), source })?;
            let mut connection = Box::pin(connection);
            // Nobody else drives the connection while it is asked.
            let answered = {
                let asking = client.batch_execute("LISTEN fareway");
                tokio::pin!(asking);
                poll_fn(|cx| {
                    // Notifications that arrive meanwhile are dropped: the caller looks for changes
                    // afterwards.
                    while let Poll::Ready(Some(Ok(_))) = connection.poll_message(cx) {}
                    asking.as_mut().poll(cx)
                })
                .await
            };
            answered?;
            Ok((client, connection))
        };
        let begun = tokio::time::timeout(PATIENCE, begin).await;
        let (client, connection) = begun.unwrap_or_else(|_| Err(late()))?;
        Ok(Self { connection, _client: client, server })
    }

    /// Waits for the next change.
    ///
    /// # Errors
    /// When the connection has ended.
    pub(crate) async fn next(&mut self) -> Result<(), DbError> {
        loop {
            match poll_fn(|cx| self.connection.poll_message(cx)).await {
                Some(Ok(AsyncMessage::Notification(_))) => return Ok(()),
                // Notices and changed settings say nothing of our tables.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(DbError::Postgres(error)),
                None => return Err(DbError::Away { server: self.server.clone() }),
            }
        }
    }
}
