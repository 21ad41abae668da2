//! hyper's timer for one connection, made once and set anew for each request.
//!
//! hyper asks for a new timer whenever it waits for a request's head. tokio's is aligned to 128
//! bytes, which allocators answer slowly, and is put into a list and taken out of it again: one in
//! twenty of a request's instructions. Moving one on that is there already takes a few.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

/// The timer of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptTimer(Arc<Mutex<Option<Kept>>>);

type Kept = Pin<Box<tokio::time::Sleep>>;

/// The timer while it is used; dropped, it goes back.
#[derive(Debug)]
struct Lent {
    sleep: Option<Kept>,
    home: KeptTimer,
}

impl KeptTimer {
    fn place(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for KeptTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let sleep = match self.place().take() {
            Some(mut kept) => {
                kept.as_mut().reset(deadline.into());
                kept
            }
            None => Box::pin(tokio::time::sleep_until(deadline.into())),
        };
        Box::pin(Lent { sleep: Some(sleep), home: self.clone() })
    }
}

impl Future for Lent {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Ready(()), |sleep| sleep.as_mut().poll(cx))
    }
}

impl Sleep for Lent {}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.home.place() = self.sleep.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_timer_serves_one_wait_after_the_other() {
        let timer = KeptTimer::default();
        for millis in [20, 5, 40] {
            // One that is not waited for, as when a request comes.
            drop(timer.sleep(Duration::from_secs(600)));
            assert!(timer.place().is_some());
            let before = Instant::now();
            timer.sleep(Duration::from_millis(millis)).await;
            assert!(before.elapsed() >= Duration::from_millis(millis));
        }
    }
}
