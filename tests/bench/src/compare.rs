//! The comparison: every scenario against every target, round by round, so that whatever else the
//! machine does hits them alike. Ratios are taken within a round.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{
    connection::Connection,
    load::Report,
    machine,
    process::Process,
    say,
    scenario::{Load, Scenario},
    start::{self, Start},
    summary,
    targets::{KEY, Running, Site, Target},
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
    load: Load,
    /// What the result is to say of one cost computation, in nanoseconds
    #[arg(long)]
    cost_nanos: Option<u64>,
    /// The command that the result is to name
    #[arg(long, default_value = "bench compare")]
    command: String,
}

/// One scenario against one target.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    pub(crate) scenario: Scenario,
    pub(crate) target: Target,
    /// CPU microseconds of the target's processes for each request sent.
    pub(crate) cpu_micros: Option<f64>,
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

/// Runs everything, prints the tables and writes them with the raw figures.
///
/// # Errors
/// When a target does not work, or an answer is not whole.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    fs::create_dir_all(&options.out)?;
    let options = Options { out: options.out.canonicalize()?, ..options.clone() };
    let upstream = Upstream::start(&options.out).await?;
    let site = Site {
        folder: options.out.clone(),
        upstream: upstream.address,
        gateway: options.gateway.clone(),
    };
    let (starts, targets) = start_targets(&options, &site).await?;
    let mut bench = Bench { options: &options, upstream, targets };
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
    fs::write(options.out.join("result.md"), tables)?;
    fs::write(options.out.join("result.json"), serde_json::to_string_pretty(&results)?)?;
    say(format_args!("written to {}: result.md, result.json", options.out.display()));
    Ok(())
}

/// Starts each target several times; the last one stays.
async fn start_targets(
    options: &Options,
    site: &Site,
) -> anyhow::Result<(Vec<Start>, Vec<Running>)> {
    let (mut starts, mut targets) = (Vec::new(), Vec::new());
    for target in Target::ALL {
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

/// The upstream, in a process of its own.
struct Upstream {
    address: SocketAddr,
    process: Process,
    control: Connection,
}

/// All that runs.
struct Bench<'a> {
    options: &'a Options,
    upstream: Upstream,
    targets: Vec<Running>,
}

// === impl Options ===

impl Options {
    fn rounds(&self) -> u32 {
        if self.quick { 2 } else { self.rounds.max(1) }
    }

    fn millis(&self) -> u64 {
        if self.quick { 1_000 } else { self.millis }
    }
}

// === impl Upstream ===

impl Upstream {
    async fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = Process::start(command.arg("upstream"), &folder.join("upstream.log"))?;
        let address = loop {
            if let Ok(address) = process.said().trim().parse() {
                break address;
            }
            process.check_alive().context("the upstream does not work")?;
            sleep(Duration::from_millis(5)).await;
        };
        let control = Connection::open(address).await?;
        Ok(Self { address, process, control })
    }

    async fn requests(&mut self) -> anyhow::Result<u64> {
        Ok(self.control.get("/requests").await?.parse()?)
    }
}

// === impl Bench ===

impl Bench<'_> {
    async fn samples(&mut self) -> anyhow::Result<Vec<Sample>> {
        let mut samples = Vec::new();
        for round in 1..=self.options.rounds() {
            for scenario in Scenario::all(&self.options.load) {
                let pause = scenario.pause(&self.options.load);
                self.upstream.control.get(&format!("/pause/{pause}")).await?;
                // The order changes, so that no target always follows the same one.
                self.targets.rotate_left(1);
                for nth in 0..self.targets.len() {
                    // Fills connection pools and caches after the break.
                    self.load(nth, scenario, 200)?;
                    let sample = self.sample(round, nth, scenario).await?;
                    say(summary::progress(&sample));
                    samples.push(sample);
                }
            }
        }
        Ok(samples)
    }

    async fn sample(
        &mut self,
        round: u32,
        nth: usize,
        scenario: Scenario,
    ) -> anyhow::Result<Sample> {
        let requests = self.upstream.requests().await?;
        let (cpu, upstream_cpu) = (self.cpu(nth)?, self.upstream.process.cpu()?);
        let busy = machine::busy();
        let report = self.load(nth, scenario, self.options.millis())?;
        let busy = machine::busy().saturating_sub(busy);
        let upstream_cpu = self.upstream.process.cpu()?.saturating_sub(upstream_cpu);
        let cpu = self.cpu(nth)?.saturating_sub(cpu);
        let upstream_requests = self.upstream.requests().await? - requests;
        let ours = cpu + upstream_cpu + Duration::from_secs_f64(report.cpu_seconds);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let others = busy.saturating_sub(ours).as_secs_f64() / report.seconds / cores as f64;
        let running = &self.targets[nth];
        let sent = report.sent.max(1) as f64;
        Ok(Sample {
            round,
            scenario,
            target: running.target,
            cpu_micros: running.process.is_some().then(|| cpu.as_secs_f64() * 1e6 / sent),
            upstream_requests,
            others,
            report,
        })
    }

    /// Runs the load generator in a process of its own.
    fn load(&self, nth: usize, scenario: Scenario, millis: u64) -> anyhow::Result<Report> {
        let running = &self.targets[nth];
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["load", "--key", KEY, "--to", &running.address.to_string()]);
        let connections = scenario.connections(&self.options.load).to_string();
        command.args(["--connections", &connections, "--millis", &millis.to_string()]);
        if let Some(rate) = scenario.rate {
            command.args(["--rate", &rate.to_string()]);
        }
        command.args(scenario.streams().then_some("--stream"));
        command.args((running.target == Target::Fareway).then_some("--cost"));
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        anyhow::ensure!(output.status.success(), "the load on {} failed", running.target.name());
        let report: Report = serde_json::from_slice(&output.stdout)?;
        if let Some(failure) = &report.failure {
            anyhow::bail!("an answer of {} was not whole: {failure}", running.target.name());
        }
        Ok(report)
    }

    fn cpu(&self, nth: usize) -> anyhow::Result<Duration> {
        self.targets[nth].process.as_ref().map_or(Ok(Duration::ZERO), Process::cpu)
    }

    fn memory(&self) -> anyhow::Result<Vec<(Target, u64)>> {
        let processes = self.targets.iter().filter_map(|running| {
            running.process.as_ref().map(|process| (running.target, process))
        });
        processes.map(|(target, process)| Ok((target, process.memory()?))).collect()
    }
}
