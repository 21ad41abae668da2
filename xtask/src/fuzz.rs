//! `cargo xtask fuzz`: the targets of tests/fuzz under libFuzzer, which looks for bytes that reach
//! code that no input has reached yet. Works with a stable compiler; needs a C++ compiler.

use std::{fs, path::Path, process::Command};

use anyhow::Context as _;

use crate::{
    command::{cargo, command, run},
    console, repository,
};

/// Instrumentation that libFuzzer needs: the edges that ran, and the operands of comparisons.
const INSTRUMENTED: &str = "-Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Inputs are small; a bound keeps each try short.
const LONGEST_INPUT: u32 = 16_384;
/// Naming a target keeps build scripts and procedural macros from being instrumented.
const MACHINE: &str = "x86_64-unknown-linux-gnu";

/// Which targets, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only these targets; defaults to all of tests/fuzz/seeds
    targets: Vec<String>,
    /// How long each target is tried, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u32,
}

/// Builds the targets and tries each. What fails stays in target/fuzzing/NAME-crash-…: mend the
/// fault and keep those bytes as a seed.
///
/// # Errors
/// When a target cannot be built, or an input breaks a promise.
pub(crate) fn run_targets(options: &Options) -> anyhow::Result<()> {
    let seeds = repository::root().join("tests/fuzz/seeds");
    let out = repository::root().join("target/fuzzing");
    console::step("fuzz targets: build");
    let program = build(&out)?;
    let all = if options.targets.is_empty() { names(&seeds)? } else { options.targets.clone() };
    for name in &all {
        console::step(name);
        let seeds = seeds.join(name);
        anyhow::ensure!(seeds.is_dir(), "there is no target `{name}`");
        try_target(&mut command::<&str>(&program, &[]), name, &out, &seeds, options.seconds)?;
    }
    console::line(format_args!("{} targets tried for {} s each", all.len(), options.seconds));
    Ok(())
}

fn build(out: &Path) -> anyhow::Result<std::path::PathBuf> {
    let folder = out.to_string_lossy();
    let mut build = cargo(&["build", "--package", "fuzz", "--features", "libfuzzer"]);
    // A target folder of its own, as other flags would build everything else again.
    build.args(["--profile", "fuzzing", "--target", MACHINE, "--target-dir", &folder]);
    run(build.env("RUSTFLAGS", INSTRUMENTED))?;
    Ok(out.join(MACHINE).join("fuzzing/fuzz"))
}

fn try_target(
    program: &mut Command,
    name: &str,
    out: &Path,
    seeds: &Path,
    seconds: u32,
) -> anyhow::Result<()> {
    // What it finds is kept beside the seeds for the next run, and is no part of the repository.
    let found = out.join("found").join(name);
    fs::create_dir_all(&found)?;
    program
        .env("FUZZ_TARGET", name)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-artifact_prefix={}/{name}-", out.display()))
        .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .args([&found, seeds]);
    run(program).with_context(|| format!("`{name}` fails; its input is in {}", out.display()))
}

fn names(seeds: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in fs::read_dir(seeds)? {
        names.push(folder?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
