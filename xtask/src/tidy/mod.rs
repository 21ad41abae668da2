//! `cargo xtask tidy`: the rules of this repository that the compiler does not check.
//!
//! Each rule has a file of its own and returns [`Finding`]s. An error fails the task, and the test
//! below with `cargo nextest run`; advice is only printed.

mod dialects;
mod file_docs;
mod file_names;
mod layers;
mod manifests;
mod measure;
mod rooms;
mod sizes;
mod source;
mod text;

use std::{fmt, path::Path};

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand};

use crate::{console, repository};

/// A broken rule: where it is, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    weight: Weight,
    path: String,
    /// From 1; 0 means the whole file.
    line: usize,
    what: String,
    remedy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Advice,
    Error,
}

/// Actions beside checking.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Check nothing; print the figures of the workspace's shape, such as rooms, floors and comments
    #[arg(long)]
    measure: bool,
}

/// Checks every rule and prints what it found; or only prints the figures.
///
/// # Errors
/// When a rule is broken, or the workspace cannot be read.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if options.measure {
        return measure::run();
    }
    let findings = check(repository::root())?;
    for finding in &findings {
        console::line(finding);
    }
    let errors = findings.iter().filter(|found| found.weight == Weight::Error).count();
    anyhow::ensure!(errors == 0, "tidy found {errors} thing(s) to put right");
    console::line(format_args!("tidy: all in order, {} piece(s) of advice", findings.len()));
    Ok(())
}

fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let (metadata, files) = (metadata(root)?, repository::files()?);
    let mut findings = layers::check(&metadata);
    findings.extend(rooms::check(root, &metadata, &files));
    findings.extend(manifests::check(root, &metadata, &files)?);
    for file in &files {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else {
            continue; // a picture, or a file deleted but not yet committed
        };
        findings.extend(text::check(file, &text));
        if file.ends_with(".rs") {
            findings.extend(file_docs::check(file, &text));
            findings.extend(file_names::check(file));
            findings.extend(dialects::check(file, &text));
            findings.extend(sizes::check(file, &text));
        }
    }
    // Advice first: the errors are then the last lines on the terminal.
    findings.sort_by(|a, b| (a.weight, &a.path, a.line).cmp(&(b.weight, &b.path, b.line)));
    Ok(findings)
}

fn metadata(root: &Path) -> anyhow::Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata does not understand the workspace")
}

// === impl Finding ===

impl Finding {
    fn error(path: &str, line: usize, what: impl Into<String>, remedy: &str) -> Self {
        Self {
            weight: Weight::Error,
            path: path.to_owned(),
            line,
            what: what.into(),
            remedy: remedy.to_owned(),
        }
    }

    fn advice(path: &str, line: usize, what: impl Into<String>, remedy: &str) -> Self {
        Self { weight: Weight::Advice, ..Self::error(path, line, what, remedy) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Advice => "advice",
            Weight::Error => "error",
        };
        let Self { path, line, what, remedy, .. } = self;
        match line {
            0 => write!(f, "{weight}: {path}: {what}; {remedy}"),
            _ => write!(f, "{weight}: {path}:{line}: {what}; {remedy}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let findings = check(repository::root()).unwrap();
        let errors: Vec<String> = findings
            .iter()
            .filter(|found| found.weight == Weight::Error)
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "\n{}", errors.join("\n"));
    }

    #[test]
    fn a_finding_says_where_what_and_what_to_do() {
        let found = Finding::error("a/b.rs", 7, "a tab", "use spaces");
        assert_eq!(found.to_string(), "error: a/b.rs:7: a tab; use spaces");
        let found = Finding::advice("a/b.rs", 0, "300 lines", "split it");
        assert_eq!(found.to_string(), "advice: a/b.rs: 300 lines; split it");
    }
}
