//! `cargo xtask demo`: a gateway in front of an emulated Azure, a few requests, and their receipts.
//!
//! Built without optimisation: a newcomer waits for the build, not for the answers.

mod table;

use std::{sync::mpsc, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    command::{cargo, run},
    console, repository,
    servers::{GROUP, KEY, Servers},
    ui,
};

/// How to run the demo.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// Port of the gateway
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// End after the table instead of staying up
    #[arg(long)]
    once: bool,
}

/// One request of the demo: why it is interesting, and what is asked.
struct Request {
    what: &'static str,
    prompt: &'static str,
    /// Whether a long document goes before the prompt.
    document: bool,
    stream: bool,
}

/// The emulated Azure picks a model for each prompt, except for those that name one.
const REQUESTS: &[Request] = &[
    Request::new("a greeting", "Hello!"),
    Request::new("the same, streamed", "Hello!").streamed(),
    Request::new("a fact", "What is the capital of France?"),
    Request::new("a proof", "Prove that there are infinitely many primes, step by step."),
    Request::new("a story", "Tell me a story about a lighthouse.").streamed(),
    Request::new("hidden reasoning", "Is 7919 prime? [[scenario:served=grok-4]]"),
    Request::new("a document", "Sum it up. [[scenario:served=gpt-5.6-luna-2026-07-09]]")
        .documented(),
    Request::new("it again, cached", "Sum it up. [[scenario:served=gpt-5.6-luna-2026-07-09]]")
        .documented(),
    Request::new("a model without a price", "What is new? [[scenario:unknown-model]]"),
];

/// A line of the document, often enough to make a prompt that Azure caches.
const DOCUMENT: &str =
    "The lighthouse keeper wrote down the wind, the waves and each ship that passed. ";
const DOCUMENT_LINES: usize = 120;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the demo until Ctrl-C, or just once.
///
/// # Errors
/// When something does not build, start or answer.
pub(crate) fn run_demo(options: Options) -> anyhow::Result<()> {
    let stopped = stop_signal()?;
    let page = ui::build_if_missing()?;
    run(&mut cargo(&["build", "--package", "azure-emulator", "--package", "gateway"]))?;
    let folder = repository::root().join("target/demo");
    let mut servers = Servers::start(&folder, Some(options.port))?;
    let url = servers.gateway_url();
    console::line(format_args!(
        "\nA gateway runs at {url}; its config is target/demo/config.yaml."
    ));

    let receipts = REQUESTS
        .iter()
        .map(|request| Ok((request.what, receipt(&url, request)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    console::line(format_args!("\n{}", table::draw(&receipts)));
    if options.once {
        return Ok(());
    }
    console::line(invitation(&url, page));
    loop {
        // Read before the signal is waited for: afterwards both may have ended by Ctrl-C.
        let up = servers.are_up();
        // Ctrl-C ends the servers as well, and they may be quicker than the signal is here.
        if stopped.recv_timeout(Duration::from_millis(500)).is_ok() {
            return Ok(());
        }
        anyhow::ensure!(up, "a server ended; its log is in target/demo");
    }
}

/// Receives a message when the demo is to end. Without it Ctrl-C would leave the servers running.
fn stop_signal() -> anyhow::Result<mpsc::Receiver<()>> {
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;
    Ok(stopped)
}

// === impl Request ===

impl Request {
    const fn new(what: &'static str, prompt: &'static str) -> Self {
        Self { what, prompt, document: false, stream: false }
    }

    const fn streamed(self) -> Self {
        Self { stream: true, ..self }
    }

    const fn documented(self) -> Self {
        Self { document: true, ..self }
    }

    fn body(&self) -> Value {
        let lines = if self.document { DOCUMENT_LINES } else { 0 };
        let prompt = DOCUMENT.repeat(lines) + self.prompt;
        json!({
            "model": GROUP,
            "messages": [{ "role": "user", "content": prompt }],
            "stream": self.stream,
        })
    }
}

/// Sends one request as a client would, and fetches its receipt afterwards.
fn receipt(url: &str, request: &Request) -> anyhow::Result<Value> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // A refusal has a receipt as well, and the demo shows one.
        .http_status_as_error(false)
        .build()
        .into();
    let bearer = format!("Bearer {KEY}");
    let mut answer = agent
        .post(format!("{url}/v1/chat/completions"))
        .header("authorization", &bearer)
        .content_type("application/json")
        .send(request.body().to_string())?;
    let id = answer.headers().get("x-fareway-request-id").cloned();
    let text = answer.body_mut().read_to_string()?;
    let id = id.with_context(|| format!("no `x-fareway-request-id` with this answer: {text}"))?;
    let address = format!("{url}/fareway/v1/requests/{}", id.to_str()?);
    let mut receipt = agent.get(address).header("authorization", &bearer).call()?;
    let receipt = receipt.body_mut().read_to_string()?;
    serde_json::from_str(&receipt).with_context(|| format!("no receipt: {receipt}"))
}

fn invitation(url: &str, page: bool) -> String {
    let page = if page {
        format!("Or look at it in a browser: {url}/ui, with the key {KEY}.")
    } else {
        "With npm here, the gateway would have an admin UI: `cargo xtask ui` builds it.".to_owned()
    };
    format!(
        "Try it:

  curl -X POST {url}/chat/completions \\
    -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer {KEY}' \\
    -d '{{\"model\": \"{GROUP}\", \"messages\": [{{\"role\": \"user\", \"content\": \"Hello!\"}}]}}'

{page}

Ctrl-C stops the gateway and the emulated Azure."
    )
}
