//! Background work: answers and settlements that continue after their client has disconnected, and
//! are finished before the process ends.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// Runs work that must be finished although no client waits for it.
#[derive(Clone, Debug)]
pub(crate) struct Background {
    tasks: TaskTracker,
    /// A runtime that outlives those of the workers.
    runtime: Handle,
    /// How long such work may take.
    most: Duration,
}

/// A future that, dropped before it is done, is finished in the background.
///
/// An answer that is not streamed is generated, and charged for, whether its client waits or not:
/// reading it to its end makes its receipt exact.
pub(crate) struct Finished<F: Future<Output: Send> + Send + 'static> {
    future: Option<Pin<Box<F>>>,
    background: Background,
}

// === impl Background ===

impl Background {
    /// Calls to an upstream continue for `most` at most: one could send comments for ever.
    pub(crate) fn new(runtime: Handle, most: Duration) -> Self {
        Self { tasks: TaskTracker::new(), runtime, most }
    }

    /// Reads an upstream's answer whose client has disconnected. When its time is over it is dropped, and
    /// settles itself.
    pub(crate) async fn bounded(&self, work: impl Future<Output = ()>) {
        if tokio::time::timeout(self.most, work).await.is_err() {
            tracing::debug!("an answer whose client has disconnected was not read to its end");
        }
    }

    pub(crate) fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(work, &self.runtime);
    }

    pub(crate) fn run_blocking(&self, work: impl FnOnce() + Send + 'static) {
        self.tasks.spawn_blocking_on(work, &self.runtime);
    }

    /// Waits until all work is done, or the time is over. Returns how many tasks are unfinished.
    pub(crate) async fn finish(&self, within: Duration) -> usize {
        // `wait` returns only once the tracker is closed, which still accepts tasks then.
        self.tasks.close();
        let _ = tokio::time::timeout(within, self.tasks.wait()).await;
        self.tasks.len()
    }
}

// === impl Finished ===

impl<F: Future<Output: Send> + Send + 'static> Finished<F> {
    pub(crate) fn new(future: F, background: Background) -> Self {
        Self { future: Some(Box::pin(future)), background }
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Finished<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // Polled after its end, which only a faulty caller does.
        let Some(future) = &mut self.future else { return Poll::Pending };
        let done = future.as_mut().poll(cx);
        if done.is_ready() {
            self.future = None;
        }
        done
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Finished<F> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take() {
            let background = self.background.clone();
            self.background.run(async move {
                background.bounded(async move { drop(future.await) }).await;
            });
        }
    }
}
