//! Clients that send slowly, send too much, or never read: none of them holds memory, a connection or a
//! reservation for long.

use harness::{
    client::raw,
    gateway::{CHAT, KEY, Setup, asking, streaming, until},
    keys::key,
    scripted::{Gate, Script, Stage},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

const ROLE: &str = r#"{"model":"gpt-4.1-2025-04-14","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#;
const HELLO: &str = r#"{"choices":[{"index":0,"delta":{"content":"Hello"}}]}"#;

/// The head of a POST whose body has this many bytes.
fn head(path: &str, key: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Reads until there is a whole answer, and returns it.
async fn answer(stream: &mut TcpStream) -> String {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if text.contains("\r\n\r\n{") && text.ends_with('}') {
            return text;
        }
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => all.extend_from_slice(&part[..read]),
            ended => panic!("{ended:?} after {text}"),
        }
    }
}

/// Whether an answer has this status and this code.
#[track_caller]
fn check(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_in_time() {
    let setup = Setup::with("connections:\n  body_timeout: 0.2\n").await;
    let plain = key(&setup, json!({})).await;
    for (path, key) in
        [("/ui/api/session", "nobody"), (CHAT, &plain), (CHAT, KEY), ("/key/generate", KEY)]
    {
        let begun = [head(path, key, 100), "{".to_owned()].concat();
        check(&raw(setup.gateway.address(), begun.as_bytes()).await, 408, "body_timeout");
    }
    assert_eq!(setup.azure.count(), 0);
    assert_eq!(setup.chat(&asking("hi")).await.status, 200);
}

#[tokio::test]
async fn small_pages_read_small_bodies() {
    let setup = Setup::new().await;
    for path in ["/ui/api/session", "/key/generate", "/model/new", "/fareway/v1/requests/reprice"] {
        let fits = json!({"moon": "x".repeat(60_000)}).to_string();
        assert_eq!(setup.post(path, &[], fits).await.status, 400, "{path}");
        let large = json!({"moon": "x".repeat(70_000)}).to_string();
        let reply = setup.post(path, &[], large).await;
        assert_eq!(
            (reply.status, &reply.json()["error"]["code"]),
            (413, &json!("request_too_large"))
        );
        assert!(reply.text().contains("larger than 64 KiB"), "{}", reply.text());
        // A body that only claims to be large is not waited for either.
        let begun = head(path, KEY, 100_000_000);
        check(&raw(setup.gateway.address(), begun.as_bytes()).await, 413, "request_too_large");
    }
    let large =
        json!({"messages": [{"role": "user", "content": "x".repeat(100_000)}], "model": "gpt-5"});
    assert_eq!(setup.post("/spend/calculate", &[], large.to_string()).await.status, 200);
}

/// A request that a key's limits refuse is refused before its body is read.
#[tokio::test]
async fn limits_are_looked_at_before_the_body() {
    let more = Gate::default();
    let begun = Script::events().data(ROLE).data(HELLO).wait(&more).done().end();
    let stage = Stage::of([begun]).await;
    let address = stage.setup.gateway.address();
    let one = key(&stage.setup, json!({"max_parallel_requests": 1})).await;
    let bearer = format!("Bearer {one}");
    let mut opened =
        stage.setup.open_at(CHAT, &[("authorization", &bearer)], streaming("hi").to_string()).await;
    opened.until("Hello").await;
    let mut refused = TcpStream::connect(address).await.unwrap();
    refused.write_all(head(CHAT, &one, 1_000_000).as_bytes()).await.unwrap();
    check(&answer(&mut refused).await, 429, "rate_limit_exceeded");
    more.open();
    assert!(opened.rest().await.is_done());

    let rpm = key(&stage.setup, json!({"rpm_limit": 0})).await;
    let mut refused = TcpStream::connect(address).await.unwrap();
    refused.write_all(head(CHAT, &rpm, 1_000_000).as_bytes()).await.unwrap();
    check(&answer(&mut refused).await, 429, "rate_limit_exceeded");
    // A client that sends its body whatever comes reads the answer, too.
    let body = [head(CHAT, &rpm, 4_000_000), "x".repeat(4_000_000)].concat();
    check(&raw(address, body.as_bytes()).await, 429, "rate_limit_exceeded");
}

/// A key with unfinished bodies leaves room for others, and small requests need none.
#[tokio::test]
async fn nobody_takes_all_the_room_for_bodies() {
    let setup = Setup::with("connections:\n  body_timeout: 2\n  receiving_mb: 24\n").await;
    let (ann, bob) = (key(&setup, json!({})).await, key(&setup, json!({})).await);
    let address = setup.gateway.address();
    let mut unfinished = TcpStream::connect(address).await.unwrap();
    unfinished.write_all(head(CHAT, &ann, 16 << 20).as_bytes()).await.unwrap();
    // Enough to have many seconds for the rest.
    unfinished.write_all(&vec![b' '; 8 << 20]).await.unwrap();
    let refused = raw(address, head(CHAT, &ann, 16 << 20).as_bytes()).await;
    check(&refused, 503, "too_many_bodies");
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused}");
    let prompt = "x".repeat(300_000);
    for (key, prompt, status) in [(&ann, "hi", 200), (&bob, &*prompt, 200)] {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", &*bearer)];
        let reply = setup.post(CHAT, &headers, asking(prompt).to_string()).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    drop(unfinished);
    let bearer = format!("Bearer {ann}");
    for _ in 0..3 {
        let headers = [("authorization", &*bearer)];
        let reply = setup.post(CHAT, &headers, asking(&prompt).to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

#[tokio::test]
async fn a_head_has_its_time_and_a_connection_without_a_request_another() {
    let setup = Setup::with("connections:\n  header_timeout: 0.2\n").await;
    let address = setup.gateway.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let list = format!(
        "GET /v1/models HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\n\r\n"
    );
    idle.write_all(list.as_bytes()).await.unwrap();
    assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200 "));
    // Each of these ends by itself: nothing closes them from here.
    for begun in ["G", "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"] {
        assert_eq!(raw(address, begun.as_bytes()).await, "");
    }
    idle.write_all(list.as_bytes()).await.unwrap();
    assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200 "));
    // The second head on a connection has its limit as well.
    idle.write_all(b"GET /v1/models HTT").await.unwrap();
    let mut rest = Vec::new();
    let _ = idle.read_to_end(&mut rest).await;
    assert_eq!(rest, b"");
}

#[tokio::test]
async fn a_connection_without_a_request_ends_after_keep_alive() {
    let setup = Setup::with("connections:\n  keep_alive: 0.2\n  header_timeout: 0.2\n").await;
    assert_eq!(raw(setup.gateway.address(), b"").await, "");
}

/// A client whose socket takes a few kilobytes.
async fn narrow(setup: &Setup) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    socket.connect(setup.gateway.address()).await.unwrap()
}

/// The receipts of all requests.
async fn receipts(setup: &Setup) -> Vec<Value> {
    let found = setup.get("/fareway/v1/requests").await.json();
    found["requests"].as_array().unwrap().clone()
}

/// Waits until one request was made and is settled, and returns how it ended.
async fn outcome(setup: &Setup) -> Value {
    for _ in 0..2_000 {
        let found = receipts(setup).await;
        if let Some(one) = found.first().filter(|one| one["outcome"] != "open") {
            return one["outcome"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never settled: {:?}", receipts(setup).await);
}

#[tokio::test]
async fn a_client_that_never_reads_is_treated_as_disconnected() {
    let flood = Script::events().data(ROLE).data(HELLO).flood();
    let stage = Stage::with([flood], "connections:\n  write_timeout: 0.3\n").await;
    let setup = &stage.setup;
    let parallel = key(setup, json!({"max_budget": 5, "max_parallel_requests": 1})).await;
    let body = streaming("hi").to_string();
    let mut unread = narrow(setup).await;
    let asked = [head(CHAT, &parallel, body.len()), body].concat();
    unread.write_all(asked.as_bytes()).await.unwrap();
    assert_eq!(outcome(setup).await, "client_gone");
    assert!(stage.upstream().seen().await.hung_up());
    // Nothing is reserved any more, and its place is free.
    let info = setup.get(&format!("/key/info?key={parallel}")).await.json();
    assert_eq!(info["info"]["reserved"], 0.0, "{info}");
}

/// A client that reads a little at a time is alive, however long the whole takes.
#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let mut script = Script::events().data(ROLE);
    for _ in 0..200 {
        script = script.data(&HELLO.replace("Hello", &"x".repeat(8_000)));
    }
    let stage = Stage::with([script.done().end()], "connections:\n  write_timeout: 3\n").await;
    let body = streaming("hi").to_string();
    let mut slow = narrow(&stage.setup).await;
    let asked = [head(CHAT, &stage.key, body.len()), body].concat();
    slow.write_all(asked.as_bytes()).await.unwrap();
    let (mut all, mut part) = (Vec::new(), vec![0; 100_000]);
    while !all.ends_with(b"0\r\n\r\n") {
        let read = slow.read(&mut part).await.unwrap();
        assert!(read > 0, "ended early");
        all.extend_from_slice(&part[..read]);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert!(all.windows(12).any(|end| end == b"data: [DONE]"));
    assert_eq!(outcome(&stage.setup).await, "completed");
}

/// A client whose request has come to the upstream.
async fn ask_and_wait(stage: &Stage, body: &Value) -> TcpStream {
    let mut client = TcpStream::connect(stage.setup.gateway.address()).await.unwrap();
    let body = body.to_string();
    let asked = [head(CHAT, &stage.key, body.len()), body].concat();
    client.write_all(asked.as_bytes()).await.unwrap();
    until(|| (stage.upstream().count() > 0).then_some(())).await;
    client
}

/// An upstream that only shows that it is alive, after its client has left.
#[tokio::test]
async fn an_answer_that_nobody_waits_for_ends() {
    let limits = "router_settings:\n  timeout: 0.5\nanswers:\n  hold: 600\n";
    let stage = Stage::with([Script::events().pings_for_ever()], limits).await;
    let gone = ask_and_wait(&stage, &streaming("hi")).await;
    drop(gone);
    assert_eq!(outcome(&stage.setup).await, "client_gone");
    assert!(stage.upstream().seen().await.hung_up());
}

/// The same where a stream is drained for its usage, and where the answer is no stream.
#[tokio::test]
async fn an_answer_that_is_read_for_its_usage_ends() {
    let limits = "router_settings:\n  timeout: 0.5\nanswers:\n  on_client_disconnect: drain\n";
    let begun = Script::events().data(ROLE).data(HELLO).pings_for_ever();
    let stage = Stage::with([begun], limits).await;
    let mut opened = stage.open(&streaming("hi")).await;
    opened.until("Hello").await;
    drop(opened);
    assert_eq!(outcome(&stage.setup).await, "client_gone");
    assert!(stage.upstream().seen().await.hung_up());

    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n";
    let trickle = Script::default().bytes(head).pings_for_ever();
    let stage = Stage::with([trickle], limits).await;
    let gone = ask_and_wait(&stage, &asking("hi")).await;
    drop(gone);
    assert_eq!(outcome(&stage.setup).await, "client_gone");
    assert!(stage.upstream().seen().await.hung_up());
}
