//! `fareway requests` and `fareway explain`: single requests of the ledger.

mod fields;
mod list;
mod show;

use std::process::ExitCode;

pub(crate) use show::{Explain, explain};

use crate::output::command_error::Failure;

/// List and show a gateway's requests: caller, model served, cost
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    List(Box<list::Arguments>),
    Show(show::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::List(list) => list::run(&list)?,
        Command::Show(show) => show::run(&show)?,
    }
    Ok(ExitCode::SUCCESS)
}
