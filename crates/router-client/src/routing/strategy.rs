//! Strategies of routing: the order in which a request calls the deployments of its group.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use http::StatusCode;

use crate::routing::deployment::Deployment;

/// Decides in which order a request calls the deployments of a group.
///
/// Each call is reported twice, when it begins and when it has ended, so that a strategy can count
/// what is in flight and compare how fast and how well deployments answer. A deployment that its own
/// limits pass over was not called. All three functions are called on the way of a request: they must
/// not wait.
pub trait Strategy: Send + Sync + fmt::Debug {
    /// Puts the group's deployments, which come as they were given to it, in the order in which one
    /// request calls them: each next one where those before it gave no answer.
    fn order(&self, turns: &mut [Turn<'_>]);

    /// A call of the deployment at `place` begins.
    fn began(&self, _place: usize) {}

    /// A call of the deployment at `place` has ended.
    fn ended(&self, _place: usize, _feedback: &Feedback) {}
}

/// A deployment of a group, and its place in it.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// Its number in the group, from 0, which stays the same.
    pub place: usize,
    /// The deployment.
    pub deployment: &'a Arc<Deployment>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// How it ended.
    pub end: CallEnd,
    /// From the call to the head of the answer; `None`: there was none.
    pub head: Option<Duration>,
    /// From the call to the first content of a stream; `None`: there was none.
    pub content: Option<Duration>,
    /// From the call to its end.
    pub total: Duration,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The answer is whole.
    Completed,
    /// The upstream refused the request.
    Refused(StatusCode),
    /// There was no answer, or it broke off.
    Failed,
    /// The client left before the end.
    Abandoned,
}

/// Each request begins with the deployment after the one that the last request began with.
#[derive(Debug, Default)]
pub struct RoundRobin {
    next: AtomicUsize,
}

impl Strategy for RoundRobin {
    fn order(&self, turns: &mut [Turn<'_>]) {
        let count = turns.len();
        if count > 1 {
            // Relaxed, as it is only a count; that it wraps around disturbs one turn.
            turns.rotate_left(self.next.fetch_add(1, Relaxed) % count);
        }
    }
}
