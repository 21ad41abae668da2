//! A connector that gives up: the TCP connector's own timeout does not cover DNS and TLS.

use std::{
    error::Error,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use tower_service::Service;

/// Connects within a time, or fails.
#[derive(Clone)]
pub(super) struct Within<C> {
    inner: C,
    limit: Duration,
}

type Cause = Box<dyn Error + Send + Sync>;

// === impl Within ===

impl<C> Within<C> {
    pub(super) fn new(inner: C, limit: Duration) -> Self {
        Self { inner, limit }
    }
}

impl<C> Service<Uri> for Within<C>
where
    C: Service<Uri, Error: Into<Cause>, Future: Send + 'static>,
{
    type Response = C::Response;
    type Error = Cause;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, Cause>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.inner.call(to);
        let limit = self.limit;
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected.map_err(Into::into),
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            }
        })
    }
}
