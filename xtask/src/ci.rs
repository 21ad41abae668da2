//! `cargo xtask ci`: every check in the order in which a failure is cheapest.
//!
//! `.ci/run` calls just this, so what passes here passes there.

use std::time::Instant;

use anyhow::Context as _;

use crate::{
    command::{cargo, run},
    console, deny, pricing, test, tidy, ui,
};

struct Step {
    /// The command that runs this step alone.
    again: &'static str,
    run: fn(deny::Options) -> anyhow::Result<()>,
}

const STEPS: &[Step] = &[
    Step { again: "cargo fmt --all --check", run: |_| format() },
    Step { again: "cargo clippy --workspace --all-targets -- -D warnings", run: |_| clippy() },
    Step {
        again: "cargo clippy -p router-client --no-default-features -- -D warnings",
        run: |_| without_azure(),
    },
    Step { again: "cargo xtask tidy", run: |_| tidy::run(&tidy::Options::default()) },
    Step { again: "cargo xtask pricing --check", run: |_| pricing::check() },
    Step { again: "cargo xtask ui --check", run: |_| ui::run_build(true) },
    Step { again: "cargo xtask deny", run: deny::run_checks },
    Step { again: "cargo xtask test", run: |_| test::run_suites(test::Parts::default()) },
    Step {
        again: "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps",
        run: |_| document(),
    },
];

/// Runs every step, and stops at the first that fails.
///
/// # Errors
/// When a step fails; the error says how to repeat it.
pub(crate) fn run_steps(options: deny::Options) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for step in STEPS {
        console::step(step.again);
        let start = Instant::now();
        (step.run)(options)
            .with_context(|| format!("stopped; to repeat this step: {}", step.again))?;
        times.push((step.again, start.elapsed().as_secs()));
    }
    console::step("all steps passed");
    for (step, seconds) in times {
        console::line(format_args!("{seconds:>5} s  {step}"));
    }
    if options.offline {
        console::line(deny::NOT_LOOKED_AT);
    }
    Ok(())
}

fn format() -> anyhow::Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> anyhow::Result<()> {
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The client for providers of one's own: without the features that are on by default.
fn without_azure() -> anyhow::Result<()> {
    let client = ["clippy", "-p", "router-client", "--no-default-features"];
    run(&mut cargo(&[&client[..], &["--", "-D", "warnings"]].concat()))
}

fn document() -> anyhow::Result<()> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps"]);
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}
