//! The emulator and a gateway in front of it, as a newcomer would run them: two processes on
//! loopback and one config file. They stop when [`Servers`] is dropped.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use crate::repository;

/// The key that clients of this gateway give: the one of LiteLLM's documentation.
pub(crate) const KEY: &str = "sk-1234";
/// No credential of a model is encrypted with this well-known master key.
const SALT_KEY: &str = "salt-key-of-the-pretend-gateway";
/// The model group that clients ask for.
pub(crate) const GROUP: &str = "azure-model-router";

/// The key of the emulated Azure, which only the gateway knows.
const AZURE_KEY: &str = "pretend-azure-key";
/// The emulated Azure's choice of models follows from the seed; this one's is varied.
const SEED: &str = "20";
/// How long a server may take until it listens; a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// Both servers, running.
pub(crate) struct Servers {
    // In this order: the gateway is stopped before what it talks to.
    gateway: Server,
    emulator: Server,
}

/// One process that listens on a port of loopback.
struct Server {
    child: Child,
    port: u16,
}

// === impl Servers ===

impl Servers {
    /// Starts both with their files in `folder`; the gateway on `port`, or on a free one.
    ///
    /// # Errors
    /// When one of them does not start, with the last lines that it wrote.
    pub(crate) fn start(folder: &Path, port: Option<u16>) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let emulator_port = free_port(0)?;
        let seen = emulator_port.to_string();
        let emulate = ["--port", &seen, "--seed", SEED, "--key", AZURE_KEY];
        let emulator = Server::start("fareway-emulator", emulator_port, folder, &emulate)?;

        let config = folder.join("config.yaml");
        fs::write(&config, self::config(emulator_port))?;
        let port = free_port(port.unwrap_or(0))?;
        let (config, listen) = (config.to_string_lossy(), port.to_string());
        let serve = ["--config", &config, "--port", &listen];
        let gateway = Server::start("fareway-gateway", port, folder, &serve)?;
        Ok(Self { gateway, emulator })
    }

    /// Where the gateway listens, without a slash at the end.
    pub(crate) fn gateway_url(&self) -> String {
        self.gateway.url()
    }

    /// Gives a test suite the addresses of the servers.
    pub(crate) fn tell<'a>(&self, suite: &'a mut Command) -> &'a mut Command {
        suite
            .env("FAREWAY_URL", self.gateway.url())
            .env("FAREWAY_KEY", KEY)
            .env("EMULATOR_URL", self.emulator.url())
            .env("EMULATOR_KEY", AZURE_KEY)
    }

    /// Whether both still run.
    pub(crate) fn are_up(&mut self) -> bool {
        [&mut self.gateway, &mut self.emulator].into_iter().all(Server::is_up)
    }
}

/// The config file of LiteLLM's documentation with the emulated Azure as its endpoint.
fn config(emulator_port: u16) -> String {
    format!(
        "model_list:
  - model_name: {GROUP}
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: http://127.0.0.1:{emulator_port}/openai/v1/
      api_key: {AZURE_KEY}
  - model_name: claude-sonnet-5
    litellm_params:
      model: azure_ai/claude-sonnet-5
      api_base: http://127.0.0.1:{emulator_port}/anthropic
      api_key: {AZURE_KEY}
# Models that are added by API may be here as well.
upstreams:
  allowed_hosts: [127.0.0.1]
general_settings:
  master_key: {KEY}
"
    )
}

// === impl Server ===

impl Server {
    fn start(
        name: &'static str,
        port: u16,
        folder: &Path,
        arguments: &[&str],
    ) -> anyhow::Result<Self> {
        let program = repository::root().join("target/debug").join(name);
        let log_path = folder.join(name).with_extension("log");
        let log = File::create(&log_path)?;
        let child = Command::new(&program)
            .args(arguments)
            // For both programs: the emulator ignores it.
            .env("FAREWAY_SALT_KEY", SALT_KEY)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let mut server = Self { child, port };
        server.wait_until_it_listens().with_context(|| {
            let said = fs::read_to_string(&log_path).unwrap_or_default();
            format!("{name} did not start; it said:\n{said}")
        })?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self) -> anyhow::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            // Checked in each turn, so that a program that ended is not waited for.
            anyhow::ensure!(self.is_up(), "it ended");
            anyhow::ensure!(start.elapsed() < PATIENCE, "it does not listen on {address}");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn is_up(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This port, or any for 0, when nobody listens on it now. Another process could still take it
/// first, but then the start fails loudly.
fn free_port(wanted: u16) -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))
        .with_context(|| format!("port {wanted} is taken; choose another one"))?;
    Ok(listener.local_addr()?.port())
}
