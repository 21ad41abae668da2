//! The HTTP connection to a gateway: its address, its key, and its refusals.

use std::{error::Error, time::Duration};

use reqwest::{Client, RequestBuilder, Response, Url};
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{
    args::key_source::{Key, KeyArguments},
    output::command_error::Failure,
};

/// The advice when no server is listening.
pub(crate) const NOT_RUNNING: &str =
    "Is the gateway running? `fareway-gateway --config config.yaml` starts it.";

const KEYS: &[&str] = &["FAREWAY_API_KEY"];

/// A way to ask a gateway.
pub(crate) struct Connection {
    client: Client,
    /// Without a slash at the end.
    base: String,
    key: Option<Key>,
}

/// An answer that is an error, in OpenAI's shape or any other.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) retry_after: Option<Duration>,
}

/// A header of an answer, if it is text.
pub(crate) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// The innermost cause: those around it only name the layer in which it happened.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

// === impl Connection ===

impl Connection {
    /// The gateway at `url`, with a limit on the time an answer may take; sends nothing.
    pub(crate) fn new(
        url: &str,
        key: &KeyArguments,
        limit: Option<Duration>,
    ) -> Result<Self, Failure> {
        let base = base(url).ok_or_else(|| {
            Failure::usage("the gateway's address is not a URL of HTTP")
                .advise("Write it like this: http://127.0.0.1:4000")
        })?;
        // Only the first call counts, and this is the only one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().connect_timeout(Duration::from_secs(10)).tcp_nodelay(true);
        let client = match limit {
            Some(limit) => client.timeout(limit),
            None => client,
        };
        let client = client.build().map_err(Failure::failed)?;
        Ok(Self { client, base, key: key.find(KEYS)? })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Where the key was found, if there is one.
    pub(crate) fn key_found_in(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.found_in.as_str())
    }

    /// Asks for the page at a path.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    /// Sends JSON to the page at a path.
    pub(crate) fn post(&self, path: &str, json: Vec<u8>) -> RequestBuilder {
        let post = self.client.post(format!("{}{path}", self.base));
        post.header("content-type", "application/json").body(json)
    }

    /// Sends it with the key.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, reqwest::Error> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.secret.expose_secret()),
            None => request,
        };
        request.send().await
    }
}

/// The part of a gateway's address to which paths are added; `None` if it is no address.
fn base(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    // The address as SDKs take it, with `/v1`, is accepted as well.
    plain.then(|| url.as_str().trim_end_matches('/').trim_end_matches("/v1").to_owned())
}

// === impl Refusal ===

impl Refusal {
    pub(crate) async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let seconds = header(&response, "retry-after").and_then(|text| text.parse().ok());
        // A body that is cut off or no JSON leaves the status, which is enough for a message.
        let body = response.bytes().await.unwrap_or_default();
        let error = serde_json::from_slice::<Value>(&body).unwrap_or_default()["error"].take();
        let text = |key: &str| error[key].as_str().map(str::to_owned);
        Self {
            status,
            code: text("code").or_else(|| text("type")),
            message: text("message").unwrap_or_else(|| "no message".to_owned()),
            retry_after: seconds.map(Duration::from_secs),
        }
    }
}
