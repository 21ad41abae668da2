//! Scripts: what an upstream does with one request, step by step.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};

/// The steps of an upstream for one request.
#[derive(Clone, Debug, Default)]
pub struct Script(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    /// Bytes as they are, in one write.
    Bytes(Bytes),
    Wait(Gate),
    /// Ends the connection in order.
    Close,
    /// Ends the connection by a reset.
    Reset,
    /// Says nothing more until the other side hangs up.
    Hang,
    /// Says the same, with a pause after each time, until the other side hangs up.
    Repeat(Bytes, Duration),
}

/// A place in a script at which the upstream waits for the test.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Sides>);

#[derive(Debug)]
struct Sides {
    open: watch::Sender<bool>,
    reached: watch::Sender<bool>,
}

/// How a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Played {
    /// The connection can take another request.
    ToItsEnd,
    /// The script closed or reset the connection.
    Closed,
    /// The other side closed it first.
    HungUp,
}

const EVENTS_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\
                           transfer-encoding: chunked\r\n";

// === impl Script: heads and whole answers ===

impl Script {
    /// A 200 with a stream of events to come.
    pub fn events() -> Self {
        Self::events_with("")
    }

    /// The same with further header lines, each with its `\r\n`.
    pub fn events_with(lines: &str) -> Self {
        Self::default().bytes(format!("{EVENTS_HEAD}{lines}\r\n"))
    }

    /// A whole answer.
    pub fn answer(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status} As Scripted\r\ncontent-type: {content_type}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        Self::default().bytes([head.as_bytes(), body].concat())
    }

    /// A whole answer in JSON.
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::answer(status, "application/json", body)
    }

    /// An answer of these bytes, head included, after which the connection is closed.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::default().bytes(bytes).close()
    }

    /// Sends nothing, and never ends.
    pub fn silence() -> Self {
        Self::default().hang()
    }
}

// === impl Script: steps ===

impl Script {
    /// Bytes as they are, in one write.
    pub fn bytes(mut self, bytes: impl Into<Bytes>) -> Self {
        self.0.push(Step::Bytes(bytes.into()));
        self
    }

    /// Adds the steps of another script.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// One chunk of the body, as HTTP frames it.
    pub fn chunk(self, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = format!("{:x}\r\n", body.len());
        self.bytes([length.as_bytes(), body, b"\r\n"].concat())
    }

    /// A body in chunks of this size in bytes.
    pub fn chunks_of(self, size: usize, body: impl AsRef<[u8]>) -> Self {
        body.as_ref().chunks(size).fold(self, Self::chunk)
    }

    /// One event with this data.
    pub fn data(self, data: &str) -> Self {
        self.chunk(format!("data: {data}\n\n"))
    }

    /// Events with these data.
    pub fn all<'a>(self, data: impl IntoIterator<Item = &'a str>) -> Self {
        data.into_iter().fold(self, Self::data)
    }

    /// A comment, as some upstreams send while they think.
    pub fn ping(self) -> Self {
        self.chunk(": ping\n\n")
    }

    /// The event that ends a stream.
    pub fn done(self) -> Self {
        self.data("[DONE]")
    }

    /// The chunk that ends the body; the connection stays.
    pub fn end(self) -> Self {
        self.bytes("0\r\n\r\n")
    }

    /// Waits until the test opens the gate, or the other side hangs up.
    pub fn wait(mut self, gate: &Gate) -> Self {
        self.0.push(Step::Wait(gate.clone()));
        self
    }

    pub fn close(mut self) -> Self {
        self.0.push(Step::Close);
        self
    }

    pub fn reset(mut self) -> Self {
        self.0.push(Step::Reset);
        self
    }

    pub fn hang(mut self) -> Self {
        self.0.push(Step::Hang);
        self
    }

    /// Comments for ever.
    pub fn pings_for_ever(mut self) -> Self {
        let ping = Bytes::from_static(b"8\r\n: ping\n\n\r\n");
        self.0.push(Step::Repeat(ping, Duration::from_millis(20)));
        self
    }

    /// Events of 16 KiB for ever, as fast as they are read.
    pub fn flood(mut self) -> Self {
        let content = "x".repeat(16 * 1024);
        let event = format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n"
        );
        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
        self.0.push(Step::Repeat(chunk.into(), Duration::ZERO));
        self
    }

    pub async fn play(&self, stream: &mut TcpStream) -> Played {
        for step in &self.0 {
            match step {
                Step::Bytes(bytes) => {
                    if stream.write_all(bytes).await.is_err() {
                        return Played::HungUp;
                    }
                }
                Step::Wait(gate) => {
                    gate.0.reached.send_replace(true);
                    let mut open = gate.0.open.subscribe();
                    tokio::select! {
                        opened = open.wait_for(|open| *open) => drop(opened.unwrap()),
                        () = hung_up(stream) => return Played::HungUp,
                    }
                }
                Step::Close => {
                    let _ = stream.shutdown().await;
                    return Played::Closed;
                }
                Step::Reset => {
                    // Closing a socket with a linger time of zero sends a reset.
                    stream.set_zero_linger().unwrap();
                    return Played::Closed;
                }
                Step::Repeat(bytes, pause) => loop {
                    if stream.write_all(bytes).await.is_err() {
                        return Played::HungUp;
                    }
                    tokio::time::sleep(*pause).await;
                },
                Step::Hang => {
                    hung_up(stream).await;
                    return Played::HungUp;
                }
            }
        }
        Played::ToItsEnd
    }
}

/// Returns when the other side has closed.
async fn hung_up(stream: &mut TcpStream) {
    let mut rest = [0; 256];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
}

// === impl Gate ===

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Sides {
            open: watch::Sender::new(false),
            reached: watch::Sender::new(false),
        }))
    }
}

impl Gate {
    /// Lets the upstream continue.
    pub fn open(&self) {
        self.0.open.send_replace(true);
    }

    /// Waits until the upstream is here: everything before has been written.
    pub async fn reached(&self) {
        let mut reached = self.0.reached.subscribe();
        reached.wait_for(|reached| *reached).await.unwrap();
    }
}
