//! The load generator: a fixed number of connections that are always busy (closed loop), or
//! requests at a fixed rate whatever the server does (open loop).

mod pace;
mod report;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use self::pace::{Pace, Turn};
use self::report::Tally;
pub(crate) use self::report::{Quantiles, Report};
use crate::{
    answers,
    connection::{Chat, Connection},
};

/// What to send.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Plan {
    /// The server, on loopback
    #[arg(long)]
    pub(crate) to: SocketAddr,
    /// The key to give
    #[arg(long, default_value = "none")]
    pub(crate) key: String,
    /// Ask for streams
    #[arg(long)]
    pub(crate) stream: bool,
    /// Each answer has to say what it cost
    #[arg(long)]
    pub(crate) cost: bool,
    /// Connections to use
    #[arg(long)]
    pub(crate) connections: usize,
    /// Requests a second; as many as the connections carry unless given
    #[arg(long)]
    pub(crate) rate: Option<u32>,
    /// How long to send, in milliseconds
    #[arg(long)]
    pub(crate) millis: u64,
}

/// How long the last answers may take; a server that hangs must not hang the benchmark.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends what is planned and measures the answers.
///
/// # Errors
/// When the server cannot be reached, or no longer answers.
pub(crate) async fn run(plan: &Plan) -> anyhow::Result<Report> {
    let chat = Chat::new(plan.to, &plan.key, plan.stream)?;
    let mut opened = Vec::new();
    for _ in 0..plan.connections {
        let connection = Connection::open(plan.to).await;
        opened.push(connection.with_context(|| format!("cannot connect to {}", plan.to))?);
    }
    let duration = Duration::from_millis(plan.millis);
    let pace = Arc::new(Pace::start(plan.rate, duration));
    let start = Instant::now();
    let mut workers = JoinSet::new();
    for connection in opened {
        let worker = Worker { plan: plan.clone(), chat: chat.clone(), connection };
        workers.spawn(worker.run(Arc::clone(&pace)));
    }
    let connections = plan.connections;
    // A thread of its own, as `release` sleeps more precisely than tokio's timer.
    let released = tokio::task::spawn_blocking(move || pace.release(connections));
    let all = async {
        released.await?;
        let mut sum = Tally::new()?;
        while let Some(worker) = workers.join_next().await {
            sum.add(&worker??)?;
        }
        anyhow::Ok(sum)
    };
    let sum = timeout(duration + PATIENCE, all).await;
    let sum = sum.with_context(|| format!("{} stopped answering", plan.to))??;
    sum.report(start.elapsed())
}

/// One connection and what is sent on it.
struct Worker {
    plan: Plan,
    chat: Chat,
    connection: Connection,
}

// === impl Worker ===

impl Worker {
    async fn run(mut self, pace: Arc<Pace>) -> anyhow::Result<Tally> {
        let (mut tally, mut body) = (Tally::new()?, Vec::new());
        loop {
            match pace.turn().await {
                Turn::Send { due } => {
                    if let Err(error) = self.ask(due, &mut tally, &mut body).await {
                        tally.failed(error);
                        self.connection = Connection::open(self.plan.to).await?;
                    }
                }
                Turn::TooLate { due } => tally.unsent(due.elapsed()),
                Turn::Over => return Ok(tally),
            }
        }
    }

    /// One request, counted from the time when it was due.
    async fn ask(
        &mut self,
        due: std::time::Instant,
        tally: &mut Tally,
        body: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        tally.sent += 1;
        let answered = self.connection.ask(&self.chat, body).await?;
        let flaw = answers::flaw(body, self.plan.stream, self.plan.cost);
        if answered.status.is_success() && flaw.is_none() {
            tally.complete(answered.first - due, answered.whole - due);
        } else {
            let start = String::from_utf8_lossy(body.get(..200).unwrap_or(body)).into_owned();
            tally.failed(anyhow::anyhow!("{} {flaw:?}: {start}", answered.status));
        }
        Ok(())
    }
}
