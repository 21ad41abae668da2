//! The emulator as a library: starts it on loopback, controls it, and reads its request log.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    scenario::{Scenario, prompt_rules::Rule},
    server,
    state::{Settings, State, request_log::SeenRequest},
};

/// A running emulated Azure. It stops when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// Sets up an [`Emulator`].
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    rules: Vec<Rule>,
    scenarios: Vec<Scenario>,
    address: SocketAddr,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It answers without checking who calls, so it must stay on this machine.
    #[error("expected a loopback address such as `127.0.0.1`, found `{0}`")]
    NotLoopback(IpAddr),
    /// The port is not available.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address that it should listen on.
        address: SocketAddr,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

// === impl Emulator ===

impl Emulator {
    /// An emulator with seed 0 and the key `emulator-key` on a free port.
    ///
    /// # Errors
    /// When no port is available.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// An emulator with settings of your own.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the v1 API: `http://127.0.0.1:PORT/openai/v1/`.
    #[must_use]
    pub fn openai_v1(&self) -> String {
        format!("{}/openai/v1/", self.url())
    }

    /// The key it accepts.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.state.settings.key
    }

    /// All following requests meet this scenario, and no other that was set before.
    pub fn set(&self, scenario: Scenario) {
        self.state.set(vec![scenario]);
    }

    /// All following requests meet all of these; where two disagree the later one wins.
    pub fn set_all(&self, scenarios: impl IntoIterator<Item = Scenario>) {
        self.state.set(scenarios.into_iter().collect());
    }

    /// Every request it saw (the newest [`Builder::keep`] ones), oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.state.log.all()
    }

    /// How many requests came.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.state.log.counts().requests
    }

    /// Waits until every response has ended, one way or the other. Only then is
    /// [`SeenRequest::ended`] final.
    pub async fn settled(&self) {
        self.state.log.settled().await;
    }

    /// Stops serving; open connections are closed.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The error only says that it was aborted.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

// === impl Builder ===

impl Default for Builder {
    fn default() -> Self {
        let settings = Settings {
            seed: 0,
            key: "emulator-key".to_owned(),
            deployments: vec!["azure-model-router".to_owned(), "model-router".to_owned()],
            date: None,
            keep: 10_000,
        };
        Self {
            settings,
            rules: Vec::new(),
            scenarios: Vec::new(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
        }
    }
}

impl Builder {
    /// Which models answer which prompts, and what they say, follows from the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The API key to accept.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.settings.key = key.into();
        self
    }

    /// One more model router deployment, beside `azure-model-router` and `model-router`. Every
    /// model of the pool is a deployment by its own name, too.
    #[must_use]
    pub fn deployment(mut self, name: impl Into<String>) -> Self {
        self.settings.deployments.push(name.into());
        self
    }

    /// Dates all answers with this second since 1970, so that bytes repeat.
    #[must_use]
    pub fn date(mut self, seconds: u64) -> Self {
        self.settings.date = Some(seconds);
        self
    }

    /// How many requests to remember; 10,000 when not set.
    #[must_use]
    pub fn keep(mut self, requests: usize) -> Self {
        self.settings.keep = requests;
        self
    }

    /// The scenarios to start with.
    #[must_use]
    pub fn scenarios(mut self, scenarios: impl IntoIterator<Item = Scenario>) -> Self {
        self.scenarios.extend(scenarios);
        self
    }

    /// Scenarios by prompt, from a scenario file.
    #[must_use]
    pub fn rules(mut self, rules: Vec<Rule>) -> Self {
        self.rules = rules;
        self
    }

    /// Where to listen; a free port of 127.0.0.1 when not set.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Starts the emulator on the caller's runtime.
    ///
    /// # Errors
    /// When the address is not loopback, or taken.
    #[expect(clippy::disallowed_methods, reason = "a server is a task; dropping it ends the task")]
    pub async fn start(self) -> Result<Emulator, StartError> {
        if !self.address.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.address.ip()));
        }
        let failed = |source| StartError::Listen { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(failed)?;
        // Port 0 asked for any free port: this is the one that was given.
        let address = listener.local_addr().map_err(failed)?;
        let state = Arc::new(State::new(self.settings, self.rules));
        state.set(self.scenarios);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&state)));
        Ok(Emulator { address, state, server })
    }
}
