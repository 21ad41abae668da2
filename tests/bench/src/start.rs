//! Start-up of a target: the time to its first answer, and its memory when idle.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{
    answers,
    connection::{Chat, Connection},
    targets::{Running, Site, Target, make_key},
};

/// One start of a target.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Start {
    pub(crate) target: Target,
    /// From the start of the process to the last byte of its first answer.
    pub(crate) first_answer: Duration,
    /// Bytes of memory in use after the first answer.
    pub(crate) idle_memory: u64,
}

/// How long a target may take on a machine under load.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a target and waits for its first answer.
///
/// # Errors
/// When it ends, or gives no whole answer in time.
pub(crate) async fn start(target: Target, site: &Site) -> anyhow::Result<(Running, Start)> {
    let begin = Instant::now();
    let mut running = target.start(site)?;
    let fails = || format!("{} does not work", target.name());
    first_answer(&mut running, begin).await.with_context(fails)?;
    let first_answer = begin.elapsed();
    // Memory that was needed only for the start has been returned by then.
    sleep(Duration::from_millis(200)).await;
    let memory = running.process.as_ref().map_or(Ok(0), |process| process.memory())?;
    Ok((running, Start { target, first_answer, idle_memory: memory }))
}

async fn first_answer(running: &mut Running, begin: Instant) -> anyhow::Result<()> {
    let chat = Chat::new(running.address, running.target.key(), false)?;
    let mut body = Vec::new();
    let mut connection = loop {
        match Connection::open(running.address).await {
            Ok(connection) => break connection,
            Err(error) if begin.elapsed() > PATIENCE => return Err(error),
            Err(_) => {}
        }
        if let Some(process) = &mut running.process {
            process.check_alive()?;
        }
        // Short, as the figure is the time until the first answer.
        sleep(Duration::from_millis(1)).await;
    };
    if running.target == Target::Fareway {
        make_key(running.address).await?;
    }
    let answered = connection.ask(&chat, &mut body).await?;
    let flaw = answers::flaw(&body, false, running.target.prices());
    anyhow::ensure!(
        answered.status.is_success() && flaw.is_none(),
        "expected a whole answer, found {} {flaw:?}: {}",
        answered.status,
        String::from_utf8_lossy(&body)
    );
    Ok(())
}
