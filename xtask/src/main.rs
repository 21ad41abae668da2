//! `cargo xtask`: everything that is done to this repository, as one small program.

mod pricing;
mod repository;
mod say;
mod tidy;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the price sources and generate the pricing-data crate from them
    Pricing {
        /// Change nothing; fail when the generated files are stale
        #[arg(long)]
        check: bool,
    },
    /// Check the layers, the sizes of files and functions, and that each file says what it is for
    Tidy,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Pricing { check } => pricing::run(check),
        Task::Tidy => tidy::run(),
    }
}
