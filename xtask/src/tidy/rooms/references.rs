//! References of one file to the modules of its crate: `use` trees and paths within the code.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::{
    Attribute, File, ImplItemFn, Item, ItemMod, ItemUse, Macro, Meta, Path, UseTree, VisRestricted,
    visit::{self, Visit},
};

use crate::tidy::source::is_test;

/// A path to an item of the same crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// From the crate's root on.
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// The references in a file whose module has the path `module`. Code for tests is left out.
pub(super) fn references(file: &File, module: &[String]) -> Vec<Reference> {
    let mut paths = Paths { module: module.to_vec(), found: Vec::new() };
    paths.visit_file(file);
    paths.found
}

/// The names that a crate's root re-exports, each with its path from the root on.
pub(super) fn exports(root: &File) -> Vec<(String, Vec<String>)> {
    let uses = root.items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(item),
        _ => None,
    });
    let leaves = uses.flat_map(|item| leaves(&item.tree));
    leaves
        .filter_map(|Leaf { name, path, .. }| {
            let at_root = matches!(path.first().map(String::as_str), Some("crate" | "self"));
            Some((name?, if at_root { path[1..].to_vec() } else { path }))
        })
        .collect()
}

/// The modules that a file declares for tests only.
pub(super) fn test_modules(file: &File) -> impl Iterator<Item = String> {
    file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if is_test(&module.attrs) => Some(module.ident.to_string()),
        _ => None,
    })
}

/// One imported name of a `use` tree.
struct Leaf {
    /// The name under which it is known here; `None` for `*`.
    name: Option<String>,
    path: Vec<String>,
    line: usize,
}

fn leaves(tree: &UseTree) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(tree, &[], &mut found);
    found
}

fn collect(tree: &UseTree, before: &[String], found: &mut Vec<Leaf>) {
    let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => collect(&path.tree, &with(&path.ident), found),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| collect(tree, before, found));
        }
        UseTree::Name(leaf) => {
            let line = leaf.ident.span().start().line;
            // `use a::b::{self}` is known as `b`.
            let path = if leaf.ident == "self" { before.to_vec() } else { with(&leaf.ident) };
            found.push(Leaf { name: path.last().cloned(), path, line });
        }
        UseTree::Rename(leaf) => {
            let line = leaf.ident.span().start().line;
            let name = Some(leaf.rename.to_string());
            found.push(Leaf { name, path: with(&leaf.ident), line });
        }
        UseTree::Glob(glob) => {
            let line = glob.star_token.spans[0].start().line;
            found.push(Leaf { name: None, path: before.to_vec(), line });
        }
    }
}

/// Walks a file and collects the paths that begin at the crate's root or above the module.
struct Paths {
    module: Vec<String>,
    found: Vec<Reference>,
}

impl Paths {
    fn add(&mut self, path: &[String], line: usize) {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let base = match path.first().map(String::as_str) {
            Some("crate") => &[],
            Some("self") => self.module.as_slice(),
            Some("super") if supers <= self.module.len() => {
                &self.module[..self.module.len() - supers]
            }
            _ => return,
        };
        // `crate` and `self` are one word, `super` may be several.
        let path = [base, &path[supers.max(1)..]].concat();
        self.found.push(Reference { path, line });
    }

    /// Looks for paths in tokens that are not parsed: those of macros and attributes.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.scan(group.stream()),
                // Only where a path begins: `c` in `a::b::c` is not a path of its own.
                TokenTree::Ident(ident) if !follows_colons(&tokens[..at]) => {
                    let path = path_at(&tokens[at..]);
                    if path.len() > 1 {
                        self.add(&path, ident.span().start().line);
                    }
                }
                // `#[serde(with = "crate::a")]`
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let path: Vec<String> =
                        text.trim_matches('"').split("::").map(str::to_owned).collect();
                    if path.len() > 1 && path.iter().all(|part| is_name(part)) {
                        self.add(&path, literal.span().start().line);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn follows_colons(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Punct(colon)] if colon.as_char() == ':')
}

/// The path with which the tokens begin: `a::b::c`.
fn path_at(tokens: &[TokenTree]) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Ident(name), after @ ..] = rest {
        path.push(name.to_string());
        rest = match after {
            [TokenTree::Punct(a), TokenTree::Punct(b), after @ ..]
                if a.as_char() == ':' && a.spacing() == Spacing::Joint && b.as_char() == ':' =>
            {
                after
            }
            _ => break,
        };
    }
    path
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for Leaf { path, line, .. } in leaves(&item.tree) {
            self.add(&path, line);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if let (Some(first), true) = (path.segments.first(), names.len() > 1) {
            self.add(&names, first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.scan(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            // A link in a text is no use.
            _ if attribute.path().is_ident("doc") => {}
            Meta::List(list) => self.scan(list.tokens.clone()),
            _ => visit::visit_attribute(self, attribute),
        }
    }

    /// `pub(in crate::a)` says who may use an item, and uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(module: &str, text: &str, expect: &[(&str, usize)]) {
        let file = syn::parse_file(text).unwrap();
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        let found: Vec<(String, usize)> = references(&file, &module)
            .into_iter()
            .map(|Reference { path, line }| (path.join("::"), line))
            .collect();
        let expect: Vec<(String, usize)> =
            expect.iter().map(|(path, line)| ((*path).to_owned(), *line)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn use_trees_are_read_to_their_leaves() {
        check("a", "use crate::{b::{self, C},\nd::E as F};", &[("b", 1), ("b::C", 1), ("d::E", 2)]);
        check("a::b", "use super::{super::c, d};", &[("c", 1), ("a::d", 1)]);
        check("a", "use super::b::*;\npub(crate) use self::c::D;", &[("b", 1), ("a::c::D", 2)]);
        check("a", "use std::fmt;\nuse b::C;", &[]);
    }

    #[test]
    fn paths_within_the_code_are_read() {
        check("a", "fn f() { crate::b::c() }", &[("b::c", 1)]);
        check("a", "fn f(x: super::b::C<crate::d::E>) {}", &[("b::C", 1), ("d::E", 1)]);
        check("a", "fn f() { print!(\"{}\", [super::b::C]) }", &[("b::C", 1)]);
        check("a", "#[serde(with = \"crate::b::c\")]\nstruct S;", &[("b::c", 1)]);
        check("a", "#[doc = \"crate::b::c\"]\npub(in crate::d::e) struct S;", &[]);
    }

    #[test]
    fn inline_modules_have_paths_of_their_own() {
        check("a", "mod b { use super::super::c::D; use super::E; }", &[("c::D", 1), ("a::E", 1)]);
    }

    #[test]
    fn code_for_tests_is_left_out() {
        check("a", "#[cfg(test)]\nmod tests { use crate::b::C; }", &[]);
        check("a", "#[cfg(test)]\nuse crate::b::C;\n#[test]\nfn f() { crate::d::e() }", &[]);
    }

    #[test]
    fn exports_are_known_by_their_names() {
        let root = syn::parse_file("pub use a::{B, c::D as E};\nuse self::f::G;").unwrap();
        let names: Vec<(String, String)> =
            exports(&root).into_iter().map(|(name, path)| (name, path.join("::"))).collect();
        let expect = [("B", "a::B"), ("E", "a::c::D"), ("G", "f::G")]
            .map(|(name, path)| (name.to_owned(), path.to_owned()));
        assert_eq!(names, expect);
    }
}
