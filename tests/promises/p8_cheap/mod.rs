//! Promise 8: a request is cheap to handle, and no change makes it much more expensive unnoticed.
//!
//! Counted, not timed: system calls and writes (strace), instructions and allocations (callgrind, where it
//! is installed), of the real program as it is built for tests. Each count is the difference between a
//! long and a short run, divided by the requests between them, so that starting and stopping drop out.

mod callgrind;
mod strace;

use azure_emulator::{Emulator, Scenario};
use harness::{
    gateway::{CHAT, asking, streaming},
    program::{self, AZURE_KEY, Gateway, KEY},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The kinds of requests that are counted.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Whole,
    Stream,
}

/// Fails where a request takes more than a tenth above what it took when `expected` was written down.
#[track_caller]
fn check(what: &str, counted: u64, expected: u64) {
    println!("{what}: {counted} (expected {expected})");
    assert!(
        is_near(counted, expected),
        "{what}: {counted} a request, expected {expected}; if the change is worth it, write down the new count"
    );
}

/// Whether a count is at most a tenth above what is expected.
fn is_near(counted: u64, expected: u64) -> bool {
    counted * 10 <= expected * 11
}

/// An Azure whose answers have the same length each time.
async fn azure() -> Emulator {
    let azure = Emulator::builder().seed(7).key(AZURE_KEY).start().await.unwrap();
    azure.set_all(Scenario::parse_list("served=gpt-5-nano-2025-08-07").unwrap());
    azure
}

/// Sends this many requests one after the other on one connection, as SDKs do.
async fn send(gateway: &Gateway, kind: Kind, count: usize) {
    let body = match kind {
        Kind::Whole => asking("Hello!"),
        Kind::Stream => streaming("Hello!"),
    };
    let mut connection = TcpStream::connect(gateway.address).await.unwrap();
    for _ in 0..count {
        request(&mut connection, &body, kind).await;
    }
}

async fn request(connection: &mut TcpStream, body: &Value, kind: Kind) {
    let body = body.to_string();
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n",
        host = connection.peer_addr().unwrap(),
        length = body.len()
    );
    connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !is_whole(&answer, kind) {
        assert!(connection.read_buf(&mut answer).await.unwrap() > 0, "the gateway hung up");
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

fn is_whole(answer: &[u8], kind: Kind) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    if let Kind::Stream = kind {
        return body.ends_with("0\r\n\r\n");
    }
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let length = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.is_some_and(|(_, length)| body.len() == length.parse::<usize>().unwrap())
}

/// A tool's counts for the gateway in a run with this many requests.
async fn run<T>(
    kind: Kind,
    requests: usize,
    tool: impl Fn(&TempDir) -> std::process::Command,
    read: impl Fn(&TempDir) -> T,
) -> T {
    let (azure, folder) = (azure().await, tempfile::tempdir().unwrap());
    program::configure(&folder, &azure.openai_v1(), "");
    let gateway = Gateway::start_as(tool(&folder)).await;
    send(&gateway, kind, requests).await;
    gateway.stop();
    read(&folder)
}
