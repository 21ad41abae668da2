//! The gateway's program as a child process.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::config::{GROUP, ROUTER, config, entry};

pub const AZURE_KEY: &str = "azure-key-of-the-crash-tests";
pub const KEY: &str = "sk-of-the-crash-tests-d41d8cd98f00";

/// A key with a strict budget.
pub const VIRTUAL_KEY: &str = "sk-virtual-of-the-crash-tests-8d1f";

/// A running gateway; dropped, it is killed.
pub struct Gateway {
    child: Child,
    pub address: SocketAddr,
}

/// Writes a configuration with one router deployment, and these further sections.
pub fn configure(folder: &TempDir, azure: &str, sections: &str) {
    let text = config(&entry(GROUP, ROUTER, azure), sections);
    fs::write(folder.path().join("config.yaml"), text).unwrap();
}

/// The program with this folder's configuration.
pub fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(path());
    command.env("AZURE_KEY", AZURE_KEY).env("MASTER_KEY", KEY);
    command.args(["--port", "0", "--config"]).arg(folder.path().join("config.yaml"));
    command
}

/// The same below a tool that starts other programs.
pub fn under(mut tool: Command, folder: &TempDir) -> Command {
    let plain = command(folder);
    tool.arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            tool.env(name, value);
        }
    }
    tool
}

/// The gateway's program: built with the tests, in the folder above theirs.
pub fn path() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    // Tests are in `target/debug/deps`, programs one folder above.
    let path = tests.ancestors().nth(2).unwrap().join("fareway-gateway");
    assert!(path.exists(), "{} is missing; run `cargo build --workspace --bins`", path.display());
    path
}

impl Gateway {
    pub async fn start(folder: &TempDir) -> Self {
        let mut command = command(folder);
        command.args(["--workers", "2"]);
        Self::start_as(command).await
    }

    /// The same by a command of the test's own.
    pub async fn start_as(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, address) = tokio::sync::oneshot::channel();
        // Read to the end, so that the gateway never waits for a reader.
        std::thread::spawn(move || {
            let mut sender = Some(sender);
            for line in log.lines().map_while(Result::ok) {
                match line.split_once("listening on http://") {
                    Some((_, address)) if let Some(sender) = sender.take() => {
                        let _ = sender.send(address.trim().parse().unwrap());
                    }
                    _ if line.contains("ERROR") => eprintln!("{line}"),
                    _ => {}
                }
            }
        });
        let address = address.await.expect("the gateway starts");
        Self { child, address }
    }

    /// SIGKILL: it has no chance to do anything about it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has ended.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
