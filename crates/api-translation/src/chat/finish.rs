//! The end of a chat's answer: its reason, its usage and its tier.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    answer::{Broken, Said},
    usage::Usage,
};

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The model had no more to say.
    Stop,
    /// A bound was reached.
    Length,
    /// Tools are to be called.
    Calls,
    /// The content filter ended it.
    Filter,
}

/// What is known of an answer beside what it says; in a stream, so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    pub(crate) finish: Option<Finish>,
    pub(crate) usage: Option<Usage>,
    /// The tier that was billed.
    pub(crate) tier: Option<String>,
    /// Azure's account of how the router chose, as it is written.
    pub(crate) routing: Option<Box<RawValue>>,
    /// The text that ended the answer, where the upstream reports it.
    pub(crate) stopped_at: Option<String>,
}

// === impl Finish ===

impl Finish {
    /// Reads a `finish_reason`; an empty one is none.
    pub(crate) fn read(reason: &str) -> Result<Option<Self>, Broken> {
        Ok(Some(match reason {
            "" => return Ok(None),
            "stop" => Self::Stop,
            "length" => Self::Length,
            "tool_calls" | "function_call" => Self::Calls,
            "content_filter" => Self::Filter,
            other => return Err(Broken::Finish(other.chars().take(80).collect())),
        }))
    }

    /// The reason where an answer has these calls; some models say `stop` when they call a tool.
    pub(crate) fn of(reason: Option<Self>, calls: bool) -> Self {
        match reason {
            None | Some(Self::Stop | Self::Calls) if calls => Self::Calls,
            None | Some(Self::Calls) => Self::Stop,
            Some(reason) => reason,
        }
    }

    /// Whether the model ended the answer itself.
    pub(crate) fn is_complete(self) -> bool {
        matches!(self, Self::Stop | Self::Calls)
    }
}

// === impl Ending ===

impl Ending {
    /// Adds what an answer, or one event of it, reports.
    pub(crate) fn add(&mut self, said: &Said<'_>) -> Result<(), Broken> {
        if let Some(usage) = said.raw("usage") {
            self.usage = Some(Usage::read(usage)?);
        }
        self.finish = said.finish()?.or(self.finish);
        self.tier = said.top("service_tier").map(Cow::into_owned).or(self.tier.take());
        let routing = said.raw("model_selection_details").map(ToOwned::to_owned);
        self.routing = routing.or(self.routing.take());
        self.stopped_at = said.stopped_at().map(Cow::into_owned).or(self.stopped_at.take());
        Ok(())
    }
}
