//! The documentation as tests read it. Each program's tests compare its commands with `--help`, the
//! gateway's compare the configuration keys with the reader, and this crate's own check the links.

mod command;
mod link;
mod markdown;
mod shell;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use command::{Help, wrong_commands};
pub use markdown::{Page, Piece, What};

/// Folders with pages, from the root of the repository. Pages in the root are read too.
const FOLDERS: [&str; 5] =
    ["docs", "docs/decisions", "pricing-data", "crates/gateway/ui", "tests/features/upgrades"];
/// Lists changes of the past, so that what it names may no longer exist.
const CHANGELOG: &str = "CHANGELOG.md";

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every page of the documentation.
///
/// # Errors
/// When a file cannot be read.
pub fn pages() -> io::Result<Vec<Page>> {
    let mut pages = Vec::new();
    for folder in FOLDERS.iter().chain([&"."]) {
        for entry in fs::read_dir(root().join(folder))? {
            let path = entry?.path();
            let is_page = path.extension().is_some_and(|extension| extension == "md");
            let Some(name) = path.file_name().filter(|_| is_page) else { continue };
            let name = Path::new(folder).join(name);
            let name = name.strip_prefix(".").unwrap_or(&name).display().to_string();
            pages.push(Page::parse(&name, &fs::read_to_string(&path)?));
        }
    }
    pages.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(pages)
}

/// The pages that describe the present: all but the changelog.
///
/// # Errors
/// When a file cannot be read.
pub fn present_pages() -> io::Result<Vec<Page>> {
    Ok(pages()?.into_iter().filter(|page| page.path != CHANGELOG).collect())
}
