//! `cargo xtask bench`: builds the programs as they are released, then compares them with
//! tests/bench.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::{
    command::{cargo, command, run, run_seeing, succeeds},
    console, dist, setup,
};

/// How long to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often everything is measured; the figures are medians over the rounds
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// A first impression in half a minute: 2 short rounds
    #[arg(long)]
    quick: bool,
    /// Measure what `cargo build --release` makes, which takes less time to build than what is
    /// released; --quick does too
    #[arg(long)]
    plain: bool,
}

/// Measures the gateway beside nginx and no gateway at all, and prints the tables.
///
/// # Errors
/// When something does not build, nginx is missing, or an answer is incomplete.
pub(crate) fn run_comparison(options: &Options) -> anyhow::Result<()> {
    ensure_nginx()?;
    console::step("build");
    let gateway = options.gateway()?;
    // One after the other: together, each would be built with the features that the other needs.
    run(&mut cargo(&["build", "--release", "--package", "bench"]))?;
    console::step("cost computation");
    let cost = cost_nanos()?.to_string();
    console::step("gateway");
    let (rounds, shown) = (options.rounds.to_string(), options.to_string());
    let mut compare = command("target/release/bench", &["compare", "--rounds", &rounds]);
    compare.args(["--cost-nanos", &cost, "--command", &shown]).arg("--gateway").arg(gateway);
    run(compare.args(options.quick.then_some("--quick")))
}

impl Options {
    /// Builds what is measured and returns where it is.
    fn gateway(&self) -> anyhow::Result<PathBuf> {
        if !self.quick && !self.plain {
            return dist::gateway();
        }
        run(&mut cargo(&["build", "--release", "--package", "gateway", "--bins"]))?;
        Ok("target/release/fareway-gateway".into())
    }
}

impl std::fmt::Display for Options {
    /// The command that was given.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.quick {
            return f.write_str("cargo xtask bench --quick");
        }
        let plain = if self.plain { " --plain" } else { "" };
        write!(f, "cargo xtask bench{plain} --rounds {}", self.rounds)
    }
}

fn ensure_nginx() -> anyhow::Result<()> {
    // Debian keeps servers where only root's path looks.
    if succeeds(&mut command("nginx", &["-v"])) || Path::new("/usr/sbin/nginx").exists() {
        return Ok(());
    }
    setup::debian("nginx", &["nginx"])
}

/// How long one cost computation takes, for the slowest kind of name.
fn cost_nanos() -> anyhow::Result<u64> {
    let mut slowest = None;
    let mut speed =
        cargo(&["run", "--quiet", "--release", "--package", "cost-model", "--example", "speed"]);
    // It fails above its limit, and then the figure is worth printing all the more.
    run_seeing(&mut speed, |line| slowest = slowest.max(nanos(line)))?;
    slowest.context("expected lines such as `120 ns  gpt-5-nano`")
}

/// The figure at the start of a line such as `  120 ns  gpt-5-nano`.
fn nanos(line: &str) -> Option<u64> {
    let (figure, _) = line.trim_start().split_once(" ns ")?;
    figure.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_with_a_figure_count() {
        assert_eq!(nanos("  120 ns  gpt-5-nano"), Some(120));
        assert_eq!(nanos("warning: 3 ns  unused"), None);
    }
}
