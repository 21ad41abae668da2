//! The emulator as a program: `fareway-emulator --port 8081`, until Ctrl-C.

use std::{
    error::Error,
    io::{self, Write as _},
    net::IpAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use azure_emulator::{Emulator, Rule, SCENARIOS, Scenario};
use clap::Parser;

/// An emulated Azure Model Router on loopback
#[derive(Parser)]
#[command(name = "fareway-emulator", version, after_help = scenario_table())]
struct Arguments {
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Address to listen on; it has to be loopback
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Which models answer which prompts, and what they say, follows from the seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The API key to accept
    #[arg(long, default_value = "emulator-key")]
    key: String,
    /// One more model router deployment; can be given several times
    #[arg(long, value_name = "NAME")]
    deployment: Vec<String>,
    /// Scenarios to start with, separated by commas, such as `served=grok-4,slow-chunks=50`
    #[arg(long, value_name = "LIST", default_value = "")]
    set: String,
    /// Scenarios by prompt: a JSON list of {"match": {"contains": TEXT}, "scenario": LIST, "times": N}
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// How many requests to remember for `GET /__requests`
    #[arg(long, default_value_t = 1_000)]
    keep: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With nobody to read it, the exit code still shows the failure.
            let _ = writeln!(io::stderr(), "fareway-emulator: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C.
async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let rules = match &arguments.scenario {
        Some(path) => read_rules(path)?,
        None => Vec::new(),
    };
    let mut builder = Emulator::builder()
        .seed(arguments.seed)
        .key(arguments.key)
        .keep(arguments.keep)
        .rules(rules)
        .scenarios(Scenario::parse_list(&arguments.set)?)
        .address((arguments.host, arguments.port).into());
    for name in arguments.deployment {
        builder = builder.deployment(name);
    }
    let azure = builder.start().await?;
    let mut out = io::stdout();
    writeln!(out, "emulated Azure at {} accepts the key {}", azure.openai_v1(), azure.key())?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    azure.shutdown().await;
    Ok(())
}

fn read_rules(path: &Path) -> Result<Vec<Rule>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Rule::parse_all(&text)
        .map_err(|error| format!("`{}`: {}", path.display(), with_causes(&error)).into())
}

/// The error and what caused it, in one line.
fn with_causes(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", with_causes(cause)),
        None => error.to_string(),
    }
}

fn scenario_table() -> String {
    let mut table = String::from(
        "Scenarios (for --set, scenario files, POST /__scenario {\"scenario\": LIST}, the request \
         header x-emulator-scenario: LIST, or [[scenario:LIST]] in the last user message):\n",
    );
    for (name, form, what) in SCENARIOS {
        table.push_str(&format!("  {:<28} {what}\n", format!("{name}{form}")));
    }
    table
}
