//! The comparison: starts everything, has it measured, and writes the tables and the raw figures.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    machine,
    measure::{Bench, Sample, Upstream},
    say,
    scenario::Load,
    start::{self, Start},
    summary,
    targets::{Running, Site, Target},
};

/// What to compare, and how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// The gateway's binary
    #[arg(long, default_value = "target/release/fareway-gateway")]
    gateway: PathBuf,
    /// Where config files, logs and results go
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// How often everything is measured
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Milliseconds for each scenario, target and round
    #[arg(long, default_value_t = 2_000)]
    millis: u64,
    /// A first impression within a minute: 2 rounds of 1 second
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    pub(crate) load: Load,
    /// What the result is to say of one cost computation, in nanoseconds
    #[arg(long)]
    cost_nanos: Option<u64>,
    /// The command that the result is to name
    #[arg(long, default_value = "bench compare")]
    command: String,
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

/// Runs everything, prints the tables and writes them with the raw figures.
///
/// # Errors
/// When a target does not work, or an answer is not whole.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let (site, upstream) = prepare(options).await?;
    let (starts, targets) = start_targets(&Target::ALL, options, &site).await?;
    let mut bench = Bench { options, upstream, targets };
    let samples = bench.samples().await?;
    let results = Results {
        machine: machine::describe(),
        command: options.command.clone(),
        starts,
        samples,
        memory: bench.memory()?,
        programs: Target::ALL.into_iter().filter_map(|target| size(target, &site)).collect(),
        cost_nanos: options.cost_nanos,
    };
    let tables = summary::markdown(&results, &options.load);
    say(format_args!("\n{tables}"));
    fs::write(site.folder.join("result.md"), tables)?;
    fs::write(site.folder.join("result.json"), serde_json::to_string_pretty(&results)?)?;
    say(format_args!("written to {}: result.md, result.json", site.folder.display()));
    Ok(())
}

/// Runs every scenario against the gateway alone: a gateway that was built to count learns by it what
/// is done often.
///
/// # Errors
/// When it does not work, or an answer is not whole.
pub(crate) async fn train(options: &Options) -> anyhow::Result<()> {
    let (site, upstream) = prepare(options).await?;
    let (_, targets) = start_targets(&[Target::Fareway], options, &site).await?;
    let mut bench = Bench { options, upstream, targets };
    bench.samples().await.map(drop)
}

/// An empty folder for the books, and the upstream.
async fn prepare(options: &Options) -> anyhow::Result<(Site, Upstream)> {
    prepare_in(&options.out, &options.gateway).await
}

/// The same in a folder of one's own, for another gateway.
///
/// # Errors
/// When the upstream does not start.
pub(crate) async fn prepare_in(out: &Path, gateway: &Path) -> anyhow::Result<(Site, Upstream)> {
    fs::create_dir_all(out)?;
    // Books of an earlier comparison would make this one's slower.
    match fs::remove_dir_all(out.join("books")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let folder = out.canonicalize()?;
    let upstream = Upstream::start(&folder).await?;
    let site = Site { folder, upstream: upstream.address, gateway: gateway.to_owned() };
    Ok((site, upstream))
}

/// Starts each target several times; the last one stays.
async fn start_targets(
    all: &[Target],
    options: &Options,
    site: &Site,
) -> anyhow::Result<(Vec<Start>, Vec<Running>)> {
    let (mut starts, mut targets) = (Vec::new(), Vec::new());
    for &target in all {
        for nth in 1..=options.rounds() {
            let (running, start) = start::start(target, site).await?;
            starts.push(start);
            if nth == options.rounds() {
                targets.push(running);
            }
        }
    }
    Ok((starts, targets))
}

fn size(target: Target, site: &Site) -> Option<(Target, u64)> {
    let program = target.program(site)?;
    Some((target, fs::metadata(program).ok()?.len()))
}

// === impl Options ===

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
