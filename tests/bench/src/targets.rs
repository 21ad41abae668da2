//! Targets of the comparison: no gateway at all, nginx as a plain reverse proxy, and Fareway.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::{connection::Connection, process::Process};

/// The server that requests are sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Target {
    Direct,
    Nginx,
    /// Asked with a key that has a strict budget and limits.
    Fareway,
    /// Asked with the master key, which has none.
    Operator,
}

/// The things that are needed to start a target.
pub(crate) struct Site {
    /// For config files and logs.
    pub(crate) folder: PathBuf,
    pub(crate) upstream: SocketAddr,
    /// The gateway's binary.
    pub(crate) gateway: PathBuf,
}

/// A target that runs, or will soon.
pub(crate) struct Running {
    pub(crate) target: Target,
    pub(crate) address: SocketAddr,
    /// None if the target is the upstream itself.
    pub(crate) process: Option<Process>,
}

/// The key that clients of the gateway give: one with a strict budget and limits, none of which
/// is ever reached.
const KEY: &str = "sk-bench-of-a-client-0123456789";
pub(crate) const MASTER_KEY: &str = "sk-bench-0123456789";

/// One worker a core, as many as the machine of the yardsticks has.
const WORKERS: usize = 2;

// === impl Target ===

impl Target {
    pub(crate) const ALL: [Self; 4] = [Self::Direct, Self::Nginx, Self::Fareway, Self::Operator];

    /// As the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Nginx => "nginx",
            Self::Fareway => "fareway",
            Self::Operator => "fareway, master key",
        }
    }

    /// Whether it reports the cost of an answer.
    pub(crate) fn prices(self) -> bool {
        matches!(self, Self::Fareway | Self::Operator)
    }

    /// The key that its clients send. Targets that are not gateways ignore it.
    pub(crate) fn key(self) -> &'static str {
        if self == Self::Operator { MASTER_KEY } else { KEY }
    }

    /// Its program, if it has one.
    pub(crate) fn program(self, site: &Site) -> Option<PathBuf> {
        match self {
            Self::Direct => None,
            Self::Nginx => on_path("nginx"),
            Self::Fareway | Self::Operator => Some(site.gateway.clone()),
        }
    }

    /// Starts it on a free port.
    ///
    /// # Errors
    /// When its program is missing.
    pub(crate) fn start(self, site: &Site) -> anyhow::Result<Running> {
        if self == Self::Direct {
            return Ok(Running { target: self, address: site.upstream, process: None });
        }
        let program = self.program(site).context("nginx is not installed")?;
        let address = free_address()?;
        let mut command = Command::new(program);
        match self {
            Self::Direct => {}
            Self::Nginx => {
                let config = site.folder.join("nginx.conf");
                fs::write(&config, nginx_config(address, site.upstream))?;
                command.arg("-p").arg(&site.folder).arg("-c").arg(config).args(["-e", "stderr"]);
            }
            Self::Fareway | Self::Operator => {
                // A ledger for this comparison alone; it grows from start to start.
                let books = site.folder.join("books").join(self.name());
                fs::create_dir_all(&books)?;
                let config = books.join("config.yaml");
                fs::write(&config, fareway_config(site.upstream))?;
                command.arg("--config").arg(config).args(["--port", &address.port().to_string()]);
                command.args(["--workers", &WORKERS.to_string()]);
            }
        }
        let log = site.folder.join(self.name()).with_extension("log");
        Ok(Running { target: self, address, process: Some(Process::start(&mut command, &log)?) })
    }
}

/// Makes the key that clients of the gateway give, unless an earlier start has.
///
/// # Errors
/// When the gateway does not make it.
pub(crate) async fn make_key(address: SocketAddr) -> anyhow::Result<()> {
    let mut connection = Connection::open(address).await?;
    let wanted = serde_json::json!({
        "key": KEY,
        "key_alias": "bench",
        "max_budget": 1_000_000,
        "rpm_limit": 1_000_000_000,
        "tpm_limit": 1_000_000_000_000_u64,
        "max_parallel_requests": 1_000,
    });
    let made = connection.post("/key/generate", MASTER_KEY, &wanted).await?;
    anyhow::ensure!(made.contains(KEY) || made.contains("conflict"), "no key was made: {made}");
    Ok(())
}

/// A plain reverse proxy that keeps its connections and passes each event on at once.
fn nginx_config(address: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "daemon off;
worker_processes {WORKERS};
pid nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    client_body_temp_path nginx-client;
    proxy_temp_path nginx-proxy;
    fastcgi_temp_path nginx-fastcgi;
    uwsgi_temp_path nginx-uwsgi;
    scgi_temp_path nginx-scgi;
    upstream answers {{
        server {upstream};
        keepalive 128;
        keepalive_requests 1000000000;
    }}
    server {{
        listen {address};
        location / {{
            proxy_pass http://answers;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_buffering off;
        }}
    }}
}}
"
    )
}

/// As an operator would write it; metering cannot be turned off.
fn fareway_config(upstream: SocketAddr) -> String {
    format!(
        "model_list:
  - model_name: azure-model-router
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: http://{upstream}/openai/v1/
      api_key: bench
general_settings:
  master_key: {MASTER_KEY}
"
    )
}

fn on_path(program: &str) -> Option<PathBuf> {
    // Debian keeps servers where only root's path looks.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    folders.map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
