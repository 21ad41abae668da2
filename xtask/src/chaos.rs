//! `cargo xtask chaos`: the tests that kill the gateway, in their long form.

use crate::{
    command::{cargo, run_seeing},
    console, setup,
};

/// How often.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often the gateway is killed, with each of the databases
    #[arg(long, default_value_t = 100)]
    rounds: u32,
}

/// Kills it, with SQLite and with PostgreSQL, and prints what its ledger had in the end.
///
/// # Errors
/// When a request is missing, or is there twice, or has cost something else.
pub(crate) fn run_rounds(options: &Options) -> anyhow::Result<()> {
    setup::postgresql()?;
    console::step("kill -9 under load");
    let mut test =
        cargo(&["test", "--workspace", "--test", "promises", "--", "p4_nothing_unrecorded::kill"]);
    test.args(["--test-threads", "1", "--nocapture"]);
    test.env("CHAOS_ROUNDS", options.rounds.to_string());
    let mut summaries = Vec::new();
    let passed = run_seeing(&mut test, |line| {
        // The first follows the test's name.
        if line.contains(" kills with ") {
            summaries.push(line.rsplit("... ").next().unwrap_or(line).to_owned());
        }
    })?;
    console::step("what the books had");
    for line in &summaries {
        console::line(line);
    }
    anyhow::ensure!(passed, "a test failed; it says above what differed");
    anyhow::ensure!(summaries.len() == 2, "expected two summaries, found {}", summaries.len());
    Ok(())
}
