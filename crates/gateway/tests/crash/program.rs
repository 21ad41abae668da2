//! The gateway's program as a child process.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

pub(crate) const AZURE_KEY: &str = "azure-key-of-the-crash-tests";
pub(crate) const KEY: &str = "sk-of-the-crash-tests-d41d8cd98f00";

/// A key with a strict budget.
pub(crate) const VIRTUAL_KEY: &str = "sk-virtual-of-the-crash-tests-8d1f";

/// A running gateway; dropped, it is killed.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// Writes a configuration with one router deployment, and these further sections.
pub(crate) fn configure(folder: &TempDir, azure: &str, sections: &str) {
    let text = format!(
        "model_list:\n  - model_name: azure-model-router\n    litellm_params:\n      \
         model: azure_ai/azure-model-router\n      api_base: {azure}\n      api_key: {AZURE_KEY}\n\
         general_settings:\n  master_key: {KEY}\n{sections}"
    );
    fs::write(folder.path().join("config.yaml"), text).unwrap();
}

impl Gateway {
    pub(crate) async fn start(folder: &TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fareway-gateway"))
            .args(["--port", "0", "--workers", "2", "--config"])
            .arg(folder.path().join("config.yaml"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
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
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has ended.
    pub(crate) fn stop(mut self) {
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
