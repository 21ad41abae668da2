//! Manifests: shared versions and lints are used, and no dependency is declared for nothing.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;
use cargo_metadata::{Metadata, Package};
use toml::{Table, Value};

use super::Finding;

const TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Dependencies that no source names, with the reason why they are there.
const UNNAMED: &[(&str, &str)] = &[];

/// Manifests with lints of their own, with the reason why they have them.
const OWN_LINTS: &[(&str, &str)] =
    &[("tests/harness/Cargo.toml", "a harness fails a test by panicking")];

/// Checks the manifests of the workspace and of each crate in it.
///
/// # Errors
/// When a manifest or a source cannot be read.
pub(super) fn check(
    root: &Path,
    metadata: &Metadata,
    files: &[String],
) -> anyhow::Result<Vec<Finding>> {
    let shared = shared_dependencies(&fs::read_to_string(root.join("Cargo.toml"))?)?;
    let mut used = BTreeSet::new();
    let mut findings = stray_clippy_files(files);
    for package in metadata.workspace_packages() {
        let path = relative(metadata, package);
        let manifest = fs::read_to_string(&package.manifest_path)?;
        let declared = member(&path, &manifest, &mut findings)?;
        let folder = path.trim_end_matches("Cargo.toml");
        let sources = sources(root, folder, files);
        findings.extend(unnamed(&path, &declared, &sources));
        used.extend(declared);
    }
    for name in shared.difference(&used) {
        let what = format!("no crate uses the shared dependency `{name}`");
        findings.push(Finding::error("Cargo.toml", 0, what, "remove it"));
    }
    Ok(findings)
}

/// A crate's own clippy.toml replaces the one at the root, and with it every ban.
fn stray_clippy_files(files: &[String]) -> Vec<Finding> {
    let stray = files.iter().filter(|file| {
        file.ends_with("/clippy.toml") || file.ends_with("/.clippy.toml") || *file == ".clippy.toml"
    });
    stray
        .map(|file| {
            let what = "this replaces the clippy.toml at the root and lifts its bans";
            Finding::error(file, 0, what, "write the exception as an `#[expect]` with a reason")
        })
        .collect()
}

fn shared_dependencies(manifest: &str) -> anyhow::Result<BTreeSet<String>> {
    let manifest: Table = toml::from_str(manifest)?;
    let shared = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(Value::as_table)
        .context("expected `[workspace.dependencies]` in the root Cargo.toml")?;
    Ok(shared.keys().cloned().collect())
}

/// The dependencies that one crate declares; what is wrong with them goes to `findings`.
fn member(
    path: &str,
    manifest: &str,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<BTreeSet<String>> {
    let manifest: Table = toml::from_str(manifest).with_context(|| path.to_owned())?;
    let inherits = |value: Option<&Value>| {
        value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
    };
    let own = OWN_LINTS.iter().any(|(name, _reason)| *name == path);
    if !own && !inherits(manifest.get("lints")) {
        let what = "the crate does not inherit the workspace's lints";
        findings.push(Finding::error(path, 0, what, "add `[lints]` with `workspace = true`"));
    }
    let mut declared = BTreeSet::new();
    let tables = TABLES.iter().filter_map(|name| manifest.get(*name)).filter_map(Value::as_table);
    for (name, dependency) in tables.flatten() {
        // A path without a version is a crate of this workspace with features of its own.
        if dependency.is_str() || dependency.get("version").is_some() {
            let what = format!("the version of `{name}` is written here");
            let remedy = "write it in the root Cargo.toml and `workspace = true` here";
            findings.push(Finding::error(path, 0, what, remedy));
        }
        declared.insert(name.clone());
    }
    Ok(declared)
}

/// All the Rust text of the package in `folder`, in one piece.
fn sources(root: &Path, folder: &str, files: &[String]) -> String {
    let mine = files.iter().filter(|file| file.starts_with(folder) && file.ends_with(".rs"));
    mine.filter_map(|file| fs::read_to_string(root.join(file)).ok()).collect()
}

fn unnamed(path: &str, declared: &BTreeSet<String>, sources: &str) -> Vec<Finding> {
    let excused = |name: &str| UNNAMED.iter().any(|(excused, _reason)| *excused == name);
    declared
        .iter()
        .filter(|name| !excused(name) && !names(sources, &name.replace('-', "_")))
        .map(|name| {
            let what = format!("no source of this crate names the dependency `{name}`");
            Finding::error(path, 0, what, "remove it")
        })
        .collect()
}

/// Whether `text` has `word` with no letter, digit or underscore beside it.
fn names(text: &str, word: &str) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !part(before) && !part(bytes.get(at + word.len()))
    })
}

fn relative(metadata: &Metadata, package: &Package) -> String {
    let path = &package.manifest_path;
    path.strip_prefix(&metadata.workspace_root).unwrap_or(path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_member(manifest: &str, expect: &[&str]) {
        let mut findings = Vec::new();
        member("Cargo.toml", manifest, &mut findings).unwrap();
        let found: Vec<&str> = findings.iter().map(|found| found.what.as_str()).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_crate_inherits_lints_and_versions() {
        check_member("lints.workspace = true\ndependencies.serde.workspace = true", &[]);
        check_member("lints.workspace = true\n[dependencies]\na = { path = \"../a\" }", &[]);
        check_member(
            "[dependencies]\nserde = { version = \"1\" }",
            &[
                "the crate does not inherit the workspace's lints",
                "the version of `serde` is written here",
            ],
        );
    }

    #[test]
    fn a_dependency_that_no_source_names_is_found() {
        let declared = BTreeSet::from(["http-body".to_owned(), "serde".to_owned()]);
        let found = unnamed("Cargo.toml", &declared, "use http_body::Body;\nuse serde_json::to;");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, "no source of this crate names the dependency `serde`");
    }

    #[test]
    fn a_crate_has_no_clippy_file_of_its_own() {
        let files = ["clippy.toml", "crates/cli/clippy.toml"].map(str::to_owned);
        let found = stray_clippy_files(&files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/cli/clippy.toml");
    }

    #[test]
    fn shared_dependencies_are_read() {
        let shared = shared_dependencies("[workspace.dependencies]\nserde = \"1\"").unwrap();
        assert_eq!(shared, BTreeSet::from(["serde".to_owned()]));
        assert!(shared_dependencies("[package]").is_err());
    }
}
