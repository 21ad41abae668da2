//! `cargo xtask dist`: builds the gateway and the command line as they are released.
//!
//! The gateway is built twice: first with counters, which run under the benchmark's load, then by their
//! counts. The layout of its code follows the same counts. The figures are in docs/decisions.

mod layout;

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    command::{cargo, command, run, succeeds},
    console, repository, setup,
};

/// The folder for the released programs and everything that building them needs.
const FOLDER: &str = "target/dist";
const GATEWAY: &str = "fareway-gateway";
const CLI: &str = "fareway";
/// Other names of `llvm-profdata`, the newest first: it must know the format of rustc's LLVM.
const PROFDATA: [&str; 5] = [
    "llvm-profdata",
    "llvm-profdata-22",
    "llvm-profdata-21",
    "llvm-profdata-20",
    "llvm-profdata-19",
];

/// Builds both programs into `target/dist`.
///
/// # Errors
/// When something does not build, or the counting gateway gives no whole answers.
pub(crate) fn build() -> anyhow::Result<()> {
    let gateway = gateway()?;
    console::step("the command line");
    run(&mut cargo(&["build", "--release", "--package", "cli"]))?;
    let cli = folder().join(CLI);
    fs::copy(repository::root().join("target/release").join(CLI), &cli)?;
    console::line(format_args!("built: {}, {}", gateway.display(), cli.display()));
    Ok(())
}

/// Builds the gateway and returns its path.
///
/// # Errors
/// The same.
pub(crate) fn gateway() -> anyhow::Result<PathBuf> {
    let (counts, merged) = (folder().join("counts"), folder().join("merged.profdata"));
    console::step("a gateway that counts");
    let counting = compile("counting", &[flag("-Cprofile-generate=", &counts)])?;
    // Counts of an earlier build would be merged with the new ones.
    if counts.exists() {
        fs::remove_dir_all(&counts)?;
    }
    console::step("counting");
    let training = folder().join("training");
    run(&mut cargo(&["build", "--release", "--package", "bench"]))?;
    train(&counting, &training)?;
    merge(&counts, &merged)?;
    console::step("the gateway");
    let gateway = folder().join(GATEWAY);
    let by_counts = flag("-Cprofile-use=", &merged);
    let built = if host()?.contains("linux") {
        let flags = layout::LINKING.map(OsString::from);
        let linked = compile("optimised", &[&[by_counts], &flags[..]].concat())?;
        console::step("its layout");
        layout::by_load(&linked, &training)?
    } else {
        // BOLT knows Linux' programs only.
        compile("optimised", &[by_counts])?
    };
    fs::copy(built, &gateway)?;
    Ok(gateway)
}

/// Has the benchmark load a gateway that counts.
fn train(counting: &Path, out: &Path) -> anyhow::Result<()> {
    let mut train = command("target/release/bench", &["train", "--rounds", "1", "--gateway"]);
    run(train.arg(counting).arg("--out").arg(out))
}

/// Builds the gateway with flags for rustc, in a folder of its own, and returns its path.
fn compile(folder_name: &str, flags: &[OsString]) -> anyhow::Result<PathBuf> {
    let (host, target) = (host()?, folder().join(folder_name));
    // Naming a target keeps the flags away from build scripts and macros.
    let mut build = cargo(&["build", "--release", "--package", "gateway", "--bins"]);
    build.args(["--target", &host]).arg("--target-dir").arg(&target);
    // Encoded, as the flags contain paths, which may contain blanks.
    run(build.env("CARGO_ENCODED_RUSTFLAGS", flags.join(OsStr::new("\u{1f}"))))?;
    Ok(target.join(host).join("release").join(GATEWAY))
}

fn flag(name: &str, path: &Path) -> OsString {
    let mut flag = OsString::from(name);
    flag.push(path);
    flag
}

fn folder() -> PathBuf {
    repository::root().join(FOLDER)
}

/// The name of this machine's kind, such as `x86_64-unknown-linux-gnu`.
fn host() -> anyhow::Result<String> {
    let about = command("rustc", &["-vV"]).output().context("cannot run rustc")?;
    let about = String::from_utf8_lossy(&about.stdout).into_owned();
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("expected a line `host: …` from `rustc -vV`")
}

/// Puts counts together, with rustc's own program for that or the first of the system's that can read
/// what this rustc writes.
fn merge(counts: &Path, merged: &Path) -> anyhow::Result<()> {
    let sysroot = command("rustc", &["--print", "sysroot"]).output().context("cannot run rustc")?;
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim_end().to_owned();
    let own = Path::new(&sysroot).join("lib/rustlib").join(host()?).join("bin/llvm-profdata");
    let merges =
        |program: PathBuf| succeeds(command(program, &["merge", "-o"]).arg(merged).arg(counts));
    let all = || std::iter::once(own.clone()).chain(PROFDATA.map(PathBuf::from));
    if all().any(merges) {
        return Ok(());
    }
    let missing = "no `llvm-profdata` can read what this rustc writes; `rustup component add \
                   llvm-tools` brings the one that can";
    setup::debian("llvm-profdata-19", &["llvm-19"]).context(missing)?;
    anyhow::ensure!(all().any(merges), missing);
    Ok(())
}
