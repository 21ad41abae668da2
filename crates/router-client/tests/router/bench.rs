//! One client in front of emulated Azures, and its answers in short texts for snapshots.

use std::{fmt::Write, sync::Arc};

use azure_emulator::{Emulator, Scenario};
use futures_util::StreamExt;
use http::HeaderMap;
use jiff::Timestamp;
use llm_types::{Clock, Dialect, RequestView, event_data};
use router_client::{
    Auth, AzureAi, Builder, Call, CallError, ClientError, Deployment, Endpoint, Group, Groups,
    Outcome, Receipt, RouterClient, Sent, StreamEdits, Transport, TransportOptions,
};
use serde_json::{Value, json};

use crate::books::Books;

/// A client whose group `group` has one deployment on each of `azures`.
pub(crate) struct Bench {
    pub(crate) azures: Vec<Emulator>,
    pub(crate) client: RouterClient,
    pub(crate) books: Arc<Books>,
}

/// A clock that stands.
#[derive(Debug)]
pub(crate) struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }
}

impl Bench {
    /// One Azure with these scenarios.
    pub(crate) async fn of(scenarios: &str) -> Self {
        Self::new(&[scenarios], Books::default(), None).await
    }

    /// An Azure for each list of scenarios.
    pub(crate) async fn new(scenarios: &[&str], books: Books, retries: Option<usize>) -> Self {
        let mut azures = Vec::new();
        for list in scenarios {
            let served = Scenario::served("gpt-5-nano-2025-08-07");
            let scenarios = std::iter::once(served).chain(Scenario::parse_list(list).unwrap());
            let azure = Emulator::builder().date(1_795_000_000).start().await.unwrap();
            azure.set_all(scenarios);
            azures.push(azure);
        }
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let deployments = azures.iter().map(|azure| deployment(azure, &transport)).collect();
        let books = Arc::new(books);
        let client = builder(deployments, &books).retries(retries).build();
        Self { azures, client, books }
    }

    /// Sends a body as it is.
    pub(crate) async fn send(&self, body: &Value, edits: StreamEdits) -> Result<Sent, CallError> {
        send(&self.client, body, edits).await
    }

    /// What a caller sees of a whole answer, and what the receipt says.
    pub(crate) async fn whole(self) -> String {
        let seen = match self.client.chat("group", ["Hello there!"]).await {
            Ok(answer) => answer.text().to_owned(),
            Err(error) => describe(&error),
        };
        format!("whole: {seen}\n  {}", summary(&self.books.only()))
    }

    /// The same of a streamed one, as bytes.
    pub(crate) async fn stream(self) -> String {
        let body = ask("Hello there!", true);
        let seen = match self.send(&body, StreamEdits::default()).await {
            Ok(Sent::Stream { events, .. }) => {
                let events: Vec<_> = events.collect().await;
                let last = event_data(events.last().unwrap()).unwrap().into_owned();
                format!("{} events, then {}", events.len() - 1, String::from_utf8(last).unwrap())
            }
            Ok(Sent::Json(_)) => "a whole answer".to_owned(),
            Err(error) => describe(&error.into()),
        };
        format!("stream: {seen}\n  {}", summary(&self.books.only()))
    }
}

/// What a caller sees of both kinds of answer, and what the receipts say.
pub(crate) async fn see(scenarios: &str) -> String {
    let whole = Bench::of(scenarios).await.whole().await;
    let stream = Bench::of(scenarios).await.stream().await;
    format!("{whole}\n{stream}")
}

pub(crate) fn ask(prompt: &str, stream: bool) -> Value {
    json!({ "model": "group", "stream": stream, "messages": [{ "role": "user", "content": prompt }] })
}

pub(crate) fn builder(deployments: Vec<Arc<Deployment>>, books: &Arc<Books>) -> Builder {
    let groups = Groups::new([Group::new("group", deployments)]);
    Builder::new(Arc::new(groups)).recorder(books.clone()).clock(Arc::new(Standing))
}

pub(crate) async fn send(
    client: &RouterClient,
    body: &Value,
    edits: StreamEdits,
) -> Result<Sent, CallError> {
    let body = body.to_string();
    let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
    let call = Call {
        id: client.new_id(),
        spoken: Dialect::Chat,
        at: Standing.now(),
        asked: "group",
        body: body.clone().into(),
        view: &view,
        headers: HeaderMap::new(),
        edits,
        max_output: None,
        only: None,
        recorder: None,
        page: "",
        early: None,
    };
    client.send(call).await
}

fn deployment(azure: &Emulator, transport: &Transport) -> Arc<Deployment> {
    let endpoint = Endpoint::parse(&azure.openai_v1(), None, "azure-model-router").unwrap();
    let auth = Auth::ApiKey(azure.key().into());
    let provider = AzureAi::new(endpoint, auth, transport.clone()).unwrap();
    let name = AzureAi::name("azure_ai/azure-model-router").unwrap();
    Arc::new(Deployment::new(&name, Arc::new(provider)))
}

/// The first line of an error's text, shortened.
fn describe(error: &ClientError) -> String {
    let text = error.to_string();
    let short: String = text.chars().take(90).collect();
    format!("error: {short}{}", if short.len() < text.len() { "…" } else { "" })
}

/// A receipt on one line, timings left out.
pub(crate) fn summary(receipt: &Receipt) -> String {
    let mut text = match &receipt.outcome {
        Outcome::Refused { status, code } => {
            format!("refused {status} {}", code.as_deref().unwrap_or("-"))
        }
        Outcome::Failed { reason } => {
            // What follows is the connection's own wording, which differs by who notices first.
            let told = reason.split(": ").next().unwrap_or_default();
            format!("failed ({told})")
        }
        Outcome::Completed => "completed".to_owned(),
        Outcome::ClientGone => "client gone".to_owned(),
        Outcome::Open => "open".to_owned(),
        Outcome::Interrupted => "interrupted".to_owned(),
    };
    let cost = &receipt.cost;
    let total = cost.total().map_or("unknown".to_owned(), |total| format!("${total}"));
    write!(text, " · served {}", receipt.served.as_deref().unwrap_or("-")).unwrap();
    if let Some(usage) = &receipt.usage {
        let count = |tokens: Option<llm_types::Tokens>| tokens.unwrap_or_default();
        let (prompt, output) = (count(usage.prompt_tokens), count(usage.completion_tokens));
        write!(text, " · {prompt} in, {output} out").unwrap();
    }
    let (status, source) = (cost.status.as_str(), &receipt.usage_source);
    write!(text, " · {status} {total}, known ${} · {source:?}", cost.known()).unwrap();
    if let Some(why) = &cost.unpriced {
        write!(text, " · {why}").unwrap();
    }
    let statuses: Vec<_> = receipt
        .attempts
        .iter()
        .map(|attempt| attempt.status.map_or("none".to_owned(), |status| status.to_string()))
        .collect();
    write!(text, " · attempts {}", statuses.join(" ")).unwrap();
    text
}
