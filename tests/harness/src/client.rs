//! A small HTTP client that hides nothing: every byte of an answer, and how it ended.

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub type Http = Client<HttpConnector, Full<Bytes>>;

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether the body came to the end that HTTP announces.
    pub complete: bool,
}

/// An answer of which only the head has been read.
#[derive(Debug)]
pub struct Opened {
    response: Response<Incoming>,
    read: BytesMut,
}

pub fn http() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

/// A request with these header lines (`name: value`).
pub fn request(
    address: SocketAddr,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(body.into())).unwrap()
}

/// Sends bytes that need not be HTTP, and reads until the other side closes.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is an end, too.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

// === impl Reply ===

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The request's id, from the answer's header.
    pub fn id(&self) -> &str {
        self.header("x-fareway-request-id").expect("every request that was made has an id")
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}: {}", self.status, self.text()))
    }

    /// The exact text of `usage.cost`.
    pub fn usage_cost(&self) -> Option<&str> {
        let (_, after) = self.text().split_once("\"cost\":")?;
        after.split_once(",\"cost_details\":").map(|(cost, _)| cost)
    }

    /// `usage.cost_details`, of a whole answer or of the event that has it.
    pub fn cost_details(&self) -> Value {
        let found = |message: &Value| message["usage"]["cost_details"].clone();
        match self.header(header::CONTENT_TYPE.as_str()) {
            Some("text/event-stream") => {
                self.data().iter().map(found).find(|details| !details.is_null()).unwrap()
            }
            _ => found(&self.json()),
        }
    }

    /// The stream's events as text, each with its blank line.
    pub fn events(&self) -> Vec<&str> {
        self.text().split_inclusive("\n\n").collect()
    }

    /// The JSON of all events but `[DONE]`.
    pub fn data(&self) -> Vec<Value> {
        let data = |event: &'_ str| event.find("data: ").map(|at| at + "data: ".len());
        let json = self.events().into_iter().filter_map(|event| {
            let named = event.starts_with("data: ") || event.starts_with("event: ");
            event.get(data(event).filter(|_| named)?..)
        });
        json.filter(|data| data.trim() != "[DONE]")
            .map(|data| serde_json::from_str(data).unwrap_or_else(|_| panic!("no JSON: {data}")))
            .collect()
    }

    pub fn is_done(&self) -> bool {
        self.complete && self.body.ends_with(b"data: [DONE]\n\n")
    }

    /// The error that ends a stream.
    pub fn error_event(&self) -> Option<Value> {
        let last = self.data().pop()?;
        // That of a response which failed is within it, or is the whole event.
        let within = [&last["error"], &last["response"]["error"]];
        let error = within.into_iter().find(|error| error.is_object());
        let error = error.or_else(|| (last["type"] == "error").then_some(&last));
        error.filter(|_| self.complete).cloned()
    }
}

// === impl Opened ===

impl Opened {
    pub async fn send(http: &Http, request: Request<Full<Bytes>>) -> Self {
        let response = http.request(request).await.unwrap();
        Self { response, read: BytesMut::new() }
    }

    pub fn id(&self) -> String {
        self.response.headers()["x-fareway-request-id"].to_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    /// The body as far as it was read.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.read).unwrap()
    }

    /// Reads on until `text` has come.
    pub async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.read).contains(text) {
            let frame = self.response.frame().await.expect("more to come").unwrap();
            self.read.extend_from_slice(&frame.into_data().unwrap());
        }
    }

    /// Reads to the end.
    pub async fn rest(mut self) -> Reply {
        let mut complete = true;
        while let Some(frame) = self.response.frame().await {
            match frame {
                Ok(frame) => self.read.extend_from_slice(&frame.into_data().unwrap_or_default()),
                Err(_) => complete = false,
            }
        }
        let (head, _) = self.response.into_parts();
        let status = head.status.as_u16();
        Reply { status, headers: head.headers, body: self.read.freeze(), complete }
    }
}
