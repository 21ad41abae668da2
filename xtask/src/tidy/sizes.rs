//! The sizes of files and functions: none is longer than a reader can see across.
//!
//! Tests beside the code do not count towards a file's length. Files of nothing but tests may be
//! longer than is advised, and their functions contain long expected texts.

use proc_macro2::Span;
use syn::{Block, File, ImplItemFn, Item, ItemFn, ItemMod, Signature, TraitItemFn, visit};

use super::{
    Finding,
    source::{is_test, is_test_file},
};

/// Lines of code of a file that are better not passed.
pub(super) const TARGET: usize = 250;

/// Lines of code that are better not passed, and lines that must not be.
struct Limit {
    target: usize,
    stop: usize,
}

const FILE: Limit = Limit { target: TARGET, stop: 500 };
const FUNCTION: Limit = Limit { target: 30, stop: 60 };

/// Files that nobody writes by hand, with the reason why they may be long.
const GENERATED: &[(&str, &str)] =
    &[("pricing-data/src/generated.rs", "the price table, written by `cargo xtask pricing`")];

/// Checks one Rust file.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_generated(path) {
        return findings;
    }
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().start().line;
            findings.push(Finding::error(path, line, error.to_string(), "make it compile"));
            return findings;
        }
    };
    let lines = own_lines(text, &file);
    let what = format!("{lines} lines without its tests");
    let remedy = "split it by what its parts are for";
    if is_test_file(path) {
        let long = Limit { target: FILE.stop, ..FILE };
        findings.extend(long.judge(path, 0, lines, what, remedy));
        return findings;
    }
    findings.extend(FILE.judge(path, 0, lines, what, remedy));
    let mut functions = Functions { path, findings };
    visit::visit_file(&mut functions, &file);
    functions.findings
}

/// Whether nobody writes a file by hand.
pub(super) fn is_generated(path: &str) -> bool {
    GENERATED.iter().any(|(name, _reason)| *name == path)
}

/// Whether so many lines of code are more than is advised for a file.
pub(super) fn is_long(lines: usize) -> bool {
    lines > TARGET
}

/// How many lines a file has, its `#[cfg(test)] mod`s apart.
pub(super) fn own_lines(text: &str, file: &File) -> usize {
    text.lines().count() - test_spans(file).map(|(first, last)| last - first + 1).sum::<usize>()
}

/// The text of a file, its `#[cfg(test)] mod`s apart.
pub(super) fn without_tests(text: &str, file: &File) -> String {
    let spans: Vec<(usize, usize)> = test_spans(file).collect();
    let is_own = |line: usize| !spans.iter().any(|(first, last)| (*first..=*last).contains(&line));
    let own = text.lines().enumerate().filter(|(index, _)| is_own(index + 1));
    own.map(|(_, line)| format!("{line}\n")).collect()
}

/// The first and the last line of each `#[cfg(test)] mod` of a file.
pub(super) fn test_spans(file: &File) -> impl Iterator<Item = (usize, usize)> {
    file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if is_test(&module.attrs) => module.content.as_ref().map(|content| {
            // From `#[cfg(test)]` on, which belongs to the module.
            let first = module.attrs.first().map_or(module.mod_token.span, |a| a.pound_token.span);
            (first.start().line, content.0.span.close().end().line)
        }),
        _ => None,
    })
}

fn lines_between(first: Span, last: Span) -> usize {
    last.end().line - first.start().line + 1
}

/// Walks a file and judges each function outside the tests.
struct Functions<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn judge(&mut self, signature: &Signature, body: &Block) {
        let lines = lines_between(signature.fn_token.span, body.brace_token.span.close());
        let what = format!("function `{}` has {lines} lines", signature.ident);
        let line = signature.fn_token.span.start().line;
        let remedy = "give its parts names of their own";
        self.findings.extend(FUNCTION.judge(self.path, line, lines, what, remedy));
    }
}

impl<'ast> visit::Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_test(&function.attrs) {
            self.judge(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.judge(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.judge(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

// === impl Limit ===

impl Limit {
    fn judge(
        &self,
        path: &str,
        line: usize,
        lines: usize,
        what: String,
        remedy: &str,
    ) -> Option<Finding> {
        let Self { target, stop } = self;
        if lines > *stop {
            let what = format!("{what}, the limit is {stop}");
            Some(Finding::error(path, line, what, remedy))
        } else if lines > *target {
            let what = format!("{what}, the target is {target}");
            Some(Finding::advice(path, line, what, remedy))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expect: &[&str]) {
        let found: Vec<String> = check(path, text).iter().map(ToString::to_string).collect();
        assert_eq!(found, expect);
    }

    fn function(lines: usize) -> String {
        format!("//! A room.\nfn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn a_short_file_passes() {
        check_text("src/a.rs", "//! A room.\n", &[]);
        check_text("src/a.rs", &function(30), &[]);
    }

    #[test]
    fn a_long_function_is_advised_against_then_refused() {
        check_text(
            "src/a.rs",
            &function(31),
            &["advice: src/a.rs:2: function `long` has 31 lines, the target is 30; give its \
               parts names of their own"],
        );
        check_text(
            "src/a.rs",
            &function(61),
            &["error: src/a.rs:2: function `long` has 61 lines, the limit is 60; give its \
               parts names of their own"],
        );
    }

    #[test]
    fn methods_and_default_methods_count_as_functions() {
        let body = "step();\n".repeat(60);
        let text = format!("//! A room.\nimpl A {{ fn a() {{\n{body}}} }}\n");
        assert_eq!(check("src/a.rs", &text).len(), 1);
        let text = format!("//! A room.\ntrait A {{ fn a() {{\n{body}}} }}\n");
        assert_eq!(check("src/a.rs", &text).len(), 1);
    }

    #[test]
    fn a_long_file_is_advised_against_then_refused() {
        let file = |lines: usize| format!("//! A room.\n{}", "use a;\n".repeat(lines - 1));
        assert!(check("src/a.rs", &file(250)).is_empty());
        assert_eq!(check("src/a.rs", &file(251))[0].weight, crate::tidy::Weight::Advice);
        assert_eq!(check("src/a.rs", &file(501))[0].weight, crate::tidy::Weight::Error);
    }

    #[test]
    fn tests_are_cut_out() {
        let text = "//! A room.\nuse a;\n#[cfg(test)]\nmod tests {\nuse b;\n}\nuse c;\n";
        let file = syn::parse_file(text).unwrap();
        assert_eq!(own_lines(text, &file), 3);
        assert_eq!(without_tests(text, &file), "//! A room.\nuse a;\nuse c;\n");
    }

    #[test]
    fn tests_do_not_count() {
        let tests = format!(
            "#[cfg(test)]\nmod tests {{\n#[test]\nfn a() {{\n{}}}\n}}\n",
            "step();\n".repeat(600)
        );
        check_text("src/a.rs", &format!("//! A room.\n{tests}"), &[]);
        let other = tests.replace("cfg(test)", "cfg(unix)").replace("#[test]\n", "");
        assert_eq!(check("src/a.rs", &format!("//! A room.\n{other}")).len(), 2);
    }

    #[test]
    fn files_of_tests_are_only_stopped_when_endless() {
        let text = function(400);
        check_text("crates/a/tests/long.rs", &text, &[]);
        check_text("crates/a/src/b/tests.rs", &text, &[]);
        assert_eq!(check("crates/a/tests/long.rs", &function(600)).len(), 1);
    }

    #[test]
    fn generated_files_may_be_long() {
        let text = format!("//! Generated.\n{}", "use a;\n".repeat(900));
        check_text("pricing-data/src/generated.rs", &text, &[]);
        assert_eq!(check("pricing-data/src/other.rs", &text).len(), 1);
    }
}
