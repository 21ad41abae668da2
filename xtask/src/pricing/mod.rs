//! `cargo xtask pricing`: price sources in, the pricing-data crate out.
//!
//! It writes the table and, for people, one line per price. It links the types of pricing-data but
//! not the table, so that it works whatever state the generated file is in.

mod bundle;
mod listing;
mod recompute;
mod review;
mod table;
mod version;

pub(crate) use bundle::write as write_bundle;
pub(crate) use recompute::recompute;

use crate::{console, repository};
use anyhow::{Context, bail};
use pricing_data::Day;
use pricing_schema::{SchemaError, Strictness, Table};
use std::fs;
use std::path::Path;

const SOURCES: &str = "pricing-data/sources";
const GENERATED: &str = "pricing-data/src/generated.rs";
const VERSION: &str = "pricing-data/VERSION";
const LISTING: &str = "pricing-data/prices.txt";

/// Checks the sources and generates from them; with `check` only says whether that was done.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let root = repository::root();
    let table = read(&root.join(SOURCES))?;
    let today = review::today()?;
    for notice in review::notices(&table, today) {
        console::line(format_args!("warning: {notice}"));
    }
    for (path, text) in generated(root, &table, today, check)? {
        let file = root.join(path);
        // Not written again: cargo would compile the crate again for a newer file.
        if fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        if check {
            bail!("`{path}` is not what the price sources say: run `cargo xtask pricing`");
        }
        fs::write(&file, text).with_context(|| format!("cannot write `{path}`"))?;
    }
    let prices: usize = table.models.iter().map(|model| model.prices.len()).sum();
    console::line(format_args!("{prices} prices of {} models", table.models.len()));
    Ok(())
}

/// The generated files, each with its text; with `check`, the table must have a version already.
fn generated(
    root: &Path,
    table: &Table,
    today: Day,
    check: bool,
) -> anyhow::Result<[(&'static str, String); 3]> {
    let body = table::rust(table);
    let before = fs::read_to_string(root.join(VERSION)).unwrap_or_default();
    let version = version::of(&body, &before, today);
    if check && version != before.trim() {
        bail!(
            "the price table is another than that of version `{}` in `{VERSION}`: run \
             `cargo xtask pricing`, which gives it today's",
            before.trim()
        );
    }
    let day = version::day(&version).context("the version has no day")?;
    Ok([
        (VERSION, format!("{version}\n")),
        (GENERATED, version::stamped(&body, &version, day)),
        (LISTING, listing::text(table, day)),
    ])
}

/// Checks that what is generated is not stale, and recomputes the cost vectors.
///
/// # Errors
/// When either is not so.
pub(crate) fn check() -> anyhow::Result<()> {
    run(true)?;
    recompute()
}

/// Reads all price files of a folder as one table.
fn read(folder: &Path) -> anyhow::Result<Table> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for (name, text) in texts(folder)? {
        match pricing_schema::parse(&text, &name) {
            Ok(file) => files.push(file),
            Err(error) => errors.push(error),
        }
    }
    // All files are parsed first, so that one run shows all mistakes.
    if !errors.is_empty() {
        bail!(list(&errors));
    }
    pricing_schema::check(&files, Strictness::Published)
        .map_err(|errors| anyhow::anyhow!(list(&errors)))
}

/// The price files of a folder by name, each with its text.
fn texts(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(|| format!("cannot list `{}`", folder.display()))?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{name}`"))?;
        Ok((name, text))
    };
    paths.into_iter().map(read).collect()
}

fn list(errors: &[SchemaError]) -> String {
    let lines: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
    let rules =
        if errors.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", errors.len()) };
    format!("the price sources break {rules}\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_table_matches_the_sources() {
        run(true).unwrap();
    }

    #[test]
    fn errors_are_listed_one_a_line() {
        let error = pricing_schema::parse("{}", "acme.json").unwrap_err();
        assert_eq!(
            list(&[error]),
            "the price sources break 1 rule\n  acme.json: missing field `format` at line 1 column 2"
        );
    }
}
