//! Fuzz targets: each is given bytes and panics where a promise about them does not hold.
//!
//! `tests.rs` runs all of them over their seeds and small changes to these, as a test;
//! `cargo xtask fuzz` runs them under libFuzzer, which looks for bytes that reach new code.

mod answer;
mod config;
mod request;
#[cfg(test)]
mod tests;
mod translation;

/// One target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and the folder of its seeds in `seeds/`.
    pub name: &'static str,
    /// Tries some bytes. Panics where a promise does not hold.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "config_yaml", run: config::yaml },
    Target { name: "model_json", run: config::model_json },
    Target { name: "endpoint", run: config::endpoint },
    Target { name: "request", run: request::view },
    Target { name: "cookies", run: request::cookies },
    Target { name: "sse", run: answer::events },
    Target { name: "usage", run: answer::usage },
    Target { name: "translated_request", run: translation::request },
    Target { name: "translated_answer", run: translation::answer },
    Target { name: "spool_frames", run: ledger::fuzzing::frames },
    Target { name: "spool_row", run: ledger::fuzzing::row },
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
