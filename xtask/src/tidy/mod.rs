//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Each rule lives in a file of its own and returns [`Finding`]s. An error fails the task (and
//! the test below, so `cargo nextest run` says it too); advice is only printed.

mod layers;
mod manifests;
mod rooms;
mod text;

use std::{fmt, path::Path};

use anyhow::Context as _;
use cargo_metadata::MetadataCommand;

use crate::{repository, say};

/// One thing that is not as the house wants it, and what to do about it.
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

/// Checks every rule and prints what it found.
///
/// # Errors
/// When a rule is broken, or the workspace cannot be read.
pub(crate) fn run() -> anyhow::Result<()> {
    let findings = check(repository::root())?;
    for finding in &findings {
        say::line(finding);
    }
    let errors = findings.iter().filter(|found| found.weight == Weight::Error).count();
    anyhow::ensure!(errors == 0, "tidy found {errors} thing(s) to put right");
    say::line(format_args!("tidy: all in order, {} piece(s) of advice", findings.len()));
    Ok(())
}

fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata does not understand the workspace")?;
    let files = repository::files()?;
    let mut findings = layers::check(&metadata);
    findings.extend(manifests::check(root, &metadata, &files)?);
    for file in &files {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else {
            continue; // a picture, or a file deleted but not yet committed
        };
        findings.extend(text::check(file, &text));
        if file.ends_with(".rs") {
            findings.extend(rooms::check(file, &text));
        }
    }
    findings.sort_by(|a, b| (a.weight, &a.path, a.line).cmp(&(b.weight, &b.path, b.line)));
    Ok(findings)
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
    fn the_house_is_tidy() {
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
