//! Timers for answers, used again and again.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Timers that nobody uses at the moment. tokio's are aligned to 128 bytes, which allocators answer
/// slowly, and setting one up takes longer than moving one on.
#[derive(Clone, Default)]
pub(super) struct Alarms(Arc<Mutex<Vec<Pin<Box<Sleep>>>>>);

/// Rings once its time has come; dropped, its timer can be used again.
pub(super) struct Alarm {
    deadline: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
    home: Alarms,
}

/// No more are kept: after a burst the others are given up.
const KEPT: usize = 256;

impl Alarms {
    /// One that rings after so long.
    pub(super) fn set(&self, after: Duration) -> Alarm {
        let sleep = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut alarm = Alarm { deadline: Instant::now(), sleep, home: self.clone() };
        alarm.move_to(alarm.deadline + after);
        alarm
    }
}

impl Alarm {
    /// When it rings.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Lets it ring at another time.
    pub(super) fn move_to(&mut self, deadline: Instant) {
        self.deadline = deadline;
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(deadline),
            None => self.sleep = Some(Box::pin(sleep_until(deadline))),
        }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Ready(()), |sleep| sleep.as_mut().poll(cx))
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let mut kept = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.extend(self.sleep.take());
        }
    }
}
