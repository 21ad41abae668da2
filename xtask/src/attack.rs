//! `cargo xtask attack`: attacks a gateway and measures its memory and the service that others get.

use crate::{
    command::{cargo, command, run},
    console,
};

/// Which gateway, and for how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// How long each attack lasts, in seconds
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    seconds: u64,
    /// Only the attacks whose names contain this
    #[arg(long, default_value = "", value_name = "TEXT")]
    only: String,
    /// Attack what `cargo build` makes: its memory is the same, its times are not
    #[arg(long)]
    debug: bool,
    /// Another gateway's binary, to compare with
    #[arg(long, value_name = "FILE", conflicts_with = "debug")]
    gateway: Option<String>,
    /// Fail where memory grows by more than 64 MiB, or others are refused
    #[arg(long)]
    check: bool,
}

/// Attacks a gateway in each way, and prints a table.
///
/// # Errors
/// When something does not build, the gateway ends, or (`--check`) a bound is broken.
pub(crate) fn run_attacks(options: &Options) -> anyhow::Result<()> {
    console::step("build");
    let kind = if options.debug { "debug" } else { "release" };
    let mut build = cargo(&["build", "--workspace", "--bins"]);
    if !options.debug {
        build.arg("--release");
    }
    run(&mut build)?;
    console::step("attacks");
    let built = format!("target/{kind}/fareway-gateway");
    let gateway = options.gateway.as_deref().unwrap_or(&built);
    let mut attack = command(format!("target/{kind}/bench"), &["attack", "--gateway", gateway]);
    attack.args(["--seconds", &options.seconds.to_string(), "--only", &options.only]);
    run(attack.args(options.check.then_some("--check")))
}
