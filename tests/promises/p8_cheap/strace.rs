//! System calls of a request, as strace sees them.

use std::{collections::BTreeMap, fs, process::Command};

use harness::program;
use tempfile::TempDir;

use super::{Kind, check, run};

const FEW: usize = 20;
const MANY: usize = 120;
const SPOOL: &str = "write to the spool";

/// The calls of a run, counted by purpose.
type Calls = BTreeMap<&'static str, usize>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_8_a_request_takes_few_system_calls() {
    // Events of a stream come in as many pieces as the machine's load makes of them: only what is written
    // for it to the spool is counted.
    let sockets = ["read from a socket", "write to a socket", SPOOL];
    for (kind, counted) in [(Kind::Whole, &sockets[..]), (Kind::Stream, &[SPOOL])] {
        let few = run(kind, FEW, traced, calls).await;
        let many = run(kind, MANY, traced, calls).await;
        for what in counted {
            let more = many.get(what).unwrap_or(&0).saturating_sub(*few.get(what).unwrap_or(&0));
            // In hundredths, so that a tenth is more than the rounding.
            let each = (more * 100).div_ceil(MANY - FEW);
            check(&format!("{kind:?}: {what}, × 100"), each as u64, 215);
        }
    }
}

fn traced(folder: &TempDir) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-yy", "-q", "-s", "0", "-e"]);
    strace.arg("trace=read,recvfrom,write,writev,sendto,sendmsg,pwrite64,fdatasync,fsync");
    strace.arg("-o").arg(folder.path().join("calls"));
    let mut command = program::under(strace, folder);
    command.args(["--workers", "1"]);
    command
}

/// `123 writev(9<TCP:[127.0.0.1:4000->127.0.0.1:5000]>, …) = 5`; interrupted ones take two lines.
fn calls(folder: &TempDir) -> Calls {
    let mut calls = Calls::new();
    for line in traced_to_the_end(folder).lines() {
        let Some((head, rest)) = line.split_once('(') else { continue };
        if line.contains("resumed>") || line.contains("EAGAIN") {
            continue;
        }
        let name = head.rsplit(' ').next().unwrap_or(head);
        let file = rest.split(',').next().unwrap_or(rest);
        let what = match name {
            "read" | "recvfrom" if file.contains("<TCP") => "read from a socket",
            "write" | "writev" | "sendto" | "sendmsg" if file.contains("<TCP") => {
                "write to a socket"
            }
            "write" | "writev" | "pwrite64" if file.contains(".spool") => SPOOL,
            _ => continue,
        };
        *calls.entry(what).or_default() += 1;
    }
    calls
}

/// strace writes on for a moment after the gateway has ended.
fn traced_to_the_end(folder: &TempDir) -> String {
    loop {
        let text = fs::read_to_string(folder.path().join("calls")).unwrap();
        if text.lines().last().is_some_and(|line| line.contains("+++ exited with")) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
