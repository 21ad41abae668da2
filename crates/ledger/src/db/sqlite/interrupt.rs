//! Interruption of long queries: when their time is over, and when nobody waits for them any more.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, InterruptHandle};

/// A job of a lane that can be ended from outside.
#[derive(Clone, Default)]
pub(super) struct Interruptible(Arc<Mutex<State>>);

/// Ends the job when it is dropped.
pub(super) struct Waiting(Interruptible);

#[derive(Default)]
enum State {
    #[default]
    InTurn,
    Running(InterruptHandle),
    Over,
}

// === impl Interruptible ===

impl Interruptible {
    /// Runs it unless nobody waits for it any more.
    pub(super) fn run(self, connection: &mut Connection, job: impl FnOnce(&mut Connection)) {
        {
            let mut state = self.state();
            if matches!(*state, State::Over) {
                return;
            }
            *state = State::Running(connection.get_interrupt_handle());
        }
        job(connection);
        // The next query on this connection belongs to somebody else.
        *self.state() = State::Over;
    }

    pub(super) fn waiting(&self) -> Waiting {
        Waiting(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Waiting ===

impl Drop for Waiting {
    fn drop(&mut self) {
        // Under the lock: the job cannot end meanwhile, and leave the interruption to the next.
        let mut state = self.0.state();
        if let State::Running(handle) = mem::replace(&mut *state, State::Over) {
            handle.interrupt();
        }
    }
}
