//! Attacks of one caller on others: on a gateway's memory, on somebody else's chats, and on the
//! time it takes to block a key. All of it stays on loopback, is bounded, and ends by itself.

mod callers;
mod probe;

use std::{
    fmt::Write as _,
    fs,
    net::SocketAddr,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::time::sleep;

use self::{callers::Attack, probe::Probe};
use crate::{
    compare, machine,
    process::Process,
    say, start,
    targets::{MASTER_KEY, Site, Target},
};

/// What is attacked, and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The gateway's binary
    #[arg(long)]
    gateway: PathBuf,
    /// For the ledger and logs
    #[arg(long, default_value = "target/attack")]
    out: PathBuf,
    /// How long each attack lasts, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Only the attacks whose names contain this
    #[arg(long, default_value = "")]
    only: String,
    /// Fail where memory grows by more than 64 MiB and is not given back
    #[arg(long)]
    check: bool,
}

/// The most that an attack may add to the memory of an idle gateway, in bytes.
const MOST_GROWN: u64 = 64 << 20;
/// How long a gateway may take to give memory back, once an attack is over.
const GIVES_BACK: Duration = Duration::from_secs(30);

/// The observations during one attack.
struct Seen {
    name: &'static str,
    /// Bytes above an idle gateway's.
    grown: u64,
    kept: u64,
    /// The 99th percentile of another caller's chats, in microseconds.
    p99: u64,
    /// Chats of that caller that were not answered with 200.
    refused: u64,
    /// The slowest `/key/block`, in milliseconds.
    block: u128,
    /// The answers to the attackers.
    answers: String,
}

/// Attacks a fresh gateway in each way, and prints a table.
///
/// # Errors
/// When the gateway does not work, ends, or (`--check`) keeps more memory than it may.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let (site, _upstream) = compare::prepare_in(&options.out, &options.gateway).await?;
    let mut table = String::from(
        "| attack | MiB more | MiB kept | p99, others (quiet) | refused, others | /key/block | attackers saw |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut all = Vec::new();
    for attack in callers::ATTACKS.iter().filter(|attack| attack.name.contains(&options.only)) {
        let (quiet, seen) = attacked(attack, &site, Duration::from_secs(options.seconds)).await?;
        writeln!(
            table,
            "| {} | {} | {} | {} µs ({quiet}) | {} | {} ms | {} |",
            seen.name,
            seen.grown >> 20,
            seen.kept >> 20,
            seen.p99,
            seen.refused,
            seen.block,
            seen.answers
        )?;
        all.push(seen);
    }
    say(format_args!("\n{}\n\n{table}", machine::describe()));
    fs::write(site.folder.join("attack.md"), table)?;
    if options.check {
        for seen in &all {
            let name = seen.name;
            anyhow::ensure!(
                seen.grown <= MOST_GROWN,
                "{name}: memory grew by {} bytes",
                seen.grown
            );
            anyhow::ensure!(seen.refused == 0, "{name}: others were refused {}", seen.refused);
        }
    }
    Ok(())
}

/// One attack on a gateway of its own: the quiet 99th percentile, and what was seen.
async fn attacked(attack: &Attack, site: &Site, lasts: Duration) -> anyhow::Result<(u64, Seen)> {
    say(format_args!("{}", attack.name));
    let (mut running, _) = start::start(Target::Fareway, site).await?;
    let address = running.address;
    let process = running.process.as_mut().context("the gateway is a process")?;
    let quiet = Probe::new(address, lasts);
    // The baseline: the same probe without an attack, on the same machine.
    let quiet = joined(thread::spawn(move || quiet.run()))??.p99;
    let idle = process.memory()?;
    let begin = Instant::now();
    let until = begin + lasts;
    let probe = Probe::new(address, lasts);
    let probing = thread::spawn(move || probe.run());
    let run = attack.run;
    let attacking = thread::spawn(move || callers::in_a_runtime(run(address, until)));
    let (most, block) = watched(process, address, until).await?;
    let answers = joined(attacking)??;
    let chats = joined(probing)??;
    let kept = given_back(process, idle).await?;
    process.check_alive()?;
    let seen = Seen {
        name: attack.name,
        grown: most.saturating_sub(idle),
        kept: kept.saturating_sub(idle),
        p99: chats.p99,
        refused: chats.refused,
        block,
        answers: answers.to_string(),
    };
    Ok((quiet, seen))
}

/// Looks at the memory, and blocks a key each second; returns the most of both.
async fn watched(
    process: &Process,
    address: SocketAddr,
    until: Instant,
) -> anyhow::Result<(u64, u128)> {
    let (mut most, mut slowest) = (0, 0);
    let mut next = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        most = most.max(process.memory()?);
        if Instant::now() >= next {
            slowest = slowest.max(probe::block_a_key(address, MASTER_KEY).await?.as_millis());
            next += Duration::from_secs(1);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok((most, slowest))
}

/// The memory once it has fallen as far as it will.
async fn given_back(process: &Process, idle: u64) -> anyhow::Result<u64> {
    let begin = Instant::now();
    loop {
        let now = process.memory()?;
        if now <= idle + (4 << 20) || begin.elapsed() > GIVES_BACK {
            return Ok(now);
        }
        sleep(Duration::from_millis(200)).await;
    }
}

fn joined<T>(thread: thread::JoinHandle<T>) -> anyhow::Result<T> {
    thread.join().map_err(|_| anyhow::anyhow!("a thread of the attack failed"))
}
