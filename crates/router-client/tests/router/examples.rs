//! The examples run, against the emulated Azure that they start.

use std::{path::PathBuf, process::Command};

/// What an example prints. `cargo test` has built it, two folders up from this test.
#[track_caller]
fn run(example: &str) -> String {
    let test = std::env::current_exe().unwrap();
    let built: PathBuf = test.parent().unwrap().parent().unwrap().join("examples").join(example);
    let mut command = Command::new(&built);
    command.env_remove("AZURE_MODEL_ROUTER_ENDPOINT").env_remove("AZURE_MODEL_ROUTER_API_KEY");
    let output = command.output().unwrap_or_else(|error| {
        panic!("{}: {error}; build it with `cargo build --examples`", built.display())
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn hello_says_who_answered_and_what_it_cost() {
    let printed = run("hello");
    assert!(printed.contains("served by "), "{printed}");
    assert!(printed.contains("(exact)") && printed.contains("routing fee"), "{printed}");
}

#[test]
fn stream_ends_with_the_receipt() {
    let printed = run("stream");
    assert!(printed.contains("\nserved by ") && printed.contains("(exact)"), "{printed}");
}

#[test]
fn completion_cost_prices_an_answer_from_elsewhere() {
    let printed = run("completion_cost");
    assert!(printed.starts_with("cost: $0.00") && printed.ends_with("(exact)\n"), "{printed}");
}
