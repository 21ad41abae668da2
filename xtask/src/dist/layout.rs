//! The layout of a linked program's code: functions that run under load are close together and in
//! order.
//!
//! A request's way leads through some thousand functions of a large program, and between two of its
//! steps the processor has done other things. LLVM's BOLT puts what was seen to run into one place,
//! C libraries included.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::train;
use crate::{
    command::{command, run, succeeds},
    setup,
};

/// What the linker must leave in a program that is to be laid out: the places of addresses in it, and the
/// names of its functions.
pub(super) const LINKING: [&str; 2] = ["-Clink-arg=-Wl,--emit-relocs", "-Cstrip=none"];

/// Where `llvm-bolt` is, on the path or where Debian puts it, the newest first. Older ones find what they
/// need only from there.
const BOLT: [&str; 5] = [
    "llvm-bolt",
    "/usr/lib/llvm-22/bin/llvm-bolt",
    "/usr/lib/llvm-21/bin/llvm-bolt",
    "/usr/lib/llvm-20/bin/llvm-bolt",
    DEBIANS,
];
const DEBIANS: &str = "/usr/lib/llvm-19/bin/llvm-bolt";

/// Cryptography written in assembler stays as it is: BOLT cannot follow all of it, and nothing in a
/// test would show a wrong bit.
const UNTOUCHED: &str = "-skip-funcs=ring_core_.*,__ecp_nistz256_.*,_vpaes_.*";

/// Blocks and functions in the order in which they run, and what never ran out of their way.
const ORDER: [&str; 5] = [
    "-reorder-blocks=ext-tsp",
    "-reorder-functions=cdsort",
    "-split-functions",
    "-split-all-cold",
    "-split-eh",
];

/// Lays `built` out by what it does under the benchmark's load, and returns the path of the result.
///
/// # Errors
/// When BOLT is missing or fails, or the counting program gives no whole answers.
pub(super) fn by_load(built: &Path, training: &Path) -> anyhow::Result<PathBuf> {
    let bolt = bolt()?;
    let [counting, counts, ordered] =
        ["counting", "counts", "ordered"].map(|name| built.with_extension(name));
    // BOLT adds to counts that are there, and those would be of another build.
    if counts.exists() {
        fs::remove_file(&counts)?;
    }
    let mut instrument = command(bolt, &["-instrument", UNTOUCHED, "-o"]);
    run(instrument.arg(&counting).arg("--instrumentation-file").arg(&counts).arg(built))?;
    train(&counting, training)?;
    anyhow::ensure!(counts.exists(), "the counting gateway has left no {}", counts.display());
    let mut order = command(bolt, &ORDER);
    run(order.arg(UNTOUCHED).arg("-o").arg(&ordered).arg("-data").arg(&counts).arg(built))?;
    ensure_plain_stack(&ordered)?;
    Ok(ordered)
}

/// A program that does not say so has stacks that could be executed, which hardened systems refuse. Its
/// symbols stay for the same reason: `strip` does not know what BOLT has moved.
fn ensure_plain_stack(program: &Path) -> anyhow::Result<()> {
    let headers =
        command("readelf", &["-lW"]).arg(program).output().context("cannot run readelf")?;
    let headers = String::from_utf8_lossy(&headers.stdout).into_owned();
    let stack = headers.lines().find(|line| line.contains("GNU_STACK")).unwrap_or_default();
    let plain = stack.contains(" RW ");
    anyhow::ensure!(plain, "expected `GNU_STACK … RW` in {}, found `{stack}`", program.display());
    Ok(())
}

fn bolt() -> anyhow::Result<&'static str> {
    let found = || BOLT.into_iter().find(|name| succeeds(&mut command(name, &["--version"])));
    if let Some(found) = found() {
        return Ok(found);
    }
    let missing = "no `llvm-bolt` is there, which lays out the gateway's code; it is part of LLVM \
                   (Debian: bolt-19)";
    setup::debian(DEBIANS, &["bolt-19"]).context(missing)?;
    found().context(missing)
}
