//! Every scenario against every target, round by round, so that whatever else the machine does hits
//! them alike. What is counted here is CPU time and requests; the load generator times the answers.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use tokio::time::sleep;

use crate::{
    connection::Connection,
    load::Report,
    machine,
    options::Options,
    process::Process,
    results::Sample,
    say,
    scenario::Scenario,
    summary,
    targets::{Running, Target},
};

/// The upstream, in a process of its own.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    process: Process,
    control: Connection,
}

/// All that runs.
pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) upstream: Upstream,
    pub(crate) targets: Vec<Running>,
}

// === impl Upstream ===

impl Upstream {
    /// Starts it, and waits until it has said where it listens.
    ///
    /// # Errors
    /// When it ends.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
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
    /// Every scenario against every target in every round.
    ///
    /// # Errors
    /// When an answer is incomplete.
    pub(crate) async fn samples(&mut self) -> anyhow::Result<Vec<Sample>> {
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
        let store = self.store_cpu(nth)?;
        let busy = machine::busy();
        let report = self.load(nth, scenario, self.options.millis())?;
        let busy = machine::busy().saturating_sub(busy);
        let upstream_cpu = self.upstream.process.cpu()?.saturating_sub(upstream_cpu);
        let cpu = self.cpu(nth)?.saturating_sub(cpu);
        let store = self.store_cpu(nth)?.saturating_sub(store);
        // Proves that each request reached the upstream once, and was not answered from a cache.
        let upstream_requests = self.upstream.requests().await? - requests;
        let ours = cpu + upstream_cpu + Duration::from_secs_f64(report.cpu_seconds);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let others = busy.saturating_sub(ours).as_secs_f64() / report.seconds / cores as f64;
        let running = &self.targets[nth];
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / report.sent.max(1) as f64;
        Ok(Sample {
            round,
            scenario,
            target: running.target,
            cpu_micros: running.process.is_some().then(|| micros(cpu)),
            store_micros: running.target.prices().then(|| micros(store)),
            upstream_requests,
            others,
            report,
        })
    }

    /// Runs the load generator in a process of its own.
    fn load(&self, nth: usize, scenario: Scenario, millis: u64) -> anyhow::Result<Report> {
        let running = &self.targets[nth];
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["load", "--key", running.target.key(), "--to", &running.address.to_string()]);
        let connections = scenario.connections(&self.options.load).to_string();
        command.args(["--connections", &connections, "--millis", &millis.to_string()]);
        if let Some(rate) = scenario.rate {
            command.args(["--rate", &rate.to_string()]);
        }
        command.args(scenario.streams().then_some("--stream"));
        command.args(running.target.prices().then_some("--cost"));
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        anyhow::ensure!(output.status.success(), "the load on {} failed", running.target.name());
        let report: Report = serde_json::from_slice(&output.stdout)?;
        if let Some(failure) = &report.failure {
            anyhow::bail!("an answer of {} was incomplete: {failure}", running.target.name());
        }
        Ok(report)
    }

    fn cpu(&self, nth: usize) -> anyhow::Result<Duration> {
        self.targets[nth].process.as_ref().map_or(Ok(Duration::ZERO), Process::cpu)
    }

    fn store_cpu(&self, nth: usize) -> anyhow::Result<Duration> {
        let Running { target, process, .. } = &self.targets[nth];
        let gateway = process.as_ref().filter(|_| target.prices());
        gateway.map_or(Ok(Duration::ZERO), |gateway| gateway.cpu_beside("worker-"))
    }

    /// Bytes of memory in use.
    ///
    /// # Errors
    /// When a target has ended.
    pub(crate) fn memory(&self) -> anyhow::Result<Vec<(Target, u64)>> {
        let processes = self.targets.iter().filter_map(|running| {
            running.process.as_ref().map(|process| (running.target, process))
        });
        processes.map(|(target, process)| Ok((target, process.memory()?))).collect()
    }
}
