//! Tools that the checks need beyond cargo: installed where missing, under `target/` if possible.
//!
//! Everything comes from the usual package registries through their own clients. Debian packages
//! are installed only as root; for other users, an error names the missing ones.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    command::{cargo, command, run, succeeds},
    console, repository,
};

/// A cargo subcommand that not every machine has.
pub(crate) struct Tool {
    /// The program, such as `cargo-deny`.
    pub(crate) program: &'static str,
    /// The package that brings it built, version included; much quicker than compiling it.
    pub(crate) prebuilt: &'static str,
    /// The version to compile when there is no prebuilt one for this machine.
    pub(crate) version: &'static str,
}

/// The path of a tool, which is installed if it is missing.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn tool(tool: &Tool) -> anyhow::Result<PathBuf> {
    if succeeds(&mut command(tool.program, &["--version"])) {
        return Ok(tool.program.into());
    }
    let compiled = repository::root().join("target/tools");
    let prebuilt = venv_program(tool.program);
    for known in [&prebuilt, &compiled.join("bin").join(tool.program)] {
        if known.exists() {
            return Ok(known.clone());
        }
    }
    console::line(format_args!("{} is missing: installing it under target/", tool.program));
    // From PyPI, which more networks allow than GitHub's downloads.
    if pip(&["--no-deps", tool.prebuilt]).is_ok() && prebuilt.exists() {
        return Ok(prebuilt);
    }
    let root = compiled.to_string_lossy();
    let install = ["install", tool.program, "--version", tool.version, "--locked", "--root", &root];
    run(&mut cargo(&install))?;
    Ok(compiled.join("bin").join(tool.program))
}

/// The Python of a virtual environment with these requirements, made first when missing.
///
/// # Errors
/// When Python is missing, or a requirement cannot be installed.
pub(crate) fn python(requirements: &str) -> anyhow::Result<PathBuf> {
    let wanted = fs::read_to_string(repository::root().join(requirements))?;
    let stamp = venv().join("requirements.txt");
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
        pip(&["--requirement", requirements])?;
        // Written last: an installation that broke off is done again.
        fs::write(&stamp, wanted)?;
    }
    Ok(venv_program("python"))
}

/// Installs the locked npm packages of a folder, and node itself when missing.
///
/// # Errors
/// When node cannot be had, or a package cannot be installed.
pub(crate) fn npm(folder: &str) -> anyhow::Result<()> {
    debian("node", &["nodejs"])?;
    debian("npm", &["npm"])?;
    let lock = fs::read_to_string(repository::root().join(folder).join("package-lock.json"))?;
    let stamp = repository::root().join(folder).join("node_modules/.locked");
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&lock) {
        run(&mut command("npm", &["ci", "--no-audit", "--no-fund", "--prefix", folder]))?;
        fs::write(&stamp, lock)?;
    }
    Ok(())
}

/// Makes sure that a program is there, from these Debian packages when we may install them.
///
/// # Errors
/// When it is missing and we may not, or cannot.
pub(crate) fn debian(program: &str, packages: &[&str]) -> anyhow::Result<()> {
    if succeeds(&mut command(program, &["--version"])) {
        return Ok(());
    }
    install(packages).with_context(|| {
        format!("`{program}` is missing; please install {}", packages.join(" and "))
    })
}

/// Makes sure that Chromium is there, in which the admin UI is tried.
///
/// # Errors
/// When it is missing and we may not, or cannot, install it.
pub(crate) fn chromium() -> anyhow::Result<()> {
    debian("chromium", &["chromium"])
}

/// Makes sure that PostgreSQL's server programs are there. Tests start servers of their own from
/// them, so that it does not matter whether the package has started one.
///
/// # Errors
/// When they are missing and we may not, or cannot, install them.
pub(crate) fn postgresql() -> anyhow::Result<()> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    if versions.into_iter().any(|version| version.path().join("bin/initdb").exists()) {
        return Ok(());
    }
    install(&["postgresql"]).context(
        "PostgreSQL's programs are missing under `/usr/lib/postgresql`; please install postgresql",
    )
}

/// Installs Debian packages.
fn install(packages: &[&str]) -> anyhow::Result<()> {
    let who = command("id", &["-u"]).output().context("cannot run `id`")?;
    anyhow::ensure!(who.stdout.trim_ascii() == b"0", "only root may install packages");
    run(&mut command("apt-get", &["update", "--quiet=2"]))?;
    let mut install = command("apt-get", &["install", "--yes", "--quiet=2"]);
    run(install
        .args(["--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// `pip install` into the virtual environment, which is made first when missing.
fn pip(arguments: &[&str]) -> anyhow::Result<()> {
    let python = venv_program("python");
    if !succeeds(&mut command(&python, &["-m", "pip", "--version"])) {
        debian("python3", &["python3", "python3-venv"])?;
        let folder = venv().to_string_lossy().into_owned();
        let make = ["-m", "venv", "--clear", &folder];
        if !succeeds(&mut command("python3", &make)) {
            // Debian ships Python without the part that makes environments.
            install(&["python3-venv"]).context("please install python3-venv")?;
            run(&mut command("python3", &make))?;
        }
    }
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(command(&python, &quiet).args(arguments))
}

fn venv() -> PathBuf {
    repository::root().join("target/venv")
}

fn venv_program(name: &str) -> PathBuf {
    venv().join(Path::new("bin")).join(name)
}
