//! Options of the comparison.

use std::path::PathBuf;

use crate::scenario::Load;

/// What to compare, and how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// The gateway's binary
    #[arg(long, default_value = "target/release/fareway-gateway")]
    pub(crate) gateway: PathBuf,
    /// Where config files, logs and results go
    #[arg(long, default_value = "target/bench")]
    pub(crate) out: PathBuf,
    /// How often everything is measured
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: u32,
    /// Milliseconds for each scenario, target and round
    #[arg(long, default_value_t = 2_000)]
    pub(crate) millis: u64,
    /// A first impression within a minute: 2 rounds of 1 second
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) load: Load,
    /// The time of one cost computation for the result, in nanoseconds
    #[arg(long)]
    pub(crate) cost_nanos: Option<u64>,
    /// The command that the result is to name
    #[arg(long, default_value = "bench compare")]
    pub(crate) command: String,
}

impl Options {
    /// How often everything is measured, and each target started.
    pub(crate) fn rounds(&self) -> u32 {
        if self.quick { 2 } else { self.rounds.max(1) }
    }

    /// Milliseconds for each sample.
    pub(crate) fn millis(&self) -> u64 {
        if self.quick { 1_000 } else { self.millis }
    }
}
