//! A Redis that keeps nothing: it can be stopped, started again and paused.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// A `redis-server`, which is stopped when this is dropped.
#[derive(Debug)]
pub struct Redis {
    folder: TempDir,
    port: u16,
    password: Option<String>,
    child: Option<Child>,
}

/// A machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(30);

impl Redis {
    /// Starts one that lets everybody in.
    ///
    /// # Errors
    /// When `redis-server` is not installed, or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Self::new(None)
    }

    /// Starts one that asks for a password.
    ///
    /// # Errors
    /// When `redis-server` is not installed, or does not start.
    pub fn with_password(password: &str) -> anyhow::Result<Self> {
        Self::new(Some(password.to_owned()))
    }

    fn new(password: Option<String>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        // Another process could still take it first, but then the start fails loudly.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut redis = Self { folder, port, password, child: None };
        redis.start_again()?;
        Ok(redis)
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it; what it knew is lost.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Starts it on the same port, knowing nothing.
    ///
    /// # Errors
    /// When `redis-server` is not installed, or does not start.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        self.stop()?;
        let log = File::create(self.log())?;
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .args(self.password.iter().flat_map(|password| ["--requirepass", password]))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run `redis-server`; please install Debian's package redis-server")?;
        self.child = Some(child);
        let start = Instant::now();
        while !self.answers() {
            let child = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            let said = || fs::read_to_string(self.log()).unwrap_or_default();
            anyhow::ensure!(child.is_none(), "redis-server ended; it said:\n{}", said());
            anyhow::ensure!(start.elapsed() < PATIENCE, "redis-server is silent:\n{}", said());
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Lets it hang: it is there, and answers nothing.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&self) -> anyhow::Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// Resumes it.
    ///
    /// # Errors
    /// When it does not run.
    pub fn go_on(&self) -> anyhow::Result<()> {
        self.signal(Signal::SIGCONT)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let child = self.child.as_ref().context("redis-server does not run")?;
        kill(Pid::from_raw(child.id().try_into()?), signal)?;
        Ok(())
    }

    /// Whether it replies to a `PING`, even if only that it wants a password first.
    fn answers(&self) -> bool {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let Ok(mut stream) = TcpStream::connect(address) else { return false };
        let mut answer = [0; 1];
        stream.write_all(b"PING\r\n").and_then(|()| stream.read_exact(&mut answer)).is_ok()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("redis.log")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
