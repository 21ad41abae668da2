//! Instructions and allocations of a request, as callgrind counts them.

use std::{fs, process::Command};

use harness::program;
use tempfile::TempDir;

use super::{Kind, check, is_near, run};

const FEW: usize = 20;
const MANY: usize = 120;
/// The most times that it is counted.
const RUNS: usize = 4;

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    instructions: u64,
    allocations: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_8_a_request_takes_few_instructions() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not installed: instructions and allocations are not counted");
        return;
    }
    for (kind, instructions, allocations) in
        [(Kind::Whole, 1_050_000, 114), (Kind::Stream, 2_300_000, 149)]
    {
        let counted = least_of_a_request(kind, instructions, allocations).await;
        check(&format!("{kind:?}: instructions"), counted.instructions, instructions);
        check(&format!("{kind:?}: allocations"), counted.allocations, allocations);
    }
}

/// The least that a request takes in a few runs: on a busy machine the background work (one write to
/// the store for all requests of a moment) is shared by fewer requests, which only ever adds.
async fn least_of_a_request(kind: Kind, instructions: u64, allocations: u64) -> Counts {
    let mut least = Counts { instructions: u64::MAX, allocations: u64::MAX };
    for _ in 0..RUNS {
        let few = run(kind, FEW, counted, counts).await;
        let many = run(kind, MANY, counted, counts).await;
        let each = |few: u64, many: u64| many.saturating_sub(few) / (MANY - FEW) as u64;
        least.instructions = least.instructions.min(each(few.instructions, many.instructions));
        least.allocations = least.allocations.min(each(few.allocations, many.allocations));
        if is_near(least.instructions, instructions) && is_near(least.allocations, allocations) {
            break;
        }
    }
    least
}

fn counted(folder: &TempDir) -> Command {
    let mut valgrind = Command::new("valgrind");
    let out = format!("--callgrind-out-file={}/counts", folder.path().display());
    valgrind.args(["--tool=callgrind", &out, "--quiet"]);
    let mut command = program::under(valgrind, folder);
    command.args(["--workers", "1"]);
    command
}

/// Reads callgrind's file: all instructions, and how often Rust's allocator was called.
fn counts(folder: &TempDir) -> Counts {
    let text = fs::read_to_string(folder.path().join("counts")).unwrap();
    let mut counts = Counts::default();
    let (mut allocators, mut allocates) = (std::collections::BTreeSet::new(), false);
    for line in text.lines() {
        if let Some(total) = line.strip_prefix("totals: ") {
            counts.instructions = total.trim().parse().unwrap();
        } else if let Some(callee) = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn="))
        {
            // A name is written once, and its number afterwards.
            let (number, name) = callee.split_once(' ').unwrap_or((callee, ""));
            if name.contains("__rust_alloc") || name.contains("__rust_realloc") {
                allocators.insert(number.to_owned());
            }
            allocates = line.starts_with("cfn=") && allocators.contains(number);
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| allocates) {
            let calls = calls.split(' ').next().unwrap_or_default();
            counts.allocations += calls.parse::<u64>().unwrap();
        }
    }
    counts
}
