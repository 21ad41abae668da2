//! The layer table: the crates that each crate may be built on, and those that may use heavy outside crates.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, Package};

use super::Finding;

/// Each crate of the workspace with the crates of the workspace that it may be built on.
///
/// Arrows point down only. Dev-dependencies are free, but nothing may depend on the tests, and only tests on what is for tests.
const LAYERS: &[(&str, &[&str])] = &[
    ("llm-types", &[]),
    ("pricing-data", &[]),
    ("pricing-schema", &["pricing-data"]),
    ("cost-model", &["llm-types", "pricing-data", "pricing-schema"]),
    ("api-translation", &["llm-types"]),
    ("upstream-http", &["llm-types"]),
    ("provider-azure-ai", &["llm-types", "upstream-http"]),
    ("provider-openai", &["llm-types", "upstream-http"]),
    ("router-client", &["cost-model", "llm-types", "provider-azure-ai"]),
    ("ledger", &["cost-model", "llm-types"]),
    ("gateway-api", &["cost-model", "llm-types"]),
    (
        "gateway",
        &[
            "api-translation",
            "cost-model",
            "gateway-api",
            "ledger",
            "llm-types",
            "provider-azure-ai",
            "provider-openai",
            "router-client",
            "upstream-http",
        ],
    ),
    ("cli", &["cost-model", "llm-types", "provider-azure-ai", "router-client"]),
    ("azure-emulator", &[]),
    ("xtask", &["pricing-data", "pricing-schema"]),
    ("bench", &[]),
    ("documents", &[]),
    ("features", &[]),
    ("harness", &["azure-emulator", "gateway", "llm-types", "test-servers"]),
    ("promises", &[]),
    ("fuzz", &["api-translation", "gateway", "ledger", "llm-types", "provider-azure-ai"]),
    ("test-servers", &[]),
];

/// Outside crates that only the named crates may use, of whatever kind the dependency is.
const CONFINED: &[(&str, &[&str])] = &[
    ("axum", &["gateway"]),
    ("hyper", &["azure-emulator", "bench", "gateway", "harness", "upstream-http"]),
    ("hyper-rustls", &["upstream-http"]),
    ("hyper-util", &["azure-emulator", "bench", "gateway", "harness", "upstream-http"]),
    ("proc-macro2", &["xtask"]),
    ("redis", &["gateway"]),
    ("reqwest", &["cli"]),
    ("rusqlite", &["ledger"]),
    ("syn", &["xtask"]),
    ("deadpool-postgres", &["ledger"]),
    ("tokio-postgres", &["ledger"]),
    ("tokio-postgres-rustls", &["ledger"]),
    ("ureq", &["xtask"]),
];

/// Packages that contain only tests and measurements: nothing may depend on them.
const TESTS_ONLY: &[&str] = &["bench", "features", "fuzz", "promises"];

/// Packages that only tests may use.
const FOR_TESTS: &[&str] = &["documents", "harness", "test-servers"];

const REMEDY_EDGE: &str =
    "move the code to where it belongs, or argue for the edge in LAYERS (xtask/src/tidy/layers.rs)";

const REMEDY_STALE: &str = "take the entry out of its table (xtask/src/tidy/layers.rs)";

/// Checks every dependency between and out of the crates of the workspace.
pub(super) fn check(metadata: &Metadata) -> Vec<Finding> {
    let packages = metadata.workspace_packages();
    let members: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let path = manifest(metadata, package);
        let layer = LAYERS.iter().find(|(name, _)| *name == package.name.as_str());
        if layer.is_none() {
            let what = format!("crate `{}` is in no layer", package.name);
            findings.push(Finding::error(&path, 0, what, "add it to LAYERS in xtask"));
        }
        for dependency in &package.dependencies {
            let dev = dependency.kind == DependencyKind::Development;
            let allowed = layer.map_or(&[][..], |(_, below)| below);
            let inside = members.contains(dependency.name.as_str());
            let broken = if inside {
                edge(&package.name, &dependency.name, dev, allowed)
            } else {
                confined(&package.name, &dependency.name)
            };
            findings.extend(broken.map(|what| Finding::error(&path, 0, what, REMEDY_EDGE)));
        }
        let stale =
            stale(&package.name, &dependencies(package, false), &dependencies(package, true));
        findings.extend(stale.map(|what| Finding::error(&path, 0, what, REMEDY_STALE)));
    }
    findings
}

/// The names of a package's dependencies: all, or without those of its tests.
fn dependencies(package: &Package, all: bool) -> BTreeSet<&str> {
    let counted = package
        .dependencies
        .iter()
        .filter(|dependency| all || dependency.kind != DependencyKind::Development);
    counted.map(|dependency| dependency.name.as_str()).collect()
}

/// The entries of both tables that allow a crate something that it does not use.
fn stale<'a>(
    name: &'a str,
    built_on: &BTreeSet<&str>,
    all: &BTreeSet<&str>,
) -> impl Iterator<Item = String> + use<'a> {
    let layer = LAYERS.iter().find(|(layer, _)| *layer == name);
    let below = layer.map_or(&[][..], |(_, below)| below);
    let edges: Vec<&str> = below.iter().filter(|to| !built_on.contains(**to)).copied().collect();
    let allowed = CONFINED.iter().filter(|(_, rooms)| rooms.contains(&name)).map(|(to, _)| *to);
    let outside: Vec<&str> = allowed.filter(|to| !all.contains(to)).collect();
    let unused = edges.into_iter().chain(outside);
    unused.map(move |to| format!("a table allows `{name}` to use `{to}`, and it does not"))
}

/// The error of an edge between two crates of the workspace, if there is one.
fn edge(from: &str, to: &str, dev: bool, allowed: &[&str]) -> Option<String> {
    if TESTS_ONLY.contains(&to) {
        return Some(format!("`{from}` depends on `{to}`, which holds only tests"));
    }
    // A harness is built on real servers, and is itself for tests alone.
    if FOR_TESTS.contains(&to) && !dev && !FOR_TESTS.contains(&from) {
        return Some(format!("`{from}` depends on `{to}`, which is for tests"));
    }
    (!dev && !allowed.contains(&to))
        .then(|| format!("`{from}` may not be built on `{to}` (allowed: {allowed:?})"))
}

/// The error of a dependency on an outside crate, if there is one.
fn confined(from: &str, to: &str) -> Option<String> {
    let (_, rooms) = CONFINED.iter().find(|(name, _)| *name == to)?;
    (!rooms.contains(&from)).then(|| format!("`{from}` may not use `{to}` (only {rooms:?} may)"))
}

fn manifest(metadata: &Metadata, package: &Package) -> String {
    let path = &package.manifest_path;
    path.strip_prefix(&metadata.workspace_root).unwrap_or(path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down() {
        assert_eq!(edge("gateway", "cost-model", false, &["cost-model"]), None);
        assert_eq!(
            edge("cli", "gateway", false, &["cost-model"]).unwrap(),
            r#"`cli` may not be built on `gateway` (allowed: ["cost-model"])"#
        );
    }

    #[test]
    fn tests_may_use_anything_but_other_tests() {
        assert_eq!(edge("router-client", "azure-emulator", true, &[]), None);
        assert!(edge("gateway", "features", true, &[]).is_some());
        // Its servers are for tests, of whichever crate.
        assert_eq!(edge("ledger", "test-servers", true, &[]), None);
        assert!(edge("gateway", "test-servers", false, &["test-servers"]).is_some());
    }

    #[test]
    fn heavy_crates_stay_in_their_rooms() {
        assert_eq!(confined("gateway", "axum"), None);
        assert_eq!(confined("gateway", "serde"), None);
        assert_eq!(
            confined("cost-model", "reqwest").unwrap(),
            r#"`cost-model` may not use `reqwest` (only ["cli"] may)"#
        );
    }

    #[test]
    fn a_table_allows_only_what_is_used() {
        let set = |names: &[&'static str]| BTreeSet::from_iter(names.iter().copied());
        let all = set(&["llm-types", "cost-model", "rusqlite", "deadpool-postgres"]);
        let found: Vec<String> = stale("ledger", &set(&["llm-types"]), &all).collect();
        let unused = |to: &str| format!("a table allows `ledger` to use `{to}`, and it does not");
        assert_eq!(found, ["cost-model", "tokio-postgres", "tokio-postgres-rustls"].map(unused));
    }

    /// The table itself must have no cycle: each crate is built on lower ones.
    #[test]
    fn the_table_has_layers() {
        let mut standing = BTreeSet::new();
        while standing.len() < LAYERS.len() {
            let before = standing.len();
            for (name, below) in LAYERS {
                if below.iter().all(|name| standing.contains(name)) {
                    standing.insert(*name);
                }
            }
            assert!(standing.len() > before, "a cycle, or an unknown crate, among {LAYERS:?}");
        }
    }
}
