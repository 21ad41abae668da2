//! `cargo xtask demo`: a gateway in front of a pretend Azure, a few requests, and their receipts.
//!
//! Built without optimisation: a newcomer waits for the build, not for the answers.

mod table;

use std::{sync::mpsc, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    command::{cargo, run},
    repository, say,
    servers::{GROUP, KEY, Servers},
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
    stream: bool,
}

/// The pretend Azure picks a model for each prompt, but for those that name one.
const REQUESTS: &[Request] = &[
    Request { what: "a greeting", prompt: "Hello!", stream: false },
    Request { what: "the same, streamed", prompt: "Hello!", stream: true },
    Request { what: "a fact", prompt: "What is the capital of France?", stream: false },
    Request {
        what: "a proof",
        prompt: "Prove that there are infinitely many primes, step by step.",
        stream: false,
    },
    Request { what: "a story", prompt: "Tell me a story about a lighthouse.", stream: true },
    Request {
        what: "hidden reasoning",
        prompt: "Is 7919 prime? [[scenario:served=grok-4]]",
        stream: false,
    },
    Request {
        what: "a new model",
        prompt: "What is new? [[scenario:unknown-model]]",
        stream: false,
    },
];

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the demo until Ctrl-C, or just once.
///
/// # Errors
/// When something does not build, start or answer.
pub(crate) fn run_demo(options: Options) -> anyhow::Result<()> {
    let stopped = stop_signal()?;
    run(&mut cargo(&["build", "--package", "azure-emulator", "--package", "gateway"]))?;
    let folder = repository::root().join("target/demo");
    let mut servers = Servers::start(&folder, Some(options.port))?;
    let url = servers.gateway_url();
    say::line(format_args!("\na gateway at {url}, its config in target/demo/config.yaml"));

    let receipts = REQUESTS
        .iter()
        .map(|request| Ok((request.what, receipt(&url, request)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    say::line(format_args!("\n{}", table::draw(&receipts)));
    if options.once {
        return Ok(());
    }
    say::line(invitation(&url));
    loop {
        let up = servers.are_up();
        // Ctrl-C ends the servers as well, and they may be quicker than the signal is here.
        if stopped.recv_timeout(Duration::from_millis(500)).is_ok() {
            return Ok(());
        }
        anyhow::ensure!(up, "a server ended; its log is in target/demo");
    }
}

/// Tells once when the demo is to end. Without it Ctrl-C would leave the servers running.
fn stop_signal() -> anyhow::Result<mpsc::Receiver<()>> {
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;
    Ok(stopped)
}

/// Sends one request as a client would, and fetches its receipt afterwards.
fn receipt(url: &str, request: &Request) -> anyhow::Result<Value> {
    let body = json!({
        "model": GROUP,
        "messages": [{ "role": "user", "content": request.prompt }],
        "stream": request.stream,
    });
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .into();
    let bearer = format!("Bearer {KEY}");
    let mut answer = agent
        .post(format!("{url}/v1/chat/completions"))
        .header("authorization", &bearer)
        .content_type("application/json")
        .send(body.to_string())?;
    let id = answer.headers().get("x-fareway-request-id").cloned();
    let text = answer.body_mut().read_to_string()?;
    let id = id.with_context(|| format!("no `x-fareway-request-id` with this answer: {text}"))?;
    let address = format!("{url}/fareway/v1/requests/{}", id.to_str()?);
    let mut receipt = agent.get(address).header("authorization", &bearer).call()?;
    let receipt = receipt.body_mut().read_to_string()?;
    serde_json::from_str(&receipt).with_context(|| format!("no receipt: {receipt}"))
}

fn invitation(url: &str) -> String {
    format!(
        "Try it:

  curl -X POST {url}/chat/completions \\
    -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer {KEY}' \\
    -d '{{\"model\": \"{GROUP}\", \"messages\": [{{\"role\": \"user\", \"content\": \"Hello!\"}}]}}'

Ctrl-C stops the gateway and the pretend Azure."
    )
}
