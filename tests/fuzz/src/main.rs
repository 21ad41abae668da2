//! libFuzzer's loop around one target, which the environment variable `FUZZ_TARGET` names.

#![no_main]

use std::sync::LazyLock;

use fuzz::Target;
use libfuzzer_sys::fuzz_target;

/// A wrong name is an error: a run that tests nothing must not look like a success.
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    fuzz::target(&name).unwrap_or_else(|| {
        let known: Vec<_> = fuzz::TARGETS.iter().map(|target| target.name).collect();
        unreachable!("FUZZ_TARGET is `{name}`; expected one of {}", known.join(", "))
    })
});

fuzz_target!(|bytes: &[u8]| (TARGET.run)(bytes));
