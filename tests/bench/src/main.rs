//! `bench`: how fast the gateway is beside nginx, and beside no gateway at all.
//!
//! Three programs in one: an upstream with a fixed answer, a load generator, and the comparison
//! that starts them as processes of their own. All of it stays on 127.0.0.1.

#![expect(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    reason = "medians and ratios of measurements, no money"
)]

mod answers;
mod attack;
mod compare;
mod connection;
mod load;
mod machine;
mod measure;
mod options;
mod process;
mod results;
mod scenario;
mod start;
mod summary;
mod table;
mod targets;
mod upstream;

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "bench", about = "Measures the gateway beside nginx and no gateway at all")]
struct Cli {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// Serve a fixed answer, shaped like Azure's
    Upstream,
    /// Send requests to one server and print what was measured as JSON
    Load(load::Plan),
    /// Run every scenario against every target, round by round, and print the tables
    Compare(options::Options),
    /// Run every scenario against the gateway alone, so that a build that counts learns by it
    Train(options::Options),
    /// Attack the gateway in several ways, and look at its memory and at what others get
    Attack(attack::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().part) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(part: Part) -> anyhow::Result<()> {
    // One thread for each part: what the parts cost each other is then the same for all targets.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match part {
            Part::Upstream => upstream::serve().await,
            Part::Load(plan) => {
                let report = load::run(&plan).await?;
                say(serde_json::to_string(&report)?);
                Ok(())
            }
            Part::Compare(options) => compare::run(&options).await,
            Part::Train(options) => compare::train(&options).await,
            Part::Attack(options) => attack::run(&options).await,
        }
    })
}

/// Prints one line, at once. Where nobody reads it any more, there is nothing to do about it.
fn say(line: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
