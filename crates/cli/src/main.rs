//! The command `fareway`: ask a router, look a price up, cost requests. Each command is a room of
//! its own; here they are only told apart.

mod chat;
mod cost;
mod failure;
mod overlay;
mod price;
mod sku;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Ask Azure Model Router, and see which model answered and what it cost
#[derive(Parser)]
#[command(
    name = "fareway",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or missing settings, 130 interrupted."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Chat(chat::Arguments),
    Price(price::Arguments),
    Cost(cost::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Chat(arguments) => chat::run(arguments),
        Command::Price(arguments) => price::run(&arguments),
        Command::Cost(arguments) => cost::run(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
