//! Framing of requests on a raw socket: each is read as exactly one request or refused, and nothing
//! that could be a second request is sent upstream as part of one.

use harness::gateway::{CHAT, KEY, Setup, asking};
use insta::assert_snapshot;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, timeout},
};

/// A whole request of its own, behind each case: it is answered if the connection is still in step.
const NEXT: &str = "GET /health/liveliness HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn body() -> String {
    asking("Hi").to_string()
}

/// A chat request with these header lines and this body.
fn chat(lines: &str, body: &str) -> String {
    format!("POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n{lines}\r\n{body}")
}

/// One whose body comes in one chunk, behind these header lines.
fn chunked(lines: &str) -> String {
    chat(lines, &chunks(&body()))
}

fn chunks(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

/// Sends the bytes and the next request; returns the status of each answer.
async fn statuses(setup: &Setup, bytes: &str) -> String {
    let mut stream = TcpStream::connect(setup.gateway.address()).await.unwrap();
    let _ = stream.write_all(format!("{bytes}{NEXT}").as_bytes()).await;
    // A request whose body is incomplete is not answered until the client closes.
    let mut answer = Vec::new();
    if timeout(Duration::from_millis(300), stream.read_to_end(&mut answer)).await.is_err() {
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut answer).await;
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    // A body need not end with a line break: the next answer begins right behind it.
    let statuses: Vec<_> =
        answer.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect();
    statuses.join(" ")
}

/// Tries each, and lists what was answered and how many requests Azure saw.
async fn tried(cases: &[(&str, String)]) -> String {
    let setup = Setup::new().await;
    let mut all = String::new();
    for (name, bytes) in cases {
        let before = setup.azure.count();
        let statuses = statuses(&setup, bytes).await;
        all += &format!("{name}: {statuses} ({})\n", setup.azure.count() - before);
    }
    assert_eq!(setup.chat(&asking("Hi")).await.status, 200, "it still answers");
    all
}

#[tokio::test]
async fn lengths() {
    let (body, length) = (body(), body().len());
    let with = |lines: String| chat(&lines, &body);
    let all = tried(&[
        ("as it should be", with(format!("content-length: {length}\r\n"))),
        ("leading zeros", with(format!("content-length: 000{length}\r\n"))),
        ("a sign", with(format!("content-length: +{length}\r\n"))),
        ("in hex", with(format!("content-length: 0x{length:x}\r\n"))),
        (
            "twice the same",
            with(format!("content-length: {length}\r\ncontent-length: {length}\r\n")),
        ),
        ("twice in one line", with(format!("content-length: {length}, {length}\r\n"))),
        ("two lengths", with(format!("content-length: 3\r\ncontent-length: {length}\r\n"))),
        ("a blank inside", with(format!("content-length: {length} 1\r\n"))),
        ("a blank before the colon", with(format!("content-length : {length}\r\n"))),
        ("folded", with(format!("content-length:\r\n {length}\r\n"))),
        ("beyond 64 bits", with("content-length: 18446744073709551616\r\n".to_owned())),
        ("too short", with(format!("content-length: {}\r\n", length - 1))),
        ("none", with(String::new())),
    ])
    .await;
    assert_snapshot!(all, @r"
    as it should be: 200 200 (1)
    leading zeros: 200 200 (1)
    a sign: 400 (0)
    in hex: 400 (0)
    twice the same: 200 200 (1)
    twice in one line: 400 (0)
    two lengths: 400 (0)
    a blank inside: 400 (0)
    a blank before the colon: 400 (0)
    folded: 400 (0)
    beyond 64 bits: 400 (0)
    too short: 400 400 (0)
    none: 400 400 (0)
    ");
}

#[tokio::test]
async fn transfer_encodings() {
    let length = body().len();
    let line = |encoding: &str| chunked(&format!("transfer-encoding: {encoding}\r\n"));
    let all = tried(&[
        ("chunked", line("chunked")),
        ("in capitals", line("CHUNKED")),
        (
            "chunked and a length",
            chunked(&format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n")),
        ),
        ("a length and chunked", chunked("content-length: 4\r\ntransfer-encoding: chunked\r\n")),
        ("identity", line("identity")),
        ("chunked, then identity", line("chunked, identity")),
        ("identity, then chunked", line("identity, chunked")),
        ("gzip, then chunked", line("gzip, chunked")),
        ("chunked twice", line("chunked, chunked")),
        ("two lines", chunked("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n")),
        ("nearly chunked", line("xchunked")),
        ("with a parameter", line("chunked;q=1")),
        ("in quotes", line("\"chunked\"")),
        ("a vertical tab before it", line("\u{b}chunked")),
        ("HTTP/1.0", line("chunked").replacen("HTTP/1.1", "HTTP/1.0", 1)),
    ])
    .await;
    assert_snapshot!(all, @r"
    chunked: 200 200 (1)
    in capitals: 200 200 (1)
    chunked and a length: 200 (1)
    a length and chunked: 200 (1)
    identity: 400 (0)
    chunked, then identity: 400 (0)
    identity, then chunked: 400 (0)
    gzip, then chunked: 400 (0)
    chunked twice: 400 (0)
    two lines: 400 (0)
    nearly chunked: 400 (0)
    with a parameter: 400 (0)
    in quotes: 400 (0)
    a vertical tab before it: 400 (0)
    HTTP/1.0: 400 (0)
    ");
}

#[tokio::test]
async fn chunk_forms() {
    let (body, length) = (body(), body().len());
    let with = |body: String| chat("transfer-encoding: chunked\r\n", &body);
    let all = tried(&[
        ("an extension", with(format!("{length:x};a=b\r\n{body}\r\n0\r\n\r\n"))),
        ("a quoted extension", with(format!("{length:x};a=\"\r\nb\"\r\n{body}\r\n0\r\n\r\n"))),
        ("a trailer", with(format!("{length:x}\r\n{body}\r\n0\r\nx-trailer: 1\r\n\r\n"))),
        (
            "a length as trailer",
            with(format!("{length:x}\r\n{body}\r\n0\r\ncontent-length: 3\r\n\r\n")),
        ),
        ("a blank before the size", with(format!(" {length:x}\r\n{body}\r\n0\r\n\r\n"))),
        ("a blank after the size", with(format!("{length:x} \r\n{body}\r\n0\r\n\r\n"))),
        ("0x before the size", with(format!("0x{length:x}\r\n{body}\r\n0\r\n\r\n"))),
        ("a sign", with(format!("-{length:x}\r\n{body}\r\n0\r\n\r\n"))),
        ("a size beyond 64 bits", with(format!("1{length:016x}\r\n{body}\r\n0\r\n\r\n"))),
        ("no size", with(format!("\r\n{body}\r\n0\r\n\r\n"))),
        ("no line break after the chunk", with(format!("{length:x}\r\n{body}0\r\n\r\n"))),
        ("line feeds alone", with(format!("{length:x}\n{body}\n0\n\n"))),
        ("carriage returns alone", with(format!("{length:x}\r{body}\r0\r\r"))),
        ("no end", with(format!("{length:x}\r\n{body}\r\n"))),
    ])
    .await;
    assert_snapshot!(all, @r"
    an extension: 200 200 (1)
    a quoted extension: 400 (0)
    a trailer: 200 200 (1)
    a length as trailer: 200 200 (1)
    a blank before the size: 400 (0)
    a blank after the size: 200 200 (1)
    0x before the size: 400 (0)
    a sign: 400 (0)
    a size beyond 64 bits: 400 (0)
    no size: 400 (0)
    no line break after the chunk: 400 (0)
    line feeds alone: 400 (0)
    carriage returns alone: 400 (0)
    no end: 400 (0)
    ");
}

#[tokio::test]
async fn heads() {
    let (body, length) = (body(), body().len());
    let right = chat(&format!("content-length: {length}\r\n"), &body);
    let more = |line: &str| chat(&format!("{line}\r\ncontent-length: {length}\r\n"), &body);
    let line = |line: &str| right.replacen(&format!("POST {CHAT} HTTP/1.1"), line, 1);
    let all = tried(&[
        ("two on one connection", format!("{right}{right}")),
        ("empty lines first", format!("\r\n\r\n{right}")),
        ("line feeds alone", right.replace("\r\n", "\n")),
        ("no host", right.replacen("host: x\r\n", "", 1)),
        ("two hosts", more("host: y")),
        ("an empty name", more(": x")),
        ("no colon", more("x")),
        ("a zero byte", more("x: a\0b")),
        ("letters beyond ASCII", more("x: ä")),
        ("waits for 100", more("expect: 100-continue")),
        ("expects something else", more("expect: tea")),
        ("an upgrade to HTTP/2", more("upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__")),
        ("an upgrade to a web socket", more("upgrade: websocket\r\nconnection: upgrade")),
        ("a method in small letters", line(&format!("post {CHAT} HTTP/1.1"))),
        ("two blanks", line(&format!("POST  {CHAT} HTTP/1.1"))),
        ("tabs", line(&format!("POST\t{CHAT}\tHTTP/1.1"))),
        ("a whole URL", line(&format!("POST http://x{CHAT} HTTP/1.1"))),
        ("another host's URL", line(&format!("POST http://y:1{CHAT} HTTP/1.1"))),
        ("a host alone", line("CONNECT 127.0.0.1:80 HTTP/1.1")),
        ("a star", line("OPTIONS * HTTP/1.1")),
        ("a fragment", line(&format!("POST {CHAT}#x HTTP/1.1"))),
        ("two slashes", line(&format!("POST /{CHAT} HTTP/1.1"))),
        ("dots", line("POST /v1/x/../chat/completions HTTP/1.1")),
        ("escapes", line("POST /v1/chat%2fcompletions HTTP/1.1")),
        ("a line break in escapes", line(&format!("POST {CHAT}?x=%0d%0ay:%20z HTTP/1.1"))),
        ("HTTP/1.2", line(&format!("POST {CHAT} HTTP/1.2"))),
        ("HTTP/0.9", "GET /health/liveliness\r\n".to_owned()),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
    ])
    .await;
    assert_snapshot!(all, @r"
    two on one connection: 200 200 200 (2)
    empty lines first: 200 200 (1)
    line feeds alone: 200 200 (1)
    no host: 200 200 (1)
    two hosts: 400 (0)
    an empty name: 400 (0)
    no colon: 400 (0)
    a zero byte: 400 (0)
    letters beyond ASCII: 200 200 (1)
    waits for 100: 100 200 200 (1)
    expects something else: 200 200 (1)
    an upgrade to HTTP/2: 200 200 (1)
    an upgrade to a web socket: 200 200 (1)
    a method in small letters: 405 200 (0)
    two blanks: 400 (0)
    tabs: 400 (0)
    a whole URL: 200 200 (1)
    another host's URL: 200 200 (1)
    a host alone: 404 200 (0)
    a star: 404 200 (0)
    a fragment: 200 200 (1)
    two slashes: 404 200 (0)
    dots: 404 200 (0)
    escapes: 404 200 (0)
    a line break in escapes: 200 200 (1)
    HTTP/1.2: 400 (0)
    HTTP/0.9: 400 (0)
    HTTP/2:  (0)
    ");
}
