//! `cargo xtask`: the tasks of this repository, as one small program.

mod attack;
mod bench;
mod chaos;
mod ci;
mod command;
mod console;
mod demo;
mod deny;
mod dist;
mod fuzz;
mod pricing;
mod repository;
mod servers;
mod setup;
mod test;
mod tidy;
mod ui;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Start a gateway in front of an emulated Azure, send a few requests, show what they cost
    Demo(demo::Options),
    /// Set up what the tests need and run them
    Test(test::Parts),
    /// Measure the gateway beside nginx and no gateway at all
    Bench(bench::Options),
    /// Kill the gateway under load again and again, and PostgreSQL with it, and compare its ledger
    Chaos(chaos::Options),
    /// Attack the gateway in several ways, and look at its memory and at what others get
    Attack(attack::Options),
    /// Try the fuzz targets of tests/fuzz under libFuzzer
    Fuzz(fuzz::Options),
    /// Check layers and rooms, the sizes of files and functions, their names and their docs
    Tidy(tidy::Options),
    /// Check licences, bans and sources of all dependencies, and known vulnerabilities
    Deny(deny::Options),
    /// Check the price sources and generate the pricing-data crate from them
    Pricing {
        /// Change nothing; fail when the generated files are stale, or a recomputed cost is another
        #[arg(long)]
        check: bool,
        /// Only recompute all cost vectors from the sources, by a script of its own
        #[arg(long, conflicts_with = "check")]
        recompute: bool,
        /// Only write the whole table as one file, for `pricing.table` of an older gateway
        #[arg(long, value_name = "FILE", conflicts_with_all = ["check", "recompute"])]
        bundle: Option<PathBuf>,
    },
    /// Build the admin UI, which the gateway embeds when it is built next
    Ui {
        /// Build nothing; fail when the types of the API are stale, or a check of the page fails
        #[arg(long)]
        check: bool,
    },
    /// Build the gateway and the command line as they are released, into target/dist
    Dist,
    /// Run every check that a change has to pass
    Ci(deny::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::line(format_args!("\nerror: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Demo(options) => demo::run_demo(options),
        Task::Test(parts) => test::run_suites(parts),
        Task::Bench(options) => bench::run_comparison(&options),
        Task::Chaos(options) => chaos::run_rounds(&options),
        Task::Attack(options) => attack::run_attacks(&options),
        Task::Fuzz(options) => fuzz::run_targets(&options),
        Task::Tidy(options) => tidy::run(&options),
        Task::Deny(options) => deny::run_checks(options),
        Task::Pricing { bundle: Some(file), .. } => pricing::write_bundle(&file),
        Task::Pricing { recompute: true, .. } => pricing::recompute(),
        Task::Pricing { check: true, .. } => pricing::check(),
        Task::Pricing { .. } => pricing::run(false),
        Task::Ui { check } => ui::run_build(check),
        Task::Dist => dist::build(),
        Task::Ci(options) => ci::run_steps(options),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn documented_commands_exist() {
        let help = |path: &[String]| {
            let mut command = Cli::command();
            command.build();
            let mut found = &mut command;
            for name in path {
                found = found.find_subcommand_mut(name).unwrap();
            }
            found.render_long_help().to_string()
        };
        let wrong = documents::wrong_commands("cargo xtask", &help).unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
