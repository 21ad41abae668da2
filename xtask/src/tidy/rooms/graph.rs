//! The rooms of one crate, its top-level modules, and the references between them.

use std::collections::{BTreeMap, BTreeSet};

use super::references::{exports, references, test_modules};
use crate::tidy::source::is_test_file;

/// The rooms of a crate, without code for tests.
#[derive(Debug, Default)]
pub(in crate::tidy) struct Rooms {
    /// Each room with the number of its files.
    pub(in crate::tidy) files: BTreeMap<String, usize>,
    /// From one room to another, with the places of the references.
    edges: BTreeMap<(String, String), Vec<Place>>,
}

/// A line of a file, by the file's path from the root of the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: usize,
}

/// A way from a room back to itself, by way of others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// The rooms in order; the last one uses the first.
    pub(super) rooms: Vec<String>,
    /// Where the first room uses the second.
    pub(super) opened: Place,
    /// Where the last room uses the first.
    pub(super) closed: Place,
}

/// One parsed file.
struct Source {
    /// From the root of the repository.
    path: String,
    /// The path from the crate's root; empty for the root itself.
    module: Vec<String>,
    file: syn::File,
}

// === impl Rooms ===

impl Rooms {
    /// Reads the files of a crate: paths within `folder`, which ends with a slash, and texts. What is
    /// no Rust is left to the compiler.
    pub(in crate::tidy) fn read(folder: &str, files: &[(String, String)]) -> Self {
        let sources = production(folder, files);
        let mut rooms = Self::default();
        for room in sources.iter().filter_map(|source| source.module.first()) {
            *rooms.files.entry(room.clone()).or_default() += 1;
        }
        let roots = sources.iter().filter(|source| source.module.is_empty());
        let exported: BTreeMap<String, Vec<String>> =
            roots.flat_map(|root| exports(&root.file)).collect();
        for Source { path, module, file } in &sources {
            let Some(room) = module.first() else { continue };
            for reference in references(file, module) {
                let Some(name) = reference.path.first() else { continue };
                // A name that the crate's root re-exports counts as the room that it is from.
                let exported = || exported.get(name).and_then(|path| path.first());
                let to = if rooms.files.contains_key(name) { Some(name) } else { exported() };
                let Some(to) = to.filter(|to| *to != room && rooms.files.contains_key(*to)) else {
                    continue;
                };
                let place = Place { path: path.clone(), line: reference.line };
                rooms.edges.entry((room.clone(), to.clone())).or_default().push(place);
            }
        }
        rooms
    }

    /// One cycle for each group of rooms that all lead to each other: of its references, the one that is
    /// made in the fewest places comes first.
    pub(super) fn cycles(&self) -> Vec<Cycle> {
        let groups = self.groups();
        let tangled = groups.iter().filter(|group| group.len() > 1);
        tangled.filter_map(|group| self.cycle(group)).collect()
    }

    /// How many files are in rooms that are in a cycle.
    pub(in crate::tidy) fn tangled_files(&self) -> usize {
        let groups = self.groups();
        let tangled = groups.iter().filter(|group| group.len() > 1).flatten();
        tangled.filter_map(|room| self.files.get(*room)).sum()
    }

    /// The longest chain of rooms of which each uses the next; a cycle counts once.
    pub(in crate::tidy) fn floors(&self) -> usize {
        let groups = self.groups();
        let mut heights = vec![1_usize; groups.len()];
        // Each pass settles at least one more floor.
        for _ in 0..groups.len() {
            for (at, group) in groups.iter().enumerate() {
                let below = groups.iter().enumerate().filter(|(other, below)| {
                    *other != at
                        && group.iter().any(|from| below.iter().any(|to| self.uses(from, to)))
                });
                let highest = below.map(|(other, _)| heights[other]).max().unwrap_or(0);
                heights[at] = highest + 1;
            }
        }
        heights.into_iter().max().unwrap_or(0)
    }

    fn uses(&self, from: &str, to: &str) -> bool {
        self.edges.contains_key(&(from.to_owned(), to.to_owned()))
    }

    /// The rooms in groups: those of one group all lead to each other.
    fn groups(&self) -> Vec<BTreeSet<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.files.keys().map(|room| (room.as_str(), self.reached_from(room))).collect();
        let mut groups: Vec<BTreeSet<&str>> = Vec::new();
        for (room, others) in &reached {
            if groups.iter().any(|group| group.contains(room)) {
                continue;
            }
            let back = others.iter().filter(|other| reached[*other].contains(room)).copied();
            groups.push(back.chain([*room]).collect());
        }
        groups
    }

    fn reached_from<'a>(&'a self, room: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![room.to_owned()];
        while let Some(from) = next.pop() {
            let used = self.edges.keys().filter(|(user, _)| *user == from);
            let new = used.map(|(_, to)| to.as_str()).filter(|to| reached.insert(*to));
            next.extend(new.map(str::to_owned));
        }
        reached
    }

    fn cycle(&self, group: &BTreeSet<&str>) -> Option<Cycle> {
        let within = self
            .edges
            .iter()
            .filter(|((from, to), _)| group.contains(from.as_str()) && group.contains(to.as_str()));
        // The reference with the fewest places is the cheapest one to remove.
        let ((from, to), opened) = within.min_by_key(|(_, places)| places.len())?;
        let rooms = self.shortest_way(to, from, group)?;
        let rooms: Vec<String> =
            [from.as_str()].into_iter().chain(rooms).map(str::to_owned).collect();
        let closed = self.edges.get(&(rooms.last()?.clone(), from.clone()))?;
        Some(Cycle { opened: opened.first()?.clone(), closed: closed.first()?.clone(), rooms })
    }

    /// The rooms on the shortest way from one room to a user of `target`, both included.
    fn shortest_way<'a>(
        &'a self,
        start: &'a str,
        target: &str,
        group: &BTreeSet<&str>,
    ) -> Option<Vec<&'a str>> {
        let mut ways = vec![vec![start]];
        let mut seen = BTreeSet::from([start]);
        while !ways.is_empty() {
            let ended =
                ways.iter().find(|way| way.last().is_some_and(|end| self.uses(end, target)));
            if let Some(way) = ended {
                return Some(way.clone());
            }
            let mut longer = Vec::new();
            for way in &ways {
                let steps =
                    self.edges.keys().filter(|(from, _)| way.last() == Some(&from.as_str()));
                for (_, to) in steps.filter(|(_, to)| group.contains(to.as_str())) {
                    if seen.insert(to) {
                        longer.push([way.as_slice(), &[to.as_str()]].concat());
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

/// The files that are no tests, parsed.
fn production(folder: &str, files: &[(String, String)]) -> Vec<Source> {
    let parsed: Vec<Source> = files
        .iter()
        .filter(|(path, _)| !is_test_file(path) && !path.starts_with("bin/"))
        .filter_map(|(path, text)| {
            let file = syn::parse_file(text).ok()?;
            Some(Source { path: format!("{folder}{path}"), module: module_of(path)?, file })
        })
        .collect();
    let tests: BTreeSet<Vec<String>> = parsed
        .iter()
        .flat_map(|source| {
            test_modules(&source.file).map(|name| [source.module.as_slice(), &[name]].concat())
        })
        .collect();
    let is_test = |module: &[String]| (1..=module.len()).any(|n| tests.contains(&module[..n]));
    parsed.into_iter().filter(|source| !is_test(&source.module)).collect()
}

/// The module of a file, by its path below `src/`; empty for the crate's root.
fn module_of(path: &str) -> Option<Vec<String>> {
    let path = path.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    Some(match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(files: &[(&str, &str)]) -> Rooms {
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Rooms::read("src/", &files)
    }

    #[test]
    fn rooms_in_layers_form_no_cycle() {
        let rooms = rooms(&[
            ("lib.rs", "mod a; mod b; mod c; pub use a::A;"),
            ("a/mod.rs", "mod inner; use crate::b::B;"),
            ("a/inner.rs", "use super::super::c::C;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "#[cfg(test)]\nmod tests { use crate::A; }"),
        ]);
        assert_eq!(rooms.cycles(), []);
        assert_eq!((rooms.files.len(), rooms.floors(), rooms.tangled_files()), (3, 3, 0));
    }

    #[test]
    fn a_cycle_is_found_with_both_of_its_ends() {
        let rooms = rooms(&[
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a/mod.rs", "use crate::b::{One, Two};"),
            ("b.rs", "\nfn f() { super::c::g() }"),
            ("c.rs", "\n\nfn g(a: crate::a::A) { crate::a::h() }"),
            ("d.rs", "use crate::a::A;"),
        ]);
        let place = |path: &str, line| Place { path: path.to_owned(), line };
        assert_eq!(
            rooms.cycles(),
            [Cycle {
                rooms: ["b", "c", "a"].map(str::to_owned).to_vec(),
                opened: place("src/b.rs", 2),
                closed: place("src/a/mod.rs", 1),
            }]
        );
        assert_eq!((rooms.files.len(), rooms.floors(), rooms.tangled_files()), (4, 2, 3));
    }

    #[test]
    fn a_name_at_the_root_counts_as_its_room() {
        let rooms = rooms(&[
            ("lib.rs", "mod a; mod b; pub use a::A; pub use b::inner::B as Renamed;"),
            ("a.rs", "use crate::Renamed;"),
            ("b/mod.rs", "use crate::A;"),
            ("b/inner.rs", ""),
        ]);
        assert_eq!(rooms.cycles().len(), 1);
    }

    #[test]
    fn modules_for_tests_are_no_rooms() {
        let rooms = rooms(&[
            ("lib.rs", "mod a; mod b; #[cfg(test)] mod helper;"),
            ("a.rs", "use crate::b::B; #[cfg(test)] mod backend;"),
            ("a/backend.rs", "use crate::helper::H;"),
            ("b.rs", ""),
            ("helper.rs", "use crate::a::A;"),
        ]);
        assert_eq!((rooms.files.len(), rooms.cycles().len()), (2, 0));
    }
}
