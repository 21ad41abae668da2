//! Chat through a Fareway gateway over HTTP. The receipt is the gateway's own: nothing is priced
//! here.

use std::{sync::OnceLock, time::Duration};

use futures_util::StreamExt;
use llm_types::{
    EventSplitter,
    chat::{ChatCompletion, ChatCompletionChunk, StreamOptions},
    event_data,
};
use reqwest::Response;
use router_client::ChatRequest;
use serde_json::{Value, value::RawValue};

use super::{error::ChatError, transcript::Transcript};
use crate::{
    args::key_source::KeyArguments,
    client::connection::{Connection, NOT_RUNNING, Refusal, header},
    output::command_error::Failure,
};

pub(super) const DEFAULT_GROUP: &str = "azure-model-router";

const REQUEST_ID: &str = "x-fareway-request-id";

/// How often, and at what interval, a receipt that is still open is requested again.
const LOOKS: usize = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A gateway that is sent one request.
pub(super) struct Gateway {
    connection: Connection,
    /// The gateway's id of the request, if it returned one; not set before it answered.
    id: OnceLock<Option<String>>,
}

// === impl Gateway ===

impl Gateway {
    /// The gateway at `url`; sends nothing.
    pub(super) fn new(url: &str, key: &KeyArguments) -> Result<Self, Failure> {
        Ok(Self { connection: Connection::new(url, key, None)?, id: OnceLock::new() })
    }

    pub(super) async fn ask(
        &self,
        request: &ChatRequest,
        streamed: bool,
        transcript: &mut Transcript,
    ) -> Result<(), ChatError> {
        let mut request = request.clone();
        if streamed {
            request.stream = Some(true);
            request.stream_options =
                Some(StreamOptions { include_usage: Some(true), ..StreamOptions::default() });
        }
        let body = serde_json::to_vec(&request).map_err(|error| ChatError::Other(error.into()))?;
        let post = self.connection.post("/v1/chat/completions", body);
        let response = self.connection.send(post).await.map_err(|error| self.unreachable(error))?;
        // There is one request, and so one id.
        let _ = self.id.set(header(&response, REQUEST_ID));
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        if streamed {
            read_stream(response, transcript).await
        } else {
            read_whole(response, transcript).await
        }
    }

    /// The gateway's receipt. The gateway may not know at once how a cancelled request ended, so it
    /// is given a second.
    pub(super) async fn receipt(&self) -> Result<Box<RawValue>, String> {
        let id = match self.id.get() {
            None => return Err("the gateway had not answered yet".to_owned()),
            Some(None) => return Err(format!("{} sent no `{REQUEST_ID}`", self.connection.base())),
            Some(Some(id)) => id,
        };
        let mut looks = 1;
        loop {
            let get = self.connection.get(&format!("/fareway/v1/requests/{id}"));
            let response = self.connection.send(get).await.map_err(|error| error.to_string())?;
            if !response.status().is_success() {
                return Err(format!("the gateway answered {} for it", response.status().as_u16()));
            }
            let body = response.bytes().await.map_err(|error| error.to_string())?;
            let receipt: Box<RawValue> = serde_json::from_slice(&body)
                .map_err(|_| "the gateway's is not valid JSON".to_owned())?;
            // The receipt itself stays as it was sent, so that --json prints every digit.
            let status: Value = serde_json::from_str(receipt.get()).unwrap_or_default();
            if status["cost"]["status"] != "open" || looks == LOOKS {
                return Ok(receipt);
            }
            looks += 1;
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    pub(super) fn advice(&self, error: &ChatError) -> Option<String> {
        let (status, code, retry_after) = match error {
            ChatError::Refused { status, code, retry_after, .. } => (status, code, retry_after),
            ChatError::Connect { .. } => return Some(NOT_RUNNING.to_owned()),
            _ => return None,
        };
        let base = self.connection.base();
        Some(match (status, code.as_deref(), retry_after) {
            (401, Some("invalid_api_key"), _) => match self.connection.key_found_in() {
                None => "Put the gateway's key into the variable FAREWAY_API_KEY.".to_owned(),
                Some(_) => "Check the gateway's key in FAREWAY_API_KEY, or where --key-env or \
                            --key-file say it is."
                    .to_owned(),
            },
            (404, Some("model_not_found"), _) => {
                format!("{base}/v1/models lists the model groups for --model.")
            }
            (404 | 405, ..) => format!("Is there a Fareway gateway at {base}?"),
            (429, _, Some(after)) => format!("Try again in {} s.", after.as_secs()),
            (429 | 500.., ..) => "Try again later.".to_owned(),
            _ => return None,
        })
    }

    fn unreachable(&self, error: reqwest::Error) -> ChatError {
        let error = error.without_url();
        if error.is_connect() {
            return ChatError::connect(self.connection.base().to_owned(), &error);
        }
        ChatError::Other(error.into())
    }
}

async fn read_whole(response: Response, transcript: &mut Transcript) -> Result<(), ChatError> {
    let body = response.bytes().await.map_err(broken)?;
    let answer: ChatCompletion = serde_json::from_slice(&body).map_err(unexpected)?;
    let choice = answer.choices.first();
    let reason = choice.and_then(|choice| choice.finish_reason.as_deref());
    Ok(transcript.add(answer.text(), reason)?)
}

async fn read_stream(response: Response, transcript: &mut Transcript) -> Result<(), ChatError> {
    let mut splitter = EventSplitter::default();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        splitter.push(chunk.map_err(broken)?);
        while let Some(event) = splitter.next_event() {
            let Some(data) = event_data(&event) else { continue };
            if *data == *b"[DONE]" {
                return Ok(());
            }
            let chunk: ChatCompletionChunk = serde_json::from_slice(&data).map_err(unexpected)?;
            if let Some(error) = chunk.extra.get("error").filter(|error| !error.is_null()) {
                let message = error["message"].as_str().unwrap_or("no message").to_owned();
                return Err(ChatError::Broken { message });
            }
            transcript.add_chunk(&chunk)?;
        }
    }
    Err(ChatError::Broken { message: "the stream ended without `[DONE]`".to_owned() })
}

async fn refused(response: Response) -> ChatError {
    let Refusal { status, code, message, retry_after } = Refusal::read(response).await;
    ChatError::Refused { who: "the gateway", status, code, message, retry_after }
}

fn broken(error: reqwest::Error) -> ChatError {
    ChatError::Broken { message: error.without_url().to_string() }
}

fn unexpected(error: serde_json::Error) -> ChatError {
    ChatError::Broken { message: format!("it has an unexpected shape ({error})") }
}
