//! An upstream on loopback that plays a script: raw bytes, chunks, waits and resets that a test
//! decides on. It shares no code with the gateway, and records what it was sent.
//!
//! ```ignore
//! let more = Gate::default();
//! let stage = Stage::of([
//!     Script::events().data(ROLE).wait(&more).data(HELLO).done().end(),
//!     Script::json(429, r#"{"error":{"code":"429"}}"#),
//! ]).await;
//! ```

mod script;
mod stage;

pub use script::{Gate, Script};
pub use stage::Stage;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use script::Played;

/// A running upstream; it stops when it is dropped.
#[derive(Debug)]
pub struct Scripted {
    address: SocketAddr,
    state: Arc<State>,
    /// Ends with what holds it.
    _accepting: JoinSet<()>,
}

#[derive(Debug)]
struct State {
    /// The nth request gets the nth script; the last one is repeated.
    scripts: Vec<Script>,
    seen: Mutex<Vec<Seen>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The request line and the headers, without the blank line.
    pub head: String,
    pub body: Bytes,
    /// How its script ended; `None` while it is played.
    pub ended: Option<Played>,
}

// === impl Scripted ===

impl Scripted {
    pub async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let scripts: Vec<_> = scripts.into_iter().collect();
        assert!(!scripts.is_empty(), "an upstream without a script");
        let state = Arc::new(State { scripts, seen: Mutex::default() });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, _accepting: accepting }
    }

    /// Its address in the form of an Azure endpoint, for `api_base`.
    pub fn openai_v1(&self) -> String {
        format!("http://{}/openai/v1", self.address)
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.state.seen.lock().unwrap().len()
    }

    /// All requests, in the order in which they came.
    pub fn requests(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// The last request, once its script has ended: the gateway may be quicker to read it.
    pub async fn seen(&self) -> Seen {
        let last = || self.requests().pop().filter(|seen| seen.ended.is_some());
        crate::gateway::until(last).await
    }
}

// === impl Seen ===

impl Seen {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the gateway closed the connection before the script was at its end.
    pub fn hung_up(&self) -> bool {
        self.ended == Some(Played::HungUp)
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // The connections end with the accepting task.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&state)));
    }
}

/// Serves one request after the other, as long as the scripts keep the connection.
async fn serve(mut stream: TcpStream, state: Arc<State>) {
    stream.set_nodelay(true).unwrap();
    while let Some((head, body)) = read_request(&mut stream).await {
        let nth = {
            let mut seen = state.seen.lock().unwrap();
            seen.push(Seen { head, body, ended: None });
            seen.len() - 1
        };
        let script = &state.scripts[nth.min(state.scripts.len() - 1)];
        let played = script.play(&mut stream).await;
        state.seen.lock().unwrap()[nth].ended = Some(played);
        if played != Played::ToItsEnd {
            break;
        }
    }
}

/// A request with a `content-length`; `None` if the other side closed.
async fn read_request(stream: &mut TcpStream) -> Option<(String, Bytes)> {
    let mut read = BytesMut::new();
    let head_end = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return None;
        }
    };
    let head = String::from_utf8(read.split_to(head_end).to_vec()).unwrap();
    let _ = read.split_to(4);
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    let length: usize = length.expect("the gateway announces the length of its bodies");
    while read.len() < length {
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return None;
        }
    }
    Some((head, read.split_to(length).freeze()))
}
