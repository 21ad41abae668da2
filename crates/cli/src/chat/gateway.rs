//! A Fareway gateway, asked over HTTP. The receipt is the gateway's own: nothing is priced here.

use std::{sync::OnceLock, time::Duration};

use futures_util::StreamExt;
use llm_types::{
    EventSplitter,
    chat::{ChatCompletion, ChatCompletionChunk, StreamOptions},
    event_data,
};
use reqwest::{Client, RequestBuilder, Response, Url};
use router_client::ChatRequest;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, value::RawValue};

use super::{
    error::ChatError,
    key::{Key, KeyArguments},
    transcript::Transcript,
};
use crate::failure::Failure;

pub(super) const DEFAULT_GROUP: &str = "azure-model-router";

const REQUEST_ID: &str = "x-fareway-request-id";

/// How often, and how far apart, a receipt is asked for that is still open.
const LOOKS: usize = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A gateway to be asked once.
pub(super) struct Gateway {
    client: Client,
    /// Without a slash at the end.
    base: String,
    key: Option<SecretString>,
    /// The gateway's id of the request, if it told one; not set before it answered.
    id: OnceLock<Option<String>>,
}

// === impl Gateway ===

impl Gateway {
    /// The gateway at `url`; sends nothing.
    pub(super) fn new(url: &str, key: &KeyArguments) -> Result<Self, Failure> {
        let not_a_url = || {
            Failure::usage("--gateway is not a URL that can be asked")
                .advise("Write the gateway's address, such as http://127.0.0.1:4000.")
        };
        let parsed = Url::parse(url).map_err(|_| not_a_url())?;
        let plain = matches!(parsed.scheme(), "http" | "https")
            && parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.query().is_none()
            && parsed.fragment().is_none();
        if !plain {
            return Err(not_a_url());
        }
        let base = parsed.as_str().trim_end_matches('/').trim_end_matches("/v1").to_owned();
        // Only the first call counts, and this is the only one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .build()
            .map_err(Failure::failed)?;
        let key = key.find(&["FAREWAY_API_KEY"])?.map(|Key { secret, .. }| secret);
        Ok(Self { client, base, key, id: OnceLock::new() })
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
        let post = self.client.post(format!("{}/v1/chat/completions", self.base));
        let post = post.header("content-type", "application/json").body(body);
        let response = self.send(post).await.map_err(|error| self.unreachable(error))?;
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

    /// The gateway's receipt. Of a request that was broken off the gateway may not know the end
    /// at once, so it is given a second.
    pub(super) async fn receipt(&self) -> Result<Box<RawValue>, String> {
        let id = match self.id.get() {
            None => return Err("the gateway had not answered yet".to_owned()),
            Some(None) => return Err(format!("{} told no `{REQUEST_ID}`", self.base)),
            Some(Some(id)) => id,
        };
        let mut looks = 1;
        loop {
            let get = self.client.get(format!("{}/fareway/v1/requests/{id}", self.base));
            let response = self.send(get).await.map_err(|error| error.to_string())?;
            if !response.status().is_success() {
                return Err(format!("the gateway answered {} for it", response.status().as_u16()));
            }
            let body = response.bytes().await.map_err(|error| error.to_string())?;
            let receipt: Box<RawValue> = serde_json::from_slice(&body)
                .map_err(|_| "the gateway's is not valid JSON".to_owned())?;
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
            ChatError::Connect { .. } => {
                return Some(
                    "Is the gateway running? `fareway-gateway --config config.yaml` starts it."
                        .to_owned(),
                );
            }
            _ => return None,
        };
        Some(match (status, code.as_deref(), retry_after) {
            (401, Some("invalid_api_key"), _) => match self.key {
                None => "Put the gateway's key into the variable FAREWAY_API_KEY.".to_owned(),
                Some(_) => "Check the gateway's key in FAREWAY_API_KEY, or where --key-env or \
                            --key-file say it is."
                    .to_owned(),
            },
            (404, Some("model_not_found"), _) => {
                format!("{}/v1/models lists the model groups for --model.", self.base)
            }
            (404 | 405, ..) => format!("Is there a Fareway gateway at {}?", self.base),
            (429, _, Some(after)) => format!("Try again in {} s.", after.as_secs()),
            (429 | 500.., ..) => "Try again later.".to_owned(),
            _ => return None,
        })
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, reqwest::Error> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        };
        request.send().await
    }

    fn unreachable(&self, error: reqwest::Error) -> ChatError {
        let error = error.without_url();
        if error.is_connect() {
            return ChatError::connect(self.base.clone(), &error);
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

/// An error answer in OpenAI's shape, or any other.
async fn refused(response: Response) -> ChatError {
    let status = response.status().as_u16();
    let seconds = header(&response, "retry-after").and_then(|text| text.parse().ok());
    let body = response.bytes().await.unwrap_or_default();
    let error = serde_json::from_slice::<Value>(&body).unwrap_or_default()["error"].take();
    let text = |key: &str| error[key].as_str().map(str::to_owned);
    ChatError::Refused {
        who: "the gateway",
        status,
        code: text("code").or_else(|| text("type")),
        message: text("message").unwrap_or_else(|| "no message".to_owned()),
        retry_after: seconds.map(Duration::from_secs),
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn broken(error: reqwest::Error) -> ChatError {
    ChatError::Broken { message: error.without_url().to_string() }
}

fn unexpected(error: serde_json::Error) -> ChatError {
    ChatError::Broken { message: format!("it has an unexpected shape ({error})") }
}
