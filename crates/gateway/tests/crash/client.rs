//! Clients that send until the gateway is gone, and remember what was answered whole.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::program::KEY;

/// Sends labelled requests.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    round: usize,
    next: Arc<AtomicUsize>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, round: usize) -> Self {
        Self { address, round, next: Arc::default() }
    }

    /// Many at a time; returns the labels of the requests whose answers were whole.
    pub(crate) async fn send_until_killed(self, clients: usize) -> Vec<String> {
        let all = (0..clients).map(|nth| self.clone().one(nth));
        futures_util::future::join_all(all).await.concat()
    }

    async fn one(self, nth: usize) -> Vec<String> {
        let mut whole = Vec::new();
        loop {
            let label = format!("{}-{}", self.round, self.next.fetch_add(1, Relaxed));
            match self.send(&label, nth.is_multiple_of(2)).await {
                Ok(true) => whole.push(label),
                Ok(false) => {}
                Err(_) => return whole,
            }
        }
    }

    /// Whether the answer was whole; an error when the gateway is not there any more.
    async fn send(&self, label: &str, stream: bool) -> std::io::Result<bool> {
        let body = json!({
            "model": "azure-model-router",
            "messages": [{"role": "user", "content": format!("Tell me of {label}.")}],
            "stream": stream,
            "user": label,
        })
        .to_string();
        let mut connection = TcpStream::connect(self.address).await?;
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\
             authorization: Bearer {KEY}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        Ok(answer.starts_with("HTTP/1.1 200") && is_whole(&answer, stream))
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
