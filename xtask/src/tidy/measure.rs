//! `cargo xtask tidy --measure`: the figures of the workspace's shape, counted the same way each time.
//!
//! Only what a program can count is here. The share of files that a reader understands by name, or the
//! files that a new field touches, are counted by people.

use std::{fmt, fs, path::Path, str::FromStr};

use proc_macro2::{TokenStream, TokenTree};

use super::{file_docs, metadata, rooms, sizes, source::is_test_file};
use crate::{console, repository};

/// Figures of all Rust files together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    files: usize,
    /// Files whose `//!` opens with a question word.
    questions: usize,
    /// Production files that are longer than is advised.
    long: usize,
    /// Lines of production code, without blank lines and docs.
    lines: Lines,
}

/// Lines of code and of the comments among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lines {
    code: usize,
    /// Tokens on the lines of code.
    tokens: usize,
    comments: usize,
    /// Words on the lines of comments.
    words: usize,
}

/// Prints the figures.
///
/// # Errors
/// When the workspace cannot be read.
pub(super) fn run() -> anyhow::Result<()> {
    let root = repository::root();
    let files = repository::files()?;
    let mut figures = Figures::default();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        if let Ok(text) = fs::read_to_string(root.join(file)) {
            figures.add(file, &text);
        }
    }
    console::line(&figures);
    let readme = fs::read_to_string(root.join("README.md"))?;
    console::line(format_args!("lines of README.md: {}", readme.lines().count()));
    print_rooms(root, &files)
}

/// Prints a line for each crate that has rooms.
fn print_rooms(root: &Path, files: &[String]) -> anyhow::Result<()> {
    console::step("crate: rooms, floors of imports, files in rooms that form a cycle");
    for (name, rooms) in rooms::all(root, &metadata(root)?, files) {
        let (count, floors, tangled) = (rooms.files.len(), rooms.floors(), rooms.tangled_files());
        console::line(format_args!("{name:<18} {count:>3} {floors:>3} {tangled:>4}"));
    }
    Ok(())
}

// === impl Figures ===

impl Figures {
    fn add(&mut self, path: &str, text: &str) {
        self.files += 1;
        self.questions += usize::from(file_docs::opens_with_question(text));
        let generated = sizes::is_generated(path);
        let Ok(file) = syn::parse_file(text) else { return };
        if generated || is_test_file(path) {
            return;
        }
        self.long += usize::from(sizes::is_long(sizes::own_lines(text, &file)));
        self.lines.add(&sizes::without_tests(text, &file));
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, questions, long, lines } = self;
        let Lines { code, tokens, comments, words } = lines;
        writeln!(f, "Rust files: {files}")?;
        writeln!(
            f,
            "`//!` that open with a question word: {questions} ({})",
            share(*questions, *files)
        )?;
        writeln!(f, "production files over {} lines: {long}", sizes::TARGET)?;
        writeln!(
            f,
            "comments inside production code: {comments} lines ({}), {} words a line",
            share(*comments, code + comments),
            mean(*words, *comments)
        )?;
        write!(f, "production code: {code} lines, {} tokens a line", mean(*tokens, *code))
    }
}

// === impl Lines ===

impl Lines {
    fn add(&mut self, text: &str) {
        let is_doc = |line: &&str| ["///", "//!"].iter().any(|docs| line.trim().starts_with(docs));
        let written: Vec<&str> = text.lines().filter(|line| !is_doc(line)).collect();
        for line in written.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
            match line.strip_prefix("//") {
                // A bar between the parts of a file.
                Some(comment) if comment.starts_with(" ===") => {}
                Some(comment) => {
                    self.comments += 1;
                    self.words += comment.split_whitespace().count();
                }
                None => self.code += 1,
            }
        }
        self.tokens += TokenStream::from_str(&written.join("\n")).map_or(0, count);
    }
}

fn count(tokens: TokenStream) -> usize {
    let counts = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    });
    counts.sum()
}

/// A share in per cent, with one decimal.
fn share(part: usize, whole: usize) -> String {
    let permille = (part * 1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", permille / 10, permille % 10)
}

/// A mean with one decimal.
fn mean(sum: usize, count: usize) -> String {
    let tenths = (sum * 10).checked_div(count).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_kind() {
        let mut lines = Lines::default();
        lines.add("//! A room.\n\n/// Adds.\n// === impl A ===\nfn a() {\n    // Once, by hand.\n    b(1);\n}\n");
        // `fn a ( ) {` and `b ( 1 ) ;` and `}`
        assert_eq!(lines, Lines { code: 3, tokens: 11, comments: 1, words: 3 });
    }

    #[test]
    fn files_are_counted_once() {
        let mut figures = Figures::default();
        figures.add("crates/a/src/b.rs", "//! What b is.\nfn b() {}\n");
        figures.add("crates/a/src/long.rs", &format!("//! Long.\n{}", "use a;\n".repeat(260)));
        figures.add("crates/a/tests/c.rs", &format!("//! How.\n{}", "use a;\n".repeat(260)));
        assert_eq!((figures.files, figures.questions, figures.long), (3, 2, 1));
        assert_eq!(figures.lines.code, 261);
    }

    #[test]
    fn figures_have_one_decimal() {
        assert_eq!(share(13, 1_000), "1.3 %");
        assert_eq!(share(0, 0), "0.0 %");
        assert_eq!(mean(93, 10), "9.3");
    }
}
