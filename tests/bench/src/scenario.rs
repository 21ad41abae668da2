//! Scenarios: whole answers and streams, at full load and at a fixed rate.

use serde::{Deserialize, Serialize};

/// A kind of answer and a kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Scenario {
    pub(crate) answer: Answer,
    /// Requests a second; `None` for as many as the connections carry.
    pub(crate) rate: Option<u32>,
}

/// Whole, or event by event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    Json,
    Stream,
}

/// How hard to load the targets.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Load {
    /// Connections that are always busy at full load
    #[arg(long, default_value_t = 16)]
    pub(crate) connections: usize,
    /// Whole answers a second in the open loop
    #[arg(long, default_value_t = 500)]
    pub(crate) rate: u32,
    /// Streams a second in the open loop
    #[arg(long, default_value_t = 100)]
    pub(crate) stream_rate: u32,
    /// Microseconds between two events of a stream in the open loop
    #[arg(long, default_value_t = 2_000)]
    pub(crate) pause: u64,
}

/// Connections for the open loop: more than ever are busy unless the target is overloaded.
const OPEN_CONNECTIONS: usize = 64;

// === impl Scenario ===

impl Scenario {
    /// All four, in the order in which they are run.
    pub(crate) fn all(load: &Load) -> [Self; 4] {
        let (json, stream) = (Answer::Json, Answer::Stream);
        [(json, None), (json, Some(load.rate)), (stream, None), (stream, Some(load.stream_rate))]
            .map(|(answer, rate)| Self { answer, rate })
    }

    /// Whether it asks for streams.
    pub(crate) fn streams(self) -> bool {
        self.answer == Answer::Stream
    }

    /// How many connections it uses.
    pub(crate) fn connections(self, load: &Load) -> usize {
        if self.rate.is_some() { OPEN_CONNECTIONS } else { load.connections }
    }

    /// Microseconds between two events. At full load there is no pause: it is work that counts.
    pub(crate) fn pause(self, load: &Load) -> u64 {
        if self.streams() && self.rate.is_some() { load.pause } else { 0 }
    }
}
