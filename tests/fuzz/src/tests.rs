//! Every target over its seeds, and over some thousand changes to them: the part of fuzzing that
//! fits into a test. What once failed is kept as a seed.

use std::{fs, path::PathBuf};

use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config, TestRunner},
};

use super::{TARGETS, Target};

/// The number of mutated inputs for each target.
const CASES: u32 = 4_000;

/// One change to some bytes.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index, Index),
    Repeat(Index, Index),
    /// Bytes of another seed, put in.
    Splice(Index, Index, Index, Index),
    Insert(Index, &'static str),
}

/// Inputs that parsers have trouble with.
const TOKENS: [&str; 24] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "-1",
    "1e999",
    "18446744073709551616",
    "\\ud800",
    "\u{0}",
    "\r",
    "\n\n",
    "data: ",
    "<<",
    "&a ",
    "*a",
    "; ",
    "=",
    "\u{202e}",
    "os.environ/X",
];

#[test]
fn seeds_hold() {
    for target in TARGETS {
        for seed in seeds(target) {
            (target.run)(&seed);
        }
    }
}

#[test]
fn changed_seeds_hold() {
    for target in TARGETS {
        let seeds = seeds(target);
        let inputs = (any::<Index>(), vec(change(), 1..6));
        // The same inputs in every run: what fails here fails again.
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let random = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
        let mut runner = TestRunner::new_with_rng(config, random);
        let result = runner.run(&inputs, |(seed, changes)| {
            let mut bytes = seed.get(&seeds).clone();
            for change in &changes {
                apply(change, &mut bytes, &seeds);
            }
            (target.run)(&bytes);
            Ok(())
        });
        if let Err(error) = result {
            panic!("{}: {error}", target.name);
        }
    }
}

/// A folder of seeds without a target would be tried by nobody.
#[test]
fn each_folder_of_seeds_has_a_target() {
    let mut folders: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut names: Vec<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    folders.sort();
    names.sort();
    assert_eq!(folders, names);
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder().join(target.name)).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} has no seed", target.name);
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (place(), place()).prop_map(|(from, to)| Change::Cut(from, to)),
        (place(), place()).prop_map(|(from, to)| Change::Repeat(from, to)),
        (place(), place(), place(), place())
            .prop_map(|(at, seed, from, to)| Change::Splice(at, seed, from, to)),
        (place(), prop::sample::select(&TOKENS[..]))
            .prop_map(|(at, token)| Change::Insert(at, token)),
    ]
}

fn apply(change: &Change, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let range = |from: &Index, to: &Index, length: usize| {
        let (from, to) = (from.index(length + 1), to.index(length + 1));
        from.min(to)..from.max(to)
    };
    let length = bytes.len();
    match change {
        Change::Flip(at, byte) if length > 0 => bytes[at.index(length)] ^= byte,
        Change::Flip(..) => {}
        Change::Cut(from, to) => drop(bytes.drain(range(from, to, length))),
        Change::Repeat(from, to) => {
            let part = bytes[range(from, to, length)].to_vec();
            bytes.extend(part);
        }
        Change::Splice(at, seed, from, to) => {
            let other = seed.get(seeds);
            let part = other[range(from, to, other.len())].to_vec();
            let at = at.index(length + 1);
            bytes.splice(at..at, part);
        }
        Change::Insert(at, token) => {
            let at = at.index(length + 1);
            bytes.splice(at..at, token.bytes());
        }
    }
}
