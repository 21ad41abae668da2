//! Rooms, the top-level modules of a crate: they form no cycle, so that each can be read on top of others.

mod graph;
mod references;

use std::{fs, path::Path};

use cargo_metadata::Metadata;

pub(super) use self::graph::Rooms;
use self::graph::{Cycle, Place};
use super::Finding;

const REMEDY: &str = "move what both rooms need into the lower one, or into a room below both";

/// Checks each crate of the workspace.
pub(super) fn check(root: &Path, metadata: &Metadata, files: &[String]) -> Vec<Finding> {
    let crates = all(root, metadata, files);
    crates.iter().flat_map(|(_name, rooms)| rooms.cycles()).map(|cycle| finding(&cycle)).collect()
}

/// The crates that have rooms, each by its name.
pub(super) fn all(root: &Path, metadata: &Metadata, files: &[String]) -> Vec<(String, Rooms)> {
    let packages = metadata.workspace_packages();
    let read = packages.into_iter().map(|package| {
        let manifest = &package.manifest_path;
        let manifest = manifest.strip_prefix(&metadata.workspace_root).unwrap_or(manifest);
        let folder = format!("{}src/", manifest.as_str().trim_end_matches("Cargo.toml"));
        let mine = files.iter().filter_map(|file| Some((file, file.strip_prefix(&folder)?)));
        let sources: Vec<(String, String)> = mine
            .filter(|(file, _)| file.ends_with(".rs"))
            .filter_map(|(file, inner)| {
                Some((inner.to_owned(), fs::read_to_string(root.join(file)).ok()?))
            })
            .collect();
        (package.name.to_string(), Rooms::read(&folder, &sources))
    });
    read.filter(|(_, rooms)| !rooms.files.is_empty()).collect()
}

fn finding(cycle: &Cycle) -> Finding {
    let Cycle { rooms, opened, closed: Place { path, line } } = cycle;
    let rooms: Vec<String> =
        rooms.iter().chain(rooms.first()).map(|room| format!("`{room}`")).collect();
    let what = format!("rooms form a cycle, {}, which closes at {path}:{line}", rooms.join(" → "));
    Finding::error(&opened.path, opened.line, what, REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_names_the_files_of_both_ends() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = [
            file("lib.rs", "mod a; mod b;"),
            file("a.rs", "use crate::b::B;"),
            file("b/mod.rs", "mod c;"),
            file("b/c.rs", "\nuse crate::a::{A, D};"),
        ];
        let cycles = Rooms::read("crates/x/src/", &files).cycles();
        let found: Vec<String> = cycles.iter().map(|cycle| finding(cycle).to_string()).collect();
        assert_eq!(
            found,
            ["error: crates/x/src/a.rs:1: rooms form a cycle, `a` → `b` → `a`, which closes at \
               crates/x/src/b/c.rs:2; move what both rooms need into the lower one, or into a room \
               below both"]
        );
    }
}
