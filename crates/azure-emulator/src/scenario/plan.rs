//! The plan for one request: all scenarios combined.

use std::time::Duration;

use crate::scenario::{Scenario, envelope::Envelope, filter_mode::Filter, mode::Mode};

/// The point where a stream with status 200 turns into an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamError {
    First,
    BeforeContent,
    Late,
}

/// Everything that is to be different from answering well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The scenario that refuses the request.
    pub(crate) refuse: Option<Scenario>,
    pub(crate) stream_error: Option<StreamError>,
    pub(crate) cut: Option<usize>,
    pub(crate) no_answer: bool,
    pub(crate) no_usage: bool,
    pub(crate) no_done: bool,
    pub(crate) filter: Filter,
    pub(crate) filtered_answer: bool,
    pub(crate) first_byte: Duration,
    pub(crate) between: Duration,
    pub(crate) routing_details: bool,
    pub(crate) served: Option<String>,
    pub(crate) empty_model: bool,
    pub(crate) garbage: bool,
    pub(crate) contradiction: bool,
    pub(crate) chunking: Option<usize>,
    pub(crate) tier: Option<String>,
    pub(crate) mode: Mode,
    pub(crate) pool: Option<Vec<String>>,
    pub(crate) no_obfuscation: bool,
    pub(crate) strict: bool,
    pub(crate) failed: bool,
    pub(crate) failed_usage: bool,
    pub(crate) envelope: Envelope,
    pub(crate) project_only: bool,
    pub(crate) long_cache: bool,
}

// === impl Plan ===

impl Plan {
    /// The plan of `scenarios`; where two disagree the later one wins.
    pub(crate) fn of<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Self {
        scenarios.into_iter().fold(Self::default(), |plan, scenario| plan.with(scenario))
    }

    fn with(mut self, scenario: &Scenario) -> Self {
        match scenario {
            // Undoes whatever came before it in the list.
            Scenario::Normal => return Self::default(),
            Scenario::Unauthorized
            | Scenario::PermissionDenied
            | Scenario::NotFound
            | Scenario::RateLimited { .. }
            | Scenario::RateLimitedTimes(_)
            | Scenario::ServerError
            | Scenario::Unavailable
            | Scenario::UnavailableHtml
            | Scenario::ContentFilterPrompt => self.refuse = Some(scenario.clone()),
            Scenario::ContentFilterAnswer => self.filtered_answer = true,
            Scenario::StreamErrorFirst => self.stream_error = Some(StreamError::First),
            Scenario::StreamError => self.stream_error = Some(StreamError::BeforeContent),
            Scenario::StreamErrorLate => self.stream_error = Some(StreamError::Late),
            Scenario::Cut { after_events } => self.cut = Some(*after_events),
            Scenario::NoAnswer => self.no_answer = true,
            Scenario::NoUsage => self.no_usage = true,
            Scenario::NoDone => self.no_done = true,
            Scenario::AsyncFilter => self.filter = Filter::Async,
            Scenario::FilterFailed => self.filter = Filter::Failed,
            Scenario::SlowFirstByte { milliseconds } => {
                self.first_byte = Duration::from_millis(*milliseconds);
            }
            Scenario::SlowChunks { milliseconds } => {
                self.between = Duration::from_millis(*milliseconds);
            }
            Scenario::RoutingDetails => self.routing_details = true,
            Scenario::UnknownModel(name) | Scenario::Served(name) => {
                self.served = Some(name.clone());
            }
            Scenario::EmptyModel => self.empty_model = true,
            Scenario::Garbage => self.garbage = true,
            Scenario::Contradiction => self.contradiction = true,
            Scenario::Chunking { bytes } => self.chunking = Some(*bytes),
            Scenario::ServiceTier(tier) => self.tier = Some(tier.clone()),
            Scenario::Mode(mode) => self.mode = *mode,
            Scenario::Pool(pool) => self.pool = Some(pool.clone()),
            Scenario::NoObfuscation => self.no_obfuscation = true,
            Scenario::StrictParameters => self.strict = true,
            Scenario::Failed => self.failed = true,
            Scenario::FailedUsage => (self.failed, self.failed_usage) = (true, true),
            Scenario::ErrorEnvelope(form) => self.envelope = *form,
            Scenario::ProjectOnly => self.project_only = true,
            Scenario::LongCache => self.long_cache = true,
        }
        self
    }
}
