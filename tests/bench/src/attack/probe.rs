//! The victims of an attack: a client that chats at a steady pace on one connection, and the
//! operator who blocks a key.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::time::{sleep_until, timeout};
use uuid::Uuid;

use super::callers::in_a_runtime;
use crate::{
    connection::{Chat, Connection},
    targets::{MASTER_KEY, Target},
};

/// Chats a second.
const PACE: u64 = 50;
/// An answer that takes longer counts as this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A caller's chats, for some time.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    address: SocketAddr,
    lasts: Duration,
}

/// Their results.
pub(super) struct Chats {
    /// Microseconds.
    pub(super) p99: u64,
    pub(super) refused: u64,
}

impl Probe {
    pub(super) fn new(address: SocketAddr, lasts: Duration) -> Self {
        Self { address, lasts }
    }

    /// Sends them, on a thread of its own; returns when their time is over.
    ///
    /// # Errors
    /// When there is no connection.
    pub(super) fn run(self) -> anyhow::Result<Chats> {
        in_a_runtime(self.chat())?
    }

    async fn chat(self) -> anyhow::Result<Chats> {
        // The key of another caller than the attackers', in a budget of its own.
        let key = make_key(self.address).await?;
        let chat = Chat::new(self.address, &key, false)?;
        let mut connection = Connection::open(self.address).await?;
        let mut histogram = Histogram::<u64>::new(3)?;
        let (mut refused, mut body) = (0, Vec::new());
        let begin = tokio::time::Instant::now();
        for nth in 0..PACE * self.lasts.as_secs() {
            sleep_until(begin + Duration::from_micros(nth * 1_000_000 / PACE)).await;
            let sent = Instant::now();
            match timeout(PATIENCE, connection.ask(&chat, &mut body)).await {
                Ok(Ok(answered)) if answered.status.is_success() => {}
                Ok(Ok(_)) => refused += 1,
                Ok(Err(_)) | Err(_) => {
                    refused += 1;
                    // After a timeout the answer may still come, and would be taken for the next
                    // one.
                    connection = Connection::open(self.address).await?;
                }
            }
            histogram.saturating_record(u64::try_from(sent.elapsed().as_micros())?);
        }
        Ok(Chats { p99: histogram.value_at_quantile(0.99), refused })
    }
}

/// Makes a virtual key with a budget that is never reached.
pub(super) async fn make_key(address: SocketAddr) -> anyhow::Result<String> {
    let mut connection = Connection::open(address).await?;
    let key = format!("sk-attack-{}", Uuid::new_v4());
    let wanted = serde_json::json!({ "key": key, "key_alias": key, "max_budget": 1_000_000 });
    let made = connection.post("/key/generate", MASTER_KEY, &wanted).await?;
    anyhow::ensure!(made.contains(&key), "no key was made: {made}");
    Ok(key)
}

/// How long it takes to block a key that was just made.
pub(super) async fn block_a_key(address: SocketAddr, master: &str) -> anyhow::Result<Duration> {
    let key = make_key(address).await?;
    let mut connection = Connection::open(address).await?;
    let begin = Instant::now();
    let body = serde_json::json!({ "key": key });
    let said = connection.post("/key/block", master, &body).await?;
    anyhow::ensure!(said.contains("\"blocked\":true"), "the key was not blocked: {said}");
    Ok(begin.elapsed())
}

/// The key that the attackers have, where they have one.
pub(super) fn attackers_key() -> &'static str {
    Target::Fareway.key()
}
