//! Helpers that the tests of requests share.
#![expect(dead_code, reason = "each test binary uses some of it")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::HeaderMap;
use jiff::Timestamp;
use llm_types::{Clock, Dialect, Outbound, Provider as _};
use provider_azure_ai::{
    Auth, AzureAi, Endpoint, EntraCredential, EntraIdentity, EntraOptions, Transport,
    TransportOptions,
};

pub(crate) const BODY: &[u8] = b"{ \"model\":\"router\",  \"messages\":[] }";
/// The beginning of an answer in chunks.
pub(crate) const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-a: 1\r\n\r\n";
pub(crate) const SECRET: &str = "s3cr3t-of-the-test";

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub(crate) struct FakeClock(AtomicI64);

impl FakeClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + self.0.load(Ordering::Relaxed)).unwrap()
    }
}

pub(crate) fn key() -> Auth {
    Auth::ApiKey("K".into())
}

pub(crate) fn azure(base: &str, auth: Auth) -> AzureAi {
    azure_over(base, auth, TransportOptions::default())
}

pub(crate) fn azure_over(base: &str, auth: Auth, options: TransportOptions) -> AzureAi {
    let endpoint = Endpoint::parse(base, None, "router").unwrap();
    AzureAi::new(endpoint, auth, Transport::new(options).unwrap()).unwrap()
}

/// Timeouts that a silent server reaches soon; no test needs an answer to beat them.
pub(crate) fn impatient() -> TransportOptions {
    let soon = Duration::from_millis(100);
    TransportOptions { connect_timeout: soon, answer_timeout: soon, ..Default::default() }
}

pub(crate) fn request() -> Outbound {
    let (body, headers) = (Bytes::from_static(BODY), HeaderMap::new());
    Outbound { dialect: Dialect::Chat, page: llm_types::Page::default(), body, headers }
}

pub(crate) fn app_with_secret() -> EntraIdentity {
    EntraIdentity::ClientSecret {
        tenant: "contoso.example".into(),
        client_id: "app".into(),
        secret: SECRET.into(),
    }
}

pub(crate) fn entra(
    identity: EntraIdentity,
    host: &str,
    clock: &Arc<FakeClock>,
) -> Arc<EntraCredential> {
    let options = EntraOptions {
        authority_host: host.to_owned(),
        imds_host: host.to_owned(),
        retry_delay: Duration::ZERO,
        clock: Arc::<FakeClock>::clone(clock),
        ..Default::default()
    };
    Arc::new(EntraCredential::new(identity, options).unwrap())
}

/// A server that gives each connection in turn to `serve`, after having read one request from it.
pub(crate) fn raw_server(mut serve: impl FnMut(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            read_request(&connection);
            serve(&mut connection);
        }
    });
    url
}

/// A server that serves each connection at once with others: `answer` is given the connection, its
/// number and how many requests have come on it; the connection is closed when it returns false.
pub(crate) fn keeping_server(
    answer: impl Fn(&mut TcpStream, usize, usize) -> bool + Clone + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, connection) in (1..).zip(listener.incoming()) {
            let (mut connection, answer) = (connection.unwrap(), answer.clone());
            thread::spawn(move || {
                for request in 1.. {
                    if !read_request(&connection) || !answer(&mut connection, number, request) {
                        break;
                    }
                }
            });
        }
    });
    url
}

/// Answers with the number of the connection.
pub(crate) fn tell(connection: &mut TcpStream, number: usize) {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n";
    write_all(connection, format!("{head}{number}").as_bytes());
}

/// The whole body of an answer.
pub(crate) async fn told(azure: &AzureAi) -> String {
    let answer = azure.send(request()).await.unwrap();
    let chunks: Vec<_> = answer.body.map(Result::unwrap).collect().await;
    String::from_utf8(chunks.concat()).unwrap()
}

pub(crate) fn write_all(connection: &mut TcpStream, bytes: &[u8]) {
    connection.write_all(bytes).unwrap();
    connection.flush().unwrap();
}

/// Whether one came.
fn read_request(connection: &TcpStream) -> bool {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return false;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).is_ok()
}
