//! The command `fareway`: chats with a router, looks up prices, costs requests, and manages a
//! gateway over its HTTP API. Each command is a module of `commands`.

mod args;
mod client;
mod commands;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    audit, chat, cost, instances, keys, models, price, refusals, reprice, requests, spend,
};

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
    Keys(keys::Arguments),
    Models(models::Arguments),
    Spend(spend::Arguments),
    Requests(requests::Arguments),
    Explain(requests::Explain),
    Reprice(reprice::Arguments),
    Instances(instances::Arguments),
    Audit(audit::Arguments),
    Refusals(refusals::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Chat(arguments) => chat::run(arguments),
        Command::Price(arguments) => price::run(&arguments),
        Command::Cost(arguments) => cost::run(&arguments),
        Command::Keys(arguments) => keys::run(arguments),
        Command::Models(arguments) => models::run(arguments),
        Command::Spend(arguments) => spend::run(&arguments),
        Command::Requests(arguments) => requests::run(arguments),
        Command::Explain(arguments) => requests::explain(&arguments),
        Command::Reprice(arguments) => reprice::run(&arguments),
        Command::Instances(arguments) => instances::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Refusals(arguments) => refusals::run(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
