//! One connection to a server of loopback, and one request at a time on it.

use std::{net::SocketAddr, time::Instant};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

use crate::answers;

/// A connection that stays open between requests.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Moves the bytes; ends with the connection.
    _driver: JoinSet<hyper::Result<()>>,
}

/// A chat request, ready to be sent any number of times.
#[derive(Clone)]
pub(crate) struct Chat {
    host: HeaderValue,
    authorization: HeaderValue,
    body: Bytes,
}

/// When an answer came, and with which status.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    /// The first piece of the text, which is what a reader waits for; in a whole answer, the body.
    pub(crate) first: Instant,
    /// The last byte.
    pub(crate) whole: Instant,
}

const PATH: &str = "/openai/v1/chat/completions";

// === impl Connection ===

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens, or the address is not this machine's.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        anyhow::ensure!(address.ip().is_loopback(), "expected loopback, found `{address}`");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        Ok(Self { sender, _driver: driver })
    }

    /// Sends a chat request and reads the answer to its end, into `body`.
    ///
    /// # Errors
    /// When the connection ends before the answer does.
    pub(crate) async fn ask(
        &mut self,
        chat: &Chat,
        body: &mut Vec<u8>,
    ) -> anyhow::Result<Answered> {
        body.clear();
        let request = Request::post(PATH)
            .header(HOST, &chat.host)
            .header(AUTHORIZATION, &chat.authorization)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(chat.body.clone()))?;
        self.sender.ready().await?;
        let mut response = self.sender.send_request(request).await?;
        let mut first = None;
        while let Some(frame) = response.frame().await {
            if let Some(data) = frame?.data_ref() {
                if first.is_none() && answers::has_text(data) {
                    first = Some(Instant::now());
                }
                body.extend_from_slice(data);
            }
        }
        let whole = Instant::now();
        Ok(Answered { status: response.status(), first: first.unwrap_or(whole), whole })
    }

    /// Gets a path and reads the answer as text.
    ///
    /// # Errors
    /// When the connection ends before the answer does.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let request = Request::get(path)
            .header(HOST, HeaderValue::from_static("localhost"))
            .body(Full::default())?;
        self.text(request).await
    }

    /// Posts JSON with a key and reads the answer as text.
    ///
    /// # Errors
    /// When the connection ends before the answer does.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        key: &str,
        body: &serde_json::Value,
    ) -> anyhow::Result<String> {
        let request = Request::post(path)
            .header(HOST, HeaderValue::from_static("localhost"))
            .header(AUTHORIZATION, format!("Bearer {key}"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::from(body.to_string()))?;
        self.text(request).await
    }

    async fn text(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<String> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let body = response.into_body().collect().await?.to_bytes();
        String::from_utf8(body.into()).context("expected text")
    }
}

// === impl Chat ===

impl Chat {
    /// A request with a prompt of about 1,000 bytes.
    ///
    /// # Errors
    /// When the key cannot be sent in a header.
    pub(crate) fn new(address: SocketAddr, key: &str, stream: bool) -> anyhow::Result<Self> {
        let prompt = "Say in a few words what is worth measuring and why. ".repeat(18);
        let mut body = serde_json::json!({
            "model": "azure-model-router",
            "messages": [
                { "role": "system", "content": "You are brief." },
                { "role": "user", "content": prompt },
            ],
            "max_completion_tokens": 500,
        });
        if stream {
            body["stream"] = true.into();
            body["stream_options"] = serde_json::json!({ "include_usage": true });
        }
        Ok(Self {
            host: address.to_string().parse()?,
            authorization: format!("Bearer {key}").parse()?,
            body: body.to_string().into(),
        })
    }
}
