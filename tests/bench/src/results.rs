//! Results of the comparison: one sample per round, scenario and target, and all of them together.

use serde::{Deserialize, Serialize};

use crate::{load::Report, scenario::Scenario, start::Start, targets::Target};

/// One scenario against one target.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    pub(crate) scenario: Scenario,
    pub(crate) target: Target,
    /// CPU microseconds of the target's processes for each request sent.
    pub(crate) cpu_micros: Option<f64>,
    /// The part of these for threads of the gateway that serve no request: they move rows into the store.
    pub(crate) store_micros: Option<f64>,
    /// Requests that reached the upstream.
    pub(crate) upstream_requests: u64,
    /// Share of the machine that programs outside of this benchmark took.
    pub(crate) others: f64,
    pub(crate) report: Report,
}

/// Everything that was measured.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Results {
    pub(crate) machine: String,
    pub(crate) command: String,
    pub(crate) starts: Vec<Start>,
    pub(crate) samples: Vec<Sample>,
    /// Bytes of memory in use after all scenarios.
    pub(crate) memory: Vec<(Target, u64)>,
    /// Bytes of the programs.
    pub(crate) programs: Vec<(Target, u64)>,
    pub(crate) cost_nanos: Option<u64>,
}
