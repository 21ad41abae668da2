//! One call in flight, reported to the strategy of its group when it ends, however it ends.

use std::{sync::Arc, time::Instant};

use llm_types::ProviderError;

use crate::routing::{
    group::Group,
    strategy::{CallEnd, Feedback},
};

/// A call in flight. Dropped, it is reported as abandoned.
#[derive(Debug)]
pub(crate) struct InFlight {
    group: Arc<Group>,
    place: usize,
    began: Instant,
    feedback: Feedback,
    is_reported: bool,
}

impl InFlight {
    /// Reports that the deployment at this place of the group is called now.
    pub(crate) fn begin(group: &Arc<Group>, place: usize, now: Instant) -> Self {
        // Reported here, and the end when this is dropped, so that no call stays in a strategy's
        // count.
        group.strategy().began(place);
        let total = std::time::Duration::ZERO;
        let feedback = Feedback { end: CallEnd::Abandoned, head: None, content: None, total };
        Self { group: Arc::clone(group), place, began: now, feedback, is_reported: false }
    }

    /// The head of its answer is there.
    pub(crate) fn answered(&mut self, now: Instant) {
        self.feedback.head = Some(now.saturating_duration_since(self.began));
    }

    /// The first content of its answer is there.
    pub(crate) fn content_began(&mut self, now: Instant) {
        self.feedback.content = Some(now.saturating_duration_since(self.began));
    }

    /// Reports that it gave no answer.
    pub(crate) fn fail(self, error: &ProviderError, now: Instant) {
        self.end(CallEnd::of(error), now);
    }

    /// Reports how it ended.
    pub(crate) fn end(mut self, end: CallEnd, now: Instant) {
        self.feedback.end = end;
        self.report(now);
    }

    fn report(&mut self, now: Instant) {
        self.is_reported = true;
        self.feedback.total = now.saturating_duration_since(self.began);
        self.group.strategy().ended(self.place, &self.feedback);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.is_reported {
            self.report(Instant::now());
        }
    }
}

// === impl CallEnd ===

impl CallEnd {
    fn of(error: &ProviderError) -> Self {
        match error {
            ProviderError::Refused(refusal) => Self::Refused(refusal.status),
            _ => Self::Failed,
        }
    }
}
