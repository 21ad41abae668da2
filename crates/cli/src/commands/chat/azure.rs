//! Chat with Azure directly, through the SDK.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use cost_model::Receipt;
use futures_util::StreamExt;
use provider_azure_ai::{Auth, AzureAi, Endpoint, Transport, TransportOptions};
use router_client::{
    Builder, ChatRequest, Deployment, Group, Groups, NotRecorded, Recorder, RouterClient,
};
use serde_json::value::RawValue;

use super::{Arguments, error::ChatError, transcript::Transcript};
use crate::{
    args::key_source::{self, Key},
    output::{command_error::Failure, terminal},
};

pub(super) const DEFAULT_MODEL: &str = "azure_ai/azure-model-router";

const ENDPOINTS: [&str; 2] = ["AZURE_MODEL_ROUTER_ENDPOINT", "AZURE_AI_API_BASE"];
const KEYS: [&str; 2] = ["AZURE_MODEL_ROUTER_API_KEY", "AZURE_AI_API_KEY"];

/// One deployment on Azure.
pub(super) struct Azure {
    client: RouterClient,
    receipts: Arc<LastReceipt>,
    /// Where the key was found, for messages.
    key_found_in: String,
}

/// Keeps the receipt of the only request.
#[derive(Debug, Default)]
struct LastReceipt(Mutex<Option<Arc<Receipt>>>);

#[async_trait]
impl Recorder for LastReceipt {
    async fn opened(&self, _: &Receipt) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn settled(&self, receipt: Arc<Receipt>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(receipt);
    }
}

// === impl Azure ===

impl Azure {
    /// The deployment that the arguments and the environment name; sends nothing.
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let Key { secret, found_in } = arguments.key.find(&KEYS)?.ok_or_else(no_key)?;
        let endpoint = arguments.endpoint.clone().or_else(|| key_source::setting(&ENDPOINTS));
        let endpoint = endpoint.ok_or_else(no_endpoint)?;
        let asked = arguments.model.as_deref().unwrap_or(DEFAULT_MODEL);
        let name = AzureAi::name(asked).map_err(Failure::usage)?;
        let endpoint = Endpoint::parse(&endpoint, None, &name.deployment).map_err(|error| {
            Failure::usage(error)
                .advise("`api_base` is the value of --endpoint or AZURE_MODEL_ROUTER_ENDPOINT.")
        })?;
        let transport = Transport::new(TransportOptions::default()).map_err(Failure::failed)?;
        let azure = AzureAi::new(endpoint, Auth::ApiKey(secret), transport).map_err(|error| {
            Failure::usage(error).advise(format!("The key was taken from {found_in}."))
        })?;
        for warning in azure.warnings() {
            terminal::warning(&warning.to_string());
        }
        let mut deployment = Deployment::new(&name, Arc::new(azure));
        deployment.sku = arguments.sku.sku()?;
        let group = Group::new(asked, vec![Arc::new(deployment)]);
        let receipts = Arc::new(LastReceipt::default());
        let client = Builder::new(Arc::new(Groups::new([group])))
            .recorder(Arc::clone(&receipts) as Arc<dyn Recorder>)
            .build();
        Ok(Self { client, receipts, key_found_in: found_in })
    }

    pub(super) async fn ask(
        &self,
        request: &ChatRequest,
        streamed: bool,
        transcript: &mut Transcript,
    ) -> Result<(), ChatError> {
        if !streamed {
            let answer = self.client.request(request).await?;
            let choice = answer.completion.choices.first();
            let reason = choice.and_then(|choice| choice.finish_reason.as_deref());
            return Ok(transcript.add(answer.text(), reason)?);
        }
        let mut chunks = self.client.request_stream(request).await?;
        while let Some(chunk) = chunks.next().await {
            transcript.add_chunk(&chunk?)?;
        }
        Ok(())
    }

    /// The receipt; that of a cancelled request contains what is known.
    pub(super) fn receipt(&self) -> Result<Box<RawValue>, String> {
        let receipt = self.receipts.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let receipt = receipt.ok_or("nothing was sent")?;
        serde_json::value::to_raw_value(&*receipt).map_err(|error| error.to_string())
    }

    pub(super) fn advice(&self, error: &ChatError) -> Option<String> {
        let (status, code, retry_after) = match error {
            ChatError::Refused { status, code, retry_after, .. } => (status, code, retry_after),
            ChatError::Connect { .. } => {
                return Some("Check the endpoint's name and the network.".to_owned());
            }
            _ => return None,
        };
        Some(match (status, code.as_deref(), retry_after) {
            (401 | 403, ..) => format!(
                "Check that the key in {} is a key of this endpoint's resource.",
                self.key_found_in
            ),
            (404, ..) => "Check the endpoint, and that --model azure_ai/NAME names a deployment \
                          of its resource, as Azure's portal shows it."
                .to_owned(),
            (429, _, Some(after)) => {
                format!("Try again in {} s.", after.as_millis().div_ceil(1000))
            }
            (429 | 500.., ..) => "Try again later.".to_owned(),
            (400, Some("content_filter"), _) => "Word the prompt differently.".to_owned(),
            _ => return None,
        })
    }
}

fn no_key() -> Failure {
    Failure::usage("no key for Azure is set").advise(
        "Put it into the variable AZURE_MODEL_ROUTER_API_KEY, or give --key-env or --key-file; \
         or ask a gateway with --gateway URL.",
    )
}

fn no_endpoint() -> Failure {
    Failure::usage("no endpoint of Azure is set").advise(
        "Put it into the variable AZURE_MODEL_ROUTER_ENDPOINT, or give --endpoint, such as \
         https://RESOURCE.services.ai.azure.com/openai/v1/; or ask a gateway with --gateway URL.",
    )
}
