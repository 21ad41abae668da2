//! The attackers.

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    pin::Pin,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep_until, timeout},
};
use uuid::Uuid;

use super::probe::attackers_key;

type Running = Pin<Box<dyn Future<Output = Answers> + Send>>;

/// One way to attack.
pub(super) struct Attack {
    pub(super) name: &'static str,
    /// Attacks until then; returns what was answered.
    pub(super) run: fn(SocketAddr, Instant) -> Running,
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack { name: "400 slow sockets", run: |to, until| Box::pin(slow_sockets(to, until)) },
    Attack { name: "40 unfinished bodies", run: |to, until| Box::pin(unfinished(to, until)) },
    Attack { name: "100 unread streams", run: |to, until| Box::pin(unread(to, until)) },
    Attack { name: "2,000 random labels", run: |to, until| Box::pin(labels(to, until)) },
    Attack { name: "24 reports at once", run: |to, until| Box::pin(reports(to, until)) },
    Attack { name: "10,000 failed keys", run: |to, until| Box::pin(failed_keys(to, until)) },
];

/// How often each was answered: by status, or `none` where the connection ended without one.
#[derive(Default)]
pub(super) struct Answers(BTreeMap<String, u64>);

impl Answers {
    fn add(&mut self, status: Option<String>) {
        *self.0.entry(status.unwrap_or_else(|| "none".to_owned())).or_default() += 1;
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> =
            self.0.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        f.write_str(&each.join(", "))
    }
}

/// Runs on a thread of its own, so that the attackers do not slow down those who measure.
///
/// # Errors
/// When there is no runtime to be had.
pub(super) fn in_a_runtime<T>(work: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(work))
}

/// Without any key: bodies for the sign-in page that never end.
async fn slow_sockets(to: SocketAddr, until: Instant) -> Answers {
    let head = "POST /ui/api/session HTTP/1.1\r\nhost: localhost\r\n\
                content-type: application/json\r\ncontent-length: 1900000\r\n\r\n";
    held(to, 400, head.to_owned(), 1_890_000, until).await
}

/// With a key: chats whose bodies lack their end.
async fn unfinished(to: SocketAddr, until: Instant) -> Answers {
    let head = head("POST", "/v1/chat/completions", attackers_key(), 16_000_000);
    held(to, 40, head, 15_900_000, until).await
}

/// Opens connections, sends a head and as much of a body as is taken, and keeps them open.
async fn held(to: SocketAddr, count: usize, head: String, body: usize, until: Instant) -> Answers {
    let each = move || {
        let head = head.clone();
        async move {
            let mut stream = TcpStream::connect(to).await.ok()?;
            stream.write_all(head.as_bytes()).await.ok()?;
            let filler = [b' '; 65_536];
            let sending = async {
                for _ in 0..body / filler.len() {
                    stream.write_all(&filler).await?;
                }
                std::io::Result::Ok(())
            };
            // The gateway may stop reading, and then the rest is never sent.
            let _ = tokio::time::timeout_at(until.into(), sending).await;
            status(&mut stream, until).await
        }
    };
    all_of(count, each).await
}

/// Streams whose reader never reads.
async fn unread(to: SocketAddr, until: Instant) -> Answers {
    let body = serde_json::json!({
        "model": "azure-model-router", "stream": true,
        "messages": [{ "role": "user", "content": "Hi" }],
    });
    let whole = request("/v1/chat/completions", attackers_key(), &body.to_string());
    let each = move || {
        let whole = whole.clone();
        async move {
            let mut stream = TcpStream::connect(to).await.ok()?;
            stream.write_all(whole.as_bytes()).await.ok()?;
            sleep_until(until.into()).await;
            status(&mut stream, until).await
        }
    };
    all_of(100, each).await
}

/// Chats of 32 tags, a user and a session that nobody has seen before.
async fn labels(to: SocketAddr, until: Instant) -> Answers {
    in_turns(to, 2_000, until, |_| {
        let tags: Vec<_> = (0..32).map(|_| Uuid::new_v4().to_string()).collect();
        let body = serde_json::json!({
            "model": "azure-model-router", "user": Uuid::new_v4().to_string(),
            "litellm_session_id": Uuid::new_v4().to_string(), "tags": tags,
            "messages": [{ "role": "user", "content": "Hi" }],
        });
        request("/v1/chat/completions", attackers_key(), &body.to_string())
    })
    .await
}

/// A plain key's reports, 24 at a time, again and again.
async fn reports(to: SocketAddr, until: Instant) -> Answers {
    let each = move || async move {
        let path = "/fareway/v1/reports/spend?by=tag,served,day&from=2025-01-01&to=2027-01-01";
        let mut last = None;
        while Instant::now() < until {
            let mut stream = TcpStream::connect(to).await.ok()?;
            stream.write_all(head("GET", path, attackers_key(), 0).as_bytes()).await.ok()?;
            last = status(&mut stream, until).await;
        }
        last
    };
    all_of(24, each).await
}

async fn failed_keys(to: SocketAddr, until: Instant) -> Answers {
    in_turns(to, 10_000, until, |_| head("GET", "/v1/models", &format!("sk-{}", Uuid::new_v4()), 0))
        .await
}

/// Sends requests, 16 at a time, until `count` were sent or the time is over.
async fn in_turns(
    to: SocketAddr,
    count: usize,
    until: Instant,
    request: impl Fn(usize) -> String,
) -> Answers {
    let (mut answers, mut sending) = (Answers::default(), JoinSet::new());
    for nth in 0..count {
        let bytes = request(nth);
        sending.spawn(async move {
            let mut stream = TcpStream::connect(to).await.ok()?;
            stream.write_all(bytes.as_bytes()).await.ok()?;
            status(&mut stream, until).await
        });
        if sending.len() >= 16
            && let Some(Ok(status)) = sending.join_next().await
        {
            answers.add(status);
        }
        if Instant::now() > until {
            break;
        }
    }
    while let Some(Ok(status)) = sending.join_next().await {
        answers.add(status);
    }
    answers
}

async fn all_of<F>(count: usize, each: impl Fn() -> F) -> Answers
where
    F: Future<Output = Option<String>> + Send + 'static,
{
    let mut running: JoinSet<_> = (0..count).map(|_| each()).collect();
    let mut answers = Answers::default();
    while let Some(Ok(status)) = running.join_next().await {
        answers.add(status);
    }
    answers
}

/// The status that comes by then, or shortly after.
async fn status(stream: &mut TcpStream, until: Instant) -> Option<String> {
    let mut begin = [0; 12];
    let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(200));
    timeout(left, stream.read_exact(&mut begin)).await.ok()?.ok()?;
    let line = std::str::from_utf8(&begin).ok()?;
    line.strip_prefix("HTTP/1.1 ").map(str::to_owned)
}

fn request(path: &str, key: &str, body: &str) -> String {
    head("POST", path, key, body.len()) + body
}

fn head(method: &str, path: &str, key: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}
