//! A plain HTTP client over TCP that shows what really came over the wire.

use azure_emulator::Emulator;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) const KEY: &str = "test-key";
pub(crate) const CHAT: &str = "/openai/v1/chat/completions";

/// One response as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Sizes of the transfer's chunks; empty when the length was announced.
    pub(crate) chunks: Vec<usize>,
    /// Everything that was announced came.
    pub(crate) complete: bool,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The payloads of all `data:` lines; `[DONE]` as a string.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = self.text();
        let payloads = text.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
        payloads
            .map(|payload| serde_json::from_str(payload).unwrap_or_else(|_| payload.into()))
            .collect()
    }

    pub(crate) fn done(&self) -> bool {
        self.text().ends_with("data: [DONE]\n\n")
    }
}

pub(crate) async fn emulator() -> Emulator {
    Emulator::builder().seed(7).key(KEY).date(1_795_000_000).start().await.unwrap()
}

/// A chat body for the router with one user message.
pub(crate) fn ask(prompt: &str) -> Value {
    json!({ "model": "azure-model-router", "messages": [{ "role": "user", "content": prompt }] })
}

/// The same with `stream` on, and usage when wanted.
pub(crate) fn ask_stream(prompt: &str, usage: bool) -> Value {
    let mut body = ask(prompt);
    body["stream"] = true.into();
    if usage {
        body["stream_options"] = json!({ "include_usage": true });
    }
    body
}

/// Posts a chat body to the v1 endpoint with the right key.
pub(crate) async fn post(azure: &Emulator, body: &Value) -> Reply {
    post_with(azure, CHAT, &format!("api-key: {KEY}\r\n"), &body.to_string()).await
}

/// Posts to any address with these header lines.
pub(crate) async fn post_with(azure: &Emulator, target: &str, headers: &str, body: &str) -> Reply {
    let request = format!(
        "POST {target} HTTP/1.1\r\nhost: azure\r\ncontent-type: application/json\r\n{headers}\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    exchange(azure, &request).await
}

pub(crate) async fn get(azure: &Emulator, target: &str, headers: &str) -> Reply {
    let head =
        format!("GET {target} HTTP/1.1\r\nhost: azure\r\n{headers}connection: close\r\n\r\n");
    exchange(azure, &head).await
}

/// Sends `request` as it is and reads until the connection ends.
pub(crate) async fn exchange(azure: &Emulator, request: &str) -> Reply {
    let mut stream = connect(azure).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    parse(&bytes)
}

pub(crate) async fn connect(azure: &Emulator) -> TcpStream {
    TcpStream::connect(azure.url().trim_start_matches("http://")).await.unwrap()
}

fn parse(bytes: &[u8]) -> Reply {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        assert!(bytes.is_empty(), "half a head");
        return Reply { status: 0, headers: vec![], body: vec![], chunks: vec![], complete: false };
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let length = headers.iter().find(|(name, _)| name == "content-length");
    if let Some((_, length)) = length {
        let complete = length.parse() == Ok(rest.len());
        return Reply { status, headers, body: rest.to_vec(), chunks: vec![], complete };
    }
    let (body, chunks, complete) = unchunk(rest);
    Reply { status, headers, body, chunks, complete }
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, Vec<usize>, bool) {
    let (mut body, mut sizes) = (Vec::new(), Vec::new());
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (body, sizes, true);
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        sizes.push(size);
        rest = &rest[line + 4 + size..];
    }
    (body, sizes, false)
}

/// A chat with these scenarios in force, posted to the v1 endpoint.
pub(crate) async fn post_in(azure: &Emulator, scenarios: &str, body: &Value) -> Reply {
    let headers = format!("api-key: {KEY}\r\nx-emulator-scenario: {scenarios}\r\n");
    post_with(azure, CHAT, &headers, &body.to_string()).await
}
