//! `fareway chat`: sends one question, prints the answer, and one line with the model and the cost.

mod azure;
mod error;
mod gateway;
mod receipt_line;
mod transcript;

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use router_client::{ChatRequest, Message, system, user};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use self::{azure::Azure, error::ChatError, gateway::Gateway, transcript::Transcript};
use crate::{
    args::{key_source::KeyArguments, sku::SkuArguments},
    output::{
        command_error::{Failure, INTERRUPTED},
        terminal,
    },
};

/// Ask a router, and see which model answered and what it cost
///
/// The answer goes to standard output, everything else to standard error: with `> file` or a pipe
/// you get the answer alone. Asks Azure, with the key in AZURE_MODEL_ROUTER_API_KEY or
/// AZURE_AI_API_KEY; or, with --gateway, a Fareway gateway, with the key in FAREWAY_API_KEY.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to ask; `-` reads it from standard input
    prompt: String,
    /// Show the answer as it is written
    #[arg(long)]
    stream: bool,
    /// Azure: `azure_ai/<deployment>` (default: azure_ai/azure-model-router); a gateway: a model
    /// group of its configuration (default: azure-model-router)
    #[arg(long)]
    model: Option<String>,
    /// Set the assistant's task
    #[arg(long, value_name = "TEXT")]
    system: Option<String>,
    /// The most tokens to answer with, reasoning included
    #[arg(long, value_name = "N")]
    max_completion_tokens: Option<u32>,
    /// Ask this gateway, such as http://127.0.0.1:4000
    #[arg(
        long, value_name = "URL",
        conflicts_with_all = ["endpoint", "deployment_type", "zone", "region"]
    )]
    gateway: Option<String>,
    /// Ask Azure at this endpoint; without it the one in AZURE_MODEL_ROUTER_ENDPOINT or
    /// AZURE_AI_API_BASE
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    sku: SkuArguments,
    /// Print one JSON object: `answer`, `finish_reason` and `receipt`
    #[arg(long)]
    json: bool,
}

/// Where the question is sent.
enum Upstream {
    Azure(Azure),
    Gateway(Gateway),
}

/// The output of --json.
#[derive(Serialize)]
struct Output<'a> {
    answer: Option<&'a str>,
    finish_reason: Option<&'a str>,
    receipt: Option<&'a RawValue>,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let upstream = match &arguments.gateway {
        Some(url) => Upstream::Gateway(Gateway::new(url, &arguments.key)?),
        None => Upstream::Azure(Azure::new(&arguments)?),
    };
    let request = arguments.request(upstream.asked(&arguments))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Box::pin(chat(&upstream, &request, &arguments)))
}

/// Asks, shows the answer as it comes, and then its receipt, however the request ended.
async fn chat(
    upstream: &Upstream,
    request: &ChatRequest,
    arguments: &Arguments,
) -> Result<ExitCode, Failure> {
    let mut transcript = Transcript::new(!arguments.json);
    let ended = tokio::select! {
        ended = upstream.ask(request, arguments.stream, &mut transcript) => ended,
        // This drops the call, and the SDK or the gateway settles the receipt.
        _ = tokio::signal::ctrl_c() => Err(ChatError::Interrupted),
    };
    transcript.end();
    // After Ctrl-C too: the part that was answered may have cost something.
    let receipt = upstream.receipt().await;
    if arguments.json {
        print_json(&transcript, receipt.as_deref().ok())?;
    }
    match receipt {
        _ if arguments.json => {}
        Ok(receipt) => receipt_line::print(&receipt),
        Err(why) if transcript.begun() || matches!(ended, Err(ChatError::Interrupted)) => {
            terminal::warning(&format!("no receipt: {why}"));
        }
        // The error is enough.
        Err(_) => {}
    }
    match ended {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(ChatError::Interrupted) => Ok(ExitCode::from(INTERRUPTED)),
        Err(error) => Err(upstream.failure(error)),
    }
}

fn print_json(transcript: &Transcript, receipt: Option<&RawValue>) -> io::Result<()> {
    let output = Output {
        answer: Some(transcript.text()).filter(|_| transcript.begun()),
        finish_reason: transcript.finish_reason(),
        receipt,
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &output)?;
    writeln!(out)
}

// === impl Arguments ===

impl Arguments {
    fn request(&self, asked: &str) -> Result<ChatRequest, Failure> {
        let mut prompt = self.prompt.clone();
        if prompt == "-" {
            prompt.clear();
            io::stdin().read_to_string(&mut prompt).map_err(|error| {
                Failure::usage(format!("cannot read the prompt from standard input: {error}"))
            })?;
        }
        if prompt.trim().is_empty() {
            return Err(Failure::usage("the prompt is empty"));
        }
        let mut messages: Vec<Message> = self.system.iter().map(system).collect();
        messages.push(user(prompt));
        let request = ChatRequest::new(asked, messages);
        Ok(match self.max_completion_tokens {
            Some(tokens) => request.with("max_completion_tokens", Value::from(tokens)),
            None => request,
        })
    }
}

// === impl Upstream ===

impl Upstream {
    fn asked<'a>(&self, arguments: &'a Arguments) -> &'a str {
        let default = match self {
            Self::Azure(_) => azure::DEFAULT_MODEL,
            Self::Gateway(_) => gateway::DEFAULT_GROUP,
        };
        arguments.model.as_deref().unwrap_or(default)
    }

    async fn ask(
        &self,
        request: &ChatRequest,
        streamed: bool,
        transcript: &mut Transcript,
    ) -> Result<(), ChatError> {
        match self {
            Self::Azure(azure) => azure.ask(request, streamed, transcript).await,
            Self::Gateway(gateway) => gateway.ask(request, streamed, transcript).await,
        }
    }

    /// The receipt as JSON, once the request has ended.
    async fn receipt(&self) -> Result<Box<RawValue>, String> {
        match self {
            Self::Azure(azure) => azure.receipt(),
            Self::Gateway(gateway) => gateway.receipt().await,
        }
    }

    fn failure(&self, error: ChatError) -> Failure {
        let advice = match self {
            Self::Azure(azure) => azure.advice(&error),
            Self::Gateway(gateway) => gateway.advice(&error),
        };
        let failure = Failure::failed(error);
        match advice {
            Some(advice) => failure.advise(advice),
            None => failure,
        }
    }
}
