//! The documentation's configuration keys and examples, compared with the reader.

use std::collections::BTreeSet;

use documents::{Page, What};

use super::*;

const PAGE: &str = "docs/configuration.md";
/// Three tables of an entry: some keys can be in any of them, and are documented once.
const ENTRY: [&str; 3] = ["model_list[].litellm_params", "model_list[].model_info", "model_list[]"];

/// A key and the heading that it is under, which is the path of its table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    table: String,
    name: String,
}

impl Key {
    /// Its path, the same for all tables of an entry.
    fn path(&self) -> String {
        let table = if ENTRY.contains(&&*self.table) { "model_list" } else { &self.table };
        format!("{table}.{}", self.name)
    }
}

/// The code of a text that has code in backticks.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The keys in the first column of the tables whose heading is a path.
fn documented(pages: &[Page]) -> BTreeSet<Key> {
    let page = pages.iter().find(|page| page.path == PAGE).unwrap();
    let mut table = None;
    let mut keys = BTreeSet::new();
    for piece in &page.pieces {
        match (&piece.what, &table) {
            (What::Heading(heading), _) => {
                let path = heading.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
                table = path.map(str::to_owned);
            }
            (What::Row(cells), Some(table)) => keys.extend(
                codes(&cells[0]).map(|name| Key { table: table.clone(), name: name.to_owned() }),
            ),
            _ => {}
        }
    }
    keys
}

/// The paths of all keys that the reader looks for.
fn looked_for() -> BTreeSet<String> {
    let tree = Tree::parse(GOOD, "config.yaml", &env).unwrap();
    Config::from_root(&mut tree.root().unwrap(), "config.yaml").unwrap();
    let all = tree.looked_for.borrow();
    let is_table = |path: &str| {
        all.iter()
            .any(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    let keys = all.iter().filter(|path| !is_table(path)).map(|path| path.replace("[0]", "[]"));
    keys.map(|path| {
        let (table, name) = path.rsplit_once('.').unwrap();
        Key { table: table.to_owned(), name: name.to_owned() }.path()
    })
    .collect()
}

/// `GOOD` with a key that has no value: none is of the wrong type then.
fn with_key(Key { table, name }: &Key) -> String {
    let name = name.replace('…', "vision");
    match table.as_str() {
        _ if GOOD.contains(&format!(" {name}:")) => GOOD.to_owned(),
        "model_list[]" => format!("{GOOD}    {name}:\n"),
        "model_list[].litellm_params" => format!("{GOOD}      {name}:\n"),
        "model_list[].model_info" => format!("{GOOD}    model_info:\n      {name}:\n"),
        table => format!("{GOOD}{table}:\n  {name}:\n"),
    }
}

fn unknown_keys(text: &str) -> Vec<String> {
    let variable = |name: &str| {
        let value =
            if name == "DATABASE_URL" { "postgres://fareway@127.0.0.1/fareway" } else { "value" };
        Some(value.to_owned())
    };
    let config = Config::parse(text, "config.yaml", &variable);
    let warnings = config.unwrap_or_else(|error| panic!("{}: {text}", chain(&error))).warnings;
    warnings
        .into_iter()
        .filter(|warning| warning.contains("is unknown and has no effect"))
        .collect()
}

#[test]
fn every_key_that_is_read_is_documented() {
    let documented = documented(&documents::pages().unwrap());
    let documented: BTreeSet<_> = documented.iter().map(Key::path).collect();
    let missing: Vec<_> = looked_for().difference(&documented).cloned().collect();
    assert!(missing.is_empty(), "add to {PAGE}: {missing:?}");
}

#[test]
fn every_documented_key_is_read() {
    let documented = documented(&documents::pages().unwrap());
    assert!(documented.len() > 60, "{documented:?}");
    let unknown: Vec<_> = documented.iter().flat_map(|key| unknown_keys(&with_key(key))).collect();
    assert!(unknown.is_empty(), "{PAGE} has keys that are not read: {unknown:?}");
}

/// `pricing.table`, `budgets.clamp: true` and the like on any page.
#[test]
fn every_key_that_a_page_names_is_read() {
    let pages = documents::present_pages().unwrap();
    let documented = documented(&pages);
    let read: BTreeSet<String> = documented.iter().map(Key::path).collect();
    let tables: BTreeSet<&str> = documented.iter().map(|key| key.table.as_str()).collect();
    let (mut named, mut wrong) = (0, Vec::new());
    for page in &pages {
        for piece in &page.pieces {
            let What::Inline(code) = &piece.what else { continue };
            let Some((table, name)) = code.split(':').next().unwrap().rsplit_once('.') else {
                continue;
            };
            let table = match table {
                "model_info"
                | "litellm_params"
                | "model_list[].model_info"
                | "model_list[].litellm_params" => "model_list",
                table if tables.contains(table) => table,
                _ => continue,
            };
            named += 1;
            if !read.contains(&format!("{table}.{name}")) {
                wrong.push(format!("{}: `{code}`", page.place(piece)));
            }
        }
    }
    assert!(named > 30, "{named}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_are_read_whole() {
    let mut examples = 0;
    for page in documents::present_pages().unwrap() {
        for piece in &page.pieces {
            let What::Block(language, text) = &piece.what else { continue };
            if language == "yaml" {
                examples += 1;
                assert_eq!(unknown_keys(text), [""; 0], "{}", page.place(piece));
            }
        }
    }
    assert!(examples > 2, "{examples}");
}
