//! The endpoint of the examples: `AZURE_MODEL_ROUTER_ENDPOINT` and `AZURE_MODEL_ROUTER_API_KEY`, or
//! else an emulated Azure that runs inside the example.

use std::{env, error::Error};

use azure_emulator::Emulator;
use router_client::RouterClient;

/// An endpoint that can be asked while this lives.
pub(crate) struct Azure {
    endpoint: String,
    key: String,
    _emulator: Option<Emulator>,
}

impl Azure {
    pub(crate) async fn find() -> Result<Self, Box<dyn Error>> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(endpoint) = set("AZURE_MODEL_ROUTER_ENDPOINT") {
            let key = env::var("AZURE_MODEL_ROUTER_API_KEY")?;
            return Ok(Self { endpoint, key, _emulator: None });
        }
        let emulator = Emulator::start().await?;
        let (endpoint, key) = (emulator.openai_v1(), emulator.key().to_owned());
        Ok(Self { endpoint, key, _emulator: Some(emulator) })
    }

    pub(crate) fn client(&self) -> Result<RouterClient, Box<dyn Error>> {
        Ok(RouterClient::azure_ai(&self.endpoint, self.key.as_str())?)
    }
}
