//! `fareway-gateway`: reads the configuration and serves until it receives a signal to stop.

use std::{
    io::IsTerminal,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    thread,
};

use anyhow::Context;
use clap::Parser;
use gateway::{Running, Workers, config::Config};
use llm_types::SystemClock;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// A request is a few hundred small allocations that live on one thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An OpenAI-compatible gateway in front of Azure Model Router that records, for every request, which
/// model answered and exactly what it cost.
#[derive(Parser)]
#[command(name = "fareway-gateway", version)]
struct Args {
    /// The configuration, in LiteLLM's format
    #[arg(long, short, env = "FAREWAY_CONFIG", default_value = "config.yaml")]
    config: PathBuf,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on
    #[arg(long, short, default_value_t = 4000)]
    port: u16,
    /// Threads that serve requests; defaults to one per core
    #[arg(long, alias = "num_workers")]
    workers: Option<usize>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = std::env::var("RUST_LOG").ok().and_then(|filter| filter.parse::<Targets>().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
    use_small_pages();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The allocator asks for pages of 2 MiB, each of which is in memory whole once a byte of it is used:
/// for a gateway that is half its memory, and no quicker (docs/decisions/0004 has the figures).
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "memory stays in huge pages");
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::read(&args.config, &|name| std::env::var(name).ok())?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let address = address(&args.host, args.port)?;
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let workers = Workers(args.workers.unwrap_or_else(cores));
    // For the start, the signals and the stop alone: each worker has a thread and a runtime of its
    // own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Registered before the start, so that a signal in its midst still leads to an orderly
        // stop.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let running = Running::start(config, address, workers, Arc::new(SystemClock)).await?;
        tracing::info!("listening on http://{}", running.address());
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests in flight are finished first");
        running.shutdown().await;
        Ok(())
    })
}

fn address(host: &str, port: u16) -> anyhow::Result<SocketAddr> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok((address, port).into());
    }
    let mut found =
        (host, port).to_socket_addrs().with_context(|| format!("cannot find the host `{host}`"))?;
    found.next().with_context(|| format!("the host `{host}` has no address"))
}
