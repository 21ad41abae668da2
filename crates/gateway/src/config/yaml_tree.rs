//! A YAML file as a tree that records the place of every value, and which values were read.
//!
//! Scalars stay text until a type is requested, so that a price never passes through a float; keys
//! that were never read are reported to the operator, each with its place.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use llm_types::count;
use saphyr::{MarkedYaml, ScalarStyle, YamlData, YamlLoader};

use super::{
    ConfigError, Env,
    description::{self, Described},
};

/// A whole file.
pub(super) struct Tree<'a> {
    root: MarkedYaml<'a>,
    file: &'a str,
    env: Env<'a>,
    /// Whether `<<` merges one mapping into another.
    merges: bool,
    /// Places of the keys that nothing here honours.
    unknown: RefCell<Vec<Place>>,
    /// Paths of the keys that were looked for, to compare them with the documentation.
    #[cfg(test)]
    pub(super) looked_for: RefCell<BTreeSet<String>>,
}

/// Place of a value: `config.yaml:12: model_list[0].litellm_params.api_base`. What came by API
/// has no file and no lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    file: String,
    /// From 1.
    line: usize,
    /// The keys that lead there.
    path: String,
}

/// A mapping of which keys are taken one by one.
pub(super) struct Table<'t, 'a> {
    tree: &'t Tree<'a>,
    node: Option<&'t MarkedYaml<'a>>,
    place: Place,
    taken: BTreeSet<&'static str>,
    /// Keys that change nothing and are no mistake either.
    harmless: fn(&str) -> bool,
}

/// One value and its place. It may be a secret, so it has no `Debug`.
#[derive(Clone, Default)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) place: Place,
    /// As it is written in the file: for a variable its name, as its value may be a secret.
    written: String,
}

// === impl Tree ===

impl<'a> Tree<'a> {
    /// Parses values that were sent by API: without the gateway's environment and without merging, as
    /// the checks only see the keys that are written.
    pub(super) fn parse_request(json: &'a str) -> Result<Self, ConfigError> {
        Ok(Self { merges: false, ..Self::parse(json, "", &|_| None)? })
    }

    pub(super) fn parse(text: &'a str, file: &'a str, env: Env<'a>) -> Result<Self, ConfigError> {
        let at = |line| Place { file: file.to_owned(), line, path: String::new() };
        let scan = |error: saphyr::ScanError| ConfigError::Yaml {
            place: at(error.marker().line()),
            problem: error.info().to_owned(),
        };
        let mut loader = YamlLoader::<MarkedYaml<'a>>::default();
        // Scalars stay as they are written: a parsed number would be a float.
        loader.early_parse(false);
        saphyr_parser::Parser::new_from_str(text).load(&mut loader, true).map_err(scan)?;
        if let Some(error) = loader.error() {
            return Err(scan(error.clone()));
        }
        let root = loader.into_documents().into_iter().next();
        let root = root.ok_or_else(|| ConfigError::Empty { file: file.to_owned() })?;
        Ok(Self {
            root,
            file,
            env,
            merges: true,
            unknown: RefCell::default(),
            #[cfg(test)]
            looked_for: RefCell::default(),
        })
    }

    pub(super) fn root(&self) -> Result<Table<'_, 'a>, ConfigError> {
        let place = Place { file: self.file.to_owned(), line: 1, path: String::new() };
        Table::of(self, &self.root, place)
    }

    pub(super) fn node(&self) -> &MarkedYaml<'a> {
        &self.root
    }

    /// A single value below these keys, as the tables read it.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<String> {
        let mut node = &self.root;
        for wanted in path {
            let mut all = self.entries(node).into_iter();
            node = all.find(|(key, _)| shown(key) == *wanted)?.1;
        }
        match &node.data {
            data if is_null(data) => None,
            YamlData::Representation(text, ..) => Some(text.clone().into_owned()),
            _ => None,
        }
    }

    pub(super) fn entries<'t>(
        &self,
        node: &'t MarkedYaml<'a>,
    ) -> Vec<(&'t MarkedYaml<'a>, &'t MarkedYaml<'a>)> {
        match &node.data {
            YamlData::Mapping(mapping) if !self.merges => mapping.iter().collect(),
            _ => entries(node),
        }
    }

    /// The keys that nothing here honours, once all tables were read.
    pub(super) fn unknown(&self) -> std::cell::Ref<'_, Vec<Place>> {
        self.unknown.borrow()
    }

    /// The keys that nothing here honours, in the order of the file.
    pub(super) fn into_unknown(self) -> Vec<Place> {
        let mut unknown = self.unknown.into_inner();
        // Tables report their keys when they are dropped, which is not the order of the file.
        unknown.sort_by_key(|place| place.line);
        unknown
    }
}

// === impl Table ===

impl<'t, 'a> Table<'t, 'a> {
    fn of(tree: &'t Tree<'a>, node: &'t MarkedYaml<'a>, place: Place) -> Result<Self, ConfigError> {
        match &node.data {
            YamlData::Mapping(_) => Ok(Self::new(tree, Some(node), place)),
            // `general_settings:` with nothing below it.
            data if is_null(data) => Ok(Self::new(tree, None, place)),
            _ => Err(place.wrong("a mapping of keys to values", shown(node))),
        }
    }

    fn new(tree: &'t Tree<'a>, node: Option<&'t MarkedYaml<'a>>, place: Place) -> Self {
        Self { tree, node, place, taken: BTreeSet::new(), harmless: |_| false }
    }

    /// Keys that change nothing and are no mistake either, so that they are not warned of.
    pub(super) fn harmless(&mut self, keys: fn(&str) -> bool) {
        self.harmless = keys;
    }

    /// All of its keys, with their values as JSON; nothing is taken by that.
    pub(super) fn described(&self) -> Described {
        self.node.map(|node| description::of(self.tree, node)).unwrap_or_default()
    }

    /// The place of the table itself.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// An environment variable.
    pub(super) fn env(&self, name: &str) -> Option<String> {
        (self.tree.env)(name)
    }

    /// A single value; null is the same as absent. `os.environ/NAME` is replaced by that variable.
    pub(super) fn scalar(&mut self, key: &'static str) -> Result<Option<Scalar>, ConfigError> {
        let Some((node, place)) = self.take(key) else { return Ok(None) };
        match &node.data {
            data if is_null(data) => Ok(None),
            YamlData::Representation(text, ..) => {
                let written = text.clone().into_owned();
                let Some(name) = text.strip_prefix("os.environ/") else {
                    return Ok(Some(Scalar { text: written.clone(), place, written }));
                };
                // An empty variable is what a missing secret leaves.
                let value = self.env(name).filter(|value| !value.is_empty());
                let missing =
                    || ConfigError::MissingEnv { place: place.clone(), name: name.to_owned() };
                Ok(Some(Scalar { text: value.ok_or_else(missing)?, place, written }))
            }
            _ => Err(place.wrong("a single value", shown(node))),
        }
    }

    /// Names in a list, or in one text with commas; `None` when the key is absent.
    pub(super) fn names(&mut self, key: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        Ok(self.names_at(key)?.map(|(names, _)| names))
    }

    /// The same with their place.
    pub(super) fn names_at(
        &mut self,
        key: &'static str,
    ) -> Result<Option<(Vec<String>, Place)>, ConfigError> {
        let value = |node| self.tree.entries(node).into_iter().find(|(name, _)| shown(name) == key);
        let single = self.node.and_then(value).is_some_and(|(_, value)| {
            matches!(value.data, YamlData::Representation(..)) && !is_null(&value.data)
        });
        if !single {
            return self.texts_at(key);
        }
        let Some(text) = self.scalar(key)? else { return Ok(None) };
        let names = text.text.split(',').map(|name| name.trim().to_owned());
        let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            Err(text.wrong("a list of names, at least one"))
        } else {
            Ok(Some((names, text.place)))
        }
    }

    /// The single values of a list with its place; `None` when the key is absent.
    pub(super) fn texts_at(
        &mut self,
        key: &'static str,
    ) -> Result<Option<(Vec<String>, Place)>, ConfigError> {
        let Some((node, place)) = self.take(key) else { return Ok(None) };
        let expected = "a list of names, at least one";
        let wrong = || place.wrong(expected, shown(node));
        match &node.data {
            data if is_null(data) => Ok(None),
            YamlData::Sequence(items) if !items.is_empty() => {
                let text = |item: &MarkedYaml<'_>| match &item.data {
                    YamlData::Representation(text, ..) if !is_null(&item.data) => {
                        Ok(text.clone().into_owned())
                    }
                    _ => Err(wrong()),
                };
                let texts = items.iter().map(text).collect::<Result<_, _>>()?;
                Ok(Some((texts, place.clone())))
            }
            _ => Err(wrong()),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, key: &'static str) -> Result<Scalar, ConfigError> {
        let missing = ConfigError::Missing { place: self.place.clone(), key };
        self.scalar(key)?.ok_or(missing)
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, ConfigError> {
        self.scalar(key)?
            .map(|scalar| match scalar.text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Ok(true),
                "false" | "no" | "off" => Ok(false),
                _ => Err(scalar.wrong("true or false")),
            })
            .transpose()
    }

    /// A whole number.
    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<u64>, ConfigError> {
        self.scalar(key)?
            .map(|scalar| count(&scalar.text).ok_or_else(|| scalar.wrong("a whole number")))
            .transpose()
    }

    /// A table below this one; an empty one when the key is absent.
    pub(super) fn table(&mut self, key: &'static str) -> Result<Table<'t, 'a>, ConfigError> {
        let tree = self.tree;
        match self.take(key) {
            Some((node, place)) => Table::of(tree, node, place),
            None => {
                let place = self.place.key(key, self.place.line);
                Ok(Table::new(tree, None, place))
            }
        }
    }

    /// The tables of a list.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<Table<'t, 'a>>, ConfigError> {
        let tree = self.tree;
        let Some((node, place)) = self.take(key) else { return Ok(Vec::new()) };
        match &node.data {
            data if is_null(data) => Ok(Vec::new()),
            YamlData::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| Table::of(tree, item, place.index(index, item)))
                .collect(),
            _ => Err(place.wrong("a list, each entry beginning with `- `", shown(node))),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(&'t MarkedYaml<'a>, Place)> {
        self.taken.insert(key);
        #[cfg(test)]
        // A test compares these with the keys that the documentation lists.
        self.tree.looked_for.borrow_mut().insert(self.place.key(key, 0).path);
        let (at, node) =
            self.tree.entries(self.node?).into_iter().find(|(name, _)| shown(name) == key)?;
        // The line of the key, not of the value, which may begin further down.
        Some((node, self.place.key(key, at.span.start.line())))
    }
}

impl Drop for Table<'_, '_> {
    /// Records the keys that nothing has read: they have no effect.
    fn drop(&mut self) {
        let Some(node) = self.node else { return };
        let keys =
            self.tree.entries(node).into_iter().map(|(key, _)| (shown(key), key.span.start.line()));
        let known = |key: &str| self.taken.contains(key) || (self.harmless)(key);
        let unknown = keys.filter(|(key, _)| !known(key));
        self.tree
            .unknown
            .borrow_mut()
            .extend(unknown.map(|(key, line)| self.place.key(&key, line)));
    }
}

// === impl Place ===

impl Place {
    pub(super) fn key(&self, key: &str, line: usize) -> Self {
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { file: self.file.clone(), line, path }
    }

    pub(super) fn index(&self, index: usize, node: &MarkedYaml<'_>) -> Self {
        let path = format!("{}[{index}]", self.path);
        Self { file: self.file.clone(), line: node.span.start.line(), path }
    }

    /// From 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The keys that lead there.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn wrong(&self, expected: &'static str, found: String) -> ConfigError {
        ConfigError::Wrong { place: self.clone(), expected, found }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.is_empty(), self.path.is_empty()) {
            (true, true) => return f.write_str("the request"),
            (true, false) => return write!(f, "`{}`", self.path),
            (false, _) => write!(f, "{}:{}", self.file, self.line)?,
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, ": `{}`", self.path) }
    }
}

// === impl Scalar ===

impl Scalar {
    pub(super) fn wrong(&self, expected: &'static str) -> ConfigError {
        self.place.wrong(expected, self.written.clone())
    }
}

/// The keys and values of a mapping, and after them those that `<<: *anchor` merges into it.
pub(super) fn entries<'t, 'a>(
    node: &'t MarkedYaml<'a>,
) -> Vec<(&'t MarkedYaml<'a>, &'t MarkedYaml<'a>)> {
    let YamlData::Mapping(mapping) = &node.data else { return Vec::new() };
    // Written keys first: a lookup takes the first match, so they win over merged ones.
    let (merged, mut all): (Vec<_>, Vec<_>) =
        mapping.iter().partition(|(key, _)| shown(key) == "<<");
    for (_, value) in merged {
        match &value.data {
            YamlData::Sequence(items) => all.extend(items.iter().flat_map(entries)),
            _ => all.extend(entries(value)),
        }
    }
    all
}

pub(super) fn is_null<'a>(data: &YamlData<'a, MarkedYaml<'a>>) -> bool {
    match data {
        YamlData::Representation(text, ScalarStyle::Plain, _) => {
            matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
        }
        _ => false,
    }
}

/// A short description of a node.
pub(super) fn shown(node: &MarkedYaml<'_>) -> String {
    match &node.data {
        YamlData::Representation(text, ..) => text.clone().into_owned(),
        YamlData::Sequence(_) => "a list".to_owned(),
        YamlData::Mapping(_) => "a mapping".to_owned(),
        _ => "something else".to_owned(),
    }
}
