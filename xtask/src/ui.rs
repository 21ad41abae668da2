//! `cargo xtask ui`: builds the admin UI from `crates/gateway/ui`, which the gateway then embeds.
//!
//! The page's types of the API come from the gateway's own document, so that both cannot drift apart.

use std::{fs, process::Stdio};

use anyhow::Context as _;

use crate::{
    command::{cargo, command, run, succeeds},
    console, repository, setup,
};

const FOLDER: &str = "crates/gateway/ui";
const TYPES: &str = "crates/gateway/ui/src/api/schema.d.ts";
/// The gateway's document, and the types generated from it: not for git.
const DOCUMENT: &str = "target/ui/openapi.json";
const FRESH_TYPES: &str = "target/ui/schema.d.ts";

/// Generates the types, and builds the page into `dist`; or, with `check`, only checks: whether the
/// types are stale, and what compiler, linter and unit tests say.
///
/// # Errors
/// When something cannot be set up or built, or a check fails.
pub(crate) fn run_build(check: bool) -> anyhow::Result<()> {
    setup::npm(FOLDER)?;
    let types = generate_types()?;
    let path = repository::root().join(TYPES);
    let stale = fs::read_to_string(&path).ok().as_ref() != Some(&types);
    if !check {
        if stale {
            fs::write(&path, types)?;
            console::line(format_args!("{TYPES} is written anew"));
        }
        return npm("build");
    }
    anyhow::ensure!(!stale, "{TYPES} is stale; run `cargo xtask ui`");
    npm("check")?;
    npm("test")
}

/// Builds the page unless it is built; returns whether it exists. Where there is no npm it is not
/// installed for this.
///
/// # Errors
/// When it does not build.
pub(crate) fn build_if_missing() -> anyhow::Result<bool> {
    if repository::root().join(FOLDER).join("dist/index.html").exists() {
        return Ok(true);
    }
    if !succeeds(&mut command("npm", &["--version"])) {
        return Ok(false);
    }
    setup::npm(FOLDER)?;
    npm("build")?;
    Ok(true)
}

/// The types of the API as the gateway of this checkout documents it.
fn generate_types() -> anyhow::Result<String> {
    let root = repository::root();
    fs::create_dir_all(root.join("target/ui"))?;
    // Of the whole workspace: with one package chosen, cargo would choose other features, and compile
    // most dependencies a second time.
    let print = ["run", "--quiet", "--example", "openapi"];
    let printed = cargo(&print).stderr(Stdio::inherit()).output();
    let printed = printed.context("cannot run the example that prints the OpenAPI document")?;
    anyhow::ensure!(printed.status.success(), "the OpenAPI document cannot be printed");
    fs::write(root.join(DOCUMENT), printed.stdout)?;
    let generator = root.join(FOLDER).join("node_modules/.bin/openapi-typescript");
    run(&mut command(generator, &[DOCUMENT, "--output", FRESH_TYPES]))?;
    Ok(fs::read_to_string(root.join(FRESH_TYPES))?)
}

fn npm(script: &str) -> anyhow::Result<()> {
    run(&mut command("npm", &["run", "--silent", "--prefix", FOLDER, script]))
}
