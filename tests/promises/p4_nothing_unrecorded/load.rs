//! Clients that send until the gateway is gone, and remember which answers were complete.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use harness::program::{KEY, VIRTUAL_KEY};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Sends labelled requests.
#[derive(Clone)]
pub(super) struct Client {
    address: SocketAddr,
    round: usize,
    next: Arc<AtomicUsize>,
}

/// The results of some requests.
#[derive(Default)]
pub(super) struct Answers {
    /// The labels of those that were answered whole.
    pub(super) whole: Vec<String>,
    /// All other answers.
    pub(super) refused: Vec<String>,
}

impl Client {
    pub(super) fn new(address: SocketAddr, round: usize) -> Self {
        Self { address, round, next: Arc::default() }
    }

    /// Many at a time; returns the labels of the requests whose answers were whole.
    pub(super) async fn send_until_killed(self, clients: usize) -> Vec<String> {
        let all = (0..clients).map(|nth| self.clone().one(nth));
        futures_util::future::join_all(all).await.concat()
    }

    async fn one(self, nth: usize) -> Vec<String> {
        let mut whole = Vec::new();
        loop {
            let label = format!("{}-{}", self.round, self.next.fetch_add(1, Relaxed));
            let stream = nth.is_multiple_of(2);
            let Ok(answer) = self.send(&label, stream).await else { return whole };
            if answer.starts_with("HTTP/1.1 200") && is_whole(&answer, stream) {
                whole.push(label);
            }
        }
    }

    /// Sends a number of requests at a time, a number of times in a row, whatever the results.
    pub(super) async fn send_some(&self, clients: usize, each: usize) -> Answers {
        let mut all = Answers::default();
        let labelled = |nth: usize| async move {
            let label = format!("{}-{}", self.round, self.next.fetch_add(1, Relaxed));
            let answer = self.send(&label, nth.is_multiple_of(2)).await.unwrap();
            (label, answer, nth.is_multiple_of(2))
        };
        for _ in 0..each {
            for (label, answer, stream) in
                futures_util::future::join_all((0..clients).map(labelled)).await
            {
                if answer.starts_with("HTTP/1.1 200") {
                    assert!(is_whole(&answer, stream), "{answer}");
                    all.whole.push(label);
                } else {
                    all.refused.push(answer);
                }
            }
        }
        all
    }

    async fn send(&self, label: &str, stream: bool) -> std::io::Result<String> {
        let body = json!({
            "model": "azure-model-router",
            "messages": [{"role": "user", "content": format!("Tell me of {label}.")}],
            "stream": stream,
            "user": label,
        })
        .to_string();
        let key = if label.len().is_multiple_of(2) { KEY } else { VIRTUAL_KEY };
        self.post("/v1/chat/completions", key, &body).await
    }

    /// Makes the virtual key, with a budget that none of this can use up.
    pub(super) async fn make_key(&self) {
        self.make_key_with(1_000_000).await;
    }

    /// The same with another budget, in dollars.
    pub(super) async fn make_key_with(&self, dollars: u32) {
        let body = json!({"key": VIRTUAL_KEY, "max_budget": dollars}).to_string();
        let answer = self.post("/key/generate", KEY, &body).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    async fn post(&self, path: &str, key: &str, body: &str) -> std::io::Result<String> {
        let mut connection = TcpStream::connect(self.address).await?;
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\
             authorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn is_whole(answer: &str, stream: bool) -> bool {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if stream {
        body.contains("data: [DONE]")
    } else {
        serde_json::from_str::<serde_json::Value>(body).is_ok()
    }
}
